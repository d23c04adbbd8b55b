"""``harness doctor --wechat-devtools``: every fault is named with what to do; nothing of it needs the real tool."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.runs.doctor.devtools import Machine, examine
from harness.runs.doctor.diagnosis import Diagnosis, exit_code

PROFILE = "Library/Application Support/微信开发者工具/0123abcd/Default"


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield int(server.getsockname()[1])


@pytest.fixture
def well(tmp_path: Path, listening: int) -> tuple[Path, Machine, Path]:
    """A Mac on which everything is in order but the automation port."""
    home, project, tool = tmp_path / "home", tmp_path / "project", tmp_path / "cli"
    (home / PROFILE).mkdir(parents=True)
    (home / PROFILE / ".ide-status").write_text("On")
    (home / PROFILE / ".ide").write_text(str(listening))
    project.mkdir()
    (project / "app.json").write_text("{}")
    settings = {"appid": "wx0123456789abcdef", "libVersion": "3.5.0"}
    (project / "project.config.json").write_text(json.dumps(settings))
    tool.write_text("#!/bin/sh\necho '{\"login\":true}'\n")
    tool.chmod(0o755)
    return project, Machine("darwin", home, {}), tool


def look(well: tuple[Path, Machine, Path], port: int = 1) -> dict[str, Diagnosis]:
    project, machine, tool = well
    return {each.what.en: each for each in examine(project, port, tool=tool, machine=machine)}


def configure(well: tuple[Path, Machine, Path], **settings: str) -> None:
    file = well[0] / "project.config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **settings}))


def test_a_mac_in_order_only_waits_for_the_port(well: tuple[Path, Machine, Path]) -> None:
    found = look(well)
    assert {what: each.state for what, each in found.items()} == {
        "operating system": "ok",
        "the tool's command line": "ok",
        "service port": "ok",
        "signed in": "ok",
        "project.config.json": "ok",
        "library version libVersion": "ok",
        "proxy of the environment": "ok",
        "automation port": "warning",
    }
    assert exit_code(found.values()) == 0
    todo = found["automation port"].todo
    assert todo is not None
    assert "--auto-port 1" in todo.en


def problem(found: Diagnosis, seen: str, todo: str) -> None:
    assert found.state == "problem"
    assert seen in found.seen.en
    assert found.todo is not None
    assert todo in found.todo.en


def test_each_fault_says_what_to_do(well: tuple[Path, Machine, Path], tmp_path: Path) -> None:
    project, machine, tool = well
    linux = look((project, Machine("linux", machine.home, {}), tool))
    problem(linux["operating system"], "linux", "use the simulator")
    problem(
        look((project, machine, tmp_path / "none" / "cli"))["the tool's command line"],
        "is not there",
        "install",
    )
    problem(
        look((project, machine, tmp_path / "wechat"))["the tool's command line"],
        "wechat",
        "named cli or cli.bat",
    )
    status = machine.home / PROFILE / ".ide-status"
    status.write_text("Off")
    problem(look(well)["service port"], "off", "Settings → Security → Service Port")
    status.unlink()
    problem(look(well)["service port"], "never been started", "Service Port")
    tool.write_text("#!/bin/sh\necho '{\"login\":false}'\n")
    problem(look(well)["signed in"], '{"login":false}', "scan the code")
    proxied = Machine("darwin", machine.home, {"http_proxy": "http://proxy:3128", "no_proxy": "intra"})
    problem(
        look((project, proxied, tool))["proxy of the environment"], "no_proxy=intra", "localhost,127.0.0.1"
    )


def test_faults_of_the_project_are_the_users_to_mend(well: tuple[Path, Machine, Path]) -> None:
    configure(well, libVersion="widelyUsed")
    found = look(well)
    problem(found["library version libVersion"], "widelyUsed", "minium refuses 'widelyUsed'")
    assert exit_code(found.values()) == 2
    configure(well, libVersion="2.7.1")
    problem(look(well)["library version libVersion"], "2.7.1", "2.7.3 or newer")
    configure(well, appid="")
    problem(look(well)["project.config.json"], "appid", "touristappid")
    configure(well, miniprogramRoot="src")
    problem(look(well)["project.config.json"], "app.json", "miniprogramRoot")
    (well[0] / "project.config.json").write_text("{")
    assert "Expecting property name" in look(well)["project.config.json"].seen.en
    (well[0] / "project.config.json").unlink()
    problem(look(well)["project.config.json"], "project.config.json", "open the folder in DevTools once")


def test_a_port_that_speaks_something_else_is_told(well: tuple[Path, Machine, Path]) -> None:
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    serving.start()
    try:
        found = look(well, server.server_port)["automation port"]
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
    problem(found, "nothing answers at", "another program has the port")
