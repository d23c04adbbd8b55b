"""What must hold of the records that an entity needs: as the draft had them when it made one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from harness.contracts import fields
from harness.linkage.contract import members, translate
from harness.linkage.draft.entry import Entry
from harness.linkage.draft.markers import toggled
from harness.linkage.draft.study import Study
from harness.linkage.draft.writing import names_at
from harness.linkage.participants.participant import Participant

PLENTY = 90
Studied = Sequence[tuple[Entry, Study]]


def require_state(entries: Iterable[Entry], studied: Studied) -> None:
    """What an entity needs is as it was when the draft made it: a course that is open, where it may be closed."""
    studies = {entry.name: (entry, study) for entry, study in studied}
    for entry in entries:
        for name in entry.needs:
            other, study = studies[name]
            change, known = study.writer.resource.change, names_at(other, study.writer.name)
            makers = [side for side in other.sides.values() if "make" in side.calls]
            if change is None or other.of is not None or any("change" not in one.calls for one in makers):
                continue
            for pointer in dict.fromkeys(pointer for pointer, _ in toggled(change)):
                value = translate.at(study.records[0].data, pointer)
                if pointer in known and value is not None:
                    entry.needs[name][known[pointer]] = value


def require_supplies(
    entries: Sequence[Entry], studied: Studied, participants: Mapping[str, Participant]
) -> None:
    """What an act takes from must be there first: ``needs`` what making moves, with as much as it had."""
    by_name = {entry.name: entry for entry in entries}
    for entry in entries:
        for place in entry.supplies:
            name, _, field_name = place.partition(".")
            other = by_name[name]
            source = _source(other, field_name, studied, participants)
            if other.of is None and source is not None:
                entry.needs.setdefault(name, {})[source] = PLENTY
                for needed in other.needs:
                    entry.needs = {needed: entry.needs.pop(needed, {}), **entry.needs}


def _source(other: Entry, name: str, studied: Studied, participants: Mapping[str, Participant]) -> str | None:
    """The field that is set so that there is enough: itself, else the one that was the same in new records, such as
    all seats of a course where some are left.
    """
    if _writable(other, name, participants):
        return name
    home = next(iter(other.sides))
    new = [one for entry, study in studied if entry is other for one in study.new]
    pairs = {
        field: [
            (translate.at(one, rule.at[home]), translate.at(one, other.fields[name].at[home])) for one in new
        ]
        for field, rule in other.fields.items()
        if home in rule.at and field != name
    }
    alike = [
        field
        for field, values in pairs.items()
        if len({repr(pair) for pair in values}) > 1
        and all(type(one) is int and one == left for one, left in values)
        and _writable(other, field, participants)
    ]
    return alike[0] if len(alike) == 1 else None


def _writable(entry: Entry, name: str, participants: Mapping[str, Participant]) -> bool:
    """Whether a change at home takes the field."""
    home, side = next(iter(entry.sides.items()))
    if "change" not in side.calls:
        return False
    operation = participants[home].operation(side.calls["change"]["call"])
    try:
        return members.sent(operation, entry.fields[name].at[home]).takes(PLENTY)
    except fields.NoField:
        return False
