"""The acts of a record: each done on a fresh one, with what it sets there and what it moves elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from harness.contracts import Operation, fields, pointers
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.draft.names import alike
from harness.linkage.draft.session import NotAccepted, Sent
from harness.linkage.draft.study import Moved, Study, Watched
from harness.linkage.draft.tokens import refer
from harness.linkage.draft.units import is_word
from harness.linkage.draft.writer import Made, Writer
from harness.linkage.participants.leaves import leaves, put

AGAIN = 50
FIRST = 10  # number of the markers of the records that acts are done on
TRIED = 6  # numbers of the record that are tried in a body


@dataclass(slots=True)
class ActFound:
    """An act that was taken. ``body`` goes into the contract; ``sets``: by pointer, the words that it changed."""

    operation: Operation
    user: str | None
    body: Any = None
    sets: dict[str, Any] = field(default_factory=dict)
    after: str | None = None
    moved: list[Moved] = field(default_factory=list)


@dataclass(slots=True)
class Acts:
    """``found`` by name; ``refused`` what was answered to the others; ``made`` what making the records moved."""

    found: dict[str, ActFound] = field(default_factory=dict)
    refused: dict[str, Text] = field(default_factory=dict)
    made: list[Moved] = field(default_factory=list)


def try_acts(study: Study, watch: Callable[[], Watched]) -> Acts:
    """Every act of the resource, on a record of its own; after another one where it is refused at first."""
    acts, number = Acts(made=list(study.moved)), FIRST
    waiting = dict(study.writer.resource.acts)
    for after in (None, *list(waiting)):
        for name, operation in list(waiting.items()):
            if after is not None and (after not in acts.found or acts.found[after].after is not None):
                break
            number += 1
            try:
                made = _record(study, number, watch, acts)
                if after is not None:
                    do(study.writer, acts.found[after].operation, made)
                    study.look(made)
                found = _act(study, operation, made, watch)
            except NotAccepted as error:
                acts.refused[name] = error.said
                continue
            found.after = after
            if after is None and any(one.before != one.after for one in found.moved):
                with suppress(NotAccepted):
                    again = _record(study, number + AGAIN, watch, acts)
                    found.moved += _act(study, operation, again, watch).moved
            acts.found[name] = found
            acts.refused.pop(name, None)
            del waiting[name]
    _with_whole_amounts(study, acts)
    return acts


def _with_whole_amounts(study: Study, acts: Acts) -> None:
    """Words that nothing has shown yet: acts that take an amount are done once more with all there is of it, such as a
    refund of the whole total.
    """
    writer = study.writer
    for number, act in enumerate(acts.found.values(), FIRST + 2 * AGAIN):
        if not _unseen(study):
            return
        with suppress(NotAccepted):
            base = writer.session.request(act.operation, writer.person)
            amounts = [at for at, value in leaves(base.body) if at and type(value) is int]
            if len(amounts) != 1:
                continue
            made = writer.make(number, f"act {number}")
            writer.refresh(made)
            study.look(made)
            if act.after is not None:
                do(writer, acts.found[act.after].operation, made)
                study.look(made)
            tokens = writer.tokens(made)
            body, _, _ = refer(base.body, tokens)
            whole = {value for _, value in leaves(made.data) if type(value) is int and value > 0}
            for value in sorted(whole, reverse=True)[:TRIED]:
                request = writer.placed(act.operation, tokens, base, put(body, amounts[0], value))
                with suppress(NotAccepted):
                    made.sent = writer.write(act.operation, request, made)
                    writer.refresh(made)
                    study.look(made)
                    break


def _unseen(study: Study) -> bool:
    """Whether a field may have a word that it has not had yet."""
    shown = [one.left for several in study.samples.values() for one in several]
    return any(
        words - {translate.at(one, pointer) for one in shown}
        for pointer, value in (leaves(shown[0]) if shown else ())
        if isinstance(value, str) and (words := _words(study, pointer))
    )


def _record(study: Study, number: int, watch: Callable[[], Watched], acts: Acts) -> Made:
    before = watch()
    made = study.writer.make(number, f"act {number}")
    study.writer.refresh(made)
    study.look(made)
    acts.made.append(Moved(made.data, before, watch()))
    return made


def _act(study: Study, operation: Operation, made: Made, watch: Callable[[], Watched]) -> ActFound:
    before, shown = watch(), made.data
    sent, body = do(study.writer, operation, made)
    study.look(made)
    sets = said(study, shown, made.data)
    return ActFound(operation, sent.user, body, sets, moved=[Moved(made.data, before, watch())])


def do(writer: Writer, operation: Operation, made: Made) -> tuple[Sent, Any]:
    """Send an act; where its body is refused, with numbers of the record in it."""
    tokens = writer.tokens(made)
    base = writer.session.request(operation, writer.person)
    body, template, _ = refer(base.body, tokens)
    request = writer.placed(operation, tokens, base, body)
    try:
        sent = writer.write(operation, request, made)
    except NotAccepted as refused:
        sent, template = _with_numbers(writer, operation, made, request.body, refused)
    made.sent = sent
    writer.refresh(made)
    return sent, template


def said(study: Study, before: Any, after: Any) -> dict[str, Any]:
    """By pointer the words that an act set: those of a field that has few, or that is one word each time."""
    shown = dict(leaves(before))
    return {
        pointer: value
        for pointer, value in leaves(after)
        if isinstance(value, str)
        and value != shown.get(pointer)
        and (_words(study, pointer) or (_one_word(value) and _one_word(shown.get(pointer))))
    }


def _one_word(value: Any) -> bool:
    return isinstance(value, str) and value.replace("_", "").isalpha() and is_word(value)


def _with_numbers(
    writer: Writer, operation: Operation, made: Made, body: Any, refused: NotAccepted
) -> tuple[Sent, Any]:
    tokens = writer.tokens(made)
    base = writer.session.request(operation, writer.person)
    whole = [(at, value) for at, value in leaves(made.data) if type(value) is int and value]
    for pointer, value in leaves(body) if isinstance(body, dict) else ():
        if type(value) is not int:
            continue
        name = pointer.rpartition("/")[2]
        near = sorted(whole, key=lambda one: alike(name, one[0].rpartition("/")[2]), reverse=True)
        for at, number in near[:TRIED]:
            request = writer.placed(operation, tokens, base, put(body, pointer, number))
            try:
                sent = writer.write(operation, request, made)
            except NotAccepted:
                continue
            return sent, put({}, pointer, f"${at.rpartition('/')[2]}")
    raise refused


def _words(study: Study, pointer: str) -> frozenset[str]:
    """The words of which a field is one, as the document says; empty where it does not."""
    operation = study.writer.resource.read
    for schema in fields.answer_schemas(operation).values():
        try:
            places = fields.find(
                operation.contract.library, schema, pointers.join("", *pointers.split(pointer))
            )
        except fields.NoField:
            continue
        for place in places:
            if listed := fields.keyword(operation.contract.library, place, "enum"):
                return frozenset(word for word in listed if isinstance(word, str))
    return frozenset()
