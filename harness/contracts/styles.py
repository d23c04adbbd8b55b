"""The values of parameters, headers and form fields, as their style writes them.

OpenAPI 3.1.1, *Style Values* and *Encoding Object*. A text is divided before it is percent-decoded, so that an
encoded delimiter is data (RFC 6570, 3.2.1); what the pieces stand for, ``readings`` knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from harness.contracts.contract import Contract
from harness.contracts.dialect import Direction
from harness.contracts.library import Place
from harness.contracts.parameters import schema_of
from harness.contracts.raw_values import APART, WHITE, RawValues
from harness.contracts.readings import JSON, Node, Shape, Undefined, property_of
from harness.core.media_types import is_json, media_type

ABSENT: Any = object()
UNREAD: Any = object()  # there, and in no style that OpenAPI defines for it
MALFORMED: Any = object()  # there, and not in its style
EMPTY: Any = object()  # there without a value, as it may be (``allowEmptyValue``)

HEADER = "header"
DELIMITERS = {
    "spaceDelimited": re.compile("%20| "),
    "pipeDelimited": re.compile("%7[Cc]|[|]"),
    "tabDelimited": re.compile("%09|\t"),  # ``collectionFormat: tsv`` of Swagger 2.0
}
STYLES = frozenset({"form", "simple", "label", "matrix", "deepObject", *DELIMITERS})
MEMBER = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')  # of a list header; a comma in quotes divides nothing
KEY = re.compile(r"\[([^\[\]]*)\]")
DEEPEST = 20  # levels of ``a[b][c]…`` that are read


class Reader:
    """Reads one value from the raw values of its location; compiled once.

    ``how`` is its Parameter, Header or Encoding Object. ``taken`` are the names that parameters of the location
    have: an exploded object is made of the rest. ``inner``: it is a property of an exploded object or a form.
    """

    def __init__(
        self,
        contract: Contract,
        schema: Place | None,
        name: str,
        location: str,
        direction: Direction,
        how: Mapping[str, Any],
        *,
        taken: frozenset[str] = frozenset(),
        inner: bool = False,
    ) -> None:
        self.name, self._location, self._taken = name, location, taken
        self.key = name.lower() if location == HEADER else name
        self.style: str = how.get("style") or ("simple" if location in ("path", HEADER) else "form")
        self._explodes: bool = how.get("explode", self.style in ("form", "deepObject"))
        self._may_be_empty = how.get("allowEmptyValue") is True
        self.media_type = _media_type(how)
        self._decode = decoder(location)
        self._shape = shape = None if schema is None else Shape(contract, schema, direction)
        self.types = frozenset() if shape is None else shape.types
        holds_object = shape is not None and shape.allows("object") and self.media_type is None
        self._holds_array = shape is not None and shape.allows("array") and self.media_type is None
        self._is_document = holds_object and inner and "style" not in how
        self._form: Form | None = None
        if schema is not None and holds_object and self.style == "form" and self._explodes:
            self._form = None if self._is_document else Form(contract, schema, location, direction, {})
        self._holds_object = holds_object
        self._is_plain = (
            shape is not None
            and bool(shape.types)
            and not (holds_object or self._holds_array or self.media_type or self._may_be_empty)
            and self.style in ("form", "simple")
            and location != "cookie"
            and self.key != APART
        )

    @staticmethod
    def of(
        contract: Contract,
        place: Place,
        name: str,
        location: str,
        direction: Direction,
        taken: frozenset[str] = frozenset(),
    ) -> Reader:
        """The reader of a Parameter Object or a Header Object."""
        return Reader(contract, schema_of(place), name, location, direction, place.value, taken=taken)

    def read(self, values: RawValues) -> Any:
        """The value; where it has none, :data:`ABSENT`, :data:`EMPTY`, :data:`MALFORMED` or :data:`UNREAD`."""
        texts = values.get(self.key)
        shape = self._shape
        if self._is_plain and shape is not None:  # what most are
            if texts is None:
                return ABSENT
            text = texts[-1]
            return self._pick(shape.scalars(self._decode(text) if "%" in text else text))
        is_below = self.style == "deepObject" or self._form is not None
        if is_below and shape is not None and not (self._holds_array or shape.is_scalar):
            texts = None
        members = self._members(values)
        if texts is None and not members:
            return ABSENT
        if self._may_be_empty and texts and not texts[-1]:
            return EMPTY
        if shape is None or self.style not in STYLES:
            return UNREAD
        try:
            readings = [*self._below(values, members), *(() if texts is None else self._own(texts))]
        except Undefined:
            return UNREAD
        return self._pick(readings) if readings else MALFORMED

    @property
    def is_nothing_empty(self) -> bool:
        """Whether its absence is an empty object, which an exploded style writes as nothing."""
        return self._form is not None and self._shape is not None and self._shape.takes({})

    def names(self, values: RawValues) -> set[str]:
        """The names of the raw values that it is made of."""
        return ({self.key} & values.keys()) | set(self._members(values))

    def _pick(self, readings: list[Any]) -> Any:
        assert self._shape is not None
        return readings[0] if len(readings) == 1 else self._shape.pick(readings)

    def _members(self, values: RawValues) -> list[str]:
        """Names below its own (``filter[page]``), or of the properties of an exploded object."""
        if self._holds_object and self.style == "deepObject":
            return [name for name in values if name.startswith(f"{self.name}[")]
        if self._form is not None:
            others = self._taken - {self.name}
            return [name for name in values if name not in others and self._form.declares(name)]
        return []

    def _below(self, values: RawValues, members: list[str]) -> Iterator[Any]:
        """The readings of the raw values below its name."""
        chosen = {name: values[name] for name in members}
        if self._form is not None:
            yield from self._form.readings(chosen) if chosen else ()
        elif chosen and self._shape is not None:
            tree = _tree({name.removeprefix(self.name): texts for name, texts in chosen.items()})
            yield from () if tree is None else self._shape.readings(tree)

    def _own(self, texts: list[str]) -> Iterator[Any]:
        """The readings of the raw values that have its name."""
        shape = self._shape
        assert shape is not None
        if self.media_type is not None:
            yield from _document(self.media_type, self._decode(texts[-1]))
            return
        if self._is_document:
            yield from shape.documents(self._decode(texts[-1]))
        elif self._holds_object and self._form is None:
            for pairs in self._pairs(texts):
                yield from shape.maps({self._decode(name): [self._decode(value)] for name, value in pairs})
        if self._holds_array or (not shape.types and len(texts) > 1):
            for pieces in self._pieces(texts):
                yield from shape.lists([[self._decode(piece)] for piece in pieces])
        if shape.is_scalar and not (self._holds_array and len(texts) > 1):
            yield from self._scalars(texts)

    def _scalars(self, texts: list[str]) -> Iterator[Any]:
        """The readings as neither array nor object."""
        assert self._shape is not None
        text = self._opened(texts[-1])
        if text is None:
            return
        if self.key == APART:
            for text in texts:
                yield from self._shape.scalars(text)
            return
        yield from self._shape.scalars(self._decode(text))
        if self._location == "cookie":  # encoded or not, in quotes or not (RFC 6265, 4.1.1)
            bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
            if text != bare or "%" in text:
                yield from (*self._shape.scalars(text), *self._shape.scalars(self._decode(bare)))

    def _opened(self, text: str) -> str | None:
        """What stands behind the prefix of a label, or of a matrix that is not exploded; None where it lacks."""
        if self.style == "label":
            return text[1:] if text.startswith(".") else None
        if self.style == "matrix":
            name, _, value = text[1:].partition("=")
            return value if text.startswith(";") and unquote(name) == self.name else None
        return text

    def _pieces(self, texts: list[str]) -> Iterator[list[str]]:
        """The raw entries of an array; two ways where the versions of OpenAPI differ, or where it is empty."""
        if self._explodes and self.style == "matrix":
            pairs = _named(texts[-1].split(";"))
            if (
                pairs
                and not texts[-1].partition(";")[0]
                and {unquote(name) for name, _ in pairs} == {self.name}
            ):
                yield [value for _, value in pairs]
            return
        text = self._opened(texts[-1])
        if text is None:
            return
        if self.style in DELIMITERS:
            repeated = self._explodes and len(texts) > 1
            yield texts if repeated else DELIMITERS[self.style].split(text)
        elif self._location == HEADER:
            yield texts if self.key == APART else members(text)
        elif self.style == "label":
            marks = "." if self._explodes else ",." if "," in text else ".,"
            yield from (text.split(mark) for mark in marks)
        elif self._explodes and self.style == "form":
            yield texts
            if self._location == "cookie":
                yield text.split(f"&{self.name}=")
        else:
            yield text.split(",")
        if text == "" and len(texts) == 1:
            yield []

    def _pairs(self, texts: list[str]) -> Iterator[list[tuple[str, str]]]:
        """The raw properties of an object that stands in one text."""
        if not self._explodes:
            for pieces in self._pieces(texts):
                if len(pieces) % 2 == 0:
                    yield list(zip(pieces[::2], pieces[1::2], strict=True))
            return
        if self.style == "matrix":
            begins, *pieces = texts[-1].split(";")
            pieces = [] if begins else pieces
        else:
            pieces = next(self._pieces(texts), [])
        pairs = _named(pieces)
        if pieces and len(pairs) == len(pieces):
            yield pairs


class Form:
    """An object whose properties are raw values of their own: a form, or an exploded object.

    ``encodings`` are the Encoding Objects of its properties.
    """

    def __init__(
        self,
        contract: Contract,
        schema: Place,
        location: str,
        direction: Direction,
        encodings: Mapping[str, Any],
    ) -> None:
        self._contract, self._location, self._direction = contract, location, direction
        self._decode = decoder(location)
        self._encodings = encodings
        self._shape = Shape(contract, schema, direction)
        self._readers: dict[tuple[str, str], Reader] = {}
        parts = self._shape.parts
        self._is_open = not self._shape.names or any(part.value.get("additionalProperties") for part in parts)

    def declares(self, name: str) -> bool:
        """Whether a raw value of this name may be a property."""
        return self._is_open or name in self._shape.names

    def read(self, values: RawValues) -> Any:
        """The object, or :data:`UNREAD`."""
        try:
            return self._shape.pick(list(self.readings(values)))
        except Undefined:
            return UNREAD

    def readings(self, values: RawValues) -> Iterator[dict[str, Any]]:
        """The object by the properties of each alternative of the schema. Undefined as for ``Shape.read``."""
        for order in self._shape.orders():
            found: dict[str, Any] = {}
            rest = dict.fromkeys(values)
            for name in self._shape.names:
                reader = self._reader(name, property_of(order, name))
                value = reader.read(values)
                if value is UNREAD:
                    raise Undefined
                if value is not ABSENT:
                    parts = reader.names(values)
                    found[name] = self._decode(values[min(parts)][-1]) if value is MALFORMED else value
                    for part in parts:
                        rest.pop(part, None)
            for name in rest:
                texts = [self._decode(text) for text in values[name]]
                found[name] = self._shape.property(order, name, texts)
            yield found

    def _reader(self, name: str, place: Place | None) -> Reader:
        key = (name, "" if place is None else place.pointer)
        if key not in self._readers:
            how = self._encodings.get(name) or {}
            self._readers[key] = Reader(
                self._contract, place, name, self._location, self._direction, how, inner=True
            )
        return self._readers[key]


def decoder(location: str) -> Callable[[str], str]:
    """How a piece of the raw text of a location is decoded: headers and parts are not encoded."""
    return str if location in (HEADER, "multipart") else unquote


def members(text: str) -> list[str]:
    """The members of a list header, without white space and empty ones (RFC 9110, 5.6.1)."""
    return [member for found in MEMBER.findall(text) if (member := found.strip(WHITE))]


def _named(pieces: Sequence[str]) -> list[tuple[str, str]]:
    """``R=100``: those pieces that have a name."""
    return [(name, value) for name, equals, value in (piece.partition("=") for piece in pieces) if equals]


def _document(media_type: str, text: str) -> list[Any]:
    """The value of a text in a media type; nothing where it is not in it."""
    if not is_json(media_type):
        return [text]
    try:
        return [JSON.decode(text)]
    except (ValueError, RecursionError):
        return []


def _media_type(how: Mapping[str, Any]) -> str | None:
    """That of a value that has one instead of a style."""
    if "schema" in how or {"style", "explode"} & how.keys():
        return None
    declared = next(iter(how.get("content") or ()), how.get("contentType"))
    essence = media_type(str(declared or "")).essence
    return essence if essence and ("content" in how or is_json(essence)) else None


def _tree(values: RawValues) -> dict[str, Node] | None:
    """``[page][size]=1``, as nested properties; None where the names make no tree."""
    tree: dict[str, Any] = {}
    for name, texts in values.items():
        keys = KEY.findall(name)
        if KEY.sub("", name) or len(keys) > DEEPEST:
            return None
        below: Any = tree
        for key in keys[:-1]:
            below = below.setdefault(key, {}) if isinstance(below, dict) else None
        if not isinstance(below, dict) or keys[-1] in below:
            return None
        below[keys[-1]] = [unquote(text) for text in texts]
    return tree
