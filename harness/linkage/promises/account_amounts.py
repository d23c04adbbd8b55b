"""What is counted of a person, such as points: the same for all who came in alike, whatever went wrong on the way."""

from __future__ import annotations

import ast
from collections.abc import Callable

from harness.core.polling import poll
from harness.core.text import Text
from harness.linkage.contract.translate import NOTHING
from harness.linkage.participants.newcomer import Newcomer
from harness.linkage.participants.record import Reading
from harness.linkage.promises import account_words as words
from harness.linkage.promises.account_findings import Wrong, note
from harness.linkage.promises.newcomers import Newcomers
from harness.linkage.promises.promise_check import PromiseCheck

Amounts = dict[str, dict[str, float]]
"""By participant and field; of a list, how long it is."""


def of(people: Newcomers, who: Newcomer) -> Amounts:
    """What is counted of somebody, as each participant shows it to them now."""
    fields = _fields(people.check)
    return {
        name: {field: amount for field in fields if (amount := _amount(reading, field)) is not None}
        for name, (_, reading) in people.readings(who).items()
    }


def counted(
    people: Newcomers,
    who: Newcomer,
    wanted: Amounts,
    how: Text,
    *,
    turned: Callable[[], Amounts] | None = None,
) -> bool:
    """As much as of the others, and no more once nothing is under way; False where nothing is counted.

    ``turned``: or as of who came in the other way round. A finding and the end where not.
    """
    check = people.check
    if not any(wanted.values()):
        return False
    outcome = poll(
        lambda: of(people, who),
        lambda found: not _differing(wanted, found),
        within=check.cell.within,
        every=check.run.every,
    )
    found = outcome.value
    if outcome.satisfied:
        check.quiet()
        found = of(people, who)
    check.reached["counted"] += 1
    differing = _differing(wanted, found)
    if differing and turned is not None and not _differing(turned(), found):
        return True
    for name, field in differing[:1]:
        what = words.COUNTED.format(how=how, who=check.title(name), name=field)
        expected = words.AS_OTHERS.format(name=field, wanted=wanted[name][field])
        seen = words.COUNT.format(
            participant=name, name=field, count=found[name].get(field, NOTHING), reads=outcome.reads
        )
        note(check, Wrong(what, people.look(who, name), expected, seen, field), name)
    return True


def common(one: Amounts, other: Amounts) -> Amounts:
    """What two people have in common who came in alike."""
    return {
        name: {field: amount for field, amount in fields.items() if other.get(name, {}).get(field) == amount}
        for name, fields in one.items()
    }


def _differing(wanted: Amounts, found: Amounts) -> list[tuple[str, str]]:
    """Participant and field of what is counted otherwise; everything, where nothing is known of what is wanted."""
    if not wanted:
        return [(name, field) for name, fields in found.items() for field in fields]
    return [
        (name, field)
        for name, fields in wanted.items()
        for field, amount in fields.items()
        if found.get(name, {}).get(field) != amount
    ]


def _fields(check: PromiseCheck) -> list[str]:
    """The fields that ``always`` or an effect calculates with."""
    effects = [
        place for each in check.entities.values() for places in each.effects.values() for place in places
    ]
    names = [
        field
        for entity, _, field in (place.partition(".") for place in effects)
        if entity == check.cell.entity
    ]
    for line in check.entity.always:
        names += [node.id for node in ast.walk(ast.parse(line, mode="eval")) if isinstance(node, ast.Name)]
    return [name for name in dict.fromkeys(names) if name in check.entity.fields]


def _amount(reading: Reading, field: str) -> float | None:
    value = reading.fields[field].canonical if field in reading.fields else None
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
