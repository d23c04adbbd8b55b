"""WebSocket servers on the loopback interface: one port per app, one for control.

Owns listening and who is connected. What a request means is decided by the ``carry`` it is given.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from websockets.asyncio.server import Server, ServerConnection, serve

from harness.automator.messages import MAX_MESSAGE
from harness.core.errors import ProtocolError, UsageError
from harness.simulator.host.connection import Carry, Connection

HOST = "127.0.0.1"
CLOSE_WITHIN = 1.0


class Listener:
    """One listening port. ``newcomer`` is awaited before a client that finds nobody else is served."""

    def __init__(self, carry: Carry, newcomer: Callable[[Connection], Awaitable[None]] | None = None) -> None:
        self._carry, self._newcomer = carry, newcomer
        self._server: Server | None = None
        self._connections: set[Connection] = set()
        self.port = 0

    @property
    def attended(self) -> bool:
        """Whether any client is connected."""
        return any(connection.open for connection in self._connections)

    @property
    def endpoint(self) -> str:
        return f"ws://{HOST}:{self.port}"

    async def open(self, port: int) -> int:
        """Listen on ``port`` (0: any free one); the port. UsageError when it is taken."""
        try:
            self._server = await serve(
                self._serve,
                HOST,
                port,
                # The session answers what is too long; the socket only guards against what is far too long.
                max_size=2 * MAX_MESSAGE,
                compression=None,
                ping_interval=None,
                close_timeout=CLOSE_WITHIN,
                process_request=self._no_strangers,
            )
        except OSError as error:
            raise UsageError(f"port {port} cannot be listened on: {error.strerror or error}") from error
        self.port = next(iter(self._server.sockets)).getsockname()[1]
        return self.port

    def event(self, method: str, params: Mapping[str, Any]) -> None:
        """Send an event to those of the clients it is for; ProtocolError when it does not fit."""
        problem: ProtocolError | None = None
        for connection in self._connections:
            try:
                connection.event(method, params)
            except ProtocolError as error:
                problem = error
        if problem:
            raise problem

    async def close(self) -> None:
        """Stop listening and end every connection."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _no_strangers(self, socket: ServerConnection, request: Any) -> Any:
        """Refuse web pages: any page in a browser here can dial a loopback port, and says where it comes from.

        Minium's WebSocket library says that it comes from this very port, other clients say nothing.
        """
        origins = request.headers.get_all("Origin")
        own = {f"http://{name}:{self.port}" for name in (HOST, "localhost")}
        if own.issuperset(origins):
            return None
        return socket.respond(403, f"origin {', '.join(origins)[:100]} may not drive the simulator\n")

    async def _serve(self, socket: ServerConnection) -> None:
        connection = Connection(socket, self._carry)
        alone = not any(other.open for other in self._connections)
        self._connections.add(connection)
        try:
            if alone and self._newcomer is not None:
                await self._newcomer(connection)
            await connection.run()
        finally:
            self._connections.discard(connection)
