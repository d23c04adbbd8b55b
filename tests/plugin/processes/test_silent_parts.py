"""What stops in the middle of a run: each kind of test is broken, and says which part and which request it was."""

from __future__ import annotations

import re

import pytest

from harness.core.events import Kind
from harness.reporting.figures import RunFigures
from tests.support.scenario_project import HARNESS, Ended, Project

pytestmark = pytest.mark.full
pytest_plugins = ["pytester"]

SITE = """
import os, signal, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import psutil

def proxies():
    # Of a process that has just ended the command line is None.
    found = [p for p in psutil.process_iter(["cmdline"]) if os.environ["PLAN"] in (p.info["cmdline"] or ())]
    return next(p.pid for p in found if p.pid != os.getpid())

class Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/hang":
            time.sleep(30)
        if self.path == "/freeze":
            os.kill(proxies(), signal.SIGSTOP)
        if self.path == "/kill":
            os.kill(proxies(), signal.SIGKILL)
        if self.path == "/freeze-me":
            os.kill(os.getpid(), signal.SIGSTOP)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")
    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_GET  # silent is silent, however it is asked
    def log_message(self, *args): pass

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Site).serve_forever()
"""
CONTRACT = """
openapi: 3.0.3
info: {title: Site, version: "1"}
paths:
  /PATH:
    get:
      operationId: getIt
      summary: It
      responses: {"200": {description: it, content: {application/json: {schema: {type: object}}}}}
"""
WAITING = """
def test_waiting(wang):
    import threading, time, urllib.request
    wang.does("look")
    header = {"traceparent": f"00-{wang.stage.trace_id}-0000000100000001-01"}
    def ask():
        try:
            urllib.request.urlopen(urllib.request.Request(wang.session.url + "/hang", headers=header), timeout=2)
        except OSError:
            pass
    threading.Thread(target=ask).start()
    time.sleep(1.3)
    raise PageFault("shows nothing")
"""


@pytest.fixture
def site(pytester: pytest.Pytester) -> Project:
    project = Project(pytester.path)
    text = HARNESS.replace(
        '"-m", "http.server", "{port}", "--bind", "127.0.0.1", "--directory", "{data}"]',
        '"site.py", "{port}"]\ncontracts = ["site.yaml"]\nenvironment = {PLAN = "{data}/../../edges.json"}',
    )
    text += "\n[conformance]\nrequest_timeout = 1.0\nmax_examples = 3\n"
    (project.root / "harness.toml").write_text(text, encoding="utf-8")
    (project.root / "site.py").write_text(
        SITE.replace('os.environ["PLAN"]', "os.path.realpath(os.environ['PLAN'])")
    )
    return project


def contract_tests(site: Project, path: str) -> list[str]:
    """The messages of the contract tests while a request to this path stops something."""
    (site.root / "contracts" / "site.yaml").write_text(CONTRACT.replace("PATH", path), encoding="utf-8")
    ended = site.pytest("contracts")
    assert ended.code == 3, ended.output
    verdicts = [event.data for event in ended.events if event.kind == Kind.VERDICT]
    assert {each.verdict for each in verdicts} == {"broken"}, ended.output
    return [each.message.en for each in verdicts]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("freeze", r"stopped by a signal \(SIGSTOP\): proxies \(process \d+\)"),
        (
            "freeze-me",
            r"stopped by a signal \(SIGSTOP\): site \(process \d+\)",
        ),
        ("kill", "proxies died: killed by SIGKILL"),
    ],
)
def test_contract_tests_name_the_part_that_stopped_under_them(site: Project, path: str, told: str) -> None:
    messages = contract_tests(site, path)
    assert messages
    for message in messages:
        assert re.search(told, message), message
    if path != "kill":
        assert f"no answer to GET /{path}: no answer within 1." in messages[0]


def test_contract_tests_of_a_silent_backend_name_the_request(site: Project) -> None:
    first, *_ = contract_tests(site, "hang")
    assert re.match(r"no answer to GET /hang: no answer within 1\.\d s; 3 attempts in a row got none", first)


def test_a_scenario_names_the_request_that_waits(site: Project) -> None:
    (site.root / "contracts" / "site.yaml").write_text(CONTRACT.replace("PATH", "x"), encoding="utf-8")
    site.write(WAITING)
    ended: Ended = site.run()
    [said] = ended.of("test_waiting", Kind.VERDICT)
    assert said.data.verdict == "failed"
    assert re.search(
        r"note +GET /hang from browser to site has had no answer for 1\.\d s", said.data.message.en
    )


FULL_DISK = """
def test_full(wang, harness_run):
    import resource
    resource.prlimit(harness_run.running.processes["proxies"], resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
    wang.does("look")
"""


def test_exchanges_that_are_nowhere_recorded_are_told_at_the_end(site: Project) -> None:
    (site.root / "contracts" / "site.yaml").write_text(CONTRACT.replace("PATH", "x"), encoding="utf-8")
    site.write("def test_well(wang): wang.does('well')", FULL_DISK)
    ended = site.run("-k", "well or full")
    assert ended.code == 3, ended.output
    assert "1 exchanges could not be recorded, nor that they are missing" in ended.output
    assert ended.folder
    died = RunFigures.read(ended.folder).died
    assert [(each.name, each.exit_code) for each in died] == [("proxies", 3)]
    assert "the first: GET / on browser→site: OSError" in (ended.folder / "logs" / "proxies.log").read_text()
