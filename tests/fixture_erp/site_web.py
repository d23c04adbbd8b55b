"""The site vendor's website: a bundle, an export of the products' codes, and an API on another host (CORS).

PAGE_FAULT: see page-faults.yaml; each changes one place of the bundle.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiohttp import web

WEB = Path(__file__).with_name("web")
FAULTS = {
    "pay-button-dead": ("pay(id) {", "pay(id) {\n    return;"),
    "wrong-price-shown": ("(cents / 100).toFixed(2)", "Math.round(cents / 100)"),
    "status-not-refreshed": ("return loadOrders(); // paid", "return render();"),
    "order-listed-twice": ("state.orders = orders;", "state.orders = state.orders.concat(orders);"),
}


@web.middleware
async def cors(request: web.Request, handler: Any) -> web.StreamResponse:
    """Pages of other hosts may call the API; who is no page notices nothing."""
    if "Origin" not in request.headers:
        return await handler(request)
    headers = {"Access-Control-Allow-Origin": "*"}
    if request.method == "OPTIONS":
        allowed = {
            "Access-Control-Allow-Headers": "X-Key, Content-Type",
            "Access-Control-Allow-Methods": "GET, POST, PUT",
        }
        return web.Response(status=204, headers={**headers, **allowed})
    try:
        response = await handler(request)
    except web.HTTPException as refused:
        refused.headers.update(headers)
        raise
    response.headers.update(headers)
    return response


async def file(request: web.Request) -> web.Response:
    name = request.match_info["name"] or "index.html"
    types = {"index.html": "text/html", "app.js": "text/javascript", "app.css": "text/css"}
    if name not in types:
        raise web.HTTPNotFound
    text = (WEB / name).read_text(encoding="utf-8")
    before, after = FAULTS.get(os.environ.get("PAGE_FAULT", ""), ("", ""))
    if before and name == "app.js":
        assert before in text, before
        text = text.replace(before, after)
    return web.Response(text=text, content_type=types[name], headers={"Cache-Control": "no-cache"})


def routes(products: Callable[[], list[str]]) -> list[web.RouteDef]:
    """``products``: the ids of all there are, the latest last."""

    async def export(_: web.Request) -> web.Response:
        return web.json_response({"products": products()})

    async def index(request: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": f"{request.path}/"})

    return [
        web.get("/web", index),
        web.get("/web/products.json", export),
        web.get("/web/{name:[^/]*}", file),
    ]
