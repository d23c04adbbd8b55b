"""Whether values of fields are what a field may be: in ``needs``, ``removed``, and what acts ``sets``.

They are in the contract's own units, whichever participant it concerns: whole fen, RFC 3339, the names of ``values``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from harness.contracts import fields
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.text import Text
from harness.linkage.contract import members, translate
from harness.linkage.contract.effect_lint import lint_line
from harness.linkage.contract.expression_lint import lint_values
from harness.linkage.contract.model import Entity, FieldRule
from harness.linkage.contract.needs import entity_of
from harness.linkage.contract.reading import Document
from harness.linkage.participants import spelling
from harness.linkage.participants.participant import Participant, maker

Keys = tuple[str, ...]
Participants = Mapping[str, Participant]
FEN = Text(
    zh="{field}：这里的金额写整数的分，如 3950；{value} 不是",
    en="{field}: an amount is written here in whole fen, such as 3950; {value} is not",
)
NUMBER = Text(zh="{field}：这里写数字；{value} 不是", en="{field}: a number is written here; {value} is none")
TIME = Text(
    zh="{field}：这里的时间写 RFC 3339，如 '2026-01-31T08:00:00+08:00'；{value} 不是",
    en="{field}: a time is written here as RFC 3339, such as '2026-01-31T08:00:00+08:00'; {value} is none",
)
WORD = Text(
    zh="{field}：{value} 不是 values 中的说法", en="{field}: {value} is none of the words of 'values'"
)
NOT_CALCULATED = Text(
    zh="{value}：只有 sets 中才会计算", en="{value}: what begins with '=' is calculated only in 'sets'"
)
NOT_TAKEN = Text(
    zh="{field}：{participant} 的 {operation} 不接受 {value}：应为{expected}",
    en="{field}: {operation} of {participant} does not take {value}: expected {expected}",
)
NEVER_SHOWN = Text(
    zh="{field}：{participant} 不会展示 {value}：应为{expected}",
    en="{field}: {participant} never shows {value}: expected {expected}",
)
NOT_THERE = Text(
    zh="{field}：它在 {participant} 上没有位置，而那里要写入它",
    en="{field}: it stands nowhere on {participant}, where it is to be written",
)
NOT_IN_BODY = Text(
    zh="{field}：{participant} 的 {operation} 的请求体没有 {pointer}",
    en="{field}: the body of {operation} of {participant} has no {pointer}",
)


def lint_field_values(document: Document, id: str, entity: Entity, participants: Participants) -> None:
    """UsageError for the first value that its field cannot have."""
    entities = document.contract.entities
    keys: Keys
    for name, values in entity.needs.items():
        keys = ("entities", id, "needs", name)
        needed = entities[entity_of(name, entities)]
        _values(document, keys, values)
        for field, value in values.items():
            where = document.where(*keys, field)
            _form(f"{name}.{field}", needed, field, value, where)
            for origin in _origins(needed, participants):
                _taken(f"{name}.{field}", needed, field, value, origin, where)
    if entity.removed is not None:
        _values(document, ("entities", id, "removed"), entity.removed)
        for field, value in entity.removed.items():
            where = document.where("entities", id, "removed", field)
            _form(field, entity, field, value, where)
            _shown(field, entity, field, value, participants, where)
    for keys, sets in _sets(id, entity):
        _values(
            document, keys, {name: value for name, value in sets.items() if not _is_calculated(value)}, "="
        )
        for field, value in sets.items():
            where = document.where(*keys, field)
            if _is_calculated(value):
                lint_line(id, entity, value.removeprefix("="), where)
            else:
                _form(field, entity, field, value, where)
                _shown(field, entity, field, value, participants, where)


def _values(document: Document, keys: Keys, values: Mapping[str, Any], calculated: str = "") -> None:
    lint_values(document, keys, values)
    for name, value in values.items():
        if not calculated and _is_calculated(value):
            raise UsageError(NOT_CALCULATED.format(value=repr(value)), where=document.where(*keys, name))


def _is_calculated(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("=")


def _sets(id: str, entity: Entity) -> Iterator[tuple[Keys, Mapping[str, Any]]]:
    for name, act in entity.acts.items():
        yield ("entities", id, "acts", name, "sets"), act.sets
    for participant, table in entity.participants.items():
        for name, act in table.acts.items():
            yield ("entities", id, participant, "acts", name, "sets"), act.sets


def _origins(needed: Entity, participants: Participants) -> list[Participant]:
    """Who may be asked to make it."""
    found = [maker(needed, first, participants.values()) for first in participants.values()]
    return list({one.name: one for one in found}.values())


def _form(said: str, entity: Entity, field: str, value: Any, where: str) -> None:
    """An amount, a time, a word or a number is written as one."""
    rule = entity.fields[field]
    if value is None:
        return
    whole = isinstance(value, int) and not isinstance(value, bool)
    if rule.money and not whole:
        raise UsageError(FEN.format(field=said, value=repr(value)), where=where)
    if rule.number and not whole and not isinstance(value, float):
        raise UsageError(NUMBER.format(field=said, value=repr(value)), where=where)
    if (rule.time or rule.tolerance is not None) and not _is_time(value):
        raise UsageError(TIME.format(field=said, value=repr(value)), where=where)
    words = _words(rule)
    everywhere = isinstance(rule.at, Mapping) and set(rule.at) <= set(rule.values)
    if words and everywhere and not any(type(word) is type(value) and word == value for word in words):
        near = nearest(str(value), [str(word) for word in words], alike=ANY)
        raise UsageError(WORD.format(field=said, value=repr(value)), where=where, nearest=near)


def _words(rule: FieldRule) -> list[Any]:
    return list(dict.fromkeys(word for words in rule.values.values() for word in words.values()))


def _is_time(value: Any) -> bool:
    try:
        return isinstance(value, str | datetime) and datetime.fromisoformat(str(value)).tzinfo is not None
    except ValueError:
        return False


def _taken(said: str, entity: Entity, field: str, value: Any, origin: Participant, where: str) -> None:
    """Whoever prepares a needed record can be told the value."""
    call, rule = origin.call(entity, "change"), entity.fields[field]
    if call is None:
        return  # 'explain' says so
    pointer = translate.pointer_of(field, rule, origin.name)
    if pointer is None:
        near = nearest(field, _standing(entity, origin))
        raise UsageError(NOT_THERE.format(field=said, participant=origin.name), where=where, nearest=near)
    operation = origin.operation(call.call)
    about = {"field": said, "participant": origin.name, "operation": operation.id}
    try:
        member = members.sent(operation, pointer)
    except fields.NoField as missing:
        wrong = NOT_IN_BODY.format(**about, pointer=pointer)
        raise UsageError(wrong, where=where, nearest=missing.nearest) from None
    forms = list(translate.forms(rule, origin.name, translate.meant(rule, value)))
    if not _says(rule, origin, value) or not any(map(member.takes, forms)):
        expected, near = _instead(rule, origin, member, value, forms[0])
        wrong = NOT_TAKEN.format(**about, value=repr(forms[0]), expected=expected)
        raise UsageError(wrong, where=where, nearest=near)


def _standing(entity: Entity, participant: Participant) -> list[str]:
    return [
        name
        for name, rule in entity.fields.items()
        if translate.pointer_of(name, rule, participant.name) is not None
    ]


def _shown(said: str, entity: Entity, field: str, value: Any, participants: Participants, where: str) -> None:
    """Some participant can show the value: else nothing that is read is ever equal to it."""
    rule, wrong = entity.fields[field], None
    for participant in participants.values():
        member = spelling.shown(participant, entity, field)
        if member is None or value is None:
            continue
        forms = list(translate.forms(rule, participant.name, translate.meant(rule, value)))
        if _says(rule, participant, value) and any(map(member.takes, forms)):
            return
        expected, near = _instead(rule, participant, member, value, forms[0])
        told = NEVER_SHOWN.format(
            field=said, participant=participant.name, value=repr(forms[0]), expected=expected
        )
        wrong = wrong or UsageError(told, where=where, nearest=near)
    if wrong is not None:
        raise wrong


def _says(rule: FieldRule, participant: Participant, value: Any) -> bool:
    """Whether a participant has a word for it, where it has words of its own."""
    words = rule.values.get(participant.name)
    return words is None or any(type(word) is type(value) and word == value for word in words.values())


def _instead(
    rule: FieldRule, participant: Participant, member: members.Member, value: Any, form: Any
) -> tuple[Text | str, str | None]:
    """What is expected: of a value that a participant has no word for its words, else what its schema takes; and what
    of that is nearest.
    """
    if _says(rule, participant, value):
        return member.expected(form), member.nearest(form)
    words = list(dict.fromkeys(map(str, rule.values[participant.name].values())))
    return ", ".join(words), nearest(str(value), words, alike=ANY)
