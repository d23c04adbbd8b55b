"""What the checks of a run share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from harness.core import payloads
from harness.linkage.contract.model import LinkageContract
from harness.linkage.participants.participant import Participant
from harness.linkage.promises.hops import Hops
from harness.traffic.fault_injection import InjectedFault

EVERY = 0.1  # seconds between the beginnings of two reads


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageRun:
    """What the checks of a run share. ``hops`` gives what was recorded between the services of a trace;
    ``inject`` lets deliveries from one service to another go wrong, ``happened`` says how often one of a trace did;
    ``obstruct`` makes a service unreachable for the other services, or reachable again;
    ``quiet`` waits (seconds) until no data is under way: NotRun where nothing tells; ``one_time_code`` is the one
    that the system always accepts.
    """

    contract: LinkageContract
    participants: Mapping[str, Participant]
    seed: int
    timeout: float
    hops: Callable[[str], Hops]
    quiet: Callable[[float], None]
    record_lag: Callable[[payloads.Lag], None]
    obstruct: Callable[[str, bool], None]
    inject: Callable[[str, str, InjectedFault], None]
    happened: Callable[[str, str, str], int]
    one_time_code: str | None = None
    every: float = EVERY
    drains: bool = True
    """Whether the services tell when nothing is under way; else the contract's ``settle`` does."""
