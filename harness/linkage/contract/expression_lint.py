"""Whether each expression names something that is known where it stands, and whether what looks like one is one.

An expression that is nothing is an error: it would be sent as it is written, or as nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from harness.contracts import pointers
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.text import Text
from harness.linkage.contract import translate, words
from harness.linkage.contract.expressions import EXPRESSION, INSIDE, UNIQUE
from harness.linkage.contract.model import Call, Entity, Find, Make, Read
from harness.linkage.contract.needs import entity_of
from harness.linkage.contract.reading import Document
from harness.linkage.participants.needed import place
from harness.linkage.participants.participant import Participant, maker
from harness.linkage.participants.statement import parameters
from harness.linkage.participants.unique import given

Keys = tuple[str, ...]
NO_EXPRESSION = Text(
    zh="{text} 不是表达式；以 $ 开头的普通文字写作 {plain}",
    en="{text} is no expression; text that begins with a plain $ is written {plain}",
)
WITHOUT_BRACES = Text(
    zh="{text}：在更长的文字里，表达式要写成 ${{{name}}}",
    en="{text}: inside a longer text an expression is written ${{{name}}}",
)
NO_VALUE_YET = Text(
    zh="{written} 此时还不存在：make 才新建这条记录；新的值写作 $unique",
    en="{written} is not there yet: 'make' makes the record; a value that is new is written $unique",
)
FIXED_KEY = Text(
    zh="{value}：same 用来区分记录，make 却总写这一个值；不写它，或写 $unique、'前缀-${{unique}}'",
    en="{value}: 'same' tells records apart, and 'make' gives each this one value; leave it out, or write $unique or "
    "'PREFIX-${{unique}}'",
)
NOT_SEEN_YET = Text(
    zh="{written} 此时还不知道：第一次读取之前没有人展示过它；可以用 {known}",
    en="{written} is not known yet when the record is read first; known are {known}",
)
ID_IS_LEARNED = Text(
    zh="$id 此时还不知道：find 正是用来按 same 找到它的；请写 $same",
    en="$id is not known here: 'find' is there to learn it by the value of 'same'; write $same",
)
DRAWN_TO_SEND = Text(
    zh="$unique 是为写入而生成的新值，在 {act} 中什么也指不到",
    en="$unique is a new value for what is written; in {act!r} it is nothing",
)
NOBODY = Text(
    zh="$person 没有指谁：请用 of 写明记录属于 people 中的谁",
    en="$person is nobody: say by 'of' of the entity whose the records are",
)
NO_KEY = Text(zh="{entity} 没有 {name}", en="{entity} has no {name!r}")
NOT_THERE = Text(
    zh="{written}：{entity} 在 {participant} 上没有这个字段",
    en="{written}: {entity} does not have it on {participant}",
)
NOT_HERE = Text(zh="{text}：这里写的是值，不能用表达式", en="{text}: values stand here, and no expressions")


def lint_call(
    document: Document,
    id: str,
    participant: Participant,
    participants: Mapping[str, Participant],
    keys: Keys,
    act: str,
    call: Call,
) -> None:
    """UsageError for the first expression of a call that is nothing there."""
    entity = document.contract.entities[id]
    own = _own(entity, participant, act, call)
    for at, text in _texts({"path": call.path, "query": call.query, "body": call.body, **_where(call)}):
        where = document.where(*keys, *at)
        for name, part in _named(text, where, [*own, *entity.needs]):
            _known(document, id, participant, participants, act, call, own, name, part, where)
    if isinstance(call, Make):
        _fixed_key(document, entity, participant, keys, call)
    if isinstance(call, Read) and call.sql is not None:
        for name, part in parameters(call.sql):
            where = document.where(*keys, "sql")
            _known(document, id, participant, participants, act, call, own, name, part, where)


def _fixed_key(document: Document, entity: Entity, participant: Participant, keys: Keys, call: Make) -> None:
    """What tells records apart is another for each: with one value there could be one record."""
    pointer = given(participant.operation(call.call), place(entity.same, participant.name))
    said = None if pointer is None else translate.at(call.body, pointer)
    fixed = isinstance(said, str | int) and not (isinstance(said, str) and "$" in said)
    if pointer is not None and fixed:
        where = document.where(*keys, "body", *pointers.split(pointer))
        raise UsageError(FIXED_KEY.format(value=repr(said)), where=where)


def lint_query(document: Document, id: str, query: Mapping[str, Any], keys: Keys) -> None:
    """What others add to an address names what is known of a record that is there."""
    entity = document.contract.entities[id]
    own = ["id", "same", "person", *entity.fields]
    for at, text in _texts(query):
        where = document.where(*keys, *at)
        for name, part in _named(text, where, [*own, *entity.needs]):
            if part is not None:
                _needed(document, entity, None, {}, name, part, where)
            elif name not in own:
                near = nearest(name, own)
                raise UsageError(words.NOT_ITS_FIELD.format(name=name), where=where, nearest=near)


def lint_person(document: Document, keys: Keys, said: Mapping[str, Any], names: Iterable[str]) -> None:
    """What a way in is told is one of ``names``."""
    for at, text in _texts(said):
        where = document.where(*keys, *at)
        for name, part in _named(text, where, names):
            if name not in names or part is not None:
                wrong = words.NOT_KNOWN_OF_NEW.format(written=_written(name, part))
                raise UsageError(wrong, where=where, nearest=nearest(name, names, alike=ANY))


def lint_values(document: Document, keys: Keys, values: Mapping[str, Any]) -> None:
    """No expressions among values of fields; what is calculated begins with ``=`` and is the caller's."""
    for at, text in _texts(values):
        if text.startswith("$") or INSIDE.search(text):
            raise UsageError(NOT_HERE.format(text=repr(text)), where=document.where(*keys, *at))


def _where(call: Call) -> Mapping[str, Any]:
    return {"where": call.where} if isinstance(call, Read) else {}


def _texts(value: Any, at: Keys = ()) -> Iterator[tuple[Keys, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*at, str(key)))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _texts(item, (*at, str(number)))


def _named(text: str, where: str, names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """The expressions in a text. UsageError where it is written like one and is none."""
    if text.startswith("$$"):
        return
    if whole := EXPRESSION.fullmatch(text):
        yield whole[1], whole[2]
        return
    for inside in INSIDE.finditer(text):
        yield inside[1], inside[2]
    rest = INSIDE.sub("\0", text)
    if rest.startswith("$") or "${" in rest:
        raise UsageError(NO_EXPRESSION.format(text=repr(text), plain=repr(f"${text}")), where=where)
    for loose in EXPRESSION.finditer(rest):
        if loose[1] in names or loose[1] in (UNIQUE, "id", "same"):
            name = loose[0].removeprefix("$")
            raise UsageError(WITHOUT_BRACES.format(text=repr(text), name=name), where=where)


def _own(entity: Entity, participant: Participant, act: str, call: Call) -> list[str]:
    """What is known without a point in a call."""
    reads, rows = isinstance(call, Find), isinstance(call, Read) and call.reads_rows
    found = ["person"] if entity.of is not None or rows else []
    found += [] if reads else [UNIQUE]
    if isinstance(call, Make):
        return found
    found += ["id"] if entity.id is not None else []
    found += ["same"] if entity.same is not None else []
    return [*found, *entity.fields]


def _known(
    document: Document,
    id: str,
    participant: Participant,
    participants: Mapping[str, Participant],
    act: str,
    call: Call,
    own: list[str],
    name: str,
    part: str | None,
    where: str,
) -> None:
    entity, written = document.contract.entities[id], _written(name, part)
    if part is not None:
        _needed(document, entity, participant, participants, name, part, where)
    elif name not in own:
        raise UsageError(_why_not(id, entity, act, call, name), where=where, nearest=nearest(name, own))
    elif act == "find" and name == "id" and entity.same is not None:
        raise UsageError(ID_IS_LEARNED, where=where)
    elif name in entity.fields:
        here = translate.pointer_of(name, entity.fields[name], participant.name)
        if not isinstance(call, Find) and here is None:
            told = NOT_THERE.format(written=written, entity=id, participant=participant.name)
            raise UsageError(told, where=where, nearest=nearest(name, own))
        first = act in ("read", "find") and participant.call(entity, "make") is not None
        if first and name not in ("id", "same", "person"):
            known = ", ".join(f"${one}" for one in own if one not in entity.fields)
            raise UsageError(NOT_SEEN_YET.format(written=written, known=known), where=where)


def _why_not(id: str, entity: Entity, act: str, call: Call, name: str) -> Text:
    if isinstance(call, Make) and (name in ("id", "same") or name in entity.fields):
        return NO_VALUE_YET.format(written=f"${name}")
    if name == UNIQUE:
        return DRAWN_TO_SEND.format(act=act)
    if name == "person":
        return NOBODY
    if name in ("id", "same"):
        return NO_KEY.format(entity=id, name=name)
    return words.NOT_ITS_FIELD.format(name=name)


def _needed(
    document: Document,
    entity: Entity,
    participant: Participant | None,
    participants: Mapping[str, Participant],
    name: str,
    part: str,
    where: str,
) -> None:
    entities, written = document.contract.entities, f"${name}.{part}"
    if name not in entity.needs:
        near = nearest(name, entity.needs)
        raise UsageError(words.NOT_NEEDED.format(name=name, part=part), where=where, nearest=near)
    needed = entities[entity_of(name, entities)]
    known = [*(one for one in ("id", "same") if getattr(needed, one) is not None), *needed.fields]
    if part not in known and part != "id":  # that it has no id is said where ids are told
        near = nearest(part, ["id", "same", *needed.fields])
        raise UsageError(words.NO_PART.format(name=name, part=part), where=where, nearest=near)
    if part in needed.fields and participant is not None:
        origin = maker(needed, participant, participants.values())
        if translate.pointer_of(part, needed.fields[part], origin.name) is None:
            told = NOT_THERE.format(written=written, entity=name, participant=origin.name)
            raise UsageError(told, where=where, nearest=nearest(part, known))


def _written(name: str, part: str | None) -> str:
    return f"${name}" if part is None else f"${name}.{part}"
