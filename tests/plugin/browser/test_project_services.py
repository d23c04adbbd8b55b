"""Plain Minium and MiniTest in a project: its services and stand-in are there, and a failure brings what was seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.core.events import read_events
from harness.core.payloads import Evidence, ExchangeRecord, Verdict

REPOSITORY = Path(__file__).parents[3]
SETTINGS = """
name = "hello"
environment = "disposable"
language = "en"

[paths]
tests = ["minium"]

[services.api]
title = {zh = "后端", en = "backend"}
command = ["{python}", "server.py"]
health = "/health"
platform = "miniprogram"

[services.api.environment]
PORT = "{port}"

[services.wechat]
stand_in = "wechat"
apps = {wx0123456789abcdef = "secret"}

[miniprogram]
service = "api"
project = "app"
hosts = {"https://api.hello.example" = "api"}
wechat = "wechat"
"""
SERVER = """
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"said": "hello"}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""
PAGE = """
Page({
  data: { said: '', code: '' },
  onLoad() {
    console.log('phone 13912345678')
    wx.request({ url: 'https://api.hello.example/said', success: (answer) => this.setData({ said: answer.data.said }) })
    wx.login({ success: ({ code }) => this.setData({ code: code ? 'a code' : 'none' }) })
  },
})
"""
TESTS = """
import minium

def shown(mini, selector, wanted):
    page = mini.app.get_current_page()
    page.wait_for(lambda: page.get_element(selector).inner_text == wanted, 5)
    return page.get_element(selector).inner_text

def test_the_backend_answers(miniprogram):
    assert shown(miniprogram, "#said", "hello") == "hello"

def test_wechat_gives_a_code(miniprogram):
    assert shown(miniprogram, "#code", "a code") == "a code"

def test_goes_wrong(miniprogram):
    assert shown(miniprogram, "#said", "hello") == "goodbye"

class SuiteTest(minium.MiniTest):
    def test_goes_wrong(self):
        self.assertEqual(shown(self, "#said", "hello"), "goodbye")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "harness.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "server.py").write_text(SERVER, encoding="utf-8")
    (tmp_path / "minium").mkdir()
    (tmp_path / "minium" / "test_hello.py").write_text(TESTS, encoding="utf-8")
    app = tmp_path / "app"
    (app / "pages").mkdir(parents=True)
    (app / "app.json").write_text(json.dumps({"pages": ["pages/home"]}), encoding="utf-8")
    (app / "project.config.json").write_text(json.dumps({"appid": "wx0123456789abcdef"}), encoding="utf-8")
    (app / "app.js").write_text("App({})", encoding="utf-8")
    (app / "pages" / "home.js").write_text(PAGE, encoding="utf-8")
    page = '<text id="said">{{said}}</text><text id="code">{{code}}</text>'
    (app / "pages" / "home.wxml").write_text(page, encoding="utf-8")
    return tmp_path


def test_services_are_reached_and_failures_are_shown(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "minium"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=150,
    )
    (run,) = (project / "reports" / "runs").iterdir()
    verdicts = {each.data.test.partition("::")[2]: each.data.verdict for each in read_events(run, Verdict)}
    assert verdicts == {
        "test_the_backend_answers": "passed",
        "test_wechat_gives_a_code": "passed",
        "test_goes_wrong": "failed",
        "SuiteTest::test_goes_wrong": "failed",
    }, done.stdout
    exchanges = [each.data for each in read_events(run, ExchangeRecord)]
    assert {each.target for each in exchanges if each.source == "phone"} == {"api", "wechat"}
    for failed in ("test_hello.py::test_goes_wrong", "SuiteTest::test_goes_wrong"):
        shown = [each.data for each in read_events(run, Evidence) if str(each.scenario).endswith(failed)]
        titles = {each.title.en: each.file for each in shown}
        assert set(titles) == {
            "the mini-program when the test failed",
            "WXML of pages/home",
            "the mini-program's console",
            "requests of the mini-program while the test ran",
        }
        said = {title: (run / file).read_bytes() for title, file in titles.items() if file}
        assert said["the mini-program when the test failed"].startswith(b"\x89PNG")
        assert b"hello" in said["WXML of pages/home"]
        assert b"139****5678" in said["the mini-program's console"]
        assert "GET /said → api: 200" in said["requests of the mini-program while the test ran"].decode()
    assert "139****5678" in done.stdout, "what is text of it is in the terminal, too"
