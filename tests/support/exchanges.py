"""Exchanges with the fixture contracts, in one line each."""

from __future__ import annotations

import json
from typing import Any

from harness.core.exchange import Exchange, Message

JSON = ("Content-Type", "application/json; charset=utf-8")


def exchange(
    method: str,
    path: str,
    status: int | None = 200,
    body: Any = None,
    *,
    headers: tuple[tuple[str, str], ...] = (JSON,),
    sent: Any = None,
    sent_headers: tuple[tuple[str, str], ...] = (),
) -> Exchange:
    return Exchange(
        id="1",
        source="browser",
        target="things",
        method=method,
        path=path,
        request=Message(
            (*sent_headers, *([JSON] if not sent_headers and sent is not None else [])), _bytes(sent)
        ),
        status=status,
        response=None if status is None else Message(headers, _bytes(body)),
        started=0.0,
        ended=0.1,
    )


def _bytes(body: Any) -> bytes:
    if isinstance(body, bytes):
        return body
    return b"" if body is None else json.dumps(body).encode()


def listed(path: str = "/v1/things", body: Any = (), **more: Any) -> Exchange:
    return exchange("GET", path, 200, list(body), headers=(JSON, ("X-Total", "1")), **more)
