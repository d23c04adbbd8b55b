"""``conserved`` (账平): sums agree at any time, and an act moves what it says by just so much.

``always`` is looked at on one participant. ``effects`` are looked at from one to another: what is done on the
writer moves points and stock on every participant that shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.core.errors import NotRun
from harness.linkage.contract import translate
from harness.linkage.contract.arithmetic import holds
from harness.linkage.contract.needs import entity_of
from harness.linkage.contract.plan import calculable
from harness.linkage.participants import pages
from harness.linkage.participants.record import Reading, Record, Write
from harness.linkage.promises import effects, reads, records, words
from harness.linkage.promises.promise_check import PromiseCheck

TOGETHER = 3  # records on which an act is done one right after the other
PAGE = 20  # entries of a list where nothing says how many a page has


def show(check: PromiseCheck) -> None:
    """Every line of ``always``; every effect of every act, done on several records in a row."""
    if check.cell.writer == check.cell.reader:
        _adds_up(check)
        return
    acts = [act for act in check.entity.effects if check.writer.participant.call(check.entity, act)]
    if not acts:
        raise NotRun(words.NO_EFFECTS.format(participant=check.cell.writer))
    for act in acts:
        acted = _prepared(check, act)
        moves = effects.before(check, act, acted[0])
        writes: list[Write] = []
        for record in acted:
            write = records.make(check, record) if act == "make" else records.act(check, act, record)
            writes.append(write)
        for record, write in zip(acted, writes, strict=True):
            reads.own(check, record, check.writer, write)
        effects.check_moves(check, act, moves, acted, writes[-1])


def _prepared(check: PromiseCheck, act: str) -> list[Record]:
    """Records of the same needs, on each of which the act is the next thing to do."""
    first = records.draft(check) if act == "make" else records.record_for(check, act)
    if act == "make":
        return [first, *(records.sibling(first) for _ in range(TOGETHER - 1))]
    if check.writer.participant.call(check.entity, "make") is None:
        return [first]  # the person's own, of which there is one
    return [first, *(records.record_for(check, act, like=first) for _ in range(TOGETHER - 1))]


def _adds_up(check: PromiseCheck) -> None:
    """What adds up when it is found must do so after all that others do to it, too."""
    _holds(check, reads.look(check, _found(check)))
    for name, entity in check.entities.items():
        acts = [act for act, places in entity.effects.items() if _concerned(check, places)]
        if acts and not len(check.findings):
            _moved(check, name, acts)


def _found(check: PromiseCheck) -> Record:
    """A record on the reader: the person's own, or one that was made there, else elsewhere."""
    able = check.entity.id is None
    maker = check.reader if able else records.maker(check, check.cell.entity, check.reader)
    record = records.record(check, maker)
    reads.own(check, record, maker, record.made)
    reads.arrive(check, record, maker, check.reader)
    return record


def _concerned(check: PromiseCheck, places: Iterable[str]) -> bool:
    return any(entity_of(place.partition(".")[0], check.entities) == check.cell.entity for place in places)


def _moved(check: PromiseCheck, name: str, acts: Sequence[str]) -> None:
    """Other records move it: by each of their acts, and so often that no list in it fits on one page."""
    session = records.maker(check, name, check.reader)
    if session.participant.call(check.entities[name], "make") is None:
        return
    first = records.of(check, name, session)
    moved = first.needs.get(check.cell.entity) or Record(check.cell.entity, check.entity.of)
    page = _page(check) if "make" in acts else 0
    makes = page + 1 - max(_lists(reads.look(check, moved)), default=page)
    for _ in range(max(1, makes)):
        records.make(check, records.sibling(first), session)
    for act in acts:
        if act != "make" and session.participant.call(check.entities[name], act) is not None:
            records.act(check, act, records.record_for(check, act, session, like=first), session)
    outcome = check.poll(
        lambda: reads.look(check, moved),
        lambda reading: all(length > page for length in _lists(reading)),
        check.cell.within,
    )
    _holds(check, outcome.value)


def _lists(reading: Reading) -> list[int]:
    """How long the lists are that a record has."""
    return [len(value.raw) for value in reading.fields.values() if isinstance(value.raw, list)]


def _page(check: PromiseCheck) -> int:
    """How many entries the reader shows on a page where nobody says how many."""
    read = check.call(check.entity, check.reader, "read")
    return pages.default(check.reader.participant.operation(read.call)) or PAGE


def _holds(check: PromiseCheck, reading: Reading) -> None:
    for line in calculable(check.entity, check.cell.reader):
        check.reached["calculated"] += 1
        if holds(line, translate.plain(reading.fields)):
            continue
        who = check.title(check.cell.reader)
        check.note(
            words.UNBALANCED.format(who=who, line=line),
            reading,
            expected=line,
            seen=reading.words,
            key=line,
        )
