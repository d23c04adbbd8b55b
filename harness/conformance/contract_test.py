"""One test of a contract on a backend, whatever kind it is: what pytest collects and what it comes to.

Kinds differ in what they send and compare; how they are collected, recorded and reported is the same for all
and belongs to ``collector``. A kind is a function from a contract and a backend to such tests; making them
reads the contract only and imports nothing heavy, since it happens in every collection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from harness.conformance.backend import BackendUnderTest
from harness.conformance.findings import Finding
from harness.contracts import Contract, Operation
from harness.core.text import Text

Kind = Literal["generated", "declared", "statuses", "links", "parity"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one test came to.

    ``cases`` by phase, ``statuses`` how often each status was answered, ``broken`` what kept the harness from
    testing (network, generation), ``out_of_time`` whether the budget ended the test, ``not_run`` what was
    held back and why (the environment does not allow it, the driver cannot): never green, ``waived`` findings
    that the list of waivers excuses.
    """

    findings: tuple[Finding, ...]
    cases: dict[str, int]
    statuses: dict[str, int]
    seconds: float
    out_of_time: bool = False
    broken: tuple[str, ...] = field(default=())
    not_run: tuple[str, ...] = field(default=())
    waived: tuple[Finding, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTest:
    """A test, not yet run.

    ``name`` is the last part of its id (``getPoints``, ``getPoints[pagination]``, ``links``), unique among
    the tests of its backend. ``operation`` is the one it is about; None: several. ``about`` says in words
    what is tested. ``execute`` runs it; BrokenError where the harness cannot. ``alone``: it changes or
    compares the state of the whole system, so that nothing else may run at the same time (pytest-xdist).
    ``beside``: the other backends it compares its own with.
    """

    name: str
    kind: Kind
    contract: Contract
    backend: BackendUnderTest
    operation: Operation | None
    about: Text
    execute: Callable[[], Outcome]
    alone: bool = False
    beside: tuple[BackendUnderTest, ...] = ()

    @property
    def platforms(self) -> list[str]:
        return [backend.platform for backend in (self.backend, *self.beside)]

    @property
    def pointer(self) -> str:
        return f"{self.contract.name}#/paths" if self.operation is None else self.operation.pointer

    @property
    def label(self) -> str:
        """``GET /api/points``; the contract's title where it is about several operations."""
        return self.contract.title if self.operation is None else self.operation.label
