"""``harness wechat`` and ``python -m harness.wechat``, as processes."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli.commands import app
from harness.core.actors import invent
from harness.core.errors import BrokenError, UsageError
from harness.core.polling import poll
from harness.linkage.participants.wechat_codes import WeChatCodes
from harness.processes import health
from harness.processes.ports import free_ports
from harness.wechat.answers import MAX_BODY
from harness.wechat.hosts import HOSTS
from tests.wechat.namespace import why_not
from tests.wechat.served import APPID, ROOT, SECRET, said_by, serving

URL = f"https://api.weixin.qq.com/cgi-bin/token?grant_type=client_credential&appid={APPID}&secret={SECRET}"
# Clients that are told nothing but the variables; each prints one line.
CLIENTS = {
    "requests": [sys.executable, "-c", "import requests, sys; print(requests.get(sys.argv[1]).text)", URL],
    "httpx": [sys.executable, "-c", "import httpx, sys; print(httpx.get(sys.argv[1]).text)", URL],
    "urllib": [
        sys.executable,
        "-c",
        "import urllib.request, sys; print(urllib.request.urlopen(sys.argv[1]).read().decode())",
        URL,
    ],
    "curl": ["curl", "--silent", "--show-error", URL],
    "fetch": ["node", "-e", "fetch(process.argv[1]).then(a => a.text()).then(t => console.log(t))", URL],
}
BY_PROXY = [name for name in CLIENTS if name != "fetch"]  # Node obeys HTTPS_PROXY from 24 on, or 22.21


def test_clients_with_the_variables_alone_reach_it_by_the_hosts_file(tmp_path: Path) -> None:
    if reason := why_not():
        pytest.skip(reason)
    here = {name: words for name, words in CLIENTS.items() if shutil.which(words[0]) is not None}
    script = "; ".join(f"{shlex.join(words)}; echo" for words in here.values())
    ran = subprocess.run(
        [
            "unshare",
            "-rnm",
            sys.executable,
            "-m",
            "tests.wechat.namespace",
            str(tmp_path),
            "sh",
            "-c",
            script,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    answers = [line for line in ran.stdout.splitlines() if line]
    assert len(answers) == len(here) >= 4, ran.stderr
    assert all("access_token" in json.loads(answer) for answer in answers)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv takes the right to port 443 away")
def test_who_may_not_listen_on_443_is_told_and_shown_the_proxy(tmp_path: Path) -> None:
    least = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")
    if not least.is_file() or int(least.read_text(encoding="ascii")) <= 443:
        pytest.skip("anybody may listen on port 443 here")
    without = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"] if os.geteuid() == 0 else []
    with serving(tmp_path / "ca", before=without) as served:
        assert "port 443 cannot be listened on (Permission denied)" in "\n".join(served.lines)
        assert (served.hosts_line, "HTTPS_PROXY" in served.exports("HTTPS_PROXY")) == ("", True)


def test_an_app_that_is_not_registered_is_told_to_who_asks(tmp_path: Path) -> None:
    with serving(tmp_path / "ca", "--plain") as served:
        codes = WeChatCodes(lambda: f"http://127.0.0.1:{served.port}", lambda: "wx2")
        with pytest.raises(
            BrokenError, match=r"no code: 422 .*No app wx2 is registered here, only wx1: add it to"
        ):
            codes("login_code", invent("a", "b"), "00-0-0-01")


def test_the_proxy_leads_wechats_names_alone_to_it(tmp_path: Path) -> None:
    with serving(tmp_path / "ca") as served:
        variables = {**os.environ, **served.exports("HTTPS_PROXY"), **served.exports("SSL_CERT_FILE")}

        def ran(words: list[str]) -> str:
            return subprocess.run(words, env=variables, capture_output=True, text=True, timeout=60).stdout

        for client in BY_PROXY:
            if shutil.which(CLIENTS[client][0]) is not None:
                assert "access_token" in ran(CLIENTS[client]), client
        # Another host is reached itself: here the stand-in's plain port, which speaks no TLS.
        del variables["NO_PROXY"]
        tried = ran([sys.executable, "-c", CLIENTS["httpx"][2], f"https://localhost:{served.port}/health"])
        assert "access_token" not in tried
        proxy = int(variables["HTTPS_PROXY"].rpartition(":")[2])
        for asked, status in [
            (b"CONNECT localhost:%d HTTP/1.1\r\n\r\n" % served.port, b"HTTP/1.1 200"),
            (b"CONNECT localhost:1 HTTP/1.1\r\n\r\n", b"HTTP/1.1 502"),
            (b"CONNECT localhost:99999 HTTP/1.1\r\n\r\n", b"HTTP/1.1 502"),
            (b"GET http://api.weixin.qq.com/ HTTP/1.1\r\n\r\n", b"HTTP/1.1 405"),
            (b"x" * 20000, b"HTTP/1.1 405"),
        ]:
            with socket.create_connection(("127.0.0.1", proxy), timeout=10) as asking:
                asking.sendall(asked)
                assert asking.recv(64).startswith(status), asked[:40]


def test_its_proxy_is_nobody_elses_way_out(tmp_path: Path) -> None:
    with serving(tmp_path / "ca", "--listen", "0.0.0.0") as served:
        proxy = int(served.exports("HTTPS_PROXY")["HTTPS_PROXY"].rpartition(":")[2])
        for host, status in [(HOSTS[0], b"HTTP/1.1 200"), ("localhost", b"HTTP/1.1 403")]:
            with socket.create_connection(("127.0.0.1", proxy), timeout=10) as asking:
                asking.sendall(f"CONNECT {host}:{served.port} HTTP/1.1\r\n\r\n".encode())
                assert asking.recv(64).startswith(status), host
        assert "for WeChat's host names alone" in "\n".join(served.lines)


def test_what_it_prints_can_be_used_as_it_is(tmp_path: Path) -> None:
    with serving(tmp_path / "ca", "--tls-port", str(free_ports(1)[0])) as served:
        assert served.hosts_line == "", "the hosts file has no ports"
        assert Path(served.exports("NODE_EXTRA_CA_CERTS")["NODE_EXTRA_CA_CERTS"]).is_file()
        connection = HTTPConnection("127.0.0.1", served.port, timeout=10)
        for _ in range(2):
            connection.request("POST", "/wxa/msg_sec_check?access_token=70_secret", b"{}", {"Host": HOSTS[0]})
            assert json.loads(connection.getresponse().read())["errcode"] == 40066
        connection.close()
        said = said_by(served)
        assert said.count("not provided by the WeChat stand-in: POST /wxa/msg_sec_check") == 1
        assert "70_secret" not in said + "".join(served.lines)
        assert SECRET not in said + "".join(served.lines)


def test_a_body_has_a_limit_and_an_end(tmp_path: Path) -> None:
    with serving(tmp_path / "ca", "--plain") as served:
        connection = HTTPConnection("127.0.0.1", served.port, timeout=10)
        connection.request(
            "POST", "/client/login", b" " * (MAX_BODY + 1), {"Content-Type": "application/json"}
        )
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["status"]) == (413, 413)
        head = b"POST /client/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as broken:
            broken.sendall(head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")
            assert b" 400 " in broken.recv(4096).partition(b"\r\n")[0]
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as early:
            early.sendall(head + b"Content-Length: 100\r\n\r\n{")
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as waiting:
            waiting.sendall(head + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            assert waiting.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
            waiting.sendall(b"{}")
            assert waiting.recv(4096).startswith(b"HTTP/1.1 422 ")
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as odd:
            odd.sendall(b"GET /cgi-bin/token?appid=%ff%fe&secret=%00 HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b" 200 " in odd.recv(4096).partition(b"\r\n")[0]
        assert health.ask(f"http://127.0.0.1:{served.port}/health").healthy
        assert "Traceback" not in said_by(served)


def refused(*options: str) -> str:
    """What the command says of a wrong use."""
    error = CliRunner().invoke(app, ["wechat", "--language", "en", *options]).exception
    assert isinstance(error, UsageError)
    return str(error)


def test_without_apps_the_nearest_harness_toml_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused("--app", "wx1") == "--app 'wx1': write APPID=SECRET"
    assert "no harness.toml here or above" in refused()
    (tmp_path / "harness.toml").write_text('name = "shop"\nenvironment = "disposable"\n', encoding="utf-8")
    assert 'no service of harness.toml has stand_in = "wechat" with apps' in refused()


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for option in ("--port", "--tls-port", "--proxy-port"):
            free = [f"{name}={free_ports(1)[0]}" for name in ("--port", "--proxy-port") if name != option]
            said = refused("--app=wx1=s", f"--ca-folder={tmp_path}", *free, f"{option}={port}")
            assert said == f"{option} {port}: cannot be listened on: Address already in use"


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "x"}, "PORT must be a port number, not 'x'"),
        ({"PORT": "0"}, "PORT must be a port number"),
        ({"PORT": "8003"}, "WECHAT_APPS must be a JSON object"),
        ({"PORT": "8003", "WECHAT_APPS": '{"wx1": 7}'}, "WECHAT_APPS must be a JSON object"),
        ({"PORT": "8003", "WECHAT_APPS": "{}"}, "WECHAT_APPS must be a JSON object"),
    ],
)
def test_an_environment_that_is_not_usable_is_refused(environment: dict[str, str], said: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "harness.wechat"],
        env={**os.environ, **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, said in ran.stderr) == (2, True)


def test_it_starts_without_what_a_start_does_not_need() -> None:
    port = free_ports(1)[0]
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "harness.wechat"],
        env={**os.environ, "PORT": str(port), "WECHAT_APPS": '{"wx1": "s"}', "SSL_CERT_FILE": os.devnull},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    address = f"http://127.0.0.1:{port}/health"
    assert poll(lambda: health.ask(address), lambda answer: answer.healthy, within=10).satisfied
    process.terminate()
    loaded = {line.rpartition("|")[2].strip() for line in process.communicate(timeout=10)[1].splitlines()}
    assert "aiohttp.web_server" in loaded
    assert loaded & {"aiohttp.web", "cryptography", "pydantic", "harness.core", "psutil"} == set()
    assert process.returncode == 0
