"""What a handler is given, and the handler most methods have."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.core.errors import ProtocolError

if TYPE_CHECKING:
    from harness.simulator.host.app import RunningApp
    from harness.simulator.host.connection import Connection
    from harness.simulator.host.host import SimulatorHost

Result = Mapping[str, Any]
DONE: Result = {}


@dataclass(frozen=True, slots=True)
class Call:
    """One request. ``own_app`` is the app of the port it came in by; None on the control port."""

    host: SimulatorHost
    own_app: RunningApp | None
    connection: Connection
    method: str
    params: Mapping[str, Any]

    @property
    def app(self) -> RunningApp:
        """The app it is for: of ``params.port`` where the method has one, else of this port."""
        if self.method.startswith("Simulator."):
            port = self.params.get("port")
            return self.own_app if port is None and self.own_app is not None else self.host.app(port)
        if self.own_app is None:
            raise ProtocolError("this is the control port; connect to an app's own port")
        return self.own_app


Handler = Callable[[Call], Awaitable[Result]]


async def in_page(call: Call) -> Result:
    """Answered by the page runtime, unchanged."""
    return await call.app.call(call.method, call.params)


async def not_simulated(call: Call) -> Result:
    """For methods whose specification says how they are refused; the session does it before we are asked."""
    raise ProtocolError(f"{call.method} unimplemented")
