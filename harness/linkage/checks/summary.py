"""What the checks of a linkage contract are, before anything is sent: each by itself, and all at one glance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from harness.conformance.kinds import parity
from harness.contracts.declarations import declarations
from harness.core.text import Text, text_of
from harness.linkage.contract.model import LinkageContract
from harness.linkage.contract.plan import Cell, appears_elsewhere
from harness.linkage.contract.ways import Ways
from harness.linkage.parity.pairs import pairs
from harness.linkage.participants.participant import BASIC, Participant
from harness.linkage.promises.not_run import planned

NOT_RUN = Text(zh="无法执行：", en="not run:")
NOTED = Text(zh="只能部分证明：", en="shown in part:")
REASON = Text(zh="  ({number}) {count} 项：{reason}", en="  ({number}) {count} ×  {reason}")
TOTAL = Text(
    zh="共 {count} 项检查，其中 {not_run} 项无法执行；还有哪些无法执行，要执行时才知道",
    en="{count} checks, {not_run} of them cannot be run; a run may show that others cannot",
)
ELSEWHERE = Text(
    zh="由 {entities} 的 'conserved' 证明：每项副作用（effects）都须及时显示。要单独检查它，"
    "请写明一个说明结果（'sets'）的动作",
    en="shown by 'conserved' of {entities}: each effect must be seen in its time. For checks of its own, it needs "
    "an act that says what it 'sets'",
)
ELSEWHERE_LINE = text_of("  {promise}  = {where}")
NOTE_LINE = text_of("  {ids}: {note}")
ONCE_ONLY = Text(
    zh="{participant} 的 {operation} 没有声明 x-idempotency：创建请求不重发，只重复投递，并重发各项动作",
    en="{operation} on {participant} declares no x-idempotency: the make is not sent again, its deliveries come twice, "
    "and acts are sent again",
)


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """One check: ``id`` as pytest has it, ``calls`` what is asked, ``not_run`` why it cannot be run, ``note`` what it
    does not show. ``elsewhere``: no check, but where the promise is shown.
    """

    id: str
    entity: str
    promise: str
    writer: str
    reader: str
    within: float
    calls: tuple[str, ...] = ()
    not_run: Text | None = None
    note: Text | None = None
    elsewhere: Text | None = None


def summaries(
    contract: LinkageContract, participants: Mapping[str, Participant], ways: Ways
) -> Iterator[CheckSummary]:
    """Every check, in the order of the document; those of parity last, as in a run."""
    cells = list(planned(contract, participants, ways))
    for entity in contract.entities:
        yield from _elsewhere(contract, entity, participants)
        for cell in cells:
            if cell.entity == entity:
                yield _of_cell(contract, cell, participants)
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


def _of_cell(contract: LinkageContract, cell: Cell, participants: Mapping[str, Participant]) -> CheckSummary:
    return CheckSummary(
        f"{cell.entity}::{cell.name}",
        cell.entity,
        cell.promise,
        cell.writer,
        cell.reader,
        cell.within,
        calls=tuple(dict.fromkeys(_asked(contract, cell, participants))),
        not_run=cell.not_run,
        note=_once_only(contract, cell, participants[cell.writer]) if cell.not_run is None else None,
    )


def _elsewhere(
    contract: LinkageContract, entity: str, participants: Mapping[str, Participant]
) -> Iterator[CheckSummary]:
    """The promise of an entity that the checks of others show."""
    if entities := appears_elsewhere(contract, entity, participants):
        where, within = ELSEWHERE.format(entities=", ".join(entities)), contract.within(entity)
        yield CheckSummary(f"{entity}::[appears]", entity, "appears", "", "", within, elsewhere=where)


def _once_only(contract: LinkageContract, cell: Cell, writer: Participant) -> Text | None:
    """Of ``exactly-once``: that the request which makes a record is not sent again."""
    call = writer.call(contract.entities[cell.entity], "make")
    if cell.promise != "exactly-once" or call is None:
        return None
    if declarations(writer.operation(call.call)).idempotency is not None:
        return None
    return ONCE_ONLY.format(operation=call.call, participant=writer.name)


def each(checks: Iterable[CheckSummary]) -> Iterator[Text]:
    """Two lines for each check: its id, and what it asks or why it cannot be run."""
    for check in checks:
        yield text_of(f"{'–' if check.not_run else '=' if check.elsewhere else '✓'} {check.id}")
        what = check.not_run or check.elsewhere or text_of(f"{', '.join(check.calls)}  ≤ {check.within:g} s")
        for text in (what, check.note):
            if text is not None:
                yield text.map(lambda said: f"    {said}")


def overview(checks: Iterable[CheckSummary]) -> Iterator[Text]:
    """A line for each promise of each entity, with its directions; reasons that are equal once."""
    entities: dict[str, dict[str, list[CheckSummary]]] = {}
    reasons: dict[Text, list[CheckSummary]] = {}
    notes: dict[Text, list[str]] = {}
    for check in checks:
        entities.setdefault(check.entity, {}).setdefault(check.promise, []).append(check)
        if check.note is not None:
            notes.setdefault(check.note, []).append(check.id)
        if check.not_run is not None:
            reasons.setdefault(check.not_run, []).append(check)
    numbers = {reason: number for number, reason in enumerate(reasons, 1)}
    for entity, promises in entities.items():
        yield text_of(entity)
        width = max(map(len, promises))
        for promise, alike in promises.items():
            if (where := alike[0].elsewhere) is not None:
                yield ELSEWHERE_LINE.format(promise=promise.ljust(width), where=where)
                continue
            yield text_of(f"  {promise:{width}}  {_marked(alike, numbers)}  ≤ {alike[0].within:g} s")
    if reasons:
        yield text_of("")
        yield NOT_RUN
    for reason, alike in reasons.items():
        yield REASON.format(number=numbers[reason], count=len(alike), reason=reason)
    if notes:
        yield text_of("")
        yield NOTED
    for note, ids in notes.items():
        yield NOTE_LINE.format(ids=", ".join(ids), note=note)


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
    checks = [check for check in checks if check.elsewhere is None]
    return TOTAL.format(count=len(checks), not_run=sum(check.not_run is not None for check in checks))
