"""``conserved`` (账平): sums agree at any time, and an act moves what it says by just so much.

``always`` is looked at on one participant. ``effects`` are looked at from one to another: what is done on the
writer moves points and stock on every participant that shows them.
"""

from __future__ import annotations

from harness.core.errors import NotRun
from harness.linkage.contract.arithmetic import holds
from harness.linkage.promises import effects, records, words
from harness.linkage.promises.promise_check import PromiseCheck


def show(check: PromiseCheck) -> None:
    """Every line of ``always``; every effect of every act, each on a record of its own."""
    if check.cell.writer == check.cell.reader:
        _adds_up(check)
        return
    acts = [act for act in check.entity.effects if check.writer.participant.call(check.entity, act)]
    if not acts:
        raise NotRun(words.NO_EFFECTS.format(participant=check.cell.writer))
    for act in acts:
        record = records.draft(check) if act == "make" else records.record_for(check, act)
        moves = effects.before(check, act, record)
        write = records.make(check, record) if act == "make" else records.act(check, act, record)
        check.own(record, check.writer, write)
        effects.check_moves(check, act, moves, record, write)


def _adds_up(check: PromiseCheck) -> None:
    reading = check.look(records.record(check))
    for line in check.entity.always:
        check.reached["calculated"] += 1
        if holds(line, effects.plain(reading.fields)):
            continue
        who = check.title(check.cell.reader)
        check.note(
            words.UNBALANCED.format(who=who, line=line),
            reading,
            expected=line,
            seen=reading.words,
            key=line,
        )
