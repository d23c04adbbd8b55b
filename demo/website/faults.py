"""Planted faults (demo/faults/catalogue.yaml) that change an answer on its way out.

Those that change what the shop does are branches where it does it, found by their id; they ask `planted`.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

PRODUCT = "/api/products/[^/]+"

Value = TypeVar("Value")


@dataclass(slots=True)
class Faults:
    """The faults of this process; its switch (fault_switch.py) may replace them at any time."""

    names: frozenset[str] = frozenset()
    #: What planted faults remember between requests: caches, what was told when.
    memory: dict[Any, Any] = field(default_factory=dict)

    def plant(self, names: frozenset[str]) -> None:
        """These and no others, from the beginning."""
        self.names = names
        self.memory.clear()


PLANTED = Faults()


def planted(fault: str) -> bool:
    """Whether this fault is planted in this process."""
    return fault in PLANTED.names


def cached(key: Any, seconds: float, ask: Callable[[], Value]) -> Value:
    """What was found for ``key`` up to so many seconds ago, else what ``ask`` finds: a cache nobody invalidates."""
    until, value = PLANTED.memory.get(key, (0.0, None))
    if until < time.monotonic():
        value = ask()
        PLANTED.memory[key] = (time.monotonic() + seconds, value)
    found: Value = value
    return found


def stale_at_times(key: Any, value: Value) -> Value:
    """``value``; for 10 s after a change every third read finds the one before: a worker with a cache of its own."""
    now = time.monotonic()
    last, before, until, reads = PLANTED.memory.get(key, (value, value, 0.0, 0))
    if value != last:
        last, before, until = value, last, now + 10
    PLANTED.memory[key] = (last, before, until, reads + 1)
    found: Value = before if now < until and reads % 3 == 2 else value
    return found


@dataclass(slots=True)
class Answer:
    """An answer that may still be changed."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def content(self) -> Any:
        return json.loads(self.text)

    @content.setter
    def content(self, value: Any) -> None:
        self.text = json.dumps(value, ensure_ascii=False)


def _written_with_fraction(answer: Answer) -> None:
    answer.text = re.sub(r'"price":(\d+)', r'"price":\1.0', answer.text)


def _leaked(answer: Answer) -> None:
    answer.content = {**answer.content, "cost_price": answer.content["price"] // 2}


def _null_for_empty(answer: Answer) -> None:
    answer.text = answer.text.replace('"description":""', '"description":null')


def _plain_media_type(answer: Answer) -> None:
    answer.headers["content-type"] = "application/json"


def _no_retry_after(answer: Answer) -> None:
    answer.headers.pop("retry-after", None)


def _no_cookie(answer: Answer) -> None:
    answer.headers.pop("set-cookie", None)


#: Fault → method, path, statuses, and what it does to the answer.
ANSWERS: dict[str, tuple[str, str, range, Callable[[Answer], None]]] = {
    "contract-price-with-fraction": ("GET", PRODUCT, range(200, 300), _written_with_fraction),
    "contract-cost-price-leaked": ("GET", PRODUCT, range(200, 300), _leaked),
    "contract-description-null": ("GET", "/api/products", range(200, 300), _null_for_empty),
    "contract-problem-media-type": ("GET", PRODUCT, range(404, 405), _plain_media_type),
    "contract-no-retry-after": ("GET", "/api/cart", range(503, 504), _no_retry_after),
    "contract-session-without-cookie": ("POST", "/api/session", range(200, 300), _no_cookie),
}


class ChangedAnswers:
    """Middleware: answers as the planted faults would have them; without such a fault it does nothing."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app, self._faults = app, faults
        self._changing = BaseHTTPMiddleware(app, self._change)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app if self._faults.names.isdisjoint(ANSWERS) else self._changing
        await app(scope, receive, send)

    async def _change(self, request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
        planted = [ANSWERS[fault] for fault in self._faults.names if fault in ANSWERS]
        response = await handle(request)
        text = b"".join([chunk async for chunk in response.body_iterator])  # type: ignore[attr-defined]
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        answer = Answer(response.status_code, headers, text.decode())
        for method, path, statuses, apply in planted:
            if (
                request.method == method
                and re.fullmatch(path, request.url.path)
                and answer.status in statuses
            ):
                apply(answer)
        return Response(answer.text, answer.status, answer.headers)
