"""What each method of the specification does: one entry per method, most of them answered inside the page.

``HANDLERS`` is complete: a test compares it with the specification. Handlers are thin; anything longer than
ten lines belongs to the app or the host.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.automator.messages import Request
from harness.simulator.host.handlers import app as _app
from harness.simulator.host.handlers import element, page, simulator, tool
from harness.simulator.host.handlers.call import Call, Handler

if TYPE_CHECKING:
    from harness.simulator.host.app import RunningApp
    from harness.simulator.host.connection import Connection
    from harness.simulator.host.host import SimulatorHost

HANDLERS: Mapping[str, Handler] = {
    **tool.HANDLERS,
    **_app.HANDLERS,
    **page.HANDLERS,
    **element.HANDLERS,
    **simulator.HANDLERS,
}


async def answer(
    host: SimulatorHost, app: RunningApp | None, connection: Connection, request: Request
) -> Mapping[str, Any]:
    """Carry out a request the session has let through; the result object."""
    handler = HANDLERS[request.method]
    return await handler(Call(host, app, connection, request.method, request.params))
