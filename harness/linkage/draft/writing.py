"""From what was learnt of a resource to its entry of the linkage contract."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from harness.contracts import Operation, pointers
from harness.contracts.declarations import declarations
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.contract.model import FieldRule
from harness.linkage.draft import names, words
from harness.linkage.draft.acts import Acts
from harness.linkage.draft.effects import effects, sums, supplies
from harness.linkage.draft.entry import CallEntry, Entry, FieldEntry, Side
from harness.linkage.draft.places import split, textual
from harness.linkage.draft.resources import Resource, counts_of_pages
from harness.linkage.draft.search import Find, Route
from harness.linkage.draft.study import Study
from harness.linkage.draft.tables import RowPlace
from harness.linkage.draft.tokens import Token
from harness.linkage.draft.units import translation
from harness.linkage.draft.values import Match, Sample, match
from harness.linkage.draft.writer import Made
from harness.linkage.participants import shown_part
from harness.linkage.participants.leaves import leaves
from harness.linkage.participants.stated import stated

OFF = frozenset("sale active enabled published visible available listed shelf".split())
"""Words of fields that perhaps take a record off the shelves."""
PLAIN = FieldRule()
MOST_OTHERS = 8
"""So many values that are not compared are named."""
FORMS = frozenset({"money", "number", "time", "values"})
"""What a field is brought to: one of these."""


def entry_of(study: Study, acts: Acts, name: str) -> Entry:
    """The entry, its notes included; without promises."""
    resource, home = study.writer.resource, study.writer.name
    person = study.writer.person
    removed = study.remove()
    study.writer.person = person  # who removed it is not whose it is
    entry = Entry(name, names.title(name), of=person, lags=study.lags)
    entry.sides[home] = _home_side(study, acts, entry)
    for reader, route in study.routes.items():
        entry.sides[reader] = _reader_side(study, entry, reader, route)
    for reader, place in study.rows.items():
        _row_side(study, entry, reader, place)
    if (find := study.home_find()) is not None:
        entry.sides[home].calls["find"] = _find_entry(find)
    if resource.list is not None:
        entry.notes += list_in_pages(home, entry.sides[home], resource.list)
    for reader in (*study.readers, *study.databases):
        if reader not in entry.sides:
            entry.notes.append(words.NOT_SEEN.format(reader=reader, seconds=study.within))
    samples = {reader: several for reader, several in study.samples.items() if reader in entry.sides}
    reads = {reader: route.read.id for reader, route in study.routes.items()}
    fields(entry, home, samples, reads, resource, study.references)
    leave_out_what_is_not_kept(entry, home, study.records, study.writer.bodies)
    _row_reads(study, entry)
    for expression in sorted(study.writer.used):
        entry.needs.setdefault(expression.removeprefix("$").partition(".")[0], {})
    if study.writer.id is None:
        entry.always = sums(
            [one.left for several in study.samples.values() for one in several], names_at(entry, home)
        )
    entry.idempotent = resource.make is not None and declarations(resource.make).idempotency is not None
    _removal(study, entry, removed=removed)
    _effects(acts, entry)
    for act, seen in acts.refused.items():
        entry.notes.append(words.REFUSED.format(act=act, seen=seen))
    return entry


def look_again(study: Study, entry: Entry, home: str) -> None:
    """Fields that were not found, once more: what was written since may tell apart what was alike, such as the seats of
    a course and those that are left.
    """
    if not entry.unmatched or study.writer.id is None or not study.writer.refresh(study.records[0]):
        return
    study.look(study.records[0], timed=False)
    samples = {reader: several for reader, several in study.samples.items() if reader in entry.sides}
    reads = {reader: route.read.id for reader, route in study.routes.items()}
    fields(entry, home, samples, reads, study.writer.resource, study.references)
    _row_reads(study, entry)


def list_in_pages(participant: str, side: Side, operation: Operation) -> list[Text]:
    """Where nothing tells how to read on in a list: it is asked for the one record, as 'find' is; else what is to be
    said of it.
    """
    parameters, find = ", ".join(shown_part.page_parameters(operation)), side.calls.get("find")
    if parameters and find is not None and find["call"] == operation.id and {*find} & {"query", "body"}:
        side.calls["list"] = dict(find)
    elif parameters and "list" in side.calls:
        return [words.IN_PAGES.format(participant=participant, call=operation.id, parameters=parameters)]
    return []


def call_entry(
    operation: Operation, filling: Mapping[str, Token], *, user: str | None = None, body: Any = None
) -> CallEntry:
    """A call as it is written; a parameter of the path that is the record's own id is left out."""
    entry: CallEntry = {"call": operation.id}
    if user is not None:
        entry["as"] = user
    said = split(
        operation,
        {
            name: token.as_text if textual(operation, name) else token.expression
            for name, token in filling.items()
        },
    )
    path = {name: expression for name, expression in said.path.items() if expression != "$id"}
    entry |= {
        key: value for key, value in (("path", path), ("query", dict(said.query)), ("body", body)) if value
    }
    if said.body is not None:  # of a read, all that is sent, also where that is nothing
        entry["body"] = said.body
    return entry


def _home_side(study: Study, acts: Acts, entry: Entry) -> Side:
    resource, first = study.writer.resource, study.records[0]
    side, tokens = Side(id=study.writer.id), study.writer.tokens(first)
    author = study.writer.author if study.writer.author != entry.of else None
    reader = study.writer.reader if study.writer.reader != entry.of else None
    alone = reader is not None and not study.writer.shown_to_others(first)
    filling = {} if resource.listed else study.writer.filling(resource.read, tokens)
    read = call_entry(resource.read, filling, user=reader if alone else None)
    if resource.listed and (items := declarations(resource.read).items):
        read["items"] = items
    side.calls["read"] = read
    if resource.make is not None:
        side.calls["make"] = call_entry(
            resource.make, {}, user=author, body=study.writer.keys.said(resource.make, first.template)
        )
    if resource.change is not None:
        filling = study.writer.filling(resource.change, tokens)
        body = study.writer.bodies.get(resource.change.id)
        sender = study.writer.senders.get(resource.change.id, study.writer.author)
        side.calls["change"] = call_entry(
            resource.change, filling, user=sender if sender != entry.of else None, body=body
        )
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
    user = route.user if route.user != entry.of else None
    side.calls["read"] = call_entry(route.read, route.filling, user=user)
    if route.items is not None:
        side.calls["read"]["items"] = route.items
    shown = study.samples[reader][0].right
    if route.find is not None:
        find = route.find
        side.id, side.same = find.id, find.same
        home.same = find.token.pointer
        side.calls["find"] = _find_entry(find)
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


def _find_entry(find: Find) -> CallEntry:
    return call_entry(
        find.operation, {find.query: replace(find.token, expression="$same")} if find.query else {}
    )


def _row_side(study: Study, entry: Entry, reader: str, place: RowPlace) -> None:
    """What reads rows by the value that all have, unless the others know the record by another one."""
    home = entry.sides[study.writer.name]
    if place.token.expression == "$same":
        if home.same not in (None, place.token.pointer):
            return
        home.same = place.token.pointer
    elif home.same not in (None, place.token.pointer):
        return
    entry.sides[reader] = Side(same=pointers.join("", place.column) if home.same else None)


def _row_reads(study: Study, entry: Entry) -> None:
    """The statements, now that the columns are known; they are asked with ``same`` where there is one."""
    expression = "same" if entry.sides[study.writer.name].same else "id"
    for reader, place in study.rows.items():
        if reader in entry.sides:
            at = [field.at[reader] for field in entry.fields.values() if reader in field.at]
            columns = [pointers.split(pointer)[0] for pointer in at]
            entry.sides[reader].calls["read"] = place.call(expression, columns)


def _where(data: Any, token: Token) -> str | None:
    """Where a record shows the value that it was asked by; the pointer with the same name first."""
    found = [pointer for pointer, value in leaves(data) if str(value) == str(token.value)]
    return token.pointer if token.pointer in found else next(iter(found), None)


def fields(
    entry: Entry,
    home: str,
    samples: Mapping[str, list[Sample]],
    reads: Mapping[str, str],
    resource: Resource,
    references: Collection[str] = (),
) -> None:
    """The fields that were found on other participants, and notes of those that were not. ``references``: the ids of
    records that this one needs.
    """
    skipped = {side for side in (entry.sides[home].id, entry.sides[home].same) if side}
    skipped |= counts_of_pages(resource.read)
    entry.notes = [note for note in entry.notes if note not in entry.unmatched]
    entry.unmatched = []
    for reader, several in samples.items():
        one_operation = reads.get(reader) == resource.read.id
        found = match(several, one_operation=one_operation, references=references)
        before = {field.at[home]: field.at[reader] for field in entry.fields.values() if reader in field.at}
        found.sure = {
            left: one
            for left, one in found.sure.items()
            if left not in before and one.right not in before.values()
        }
        for pointer in dict.fromkeys(at for one in several for at, _ in leaves(one.left)):
            if pointer in found.sure and pointer not in skipped:
                _field(entry, home, reader, found.sure[pointer])
        skipped_here = {*skipped, *before}
        unsure = {left: one for left, one in found.unsure.items() if left not in skipped_here}
        for left, one in unsure.items():
            entry.unmatched.append(words.UNSURE.format(field=left, reader=reader, pointer=one.right))
        missing = [left for left in found.missing if left not in skipped_here]
        if missing:
            its = entry.sides[reader]
            known = {its.id, its.same, *(one.right for one in (*found.sure.values(), *unsure.values()))}
            known |= {*before.values()}
            shown = dict.fromkeys(at for one in several for at, _ in leaves(one.right) if at not in known)
            text = words.MISSING_BESIDE if shown else words.MISSING
            others = ", ".join(list(shown)[:MOST_OTHERS]) + (", …" if len(shown) > MOST_OTHERS else "")
            entry.unmatched.append(text.format(fields=", ".join(missing), reader=reader, others=others))
    entry.notes += entry.unmatched


def _field(entry: Entry, home: str, reader: str, one: Match) -> None:
    """A field, or where one that is known stands on another participant: unless it has another form there."""
    known = next((field for field in entry.fields.values() if field.at.get(home) == one.left), None)
    if known is None:
        name = one.left.rpartition("/")[2]
        if name in entry.fields:
            name = one.left.strip("/").replace("/", "_")
        known = entry.fields.setdefault(name, FieldEntry({home: one.left}))
    said = translation(home, reader, one.units)
    forms = {*known.units, *said} & FORMS
    if forms == {"money", "number"}:  # money is read from text, too
        for units in (known.units, said):
            units.pop("number", None)
    elif len(forms) > 1:
        entry.notes.append(words.UNSURE.format(field=one.left, reader=reader, pointer=one.right))
        return
    known.at[reader] = one.right
    for key, value in said.items():
        if isinstance(value, dict):
            known.units[key] = {**known.units.get(key, {}), **value}
        else:
            known.units[key] = value


def leave_out_what_is_not_kept(
    entry: Entry, home: str, records: Iterable[Made], bodies: Mapping[str, Any]
) -> None:
    """A field that is sent as one thing and shown as another cannot be checked where it was written; what is sent as
    an id (``bodies``: what the contract says of each operation's) may be shown otherwise.
    """
    for name, field in list(entry.fields.items()):
        for made in records:
            body = stated(bodies.get(made.sent.operation.id), made.sent.request.body) if made.sent else None
            sent, shown = (translate.at(data, field.at[home]) for data in (body, made.data))
            kept = translate.holds(PLAIN, translate.Value(sent, sent), translate.Value(shown, shown))
            if sent is not None and not kept:
                del entry.fields[name]
                entry.notes.append(words.NOT_AS_SENT.format(field=name, sent=sent, shown=shown))
                break


def names_at(entry: Entry, participant: str) -> dict[str, str]:
    """The names of fields by their pointer on a participant."""
    return {field.at[participant]: name for name, field in entry.fields.items() if participant in field.at}


def _removal(study: Study, entry: Entry, *, removed: bool) -> None:
    home, fields_ = entry.sides[study.writer.name], names_at(entry, study.writer.name)
    if study.writer.resource.remove is not None and study.writer.resource.make is not None:
        shown = {
            fields_[at]: value
            for at, value in (study.removed or {}).items()
            if at in fields_ and isinstance(value, bool | str)
        }
        if removed and bool(shown) == bool(study.removed):
            entry.removed = shown or None
            sender = study.writer.senders.get(study.writer.resource.remove.id, study.writer.author)
            user = sender if sender != entry.of else None
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
    entry.supplies = supplies(acts.made)
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

    def named(place: str) -> str | None:
        name, _, pointer = place.partition(".")
        other = known.get(name)
        at = names_at(other, next(iter(other.sides))) if other else {}
        return f"{name}.{at[f'/{pointer}']}" if f"/{pointer}" in at else None

    for entry in known.values():
        entry.supplies = [name for place in entry.supplies if (name := named(place)) is not None]
        for act, moved in list(entry.effects.items()):
            kept = {name: by for place, by in moved.items() if (name := named(place)) is not None}
            entry.effects[act] = kept
            if not kept:
                del entry.effects[act]
