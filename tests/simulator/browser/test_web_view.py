"""A web page inside the mini-program: a real frame, by the app's network rules, that can talk back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from harness.core.polling import poll
from tests.support.app_gallery import SIDE_PX, Gallery, open_gallery

SITE = "https://h5.fixture.example"
PAGE = """<!doctype html><title>活动页</title><meta name="viewport" content="width=device-width">
<script src="https://res.wx.qq.com/open/js/jweixin-1.6.0.js"></script>
<body style="margin:0"><p id="p">?</p>
<button style="position:fixed;left:0;top:200px;width:100%;height:100px" onclick="go()">去按钮页</button>
<script>
fetch('/data', { method: 'POST', body: 'q' }).then((r) => r.text()).then((t) => {
  localStorage.setItem('seen', t)
  WeixinJSBridge.invoke('invokeMiniProgramAPI', { name: 'scanCode' }, ({ err_msg }) => {
    const seen = localStorage.getItem('seen')
    wx.miniProgram.postMessage({ data: { seen, env: window.__wxjs_environment, scanned: err_msg } })
  })
})
function go() { wx.miniProgram.navigateTo({ url: '/pages/buttons/buttons', success: () => {} }) }
</script>
"""


class Site(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []

    def answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Frame-Options", "DENY")
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.asked.append(f"GET {self.path}")
        self.answer("text/html; charset=utf-8", PAGE.encode())

    def do_POST(self) -> None:
        said = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append(f"POST {self.path} {said}")
        self.answer("text/plain", b"from the server")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        with open_gallery("--map", f"{SITE}=http://127.0.0.1:{httpd.server_port}") as running:
            yield running
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def test_a_page_is_shown_and_leads_back_into_the_app(gallery: Gallery) -> None:
    gallery.open("frame", f"?src={SITE}/sale")
    assert gallery.event("load", "web") == {"src": f"{SITE}/sale"}
    assert poll(lambda: "POST /data q" in Site.asked, bool, within=5).satisfied
    gallery.client.touch((SIDE_PX / 2, 250))
    arrived = poll(
        lambda: gallery.client.call("App.getCurrentPage")["path"],
        lambda path: path == "pages/buttons/buttons",
        within=5,
    )
    assert arrived.satisfied, arrived.value


def test_its_messages_arrive_when_the_component_goes(gallery: Gallery) -> None:
    Site.asked.clear()
    gallery.open("frame", f"?src={SITE}/sale")
    gallery.event("load", "web")
    assert poll(lambda: "POST /data q" in Site.asked, bool, within=5).satisfied
    said = poll(lambda: _hide_and_hear(gallery), bool, within=5)
    scanned = "invokeMiniProgramAPI:fail not supported"
    assert said.value[-1]["data"] == [{"seen": "from the server", "env": "miniprogram", "scanned": scanned}]


def _hide_and_hear(gallery: Gallery) -> list[dict[str, object]]:
    """The page's script posts a little after the server answered: take the frame away until it has."""
    gallery.set({"hidden": True})
    heard = gallery.events("message", "web")
    if not heard:
        gallery.set({"hidden": False})
        poll(lambda: len(gallery.events("load", "web")) > 1, bool, within=2)
    return heard


@pytest.mark.parametrize("src", ["https://elsewhere.example/", "pages/local.html"])
def test_what_may_not_be_loaded_is_an_error(gallery: Gallery, src: str) -> None:
    gallery.open("frame", f"?src={src}")
    assert gallery.event("error", "web")["url"] == src
    assert gallery.events("load", "web") == []
