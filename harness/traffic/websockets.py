"""A WebSocket on its way through the recording proxy: opened at the target first, then passed both ways.

Owns the passing. The record says that it was there, how much went each way and how it was closed; what was said
is not kept, since no contract says which of it is secret.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from aiohttp import WSCloseCode, WSMsgType, web
from multidict import CIMultiDict

from harness.traffic.headers import Pairs, end_to_end

# Each side of a proxy makes its own (RFC 6455 section 4.1).
HANDSHAKE = frozenset({"sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions"})
PROTOCOL = "sec-websocket-protocol"
CLOSE_WITHIN = 2.0
# aiohttp warns of a target that chooses none of the protocols offered; that is between it and its client.
logging.getLogger("aiohttp.websocket").setLevel(logging.ERROR)

Socket = web.WebSocketResponse | aiohttp.ClientWebSocketResponse


@dataclass(slots=True)
class Passage:
    """How much went through, and the code it was closed with."""

    sent: int = 0
    received: int = 0
    code: int | None = None

    def __str__(self) -> str:
        return (
            f"a WebSocket, which no contract describes: {self.sent} messages sent, {self.received} received, "
            f"closed with {self.code if self.code is not None else 'no code'}"
        )


async def open_at_target(
    client: aiohttp.ClientSession, address: str, received: Pairs, tls: ssl.SSLContext | bool = True
) -> aiohttp.ClientWebSocketResponse:
    """The socket to the target; aiohttp.ClientError when it takes none."""
    return await client.ws_connect(
        address,
        protocols=_protocols(received),
        headers=_passed(received),
        max_msg_size=0,
        ssl=tls,
        timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_WITHIN),
    )


def answer_to(target: aiohttp.ClientWebSocketResponse) -> web.WebSocketResponse:
    """The socket to the client, of the protocol the target chose."""
    chosen = (target.protocol,) if target.protocol else ()
    return web.WebSocketResponse(protocols=chosen, max_msg_size=0, timeout=CLOSE_WITHIN)


async def pass_both_ways(
    client: web.WebSocketResponse,
    target: aiohttp.ClientWebSocketResponse,
    passage: Passage,
    record: Callable[[], None],
) -> None:
    """Until either side closes; then ``record``, and the other side is closed with the same code."""

    async def outward() -> None:
        async for message in client:
            passage.sent += 1
            await _send(target, message)

    async def inward() -> None:
        async for message in target:
            passage.received += 1
            await _send(client, message)

    ways: dict[asyncio.Task[None], Socket] = {
        asyncio.create_task(outward()): client,
        asyncio.create_task(inward()): target,
    }
    try:
        done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        ended = ways[done.pop()]
        passage.code = ended.close_code
        record()
        code = passage.code if passage.code not in (None, 1005, 1006) else WSCloseCode.GOING_AWAY
        for each in (client, target):
            if each is not ended:
                await each.close(code=int(code or WSCloseCode.GOING_AWAY))
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        await target.close()


async def _send(socket: Socket, message: aiohttp.WSMessage) -> None:
    if message.type is WSMsgType.TEXT:
        await socket.send_str(message.data)
    elif message.type is WSMsgType.BINARY:
        await socket.send_bytes(message.data)


def _protocols(received: Pairs) -> tuple[str, ...]:
    said = [value for name, value in received if name.lower() == PROTOCOL]
    return tuple(each.strip() for value in said for each in value.split(",") if each.strip())


def _passed(received: Pairs) -> CIMultiDict[str]:
    passed = end_to_end(received)
    for name in (*HANDSHAKE, PROTOCOL):
        passed.popall(name, None)
    return passed
