"""A request that ends in its middle, and what becomes of who takes it or does not."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest
from multidict import CIMultiDict

from harness.traffic.truncation import send_half

LARGE = bytes(20_000_000)  # more than a connection takes before somebody reads


async def half_to(port: int) -> None:
    await send_half(f"http://127.0.0.1:{port}", "POST", "/", CIMultiDict(), LARGE)


def test_who_breaks_off_was_there_all_the_same() -> None:
    met: list[bool] = []

    async def break_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.append(True)
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def meet() -> None:
        server = await asyncio.start_server(break_off, "127.0.0.1", 0)
        async with server:
            await half_to(server.sockets[0].getsockname()[1])

    asyncio.run(meet())
    assert met == [True]


def test_who_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(OSError, match=r"refused|Connect call failed"):
        asyncio.run(half_to(port))


def test_half_a_request_is_for_the_whole_address() -> None:
    seen: list[bytes] = []
    met = asyncio.Event()

    async def read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readline())
        writer.close()
        met.set()

    async def meet() -> None:
        server = await asyncio.start_server(read, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            await send_half(f"http://127.0.0.1:{port}/gw", "POST", "/a?b", CIMultiDict(), b"body")
            await asyncio.wait_for(met.wait(), 10)

    asyncio.run(meet())
    assert seen == [b"POST /gw/a?b HTTP/1.1\r\n"]
