"""A backend that logs what comes, answers what was sent, and has a page that sends all of planted.json."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MEMBER = {
    "realName": "王大假",
    "address": "无名路1号",
    "phone": "13800138000",
    "password": "pw-fake-answer-01",
    "points": "many",
}
PLANTED = Path("planted.json").read_text(encoding="utf-8")
PEER = os.environ.get("PEER", "")
PAGE = """<!doctype html><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:">
<input data-testid="name" name="realName" value="李二虚"><input type="password" name="p" value="pw-fake-page-01">
<button data-testid="send" onclick="send()">send</button><p data-testid="said" id="said">…</p>
<dl><dt>收货人</dt><dd data-testid="holder">王大假</dd>
<dt>收货地址</dt><dd data-testid="place">无名路1号</dd></dl>
<script>
const digits = "%s"  // in no coding that anybody takes apart
const bytes = Uint8Array.from(digits.match(/../g), (two) => parseInt(two, 16))
const planted = JSON.parse(new TextDecoder().decode(bytes))
async function send() {
  let sent = 0
  for (const each of planted) {
    const headers = { 'X-Till': 'ti-fake-000001-page', ...each.header }
    const body = Uint8Array.from(atob(each.body), (sign) => sign.charCodeAt(0))
    if (each.type) headers['content-type'] = each.type
    try {
      const answer = await fetch('/api/carrier' + each.target, { method: 'POST', headers, body })
      await answer.arrayBuffer()
      sent += 1
    } catch (error) { console.log(String(error)) }
  }
  said.textContent = 'sent'
}
</script>"""


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            self.answer((PAGE % PLANTED.encode().hex()).encode(), "text/html")
        elif path == "/health":
            self.answer(b"{}", "application/json")
        else:
            self.log()
            self.answer(json.dumps(MEMBER, ensure_ascii=False).encode(), "application/json")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.log(body)
        if self.path.startswith("/api/member"):
            self.answer(json.dumps(MEMBER, ensure_ascii=False).encode(), "application/json")
            return
        if PEER:
            headers = {"traceparent": self.headers["traceparent"]} if self.headers["traceparent"] else {}
            headers["content-type"] = self.headers.get("content-type") or "application/octet-stream"
            request = urllib.request.Request(PEER + "/api/carrier", body, headers, method="POST")
            urllib.request.urlopen(request, timeout=5).close()
        self.answer(body, self.headers.get("content-type") or "application/octet-stream")

    def log(self, body: bytes = b"") -> None:
        say(self.command, self.path)
        for name, value in self.headers.items():
            if name.lower() != "x-seal-of-shop":  # nothing says what it is: such a log needs [masking]
                say(f"  {name}: {value}")
        kind = self.headers.get("content-type") or ""
        one_text = (
            b"\n" not in body or b"-----BEGIN" in body
        )  # a table line by line says not what its columns are
        if (
            one_text
            and b"\0" not in body
            and kind.startswith(("application/json", "application/x-www-form", "text/plain"))
        ):
            say(body.decode("utf-8", "replace"))

    def answer(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("x-shop-ticket", "ti-fake-000001-answer")
        self.send_header("set-cookie", "sid=ba-fake-000001-cookie; Path=/")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
