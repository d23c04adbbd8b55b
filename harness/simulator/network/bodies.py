"""Answers of servers, read within bounds: their bytes as they come and decoded, and the whole time they take.

Owns the bounds. A small answer may be large once it is decoded, and one that trickles never ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from harness.core.content_codings import CODINGS, decoded
from harness.core.exchange import Message
from harness.simulator.network.domains import Refused, net_error

MAX_CONTENT = 32 * 1024 * 1024
"""Bytes of one answer, decoded or not."""
ONE_BY_ONE = "gzip, deflate"
"""Codings of an answer that is decoded piece by piece: these make a piece at most a thousand times as long."""


def too_large(origin: str) -> Refused:
    finding = f"{origin} answered with more than {MAX_CONTENT // 1024**2} MB: the simulator takes no more"
    return Refused(str(net_error("ERR_INSUFFICIENT_RESOURCES", -12)), 600001, finding=finding)


async def content_of(response: httpx.Response, origin: str) -> bytes:
    """The whole content, its codings undone; Refused where it is too large or not in them. httpx's errors pass."""
    raw = bytearray()
    async for piece in response.aiter_raw():
        raw += piece
        if len(raw) > MAX_CONTENT:
            raise too_large(origin)
    message = decoded(Message(tuple(response.headers.multi_items()), bytes(raw)), MAX_CONTENT)
    if message.flaw is not None:
        if message.flaw.expected is not None:
            raise net_error("ERR_CONTENT_DECODING_FAILED", -330)
        if all(coding in CODINGS for coding in _codings(response)):
            raise too_large(origin)
    return message.body


async def pieces_of(response: httpx.Response) -> AsyncIterator[bytes]:
    """The content piece by piece; Refused where it comes in another coding than was asked for (:data:`ONE_BY_ONE`)."""
    codings = _codings(response)
    if len(codings) > 1 or not set(codings) <= {"identity", "gzip", "x-gzip", "deflate"}:
        raise net_error("ERR_CONTENT_DECODING_FAILED", -330)
    async for piece in response.aiter_bytes():
        yield piece


def text_of(response: httpx.Response, content: bytes) -> str:
    """The content as text, in the charset that the answer names."""
    kind = response.headers.get("content-type")
    headers = {} if kind is None else {"content-type": kind}
    return httpx.Response(200, headers=headers, content=content).text


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """Refused with WeChat's word where what is done takes longer in all."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise Refused("timeout", 5) from None


def _codings(response: httpx.Response) -> list[str]:
    said = ",".join(response.headers.get_list("content-encoding"))
    return [coding.strip().lower() for coding in said.split(",") if coding.strip()]
