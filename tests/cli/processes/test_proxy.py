"""``harness proxy``: whoever goes through is recorded and judged; each violation is told once, as it happens."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.traffic import CONTRACT, Upstream, reply, say

PHONE = b'{"phone": "13912345678", "points": "7"}'


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    server = Upstream()
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


def address(upstream: Upstream) -> str:
    return f"http://127.0.0.1:{upstream.server_address[1]}"


def proxy(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "harness", "proxy", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "300", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def until(process: subprocess.Popen[str], pattern: str) -> re.Match[str]:
    """Read what it says up to a line that matches."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if found := re.search(pattern, line):
            return found
    raise AssertionError(f"it ended without saying {pattern!r}: {said}")


def ended(process: subprocess.Popen[str]) -> str:
    """End it as Ctrl-C does; what it said at last."""
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=20)[0]


def get(port: str, path: str) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return bytes(answer.read())


def test_violations_are_told_once_and_counted_at_the_end(tmp_path: Path, upstream: Upstream) -> None:
    (tmp_path / "shop.yaml").write_text(CONTRACT, encoding="utf-8")
    upstream.script = say(reply(PHONE, "Content-Type: application/json"))
    process = proxy(tmp_path, "--upstream", address(upstream), "--contract", "shop.yaml", "--service", "shop")
    try:
        port = until(process, r"http://127\.0\.0\.1:(\d+) → http.*\(shop\); Ctrl-C ends it")[1]
        assert get(port, "/member/1") == PHONE
        told = until(process, r"^violation GET /member/1 → 200  (\S+)")
        assert told[1].startswith("shop.yaml#/paths/~1member~1{id}/get/responses/200/content/")
        until(process, r'response\.body/points: expected integer, got "7"')
        get(port, "/member/2")
        upstream.script = say(reply(b'{"phone": "13912345678"}', "Content-Type: application/json"))
        get(port, "/member/3")
        last = ended(process)
    finally:
        process.kill()
    assert "violation" not in last.partition("exchanges")[0]  # the second one was told before
    assert "3 exchanges, 3 checked, 2 violations (1 different)" in last
    assert re.search(r"2 × shop\.yaml#/\S+/points/type  response\.body/points", last)
    assert process.returncode == 1
    record = Path(re.search(r"record +(\S+)", last)[1])  # type: ignore[index]
    (shard,) = (record / "events").glob("proxy-*.jsonl")
    assert [
        event["data"]["source"]
        for event in map(json.loads, shard.read_text("utf-8").splitlines())
        if event["kind"] == "exchange"
    ] == ["client"] * 3
    assert "13912345678" not in shard.read_text("utf-8")


def test_without_violations_the_exit_code_is_0(tmp_path: Path, upstream: Upstream) -> None:
    (tmp_path / "shop.yaml").write_text(CONTRACT, encoding="utf-8")
    upstream.script = say(reply(b'{"phone": "13912345678"}', "Content-Type: application/json"))
    process = proxy(tmp_path, "--upstream", address(upstream), "--contract", "shop.yaml")
    try:
        get(until(process, r"http://127\.0\.0\.1:(\d+) →")[1], "/member/1")
        last = ended(process)
    finally:
        process.kill()
    assert "1 exchanges, 1 checked, 0 violations (0 different)" in last
    assert process.returncode == 0


def test_a_service_of_the_settings_is_proxied_by_name_and_its_rules_hold(
    project: Path, upstream: Upstream
) -> None:
    text = project.read_text(encoding="utf-8")
    start = 'command = ["{python}", "-m", "phone"]'
    text = text.replace(start, f'url = "{address(upstream)}"').replace('"disposable"', '"shared"')
    project.write_text(text + '\n[environment_rules]\nexclude = ["GET /secrets"]\n', encoding="utf-8")
    process = proxy(project.parent, "--service", "phone")
    try:
        port = until(process, r"http://127\.0\.0\.1:(\d+) → .*\(phone\)")[1]
        assert get(port, "/free") == b"ok"
        with pytest.raises(urllib.error.HTTPError, match="451"):
            get(port, "/secrets")
        until(process, r"^refused +GET /secrets → 451 .*excludes 'GET /secrets'")
        last = ended(process)
    finally:
        process.kill()
    assert "2 exchanges, 0 checked, 0 violations" in last
    assert "1 refused: environment = shared" in last
    assert len(upstream.requests) == 1
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give --upstream URL with --contract FILE, or --service NAME"),
        (("--upstream", "shop:80"), "--upstream 'shop:80': write scheme, host and port"),
        (("--upstream", "http://h:1"), "needs at least one --contract FILE"),
        (("--upstream", "http://h:1", "--contract", "no.yaml"), "no.yaml: no such file"),
        (("--upstream", "http://h:1", "--contract", "bad.yaml"), "bad.yaml:2: 不是 YAML"),
        (("--service", "pone"), "no service is called 'pone'; did you mean 'phone'?"),
        (("--service", "phone"), "it is started by a command and has no url"),
    ],
)
def test_wrong_usage_is_said_in_one_line(project: Path, arguments: tuple[str, ...], message: str) -> None:
    (project.parent / "bad.yaml").write_text("openapi: [\n", encoding="utf-8")
    process = proxy(project.parent, *arguments)
    said = process.communicate(timeout=30)[0]
    assert message in said
    assert len(said.strip().splitlines()) == 1
    assert process.returncode == 2
