"""``harness simulator score``: a page for each thing that takes too much, and one that takes little."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.core.polling import pause
from tests.support.miniprograms import write_tree

API = "https://api.fixture.example"
SLOW = 1.1  # seconds
OWN = "<view bindtap='go' style='width: 30px; height: 30px'>去</view>"
PAGES = {
    "plain": ("Page({ go() {} })", OWN),
    "often": ("Page({ onLoad() { for (let n = 0; n < 30; n++) this.setData({ n }) } })", "{{n}}"),
    "large": ("Page({ onLoad() { this.setData({ text: 'x'.repeat(300 * 1024) }) } })", ""),
    "many": ("Page({ data: { list: [...Array(1001).keys()] } })", "<view wx:for='{{list}}' wx:key='*this'/>"),
    "small": ("Page({ go() {} })", "<view bindtap='go' style='width: 12px; height: 30px'/>"),
    "slow": (f"Page({{ onLoad() {{ wx.request({{ url: '{API}/slow?token=secret' }}) }} }})", ""),
    "refused": (f"Page({{ onLoad() {{ wx.request({{ url: '{API}/none' }}) }} }})", ""),
    "unmapped": ("Page({ onLoad() { wx.request({ url: 'https://other.example/a' }) } })", ""),
    "led": ("Page({ onLoad() { wx.redirectTo({ url: '/pages/plain/plain' }) } })", ""),
    "thrown": ("Page({ onLoad() { this.setData({ a: none.b }) } })", ""),
    "heavy": (
        "Page({ data: { n: 0 }, onReady() { this.setData({ n: 1 }) } })",
        "<wxs module='m'>module.exports = { wait: function (n) { "
        "var end = getDate().getTime() + n * 600; while (getDate().getTime() < end); return n } }</wxs>{{m.wait(n)}}",
    ),
}


class Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/slow"):
            pause(SLOW)
        self.send_response(404 if self.path == "/none" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        "app.json": json.dumps({"pages": [f"pages/{name}/{name}" for name in PAGES]}),
        "app.js": "App({})",
    }
    for name, (script, wxml) in PAGES.items():
        files |= {f"pages/{name}/{name}.js": script, f"pages/{name}/{name}.wxml": wxml}
    return write_tree(tmp_path_factory.mktemp("score"), files)


def score(*words: object) -> tuple[int, str]:
    command = [sys.executable, "-m", "harness", "simulator", "score", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_each_rule_names_the_page_that_breaks_it(project: Path, shop: str) -> None:
    code, said = score(project, "--map", f"{API}={shop}", "--language", "en", "--least", 90)
    assert code == 1, said
    lost: dict[str, str] = {}
    rule = ""
    for line in said.splitlines():
        if match := re.match(r"(lost|kept|nothing) (.*) \(\d\)", line):
            rule = match[2]
        elif match := re.match(r" {8}(\S*) ?(.*)", line):
            lost[rule] = lost.get(rule, "") + f"{match[1]} "
    assert lost == {
        "rendering": "pages/heavy/heavy ",
        "calls of setData": "pages/often/often ",
        "data of setData": "pages/large/large ",
        "nodes of WXML": "pages/many/many ",
        "time of requests": f"{API}/slow ",
        "places to tap": "pages/small/small ",
        "exceptions": "ReferenceError: ",
        "failed requests": f"{API}/none ",
    }
    assert "nothing size of pictures" in said
    assert "secret" not in said
    assert "requests to them do not count: https://other.example" in said
    assert "not judged: pages/led/led → pages/plain/plain" in said
    assert "pages: 10, requests: 2, rules: 11 of 28" in said


def test_pages_are_chosen_and_a_score_that_is_enough_passes(project: Path) -> None:
    code, said = score(project, "--page", "pages/plain/plain?id=1", "--least", 100)
    assert code == 0, said
    assert "体验评分 100：1 个页面，0 个请求" in said


def test_a_page_that_is_not_there_is_the_callers_mistake(project: Path) -> None:
    code, said = score(project, "--page", "pages/plan/plan", "--language", "en")
    assert code == 2, said
    assert "names no page pages/plan/plan; the nearest is pages/plain/plain" in said


def test_a_wrong_option_is_told_at_once(project: Path) -> None:
    code, said = score(project, "--map", "nonsense")
    assert code == 2
    assert "--map: expected A=B" in said
