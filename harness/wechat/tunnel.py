"""An HTTP proxy for CONNECT (RFC 9110, 9.3.6): WeChat's host names lead to the stand-in, all others where they are.

With HTTPS_PROXY, a program with fixed addresses reaches the stand-in with neither a hosts file nor port 443, which an
ordinary user has not. Owns the way there, and in a run the end of TLS before a recording proxy; what is answered is
the server's.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass

from aiohttp.web_server import Server

from harness.wechat.hosts import HOSTS

LOOPBACK = ("127.0.0.1", "localhost", "::1")
WITHIN = 10.0  # seconds for what is asked, and for a connection to where it leads
LONGEST = 16 * 1024  # bytes of what is asked
BLOCK = 64 * 1024
ASKED = re.compile(rb"CONNECT (\[[^\]\s]+\]|[^:\s]+):([0-9]{1,5}) HTTP/1\.[01]\r\n")


@dataclass(frozen=True, slots=True)
class Tunnel:
    """The proxy at ``host`` and ``port``; ``tls_port`` of this machine is the stand-in's.

    Where others than this machine's programs can ask, it leads to the stand-in alone, and is nobody's way elsewhere.
    """

    host: str
    port: int
    tls_port: int

    async def open(self, server: Server) -> asyncio.Server:
        return await asyncio.start_server(self._lead, self.host, self.port, limit=LONGEST)

    def target(self, host: str, port: int) -> tuple[str, int]:
        """Where it leads: to the stand-in for WeChat's names, and with any other name there."""
        return ("127.0.0.1", self.tls_port) if host.lower() in HOSTS else (host, port)

    async def _lead(self, asking: asyncio.StreamReader, asker: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            try:
                said = await asyncio.wait_for(asking.readuntil(b"\r\n\r\n"), WITHIN)
            except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                said = b""
            asked = ASKED.match(said)
            if asked is None:
                await _refuse(
                    asker,
                    "405 Method Not Allowed",
                    "this proxy is for CONNECT: set HTTPS_PROXY, not HTTP_PROXY",
                )
                return
            host, port = asked[1].decode("latin-1").strip("[]"), int(asked[2])
            if self.host not in LOOPBACK and host.lower() not in HOSTS:
                await _refuse(
                    asker, "403 Forbidden", f"{host}: this proxy is for WeChat's host names: except others"
                )
                return
            try:
                leading, leader = await asyncio.wait_for(
                    asyncio.open_connection(*self.target(host, port)), WITHIN
                )
            except (OSError, OverflowError, TimeoutError) as error:
                await _refuse(asker, "502 Bad Gateway", f"{host}:{port}: {error or type(error).__name__}")
                return
            asker.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await _join(asking, asker, leading, leader)
        asker.close()


@dataclass(frozen=True, slots=True)
class Relay:
    """TLS at ``host`` and ``port``, without it at ``target_port`` of this machine: what passes there can be read."""

    host: str
    port: int
    tls: ssl.SSLContext
    target_port: int

    async def open(self, server: Server) -> asyncio.Server:
        return await asyncio.start_server(self._relay, self.host, self.port, ssl=self.tls)

    async def _relay(self, asking: asyncio.StreamReader, asker: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            await _join(asking, asker, *await asyncio.open_connection("127.0.0.1", self.target_port))
        asker.close()


async def _join(
    asking: asyncio.StreamReader,
    asker: asyncio.StreamWriter,
    leading: asyncio.StreamReader,
    leader: asyncio.StreamWriter,
) -> None:
    """Until both sides have ended."""
    try:
        await asyncio.gather(_pass_on(asking, leader), _pass_on(leading, asker))
    finally:
        leader.close()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Until its end, which is passed on, too."""
    with suppress(OSError):
        while block := await source.read(BLOCK):
            target.write(block)
            await target.drain()
    with suppress(OSError):
        if target.can_write_eof():
            target.write_eof()
        else:
            target.close()


async def _refuse(asker: asyncio.StreamWriter, status: str, why: str) -> None:
    body = f"{why}\n".encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    asker.write(head.encode() + b"Connection: close\r\n\r\n" + body)
    await asker.drain()
    asker.close()
