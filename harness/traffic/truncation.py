"""Messages that end in their middle, as when a connection breaks: a request on its way there, an answer back."""

from __future__ import annotations

import asyncio
import contextlib
import ssl

from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from harness.traffic.response import Passed, PassedPiecewise


async def send_half(
    upstream: str,
    method: str,
    target: str,
    headers: CIMultiDict[str],
    body: bytes,
    tls: ssl.SSLContext | bool = True,
) -> None:
    """Send the beginning of a request, and close: half of its body, or of its head where it has none. OSError where
    nobody listens; who listens may break off, which is no silence of theirs.
    """
    if body:
        headers.setdefault("Content-Length", str(len(body)))
    url = URL(upstream)
    target = url.raw_path.rstrip("/") + target
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    head = "\r\n".join(lines).encode("utf-8", "surrogateescape")
    half = head + body[: len(body) // 2] if body else head[: len(head) // 2]
    _, writer = await asyncio.open_connection(url.host, url.port, ssl=tls if url.scheme == "https" else None)
    with contextlib.suppress(ConnectionError):
        try:
            writer.write(half)
            await writer.drain()
        finally:
            writer.close()
            await writer.wait_closed()


async def answer_half(request: web.Request, answer: Passed) -> web.StreamResponse:
    """Send the client half of an answer's body, and break the connection off; at once where it has none."""
    assert isinstance(answer.body, bytes)
    response = PassedPiecewise(status=answer.status, reason=answer.reason, headers=answer.headers)
    response.added = answer.added
    response.content_length = len(answer.body)
    if answer.body:
        await response.prepare(request)
        await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.abort()
    return response
