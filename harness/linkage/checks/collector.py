"""The linkage contract as a file of tests: an entity is a collector, a cell an item.

Collecting reads documents and sends nothing. Ids and order follow the document, the same in every process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from harness.checks.item import CheckContext, CheckItem
from harness.checks.outcome import Outcome
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds import parity
from harness.core import payloads
from harness.core.errors import UsageError
from harness.core.text import Text
from harness.linkage.checks.batch import SYSTEM, Batch, Job
from harness.linkage.checks.linkage_test import LinkageTest
from harness.linkage.contract.lint import lint
from harness.linkage.contract.needs import entity_of
from harness.linkage.contract.plan import Cell
from harness.linkage.contract.reading import Document
from harness.linkage.contract.ways import Ways
from harness.linkage.parity.compare import compare
from harness.linkage.parity.pairs import Pair, pairs
from harness.linkage.parity.words import ABOUT
from harness.linkage.participants.participant import Participant
from harness.linkage.promises import (
    appears,
    conserved,
    converges,
    deletion_propagates,
    exactly_once,
    last_write_wins,
    monotonic_reads,
    never_below,
    nothing_lost,
    one_account,
    private,
)
from harness.linkage.promises.hops import Hops
from harness.linkage.promises.linkage_run import LinkageRun
from harness.linkage.promises.not_run import planned
from harness.linkage.promises.promise_check import PromiseCheck
from harness.traffic.fault_injection import InjectedFault

PROMISES: Mapping[str, Callable[[PromiseCheck], None]] = {
    "appears": appears.show,
    "monotonic-reads": monotonic_reads.show,
    "last-write-wins": last_write_wins.show,
    "nothing-lost": nothing_lost.show,
    "exactly-once": exactly_once.show,
    "conserved": conserved.show,
    "converges": converges.show,
    "never-below": never_below.show,
    "private": private.show,
    "deletion-propagates": deletion_propagates.show,
    "one-account": one_account.show,
}


STATE_OF_ALL = ("converges",)
"""Promises whose checks change the state of the whole system."""
MEASURES = ("conserved", "exactly-once", "never-below")
"""Promises whose checks measure what acts move: nobody else may move it meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageSources:
    """What the run supplies. ``read`` gives document and participants (UsageError where they do not fit);
    ``refusal`` says why the environment lets nothing be written, None where it does. ``together``: the checks of
    a run are played beside each other; ``ways``: where proxies stand, and whether services tell when no data is under
    way; ``times`` each is run.
    """

    read: Callable[[], tuple[Document, Mapping[str, Participant]]]
    hops: Callable[[str], Hops]
    quiet: Callable[[float], None]
    record_lag: Callable[[str, payloads.Lag], None]
    obstruct: Callable[[str, bool], None]
    inject: Callable[[str, str, InjectedFault], None]
    happened: Callable[[str, str, str], int]
    refusal: Callable[[], Text | None]
    one_time_code: str | None = None
    together: bool = True
    ways: Ways = field(default_factory=Ways)
    times: int = 1


class LinkageFile(pytest.File):
    """``linkage.yaml``."""

    sources: LinkageSources
    context: CheckContext

    def collect(self) -> Iterable[pytest.Collector]:
        try:
            document, participants = self.sources.read()
            lint(document, participants)
        except UsageError as error:
            raise self.CollectError(error.say(self.context.language)) from None
        batch = Batch(self._chosen)
        by_entity: dict[str, list[Cell]] = {}
        for cell in planned(document.contract, participants, self.sources.ways):
            by_entity.setdefault(cell.entity, []).append(cell)
        for id, several in by_entity.items():
            node: EntityNode = EntityNode.from_parent(self, name=id)
            node.file, node.document, node.participants = self, document, participants
            node.cells, node.batch = several, batch
            yield node
        alike = list(pairs(document.contract, participants))
        if alike:
            both: ParityNode = ParityNode.from_parent(self, name=parity.NODE)
            both.file, both.document, both.participants = self, document, participants
            both.pairs, both.batch = alike, batch
            yield both

    def _chosen(self) -> frozenset[str]:
        """The checks that are played together: all that pytest is going to run, or each by itself."""
        if not self.sources.together:
            return frozenset()
        return frozenset(item.nodeid for item in self.session.items)


class EntityNode(pytest.Collector):
    """One entity of the linkage contract."""

    file: LinkageFile
    document: Document
    participants: Mapping[str, Participant]
    cells: list[Cell]
    batch: Batch

    def collect(self) -> Iterable[pytest.Item]:
        entity = self.document.contract.entities[self.name]
        line = int(self.document.where("entities", self.name).rpartition(":")[2])
        times = self.file.sources.times
        for cell, number in product(self.cells, range(1, times + 1)):
            name = f"{cell.name}[run{number}]" if times > 1 else cell.name
            id = f"{self.nodeid}::{name}"
            exclusive, shared = records_of(cell, self.document)
            alone = bool(exclusive | shared)
            if times > 1:  # as in any run, a check is never beside itself
                exclusive |= {f"{self.name} {cell.name}"}
            self.batch.add(Job(id, alone, exclusive, partial(self._play, cell, id, number), shared))
            test = LinkageTest(
                cell=cell,
                name=name,
                entity=entity,
                writer=self.participants[cell.writer],
                reader=self.participants[cell.reader],
                path=Path(self.path),
                line=line,
                execute=partial(self.batch.outcome, id),
                refused=self.file.sources.refusal,
                language=self.file.context.language,
                alone=alone,
            )
            yield CheckItem.of(self, test, self.file.context)

    def _play(self, cell: Cell, id: str, number: int) -> Outcome:
        run = _run(self.file, self.document, self.participants, id, number)
        return PromiseCheck(run, cell).outcome(PROMISES[cell.promise])


class ParityNode(pytest.Collector):
    """Reads of unlike operations that must answer alike."""

    file: LinkageFile
    document: Document
    participants: Mapping[str, Participant]
    pairs: list[Pair]
    batch: Batch

    def collect(self) -> Iterable[pytest.Item]:
        for pair in self.pairs:
            id = f"{self.nodeid}::{pair.name}"
            self.batch.add(Job(id, True, frozenset({SYSTEM}), partial(self._play, pair, id)))
            first, second = (side.participant for side in pair.sides)
            test = ContractTest(
                name=pair.name,
                kind="parity",
                contract=pair.first.operation.contract,
                backend=first.backend,
                beside=(second.backend,) if second.backend.name != first.backend.name else (),
                operation=pair.first.operation,
                about=ABOUT.format(
                    entity=self.document.contract.entities[pair.entity].title,
                    first=pair.first.operation.id,
                    second=pair.second.operation.id,
                ),
                execute=partial(self.batch.outcome, id),
                alone=True,
                file=self.file.path.name,
            )
            yield CheckItem.of(self, test, self.file.context)

    def _play(self, pair: Pair, id: str) -> Outcome:
        if refusal := self.file.sources.refusal():
            return Outcome((), {}, {}, 0.0, not_run=(refusal,))
        return compare(_run(self.file, self.document, self.participants, id), pair)


def _run(
    file: LinkageFile,
    document: Document,
    participants: Mapping[str, Participant],
    id: str,
    number: int = 1,
) -> LinkageRun:
    """What the check of an id needs of the run; ``number``: its repetition."""
    sources, context = file.sources, file.context
    return LinkageRun(
        contract=document.contract,
        participants=participants,
        seed=context.seed + number - 1,
        timeout=context.request_timeout,
        hops=sources.hops,
        quiet=sources.quiet,
        record_lag=partial(sources.record_lag, id),
        obstruct=sources.obstruct,
        inject=sources.inject,
        happened=sources.happened,
        one_time_code=sources.one_time_code,
        drains=sources.ways.drains,
    )


def records_of(cell: Cell, document: Document) -> tuple[frozenset[str], frozenset[str]]:
    """The records of persons who have no other that a check works on: those that it must have to itself, and those
    that it moves as others may, too.

    Such a record is the cell's entity itself, or one that the acts of the check have effects on.
    """
    if cell.promise in STATE_OF_ALL:
        return frozenset({SYSTEM}), frozenset()
    if cell.promise == "one-account":  # whose people are its own
        return frozenset(), frozenset()
    entities = document.contract.entities
    touched = {
        entity_of(place.partition(".")[0], entities)
        for name in _acting(cell, document)
        for places in entities[name].effects.values()
        for place in places
    }
    own = _only_ones({cell.entity}, document)
    moved = _only_ones(touched, document)
    if cell.promise in MEASURES:
        return own | moved, frozenset()
    reads = cell.promise == "private"
    return frozenset() if reads else own, moved | own if reads else moved - own


def _acting(cell: Cell, document: Document) -> set[str]:
    """The entities whose acts a check does."""
    entities = document.contract.entities
    found = {cell.entity}
    if cell.promise == "deletion-propagates":
        found |= {name for name, entity in entities.items() if cell.entity in entity.needs}
    if cell.promise == "conserved" and cell.writer == cell.reader:
        found |= {
            name
            for name, entity in entities.items()
            for places in entity.effects.values()
            if any(entity_of(place.partition(".")[0], entities) == cell.entity for place in places)
        }
    return found


def _only_ones(names: Iterable[str], document: Document) -> frozenset[str]:
    entities = document.contract.entities
    return frozenset(
        f"{name} of {entities[name].of}"
        for name in sorted(names)
        if entities[name].id is None and entities[name].of
    )
