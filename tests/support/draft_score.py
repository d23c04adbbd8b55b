"""How much of a linkage contract a draft got right: entities, calls, fields and translations, each counted.

Entities are matched by what is read, fields by where they stand; names of entities, fields and people are free.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.linkage.contract import translate
from harness.linkage.contract.model import Entity, LinkageContract
from harness.linkage.participants.pages import list_of
from harness.linkage.participants.participant import BASIC, Participant

Facts = Mapping[tuple[str, ...], object]


def table(
    drafted: LinkageContract, wanted: LinkageContract, participants: Mapping[str, Participant]
) -> dict[str, Counter[str]]:
    """By kind of fact how many are ``right``, ``wrong`` (said otherwise), ``missing`` and ``more`` than wanted."""
    ours, theirs = _by_read(drafted, participants), _by_read(wanted, participants)
    found = {kind: Counter[str]() for kind in ("entities", "calls", "fields", "translations")}
    for key, entity in theirs.items():
        found["entities"]["right" if key in ours else "missing"] += 1
        if key in ours:
            for kind, read in (("calls", _calls), ("fields", _fields), ("translations", _translations)):
                _compare(found[kind], dict(read(ours[key], participants)), dict(read(entity, participants)))
        else:
            found["calls"]["missing"] += len(dict(_calls(entity, participants)))
            found["fields"]["missing"] += len(dict(_fields(entity, participants)))
            found["translations"]["missing"] += len(dict(_translations(entity, participants)))
    found["entities"]["more"] += len(ours.keys() - theirs.keys())
    return found


def _compare(count: Counter[str], ours: Facts, theirs: Facts) -> None:
    for key, fact in theirs.items():
        right = key in ours and _same(ours[key], fact)
        count["right" if right else "wrong" if key in ours else "missing"] += 1
    count["more"] += len(ours.keys() - theirs.keys())


def _same(ours: object, theirs: object) -> bool:
    """Words that were never seen are not wrong."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return bool(ours) and ours.items() <= theirs.items()
    return ours == theirs


def _by_read(contract: LinkageContract, participants: Mapping[str, Participant]) -> dict[str, Entity]:
    found = {}
    for entity in contract.entities.values():
        reads = [one.call(entity, "read") for one in participants.values()]
        found[next(call.call for call in reads if call is not None)] = entity
    return found


def _calls(
    entity: Entity, participants: Mapping[str, Participant]
) -> Iterator[tuple[tuple[str, ...], object]]:
    for one in participants.values():
        acts = [
            *BASIC,
            *entity.acts,
            *(entity.participants[one.name].acts if one.name in entity.participants else ()),
        ]
        for act in dict.fromkeys(acts):
            call = one.call(entity, act)
            if call is not None:
                items = getattr(call, "items", None)  # unsaid, it is the only list there is
                if items is None and call.call:
                    items = list_of(one.operation(call.call))
                yield (one.name, act), (call.call, dict(call.path), dict(call.query), items)
        for key, place in (("id", entity.id), ("same", entity.same)):
            pointer = place.get(one.name) if isinstance(place, Mapping) else place
            if pointer is not None:
                yield (one.name, key), pointer


def _fields(
    entity: Entity, participants: Mapping[str, Participant]
) -> Iterator[tuple[tuple[str, ...], object]]:
    first, *rest = participants
    for name, rule in entity.fields.items():
        at = translate.pointer_of(name, rule, first)
        if at is not None:
            yield (at,), tuple(translate.pointer_of(name, rule, other) for other in rest)


def _translations(
    entity: Entity, participants: Mapping[str, Participant]
) -> Iterator[tuple[tuple[str, ...], object]]:
    first = next(iter(participants))
    for name, rule in entity.fields.items():
        at = translate.pointer_of(name, rule, first) or name
        for kind, units in (("money", rule.money), ("time", rule.time)):
            if units:
                yield (at, kind), dict(units)
        for participant, words in rule.values.items():
            yield (at, "values", participant), dict(words)


def _nowhere(*services: str) -> str:
    return ""


def main() -> None:
    """``python -m tests.support.draft_score DRAFT CONTRACT``, in a project: the table."""
    from harness.config.location import find
    from harness.config.settings import load
    from harness.linkage.contract.reading import read
    from harness.runs.backends import backends_of
    from harness.runs.linkage import participants_of

    settings = load(find(Path.cwd()))
    drafted, wanted = (read(Path(path), settings.known_platforms).contract for path in sys.argv[1:3])
    participants = participants_of(None, settings, backends_of(settings, _nowhere), _nowhere)
    for kind, count in table(drafted, wanted, participants).items():
        counts = "  ".join(f"{word} {count[word]}" for word in ("right", "wrong", "missing", "more"))
        sys.stdout.write(f"{kind:14}{counts}\n")


if __name__ == "__main__":
    main()
