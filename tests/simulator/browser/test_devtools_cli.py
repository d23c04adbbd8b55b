"""The ``cli`` that stands in for WeChat DevTools' own, started as the two clients start it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import warnings
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from harness.automator.client import SimulatorClient
from harness.core.errors import UsageError
from harness.core.polling import poll
from harness.platforms.minium_client import load
from harness.simulator import devtools_cli

COUNTER = Path(__file__).parents[2] / "fixture_apps" / "counter"


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for what the tool writes down, also for the processes started here."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield tmp_path
    assert devtools_cli.main(["--", "quit"]) == 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COUNTER, tmp_path / "counter"))  # minium rewrites project.config.json


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def alive(pid: object) -> bool:
    """A zombie nobody reaps, as in a container without an init, is not alive."""
    try:
        return psutil.Process(int(str(pid))).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def call(shim: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(shim), *words], capture_output=True, text=True, input="y", timeout=60)


def about(rooms: Path, port: int) -> dict[str, object]:
    file = next(rooms.glob(f"linkage-harness-devtools-*/{port}.json"))
    return dict(json.loads(file.read_text()))


@pytest.mark.full
def test_minium_starts_the_simulator_by_project_path_and_dev_tool_path(rooms: Path, project: Path) -> None:
    shim = devtools_cli.shim(rooms, ["--person", '{"openid": "oShim", "nickName": "小明"}'])
    minium, port = load(), free_port()
    configuration = {
        "project_path": str(project),
        "dev_tool_path": str(shim),
        "test_port": port,
        "outputs": str(rooms / "outputs"),
        "debug_mode": "error",
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = minium.Minium(configuration)
    socket_ = client.connection._client.sock.sock
    try:
        assert client.app.get_current_page().path == "/pages/home/home"
        assert client.get_system_info()["platform"] == "devtools"
        assert client.get_test_accounts()[0]["openid"] == "oShim"
    finally:
        client.shutdown()
        socket_.close()
    pid = about(rooms, port)["pid"]
    assert alive(pid)
    assert call(shim, "quit").stdout == ""
    assert not alive(pid)


@pytest.mark.full
def test_automator_launches_it_by_cli_path(rooms: Path, project: Path) -> None:
    node, port = shutil.which("node"), free_port()
    assert node, "Node.js is not installed"
    shim = devtools_cli.shim(rooms / "tool" / "cli")
    script = Path(__file__).parents[2] / "automator_methods" / "launch.mjs"
    words = [node, str(script), str(shim), str(project), str(port)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"path": "pages/home/home", "count": 1}


@pytest.mark.full
def test_success_is_silent_and_the_next_start_takes_the_place_of_the_last(rooms: Path, project: Path) -> None:
    shim, port = devtools_cli.shim(rooms / "tool" / "cli"), str(free_port())
    opened = call(shim, "open")
    assert (opened.returncode, opened.stdout, opened.stderr) == (0, "", "")
    auto = ("auto", "--project", str(project), "--auto-port", port, "--auto-account", "oAnna", "--lang", "zh")
    first = call(shim, *auto)
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    before = about(rooms, int(port))
    with SimulatorClient(f"ws://127.0.0.1:{port}") as client:
        assert client.call("Tool.getTestAccounts")["accounts"][0]["openid"] == "oAnna"
    assert call(shim, *auto).returncode == 0
    after = about(rooms, int(port))
    assert before["pid"] != after["pid"]
    assert not alive(before["pid"])
    assert call(shim, "close", "--project", str(rooms)).returncode == 0  # another project's is left alone
    assert alive(after["pid"])
    assert call(shim, "close", "--project", str(project)).returncode == 0
    assert not alive(after["pid"])
    assert list(rooms.glob("linkage-harness-devtools-*/*.json")) == []


def test_what_is_wrong_is_said_where_the_clients_look(
    rooms: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert devtools_cli.main(["--", "auto", "--project", str(rooms), "--auto-port", str(free_port())]) == 2
    assert f"[error] {rooms}: no app.json here" in capsys.readouterr().out
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert devtools_cli.main(["--", "auto", "--project", str(project), "--auto-port", port]) == 3
        assert f"Port {port} is in use (code 10)" in capsys.readouterr().out
    assert devtools_cli.main(["--", "preview"]) == 2
    assert "preview: the simulator's cli knows open, auto, close" in capsys.readouterr().out
    assert devtools_cli.main(["--", "islogin"]) == 0
    assert json.loads(capsys.readouterr().out) == {"login": True}


def test_minium_would_not_take_a_tool_of_another_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="only if its name ends in cli"):
        devtools_cli.shim(tmp_path / "wechat")


@pytest.mark.full
def test_a_simulator_nobody_is_connected_to_ends_by_itself(rooms: Path, project: Path) -> None:
    port = free_port()
    devtools_cli.start(project, port, ["--idle", "0.5"])
    pid = about(rooms, port)["pid"]
    assert poll(lambda: alive(pid), lambda living: not living, within=15).satisfied
