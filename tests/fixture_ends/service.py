"""One price, as a website, the backend of a mini-program or an ERP knows it; who learns of a change tells its peers.

``/`` and ``/staff`` are two websites on one backend. FAULT=staff-late makes the second one show each change late.
"""

from __future__ import annotations

import json
import os
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PEERS = os.environ.get("PEERS", "").split()
LATE = 4.0 if os.environ.get("FAULT") == "staff-late" else 0.0  # seconds
PAGE = """<!doctype html><title>{title}</title><link rel="icon" href="data:">
<h1>{title}</h1><p data-testid="price">{price}</p>
<input data-testid="new"><button data-testid="save" onclick="save()">save</button>
<p data-testid="said" id="said" hidden></p>
<script>
async function save() {{
  const price = Number(document.querySelector('input').value)
  const headers = {{ 'content-type': 'application/json' }}
  const answer = await fetch('/api/price', {{ method: 'PUT', headers, body: JSON.stringify({{ price }}) }})
  said.textContent = answer.ok ? 'saved' : 'refused'
  said.hidden = false
}}
</script>"""


class Prices:
    now, before, changed = 1, 1, 0.0

    def change(self, price: int) -> None:
        self.before, self.now, self.changed = self.now, price, time.monotonic()

    def on_staff(self) -> int:
        return self.before if time.monotonic() - self.changed < LATE else self.now


PRICES = Prices()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            self.answer(PAGE.format(title="Shop", price=PRICES.now), "text/html")
        elif path == "/staff":
            self.answer(PAGE.format(title="Staff", price=PRICES.on_staff()), "text/html")
        elif path == "/echo":  # what the mini-program of fixture_apps/counter asks for: it shows 'path'
            self.answer({"path": PRICES.now, "headers": {}})
        else:
            self.answer({"price": PRICES.now})

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        PRICES.change(json.loads(body)["price"])
        headers = {"content-type": "application/json"}
        if trace := self.headers["traceparent"]:
            headers["traceparent"] = trace
        for peer in PEERS if self.path == "/api/price" else ():
            request = urllib.request.Request(f"{peer}/sync/price", body, headers, method="PUT")
            urllib.request.urlopen(request, timeout=5).close()
        self.answer({"price": PRICES.now})

    def answer(self, said: object, kind: str = "application/json") -> None:
        body = (said if isinstance(said, str) else json.dumps(said)).encode()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
