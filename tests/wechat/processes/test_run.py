"""A run of a project whose backend has WeChat's address written into it: led to the stand-in, recorded and judged."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.core.event_reader import EventReader
from harness.core.events import read_events
from harness.core.payloads import ExchangeSummary
from harness.core.polling import poll
from harness.runs.plan import service_url
from harness.runs.run import Run
from tests.wechat.served import APPID, PERSON, SECRET

# As such backends are: requests, the address in the code, no thought of a test.
BACKEND = f"""
import json, os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
import requests

APP = {{"appid": "{APPID}", "secret": "{SECRET}", "grant_type": "authorization_code"}}

class Shop(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = urlsplit(self.path)
        answer = {{}}
        if asked.path == "/login":
            code = parse_qs(asked.query)["code"][0]
            where = "https://api.weixin.qq.com/sns/jscode2session"
            answer = requests.get(where, params={{**APP, "js_code": code}}, timeout=10).json()
        elif asked.path == "/check":
            answer = requests.post("https://api.weixin.qq.com/wxa/msg_sec_check", json={{}}, timeout=10).json()
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass

ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Shop).serve_forever()
"""
SETTINGS = f"""
name = "shop"
environment = "disposable"
language = "en"

[services.shop]
title = {{zh = "商店", en = "shop"}}
command = ["{{python}}", "shop.py"]
health = "/"
wechat = "wechat"
environment = {{PORT = "{{port}}"}}

[services.wechat]
stand_in = "wechat"
apps = {{{APPID} = "{SECRET}"}}
"""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    (tmp_path / "shop.py").write_text(BACKEND, encoding="utf-8")
    (tmp_path / "harness.toml").write_text(SETTINGS, encoding="utf-8")
    run = Run.begin(tmp_path / "harness.toml")
    run.system()
    yield run
    run.close()


def ask(url: str, body: dict[str, str] | None = None) -> Any:
    sent = urllib.request.Request(
        url, None if body is None else json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(sent, timeout=10) as answer:
        return json.load(answer)


def test_a_fixed_address_leads_to_the_stand_in(run: Run) -> None:
    shop = service_url(run.folder, "shop")
    client = service_url(run.folder, "wechat") + "/client/login"
    code = ask(client, {"appid": APPID, "openid": PERSON["openid"]})["code"]
    assert ask(f"{shop}/login?code={code}")["openid"] == PERSON["openid"]
    assert ask(f"{shop}/check")["errcode"] == 40066
    events = EventReader(run.folder)
    seen: list[ExchangeSummary] = []

    def look() -> list[ExchangeSummary]:
        seen.extend(event.data for event in events.new(ExchangeSummary))
        return seen

    assert poll(look, lambda found: len(found) == 2, within=10).satisfied
    assert [(each.source, each.target, each.operation_id, each.checked, each.reason) for each in seen] == [
        ("shop", "wechat", "code2Session", True, None),
        ("shop", "wechat", None, False, "not provided"),
    ]
    assert [each.undocumented for each in seen] == [None, None]
    assert [each.violations for each in seen] == [(), ()]
    log = run.folder / "logs" / "wechat.log"  # the supervisor writes it from a pipe
    lacks = "not provided by the WeChat stand-in: POST /wxa/msg_sec_check"
    assert poll(lambda: log.read_text(encoding="utf-8"), lambda said: lacks in said, within=10).satisfied
    assert read_events(run.folder, ExchangeSummary)
    assert list((run.folder / "data").rglob("ca-key.pem"))
    run.stop()
    assert not (run.folder / "data").exists(), "the key of the run's CA goes with it"
