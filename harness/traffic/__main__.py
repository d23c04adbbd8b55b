"""``python -m harness.traffic EDGES.json``: the process that records every edge of a run, until SIGTERM.

It ends with 3 where exchanges are missing in the record and the record could not be told.
Each edge's port answers ``GET /__edge__/health`` with 200; it does so only once all ports are open.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from pydantic import ValidationError

from harness.core.errors import EXIT_BROKEN, EXIT_USAGE, BrokenError, UsageError
from harness.core.events import EventLog
from harness.core.validation import first_invalid
from harness.processes.ports import conflict
from harness.traffic.clients import Clients
from harness.traffic.connections import Port
from harness.traffic.edges import ROLE, Edge, EdgesPlan
from harness.traffic.judging import judges
from harness.traffic.pace import Pace
from harness.traffic.proxy import EdgeProxy
from harness.traffic.recorder import Recorder

AGAIN_AFTER = 1.0  # seconds until what could not be written is tried again


def main(arguments: list[str]) -> int:
    try:
        asyncio.run(serve(_plan(arguments)))
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_USAGE
    except BrokenError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_BROKEN
    return 0


async def serve(plan: EdgesPlan) -> None:
    """Record all edges until SIGTERM or Ctrl-C. BrokenError for a port that is taken."""
    stop = asyncio.Event()
    for name in ("SIGTERM", "SIGINT"):
        try:
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), stop.set)
        except NotImplementedError:
            break  # Windows: ending a process there asks nobody
    by_edge = judges(plan.edges, plan.readable)
    async with AsyncExitStack() as stack:
        recorder = Recorder(EventLog(plan.folder, plan.run, ROLE), plan.settings)
        stack.callback(recorder.close)
        clients = await stack.enter_async_context(Clients(plan.settings))
        opened = asyncio.Event()
        ports = []
        paces: dict[str, Pace] = {}
        for edge in plan.edges:
            pace = _pace(edge, paces)
            proxy = EdgeProxy(edge, by_edge[edge.name], recorder, clients, plan.settings, opened, pace)
            ports.append(Port(edge, proxy.application))
            await ports[-1].set_up(stack)
        for port in ports:
            try:
                await port.open(stack)
            except OSError as error:
                raise BrokenError(
                    f"edge {port.edge.name} cannot be opened: {conflict(port.edge.port)} ({error.strerror})"
                ) from None
        opened.set()
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), AGAIN_AFTER)
            recorder.write_losses()


def _pace(edge: Edge, paces: dict[str, Pace]) -> Pace | None:
    """The pace of an edge with a limit, shared by all such edges to the same service."""
    if edge.rules is None or edge.rules.requests_per_second is None:
        return None
    return paces.setdefault(edge.target, Pace(edge.rules.requests_per_second))


def _plan(arguments: list[str]) -> EdgesPlan:
    if len(arguments) != 1:
        raise UsageError("usage: python -m harness.traffic EDGES.json")
    try:
        return EdgesPlan.model_validate_json(Path(arguments[0]).read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read the edges: {error.strerror}", where=arguments[0]) from None
    except ValidationError as error:
        raise UsageError(str(first_invalid(error)), where=arguments[0]) from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
