"""What the checks of a linkage contract are, before anything is sent: each by itself, and all at one glance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from harness.conformance.kinds import parity
from harness.core.text import Text, text_of
from harness.linkage.contract.model import LinkageContract
from harness.linkage.contract.plan import Cell
from harness.linkage.contract.ways import Ways
from harness.linkage.parity.pairs import pairs
from harness.linkage.participants.participant import BASIC, Participant
from harness.linkage.promises.not_run import planned

NOT_RUN = Text(zh="无法执行：", en="not run:")
REASON = Text(zh="  ({number}) {count} 项：{reason}", en="  ({number}) {count} ×  {reason}")
TOTAL = Text(
    zh="共 {count} 项检查，其中 {not_run} 项无法执行", en="{count} checks, {not_run} of them cannot be run"
)


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """One check: ``id`` as pytest has it, ``calls`` what is asked, ``not_run`` why it cannot be run."""

    id: str
    entity: str
    promise: str
    writer: str
    reader: str
    within: float
    calls: tuple[str, ...] = ()
    not_run: Text | None = None


def summaries(
    contract: LinkageContract, participants: Mapping[str, Participant], ways: Ways
) -> Iterator[CheckSummary]:
    """Every check, in the order of the document; those of parity last, as in a run."""
    for cell in planned(contract, participants, ways):
        id = f"{cell.entity}::{cell.name}"
        calls = tuple(dict.fromkeys(_asked(contract, cell, participants)))
        names = cell.writer, cell.reader
        yield CheckSummary(id, cell.entity, cell.promise, *names, cell.within, calls, cell.not_run)
    for pair in pairs(contract, participants):
        first, second = (side.participant.name for side in pair.sides)
        calls = tuple(f"{side.participant.name}.{side.call.label}" for side in pair.sides)
        id, promise = f"{parity.NODE}::{pair.name}", f"parity {pair.act}"
        yield CheckSummary(id, pair.entity, promise, first, second, contract.within(pair.entity), calls)


def _asked(contract: LinkageContract, cell: Cell, participants: Mapping[str, Participant]) -> Iterator[str]:
    """What a check may ask: the writer's acts and read, and all by which the reader is read."""
    entity = contract.entities[cell.entity]
    writer, reader = participants[cell.writer], participants[cell.reader]
    acts: Iterable[str] = ("make", "change", "remove", "restore", *writer.acts(entity))
    if cell.promise == "one-account" and (accounts := contract.accounts):
        acts = ()
        for name in (cell.writer, cell.reader):
            if account := accounts.participants.get(name):
                yield from (f"{name}.{way.call}" for way in account.calls)
    for participant, names in ((writer, (*acts, "read")), (reader, ("find", "read", "list"))):
        for name in names:
            call = participant.call(entity, name)
            if call is not None:
                act = "" if name in BASIC else f" ({name})"
                yield f"{participant.name}.{call.label}{act}"
    yield from (f"{reader.name}.{call.label}" for call in reader.reads(entity).values())


def each(checks: Iterable[CheckSummary]) -> Iterator[Text]:
    """Two lines for each check: its id, and what it asks or why it cannot be run."""
    for check in checks:
        yield text_of(f"{'–' if check.not_run else '✓'} {check.id}")
        what = check.not_run or text_of(f"{', '.join(check.calls)}  ≤ {check.within:g} s")
        yield what.map(lambda said: f"    {said}")


def overview(checks: Iterable[CheckSummary]) -> Iterator[Text]:
    """A line for each promise of each entity, with its directions; reasons that are equal once."""
    entities: dict[str, dict[str, list[CheckSummary]]] = {}
    reasons: dict[Text, list[CheckSummary]] = {}
    for check in checks:
        entities.setdefault(check.entity, {}).setdefault(check.promise, []).append(check)
        if check.not_run is not None:
            reasons.setdefault(check.not_run, []).append(check)
    numbers = {reason: number for number, reason in enumerate(reasons, 1)}
    for entity, promises in entities.items():
        yield text_of(entity)
        width = max(map(len, promises))
        for promise, alike in promises.items():
            yield text_of(f"  {promise:{width}}  {_marked(alike, numbers)}  ≤ {alike[0].within:g} s")
    if reasons:
        yield text_of("")
        yield NOT_RUN
    for reason, alike in reasons.items():
        yield REASON.format(number=numbers[reason], count=len(alike), reason=reason)


def _marked(checks: Iterable[CheckSummary], numbers: Mapping[Text, int]) -> str:
    """The directions that are run, and those that are not, with the numbers of their reasons."""
    groups: dict[Text | None, list[CheckSummary]] = {None: []}
    for check in checks:
        groups.setdefault(check.not_run, []).append(check)
    return "  ".join(
        f"✓ {_directions(alike)}" if reason is None else f"– {_directions(alike)} ({numbers[reason]})"
        for reason, alike in groups.items()
        if alike
    )


def _directions(checks: Iterable[CheckSummary]) -> str:
    """``site→app, erp · app→site · erp``: the readers of each writer, and what concerns one alone."""
    alone: list[str] = []
    readers: dict[str, list[str]] = {}
    for check in checks:
        if check.writer == check.reader:
            alone.append(check.writer)
        else:
            readers.setdefault(check.writer, []).append(check.reader)
    return " · ".join([*(f"{writer}→{', '.join(names)}" for writer, names in readers.items()), *alone])


def total(checks: list[CheckSummary]) -> Text:
    return TOTAL.format(count=len(checks), not_run=sum(check.not_run is not None for check in checks))
