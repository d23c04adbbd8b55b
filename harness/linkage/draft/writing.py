"""From what was learnt of a resource to its entry of the linkage contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from harness.contracts import Operation
from harness.contracts.declarations import declarations
from harness.contracts.lint import VARIABLE
from harness.linkage.contract import translate
from harness.linkage.draft import names, words
from harness.linkage.draft.acts import Acts
from harness.linkage.draft.effects import effects, sums
from harness.linkage.draft.entry import CallEntry, Entry, FieldEntry, Side
from harness.linkage.draft.resources import Resource
from harness.linkage.draft.search import Route
from harness.linkage.draft.study import Study
from harness.linkage.draft.tokens import Token
from harness.linkage.draft.values import Match, Sample, Units, match
from harness.linkage.participants.leaves import leaves

OFF = frozenset("sale active enabled published visible available listed shelf".split())
"""Words of fields that perhaps take a record off the shelves."""


def entry_of(study: Study, acts: Acts, name: str) -> Entry:
    """The entry, its notes included; without promises."""
    resource, home = study.writer.resource, study.writer.name
    entry = Entry(name, names.title(name), of=study.writer.person, lags=study.lags)
    entry.sides[home] = _home_side(study, acts, entry)
    for reader, route in study.routes.items():
        entry.sides[reader] = _reader_side(study, entry, reader, route)
    for reader in study.readers:
        if reader not in study.routes:
            entry.notes.append(words.NOT_SEEN.format(reader=reader, seconds=study.within))
    fields(
        entry,
        home,
        study.samples,
        {reader: route.read.id for reader, route in study.routes.items()},
        resource,
    )
    for expression in sorted(study.writer.used):
        entry.needs.setdefault(expression.removeprefix("$").partition(".")[0], {})
    if study.writer.id is None:
        entry.always = sums(
            [one.left for several in study.samples.values() for one in several], names_at(entry, home)
        )
    entry.idempotent = resource.make is not None and declarations(resource.make).idempotency is not None
    _removal(study, entry)
    _effects(acts, entry)
    for act, seen in acts.refused.items():
        entry.notes.append(words.REFUSED.format(act=act, seen=seen))
    return entry


def call_entry(
    operation: Operation, filling: Mapping[str, Token], *, user: str | None = None, body: Any = None
) -> CallEntry:
    """A call as it is written; a parameter of the path that is the record's own id is left out."""
    variables = VARIABLE.findall(operation.path)
    entry: CallEntry = {"call": operation.id}
    if user is not None:
        entry["as"] = user
    path = {
        name: token.expression
        for name, token in filling.items()
        if name in variables and token.expression != "$id"
    }
    query = {name: token.expression for name, token in filling.items() if name not in variables}
    return {
        **entry,
        **{key: value for key, value in (("path", path), ("query", query), ("body", body)) if value},
    }


def _home_side(study: Study, acts: Acts, entry: Entry) -> Side:
    resource, first = study.writer.resource, study.records[0]
    side, tokens = Side(id=study.writer.id), study.writer.tokens(first)
    author = study.writer.author if study.writer.author != entry.of else None
    read = call_entry(resource.read, {} if resource.listed else study.writer.filling(resource.read, tokens))
    if resource.listed and (items := declarations(resource.read).items):
        read["items"] = items
    side.calls["read"] = read
    if resource.make is not None:
        side.calls["make"] = call_entry(resource.make, {}, user=author, body=first.template)
    if resource.change is not None:
        filling = study.writer.filling(resource.change, tokens)
        body = study.writer.bodies.get(resource.change.id)
        side.calls["change"] = call_entry(resource.change, filling, user=author, body=body)
    if study.writer.id is not None and resource.list is not None and study.writer.listing(first):
        side.calls["list"] = {"call": resource.list.id}
    for name, act in acts.found.items():
        user = act.user if act.user != entry.of else None
        side.acts[name] = call_entry(
            act.operation, study.writer.filling(act.operation, tokens), user=user, body=act.body
        )
        if act.after:
            side.acts[name]["after"] = act.after
    return side


def _reader_side(study: Study, entry: Entry, reader: str, route: Route) -> Side:
    home, side = entry.sides[study.writer.name], Side(id=route.id)
    side.calls["read"] = call_entry(route.read, route.filling)
    if route.items is not None:
        side.calls["read"]["items"] = route.items
    shown = study.samples[reader][0].right
    if route.find is not None:
        find = route.find
        side.id, side.same = find.id, find.same
        home.same = find.token.pointer
        query = {find.query: "$same"} if find.query else {}
        side.calls["find"] = {"call": find.operation.id, **({"query": query} if query else {})}
    for token in route.filling.values():
        if token.expression == "$same":
            home.same, side.same = token.pointer, _where(shown, token)
        elif token.expression == "$id" and route.find is None and side.id is None:
            side.id = _where(shown, token)
    if (
        study.writer.resource.list is not None
        and study.writer.resource.list.id in study.readers[reader].participant.operations
    ):
        if "list" in home.calls and route.read.id == study.writer.resource.read.id:
            side.calls["list"] = dict(home.calls["list"])
    return side


def _where(data: Any, token: Token) -> str | None:
    """Where a record shows the value that it was asked by; the pointer with the same name first."""
    found = [pointer for pointer, value in leaves(data) if str(value) == str(token.value)]
    return token.pointer if token.pointer in found else next(iter(found), None)


def fields(
    entry: Entry, home: str, samples: Mapping[str, list[Sample]], reads: Mapping[str, str], resource: Resource
) -> None:
    """The fields that were found on other participants, and notes of those that were not."""
    skipped = {side for side in (entry.sides[home].id, entry.sides[home].same) if side}
    for reader, several in samples.items():
        one_operation = reads[reader] == resource.read.id
        found = match(several, one_operation=one_operation)
        for pointer in dict.fromkeys(at for one in several for at, _ in leaves(one.left)):
            if pointer in found.sure and pointer not in skipped:
                _field(entry, home, reader, found.sure[pointer])
        unsure = {left: one for left, one in found.unsure.items() if left not in skipped}
        for left, one in unsure.items():
            entry.notes.append(words.UNSURE.format(field=left, reader=reader, pointer=one.right))
        missing = [left for left in found.missing if left not in skipped]
        if missing:
            entry.notes.append(words.MISSING.format(fields=", ".join(missing), reader=reader))


def _field(entry: Entry, home: str, reader: str, one: Match) -> None:
    known = next((field for field in entry.fields.values() if field.at.get(home) == one.left), None)
    if known is None:
        name = one.left.rpartition("/")[2]
        if name in entry.fields:
            name = one.left.strip("/").replace("/", "_")
        known = entry.fields.setdefault(name, FieldEntry({home: one.left}))
    known.at[reader] = one.right
    for key, value in _units(home, reader, one.units).items():
        if isinstance(value, dict):
            known.units[key] = {**known.units.get(key, {}), **value}
        else:
            known.units[key] = value


def _units(home: str, reader: str, units: Units) -> dict[str, Any]:
    if units.words is not None:
        return {"values": {reader: {there: here for here, there in units.words}}}
    if units.money is not None:
        named = {name: unit for name, unit in zip((home, reader), units.money, strict=True) if unit != "fen"}
        return {"money": named or {reader: "fen"}}
    if units.time is not None:
        named = {
            name: unit for name, unit in zip((home, reader), units.time, strict=True) if unit != "rfc3339"
        }
        return {**({"time": named} if named else {}), "tolerance": "1s"}
    return {}


def names_at(entry: Entry, participant: str) -> dict[str, str]:
    """The names of fields by their pointer on a participant."""
    return {field.at[participant]: name for name, field in entry.fields.items() if participant in field.at}


def _removal(study: Study, entry: Entry) -> None:
    home, fields_ = entry.sides[study.writer.name], names_at(entry, study.writer.name)
    if study.writer.resource.remove is not None and study.writer.resource.make is not None:
        if study.remove():
            user = study.writer.author if study.writer.author != entry.of else None
            filling = study.writer.filling(
                study.writer.resource.remove, study.writer.tokens(study.records[-1])
            )
            body = study.writer.bodies.get(study.writer.resource.remove.id)
            home.calls["remove"] = call_entry(study.writer.resource.remove, filling, user=user, body=body)
        else:
            entry.notes.append(words.NOT_REMOVED.format(call=study.writer.resource.remove.id))
        return
    change = home.calls.get("change")
    if change is None or study.writer.id is None:
        return
    if study.hides in fields_ and study.hides is not None:
        name = fields_[study.hides]
        member = study.hides.strip("/")
        home.calls["remove"] = {**change, "body": {**change.get("body", {}), member: False}}
        home.calls["change"] = {**change, "body": {**change.get("body", {}), member: True}}
        entry.removed = {name: False}
        return
    for pointer, name in fields_.items():
        values = {repr(translate.at(one.left, pointer)) for each in study.samples.values() for one in each}
        if values == {"True", "False"} and OFF & set(names.words(name)):
            entry.notes.append(words.PERHAPS_REMOVES.format(call=change["call"], field=name))


def _effects(acts: Acts, entry: Entry) -> None:
    home = next(iter(entry.sides))
    fields_ = names_at(entry, home)
    made = effects(acts.made, fields_)
    if made:
        entry.effects["make"] = made
    for name, act in acts.found.items():
        entry.sides[home].acts[name] |= (
            {"sets": sets}
            if (sets := {fields_[at]: word for at, word in act.sets.items() if at in fields_})
            else {}
        )
        moved = effects(act.moved, fields_) if act.after is None else {}
        if moved:
            entry.effects[name] = moved


def prune(entries: Iterable[Entry]) -> None:
    """Leave out what names an entity or a field that is not drafted."""
    known = {entry.name: entry for entry in entries}
    for entry in known.values():
        for act, moved in list(entry.effects.items()):
            kept = {}
            for place, formula in moved.items():
                name, _, pointer = place.partition(".")
                other = known.get(name)
                fields_ = names_at(other, next(iter(other.sides))) if other else {}
                if f"/{pointer}" in fields_:
                    kept[f"{name}.{fields_[f'/{pointer}']}"] = formula
            entry.effects[act] = kept
            if not kept:
                del entry.effects[act]
