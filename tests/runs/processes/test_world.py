"""The proxies and services of a run, told what is to go wrong: a slow and a refusing service, a clock a day ahead."""

from __future__ import annotations

import json
import secrets
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.errors import NotRun, UsageError
from harness.processes import clock
from harness.runs.doctor.project import clocks
from harness.runs.run import Run
from harness.runs.world import world_control
from harness.traffic.obstruction import Obstruction

DAY = 86_400
SERVICE = """
import { createServer } from "node:http";
createServer((request, response) => {
  const waited = performance.now();
  setTimeout(() => response.end(JSON.stringify({ now: Date.now() / 1000, waited: performance.now() - waited })), 20);
}).listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
"""
SETTINGS = """
name = "clocks"
environment = "disposable"
language = "en"

[services.site]
title = {zh = "网站", en = "site"}
command = ["node", "service.mjs"]
health = "/"
platform = "website"
environment = {PORT = "{port}"}
clock = true

[services.fixed]
title = {zh = "固定", en = "fixed"}
command = ["node", "service.mjs"]
health = "/"
environment = {PORT = "{port}"}

[website]
service = "site"
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    assert shutil.which("node"), "Node.js is not installed"
    (tmp_path / "service.mjs").write_text(SERVICE, encoding="utf-8")
    (tmp_path / "harness.toml").write_text(SETTINGS, encoding="utf-8")
    run = Run.begin(tmp_path / "harness.toml")
    yield run
    run.close()


def ask(run: Run) -> dict[str, float]:
    services = json.loads((run.folder / "services.json").read_text())
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(services["site"]) as answer:
        found: dict[str, float] = json.load(answer)
        return found


@pytest.mark.skipif(clock.unable("node") is not None, reason=str(clock.unable("node")))
def test_a_clock_goes_ahead_and_comes_back(run: Run) -> None:
    control = world_control(run)
    run.system()
    before = ask(run)["now"]
    with control.clock("site", DAY):
        there = ask(run)
        assert DAY <= there["now"] - before < DAY + 60
        assert 15 < there["waited"] < 5000  # what is no date goes on as before
    with control.clock("site", -DAY):
        assert -60 < ask(run)["now"] - before + DAY < 60
    assert 0 <= ask(run)["now"] - before < 60


def test_without_the_library_the_scenario_is_not_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.VARIABLE, "/nowhere/libfaketime.so")
    control = world_control(run)
    with (
        pytest.raises(NotRun, match=r"libfaketime is not installed|on Linux only"),
        control.clock("site", DAY),
    ):
        pass


def test_a_clock_that_harness_toml_does_not_offer(run: Run) -> None:
    with pytest.raises(UsageError, match=r"services\.fixed: .* says 'clock = true'"):
        with world_control(run).clock("fixed", DAY):
            pass


def test_the_doctor_says_what_is_missing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.VARIABLE, "/nowhere/libfaketime.so")
    (found,) = clocks(run.settings)
    assert (found.what.en, found.state) == ("clock site", "warning")
    assert found.seen in (clock.NOT_INSTALLED, clock.NOT_HERE)
    assert found.todo == clock.INSTALL


def test_a_service_is_slow_and_refusing_on_every_edge_to_it(run: Run) -> None:
    control, trace = world_control(run), secrets.token_hex(16)
    to_site = [edge for edge in control.edges if edge[1] == "site"]
    assert to_site

    def status(edge: tuple[str, str], trace_id: str) -> int:
        header = {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01"}
        request = urllib.request.Request(f"{run.url(*edge)}/", headers=header)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    refusing = Obstruction(kind="refusing", trace_id=trace, status=503)
    assert control.hinder("site", refusing, True) == 0
    assert {status(edge, trace) for edge in to_site} == {503}
    assert {status(edge, secrets.token_hex(16)) for edge in to_site} == {200}
    assert control.hinder("site", refusing, False) == len(to_site)
    slow = Obstruction(kind="slow", trace_id=trace, seconds=0.3)
    control.hinder("site", slow, True)
    began = time.monotonic()
    assert status(to_site[0], trace) == 200
    assert time.monotonic() - began >= 0.3
    assert control.hinder("site", slow, False) == 1
