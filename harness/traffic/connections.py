"""The port of an edge: its connections, and what is answered to requests that cannot be read.

aiohttp answers those itself, with 400, as if the target had. Here the answer says whose it is.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMethod

from harness.core.exchange import UNANSWERED
from harness.processes.ports import LOOPBACK
from harness.traffic.edges import Edge
from harness.traffic.losses import say

LONGEST = 1024 * 1024  # bytes of a request line, and of a header
MOST_HEADERS = 1000  # of one message
OPTIONS: dict[str, Any] = {
    "access_log": None,
    "auto_decompress": False,
    "max_line_size": LONGEST,
    "max_field_size": LONGEST,
    "max_headers": MOST_HEADERS,
}


class Connection(web.RequestHandler):
    """One connection of a client."""

    edge: Edge

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what is no HTTP request; it always ends the connection."""
        lines = (message or str(exc or "")).strip().splitlines() or [type(exc).__name__]
        said = f"edge {self.edge.name}: the recording proxy cannot read a request: {lines[0].rstrip(':')}"
        if not isinstance(exc, BadHttpMethod):  # what asks a plain port for TLS is nobody's request
            say(said)
        if request.writer.output_size:
            raise ConnectionAbortedError("a response is under way")
        answer = web.Response(status=status, text=said)
        answer.headers[UNANSWERED] = self.edge.target.encode("ascii", "replace").decode()
        answer.force_close()
        return answer


class Port:
    """One edge's port. Set up before any is opened, so that all open at once or none does."""

    def __init__(self, edge: Edge, application: web.Application) -> None:
        self.edge = edge
        self._runner = web.AppRunner(
            application, handler_cancellation=True, shutdown_timeout=0.2, access_log=None
        )

    async def set_up(self, stack: AsyncExitStack) -> None:
        await self._runner.setup()
        stack.push_async_callback(self._runner.cleanup)

    async def open(self, stack: AsyncExitStack) -> None:
        """OSError where the port is taken."""
        loop = asyncio.get_running_loop()
        manager = self._runner.server
        assert manager is not None

        def connected() -> Connection:
            connection = Connection(manager, loop=loop, **OPTIONS)
            connection.edge = self.edge
            return connection

        server = await loop.create_server(connected, LOOPBACK, self.edge.port, backlog=128)
        stack.callback(server.close)
