"""A draft as the text of ``linkage.yaml``, in the short form where participants agree, with its comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

from harness.core.masking import mask_text
from harness.core.text import Language, Text
from harness.linkage.draft import words
from harness.linkage.draft.entry import ACTS, Entry, FieldEntry
from harness.linkage.participants.participant import Participant

LONGEST = 400  # characters of a comment
CLOSING = {"(": ")", "[": "]", "{": "}", "（": "）"}


def render(
    entries: Sequence[Entry],
    people: Mapping[str, Mapping[str, str]],
    left_out: Iterable[Text],
    participants: Mapping[str, Participant],
    *,
    seed: int,
    language: Language,
    notes: Iterable[Text] = (),
    settle: float | None = None,
) -> str:
    """The text; ``notes`` stand at its head, and it ends with what was not drafted. ``settle``: seconds after which
    nothing is under way, where no service tells.
    """
    lines = [f"# {line.format(seed=seed).say(language)}" for line in words.HEADING]
    lines += [_comment(note, language) for note in notes]
    lines.append("linkage: 1")
    if people:
        lines.append(f"people: # {words.SAME_HUMAN.say(language)}")
        lines += [f"  {flow(name)}: {flow(users)}" for name, users in people.items()]
    if settle is not None:
        lines.append(f"defaults: {{settle: {settle:g}s}} # {words.SETTLES.say(language)}")
    lines.append("entities:")
    for entry in entries:
        lines += [f"  {line}" for line in _entity(entry, participants, language)]
    rest = list(left_out)
    if rest:
        lines.append(f"# {words.NOT_DRAFTED.say(language)}")
        lines += [_comment(text, language, "  ") for text in rest]
    return "\n".join(lines) + "\n"


def flow(value: Any) -> str:
    """A value on one line, short."""
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000
    ).strip()
    return text.removesuffix("\n...").strip()


def _comment(text: Text, language: Language, indent: str = "") -> str:
    return f"#{indent or ' '}{shortened(' '.join(mask_text(text.say(language)).split()))}"


def shortened(said: str, longest: int = LONGEST) -> str:
    """At most so much of it and an ellipsis: it ends between two words, and what was opened is closed."""
    if len(said) <= longest:
        return said
    before, space, _ = said[: longest + 1].rpartition(" ")
    kept = before if space and len(before) > longest // 2 else said[:longest]
    opened: list[str] = []
    for sign in kept:
        if sign in CLOSING:
            opened.append(CLOSING[sign])
        elif opened and sign == opened[-1]:
            opened.pop()
    return f"{kept.rstrip(' ,:;，：；')} …{''.join(reversed(opened))}"


def _entity(entry: Entry, participants: Mapping[str, Participant], language: Language) -> Iterator[str]:
    yield f"{flow(entry.name)}:"
    body: list[str] = [f"title: {flow(entry.title.to_json())}"]
    if entry.of is not None:
        body.append(f"of: {flow(entry.of)}")
    if entry.needs:
        body.append(f"needs: {flow(entry.needs)}")
    for key in ("id", "same"):
        places = {name: at for name, side in entry.sides.items() if (at := getattr(side, key)) is not None}
        if places:
            body.append(f"{key}: {flow(_one(places, entry.readers))}")
    common, own = _calls(entry, participants)
    body += [f"{act}: {flow(_short(call))}" for act, call in common.items() if act in ACTS]
    acts = {act: _short(call) for act, call in common.items() if act not in ACTS}
    if acts:
        body += ["acts:", *(f"  {act}: {flow(call)}" for act, call in acts.items())]
    for name, calls in own.items():
        body.append(f"{name}:")
        body += [f"  {act}: {flow(_short(call))}" for act, call in calls.items() if act in ACTS]
        acts = {act: _short(call) for act, call in calls.items() if act not in ACTS}
        if acts:
            body += ["  acts:", *(f"    {act}: {flow(call)}" for act, call in acts.items())]
    body += _fields(entry)
    if entry.always:
        body.append(f"always: {flow(entry.always)}")
    if entry.removed is not None:
        body.append(f"removed: {flow(entry.removed)}")
    if entry.effects:
        body += ["effects:", *(f"  {act}: {flow(moved)}" for act, moved in entry.effects.items())]
    if entry.promises:
        body.append("promises:")
        for promise, text in entry.promises.items():
            name, _, meant = promise.partition(" ")
            if name == "private" and entry.excepted:
                meant = flow({"except": list(entry.excepted)})
            said = f" # {text.say(language)}" if text is not None else ""
            body.append(f"  {name}:{f' {meant}' if meant else ''}{said}")
    yield from (f"  {line}" for line in body)
    comments = [*([entry.further] if entry.further else ()), *entry.notes]
    yield from (f"  {_comment(note, language)}" for note in comments)


def _one(places: Mapping[str, str], readers: Sequence[str]) -> Any:
    """One pointer where all have the same."""
    different = set(places.values())
    return next(iter(different)) if len(different) == 1 and set(places) >= set(readers) else dict(places)


def _short(call: Mapping[str, Any]) -> Any:
    return call["call"] if set(call) == {"call"} else dict(call)


def _calls(
    entry: Entry, participants: Mapping[str, Participant]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The calls of all participants that serve them, and by participant those that differ."""
    tables = {name: {**side.calls, **side.acts} for name, side in entry.sides.items()}
    common: dict[str, Any] = {}
    for act in dict.fromkeys(act for table in tables.values() for act in table):
        calls = [table[act] for table in tables.values() if act in table]
        serving = {name for name, one in participants.items() if calls[0].get("call") in one.operations}
        having = {name for name, table in tables.items() if act in table}
        if all(call == calls[0] for call in calls) and serving == having:
            common[act] = calls[0]
    if "read" not in common:
        common = {}
    order = {act: number for number, act in enumerate(ACTS)}

    def ordered(table: Mapping[str, Any]) -> dict[str, Any]:
        return dict(sorted(table.items(), key=lambda item: order.get(item[0], len(order))))

    rest = {
        name: ordered({act: call for act, call in table.items() if act not in common})
        for name, table in tables.items()
    }
    return ordered(common), {name: table for name, table in rest.items() if table}


def _fields(entry: Entry) -> Iterator[str]:
    readers = set(entry.readers)
    plain = all(_plain(name, field, readers) for name, field in entry.fields.items())
    if plain:
        yield f"fields: {flow(list(entry.fields))}"
        return
    yield "fields:"
    for name, field in entry.fields.items():
        place = _one(field.at, list(readers))
        if not field.units:
            yield f"  {flow(name)}: {flow(place)}"
        else:
            at = {"at": place} if isinstance(place, str) else place
            yield f"  {flow(name)}: {flow({**at, **field.units})}"


def _plain(name: str, field: FieldEntry, readers: set[str]) -> bool:
    return not field.units and set(field.at) == readers and set(field.at.values()) == {f"/{name}"}
