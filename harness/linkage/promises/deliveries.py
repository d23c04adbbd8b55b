"""Deliveries of a check between the services, which go wrong by fault injection in the proxy on their way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from harness.core.polling import poll
from harness.linkage.promises.promise_check import PromiseCheck
from harness.traffic.fault_injection import FaultKind, InjectedFault

NOTED = 1.0  # seconds until a proxy has noted what it did


def can_go_wrong(check: PromiseCheck) -> bool:
    """Whether a proxy stands on the way from the writer's service to the reader's."""
    ends = check.run.participants[check.cell.writer], check.run.participants[check.cell.reader]
    return check.hops.recorded(*ends)


@contextmanager
def going_wrong(
    check: PromiseCheck,
    kind: FaultKind,
    *,
    seconds: float = 0.0,
    back: bool = False,
    skip: int = 0,
    times: int = 1,
    reads: bool = False,
) -> Iterator[None]:
    """A delivery of this check from the writer's service to the reader's (``back``: the other way round) goes
    wrong: the first ``times`` after ``skip``; ``reads``: those that read. That there is a first one on the way
    there is certain, and no other. Nothing happens where no proxy stands on the way.
    """
    ends = check.writer.participant, check.reader.participant
    way = check.hops.way(*(reversed(ends) if back else ends))
    if way is None:
        yield
        return
    source, target = way
    before = check.run.happened(source, target, check.trace_id)
    fault = InjectedFault(
        trace_id=check.trace_id, kind=kind, seconds=seconds, skip=skip, times=times, reads=reads
    )
    check.run.inject(source, target, fault)
    certain = not (back or skip or reads)
    if certain:
        check.injected[kind] += 1
    check.fault = kind
    yield
    check.fault = None
    happened = poll(  # it is noted when the delivery is over, which may be after it was seen
        lambda: check.run.happened(source, target, check.trace_id) - before,
        lambda count: count > 0,
        within=seconds + NOTED if certain else 0.0,
    ).value
    check.reached[f"{kind} back" if back else kind] += happened
