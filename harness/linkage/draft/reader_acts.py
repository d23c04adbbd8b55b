"""What a participant that an entity was read on does with it: acts under other names, on records made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.contracts import Operation
from harness.core.polling import poll
from harness.linkage.contract import translate
from harness.linkage.draft.acts import Acts, do, said
from harness.linkage.draft.entry import CallEntry, Entry
from harness.linkage.draft.session import NotAccepted
from harness.linkage.draft.study import Study
from harness.linkage.draft.writer import EVERY, Made, Writer
from harness.linkage.draft.writing import call_entry, names_at

FIRST_NUMBER = 200  # of the markers of the records that are acted on


def reader_acts(
    study: Study, entry: Entry, writer: Writer, operations: Mapping[str, Operation], acts: Acts
) -> dict[str, CallEntry]:
    """What another participant does with records that are made at home, each tried on one of its own. What sets the
    same words as an act at home is that act, whatever it is called there.
    """
    found, fields = dict[str, CallEntry](), names_at(entry, study.writer.name)
    for number, (name, operation) in enumerate(operations.items(), FIRST_NUMBER):
        try:
            made = study.writer.make(number, f"{writer.name} act {number}")
            study.writer.refresh(made)
            study.look(made)
            shown = next((one for one in study.samples[writer.name] if one.record == made.key), None)
            if shown is None:
                continue
            there = Made(made.key, translate.at(shown.right, writer.id or ""), shown.right)
            sent, body = do(writer, operation, there)
        except NotAccepted:
            continue
        before = made.data

        def sets(made: Made = made, before: Any = before) -> dict[str, Any]:
            study.writer.refresh(made)
            return said(study, before, made.data)

        seen = poll(sets, bool, within=study.within, every=EVERY).value
        alike = next((own for own, act in acts.found.items() if act.sets and act.sets == seen), name)
        filling, user = writer.filling(operation, writer.tokens(there)), sent.user
        found[alike] = call_entry(operation, filling, user=user if user != entry.of else None, body=body)
        named = {fields[at]: word for at, word in seen.items() if at in fields}
        found[alike] |= {"sets": named} if named else {}
    return found
