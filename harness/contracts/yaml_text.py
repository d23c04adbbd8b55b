"""The text of a YAML document, read once into JSON values and the places of all of them.

Goes by the parser's events: its nodes would take ten times the memory, and be thrown away. Scalars are read by the
YAML 1.2 core schema, as OpenAPI asks (section *Format*): ``yes`` and ``2020-01-01`` are text, keys are text. What costs
too much is refused before it does: depth, number of values, what aliases stand for, digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from harness.contracts import document_words as words
from harness.contracts import pointers
from harness.contracts.positions import ALIAS, MAPPING, SCALAR, SEQUENCE, Positions, Repeated
from harness.core.text import Text
from harness.core.yaml_core import DEEPEST, TooDeep

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MOST = 3_000_000  # values that a document may have, or stand for with its aliases written out
TEXT, MERGE = "tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"
_CORE: tuple[tuple[re.Pattern[str], Callable[[str], Any]], ...] = (
    (re.compile(r"(?:|~|null|Null|NULL)\Z"), lambda _: None),
    (re.compile(r"(?:true|True|TRUE)\Z"), lambda _: True),
    (re.compile(r"(?:false|False|FALSE)\Z"), lambda _: False),
    (re.compile(r"[-+]?[0-9]+\Z"), int),
    (re.compile(r"0o[0-7]+\Z"), lambda text: int(text[2:], 8)),
    (re.compile(r"0x[0-9a-fA-F]+\Z"), lambda text: int(text[2:], 16)),
    (re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z"), float),
)
_FIRST = frozenset("~nNtTfF+-.0123456789")  # of whatever is no text
ANOTHER = "expected a single document, but found another"
DIGITS = 4_000  # of a number; Python reads not many more in base 10, and as many as there are in base 16


class NotRead(Exception):
    """A place that is YAML, and is not read; ``line`` and ``column`` from 1."""

    def __init__(self, message: Text, mark: Any) -> None:
        super().__init__(message.en)
        self.message, self.line, self.column = message, mark.line + 1, mark.column + 1


@dataclass(slots=True)
class _Anchored:
    """What aliases stand for: where it is, its text as a key, how many values it is; None: not yet all there."""

    place: int
    value: Any = None
    text: str | None = None
    values: int | None = None


@dataclass(slots=True)
class _Open:
    """A mapping or sequence that has not ended."""

    place: int
    value: Any
    is_mapping: bool
    anchored: _Anchored | None
    values: int = 1
    key: str | None = None
    merges: bool = False
    twice: int | None = None  # of the key: which of the repeated ones
    items: int = 0
    merged: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parsed:
    data: Any
    positions: Positions
    repeated: tuple[Repeated, ...]


def parse(text: str, *, data: bool = True) -> Parsed:
    """YAMLError or NotRead where it is none, or costs too much. Without ``data``, the positions alone."""
    if text.count(",") + 2 * text.count("\n") > MOST:
        _refuse_too_many(text)
    parser = _PARSER(text)
    try:
        return _Reading(parser, data=data).run()
    finally:
        parser.dispose()


def _refuse_too_many(text: str) -> None:
    """Count before anything is kept: several times as fast."""
    parser, values = _PARSER(text), 0
    try:
        while (kind := type(event := parser.get_event())) is not yaml.StreamEndEvent:
            values += kind is yaml.ScalarEvent
            if values > MOST:
                raise NotRead(words.MANY_VALUES.format(most=f"{MOST:,}"), event.start_mark)
    finally:
        parser.dispose()


class _Reading:
    def __init__(self, parser: Any, *, data: bool) -> None:
        self._next, self._data = parser.get_event, data
        self._positions = Positions()
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._repeated: list[Repeated] = []
        self._keys: dict[str, str] = {}
        self._root: Any = None
        self._whole = 0  # values, aliases written out

    def run(self) -> Parsed:
        documents = 0
        of_kind = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._begin_mapping,
            yaml.SequenceStartEvent: self._begin_sequence,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
        }
        while (kind := type(event := self._next())) is not yaml.StreamEndEvent:
            if (take := of_kind.get(kind)) is not None:
                take(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise yaml.MarkedYAMLError(problem=ANOTHER, problem_mark=event.start_mark)
        return Parsed(self._root, self._positions, tuple(self._repeated))

    def _begin_mapping(self, event: Any) -> None:
        self._begin(event, MAPPING, {})

    def _begin_sequence(self, event: Any) -> None:
        self._begin(event, SEQUENCE, [])

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        mark = event.start_mark
        place = self._positions.add(SCALAR, mark.line, mark.column)
        is_key = self._awaits_key()
        value = self._value(event, text) if self._data and (not is_key or event.anchor is not None) else None
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(place, value, text, 1)
        if is_key:
            self._key(
                event, place, text, is_merge=text == "<<" and not event.style and event.tag in (None, MERGE)
            )
        else:
            self._put(value, event, 1)

    def _value(self, event: Any, text: str) -> Any:
        if event.style or event.tag == TEXT or (text and text[0] not in _FIRST):
            return text
        for pattern, convert in _CORE:
            if pattern.match(text):
                try:
                    if len(text) > DIGITS:
                        raise ValueError
                    return convert(text)
                except ValueError:
                    raise NotRead(words.DIGITS.format(digits=len(text)), event.start_mark) from None
        return text

    def _begin(self, event: Any, kind: int, value: Any) -> None:
        if len(self._open) >= DEEPEST:
            raise TooDeep(problem=f"nested more than {DEEPEST} levels deep", problem_mark=event.start_mark)
        if self._awaits_key():
            raise NotRead(words.KEY_NO_TEXT, event.start_mark)
        mark = event.start_mark
        place = self._positions.add(kind, mark.line, mark.column)
        anchored = None
        if event.anchor is not None:
            anchored = self._anchors[event.anchor] = _Anchored(place)
        self._open.append(_Open(place, value, kind == MAPPING, anchored))

    def _end(self, event: Any) -> None:
        ended = self._open.pop()
        self._positions.end(ended.place)
        value = {**ended.merged, **ended.value} if ended.merged else ended.value
        if ended.anchored is not None:
            ended.anchored.value, ended.anchored.values = value, ended.values
        self._put(value, event, ended.values)

    def _alias(self, event: Any) -> None:
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            said = f"found undefined alias {event.anchor!r}"
            raise yaml.MarkedYAMLError(problem=said, problem_mark=event.start_mark)
        if anchored.values is None:
            raise NotRead(words.ALIAS_OF_ITSELF, event.start_mark)
        if self._awaits_key():
            if anchored.text is None:
                raise NotRead(words.KEY_NO_TEXT, event.start_mark)
            place = self._positions.add(SCALAR, event.start_mark.line, event.start_mark.column)
            self._key(event, place, anchored.text)
            return
        self._whole += anchored.values
        if self._whole > MOST:
            raise NotRead(words.ALIASES.format(most=f"{MOST:,}"), event.start_mark)
        mark = event.start_mark
        self._positions.add(ALIAS, mark.line, mark.column, of=anchored.place)
        self._put(_copy(anchored.value), event, anchored.values)

    def _awaits_key(self) -> bool:
        return bool(self._open) and self._open[-1].is_mapping and self._open[-1].key is None

    def _key(self, event: Any, place: int, text: str, *, is_merge: bool = False) -> None:
        self._count(event)
        into = self._open[-1]
        into.key, into.merges = self._keys.setdefault(text, text), is_merge
        self._positions.name(place, into.key)
        if not is_merge and into.key in into.value:
            into.twice = len(self._repeated)
            self._repeated.append(Repeated(self._pointer(), into.key, same=False))

    def _put(self, value: Any, event: Any, values: int) -> None:
        """A value that has ended, of so many values with those in it, where it belongs."""
        self._count(event)
        if not self._open:
            self._root = value
            return
        into = self._open[-1]
        into.values += values
        if not into.is_mapping:
            into.items += 1
            if self._data:
                into.value.append(value)
            return
        key, into.key = into.key, None
        if not self._data:
            return
        if into.merges:
            self._merge(into, value, event)
            return
        if into.twice is not None:
            if repr(into.value[key]) == repr(value):
                self._repeated[into.twice] = replace(self._repeated[into.twice], same=True)
            into.twice = None
        into.value[key] = value

    def _count(self, event: Any) -> None:
        self._whole += 1
        if self._whole > MOST:
            raise NotRead(words.MANY_VALUES.format(most=f"{MOST:,}"), event.start_mark)

    def _merge(self, into: _Open, value: Any, event: Any) -> None:
        for part in reversed(value if isinstance(value, list) else [value]):
            if not isinstance(part, dict):
                raise NotRead(words.NO_MERGE, event.start_mark)
            into.merged |= part

    def _pointer(self) -> str:
        """Of the innermost that is open."""
        tokens = [str(each.items) if each.key is None else each.key for each in self._open[:-1]]
        return pointers.join("", *tokens)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value
