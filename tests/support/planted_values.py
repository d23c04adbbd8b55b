"""Kinds of schemas, each with values that it takes and values with one flaw: true by how they are made.

What each kind takes is written out here by hand; no validator was asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.support.style_cells import ALL, Cell, Version

WORDS = ("red", "blue", "teal", "ochre")
HARD = ("a,b", "c d", "50%", "x=y", "a&b", "q|r", "商", "a/b", "1+1", "%2C", "a;b", "[x]", "#7", "a?b", '"a"')
# What a place cannot carry: a header is not encoded, the joint of a style is a delimiter even where encoded.
UNFIT = {"spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}


@dataclass(frozen=True)
class Kind:
    """``planted`` are what is wrong, and a value that is wrong so and right otherwise."""

    name: str
    type: str
    schema: Callable[[Version], Any]
    valid: Callable[[Random], Any]
    planted: dict[str, Callable[[Random], Any]]
    versions: tuple[Version, ...] = ("3.0", "3.1")
    needs_encoding: bool = False

    def fits(self, cell: Cell, version: Version) -> bool:
        if self.type not in cell.types or version not in self.versions or version not in cell.versions:
            return False
        if version == "2.0" and self.type == "o" and cell.style != "json":
            return False
        if self.needs_encoding and ("header" in cell.location or cell.location == "cookie"):
            return False
        return True


def one_of(*values: Any) -> Callable[[Random], Any]:
    return lambda random: random.choice(values)


def whole(least: int, most: int) -> Callable[[Random], int]:
    return lambda random: random.randint(least, most)


def nullable(schema: dict[str, Any]) -> Callable[[Version], Any]:
    def made(version: Version) -> Any:
        return (
            {**schema, "nullable": True} if version == "3.0" else {**schema, "type": [schema["type"], "null"]}
        )

    return made


def single(
    name: str, schema: Any, valid: Any, versions: tuple[Version, ...] = ("3.0", "3.1"), **planted: Any
) -> Kind:
    made = schema if callable(schema) else lambda version: schema
    flaws = {flaw: value if callable(value) else one_of(value) for flaw, value in planted.items()}
    return Kind(name, "s", made, valid, flaws, versions)


def _number(version: Version) -> Any:
    above = {"exclusiveMinimum": 0} if version == "3.1" else {"minimum": 0, "exclusiveMinimum": True}
    return {"type": "number", "maximum": 10, **above}


INTEGER = {"type": "integer", "minimum": 1, "maximum": 99}
WORD = {"type": "string", "minLength": 2, "maxLength": 6, "pattern": "^[a-z]+$"}
THREE_ONE: tuple[Version, ...] = ("3.1",)
SINGLES = (
    single("integer", INTEGER, whole(1, 99), ALL, type=one_of("red", "true"), bound=one_of(0, 100), fraction="2.5"),
    single("number", _number, one_of(1, 2.5, 10), ALL, type=one_of("red", "NaN", "1_0"), bound=one_of(0, 10.5)),
    single("boolean", {"type": "boolean"}, one_of(True, False), ALL, type=one_of("yes", "2", "TRUE")),
    single("string", WORD, one_of(*WORDS), ALL, pattern=one_of("Red", "r3d"), length=one_of("r", "vermilion")),
    single("enum", {"type": "string", "enum": list(WORDS)}, one_of(*WORDS), ALL, enum=one_of("green", "Red")),
    single("integers", {"type": "integer", "enum": [1, 5]}, one_of(1, 5), ALL, enum=2, type="red"),
    single("enum without type", {"enum": [1, "red", True]}, one_of(1, "red", True), enum=one_of(2, "blue", False)),
    single("const", {"const": 7}, one_of(7), THREE_ONE, const=one_of(8, "red")),
    single("types", {"type": ["integer", "boolean"]}, one_of(4, True), THREE_ONE, type="red"),
    single("nullable", nullable(INTEGER), whole(1, 99), type="red", bound=100),
    single("allOf", {"allOf": [{"type": "integer"}, {"minimum": 5}]}, whole(5, 50), type="red", bound=4),
    single("oneOf", {"oneOf": [{"type": "integer"}, {"type": "boolean"}]}, one_of(3, True), type=one_of("red", "2.5")),
    single(
        "oneOf of one type",
        {"oneOf": [{"type": "integer", "maximum": 10}, {"type": "integer", "minimum": 5}]},
        one_of(1, 20),
        both=7,
    ),
    single(
        "anyOf",
        {"anyOf": [{"type": "integer", "minimum": 10}, {"type": "string", "format": "date"}]},
        one_of(12, "2024-02-29"),
        neither=one_of(3, "red"),
    ),
    single("not", {"type": "integer", "not": {"enum": [5]}}, one_of(4, 6), forbidden=5),
    single("$ref", {"$ref": "#/components/schemas/Size"}, whole(1, 9), type="red", bound=10),
    single(
        "date", {"type": "string", "format": "date"}, one_of("2024-02-29", "1999-12-31"), ALL,
        format=one_of("2023-02-29", "2024-1-1", "red"),
    ),
    single(
        "date-time", {"type": "string", "format": "date-time"}, one_of("2024-02-29T12:00:00Z", "1999-12-31T23:59:59Z"),
        ALL, format=one_of("2024-02-30T12:00:00Z", "2024-02-29", "2024-02-29T25:00:00Z"),
    ),
    single(
        "uuid", {"type": "string", "format": "uuid"},
        one_of("0190b1f2-7c3a-7def-8a11-3f2b5d6c7e88", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
        format=one_of("0190b1f27c3a7def8a113f2b5d6c7e88", "red"),
    ),
    single("ipv4", {"type": "string", "format": "ipv4"}, one_of("10.0.0.1", "192.168.7.9"),
        format=one_of("10.0.0.256", "10.0.1"),
    ),
)  # fmt: skip


def hard(cell: Cell) -> Kind:
    """Texts full of delimiters, as far as a cell can carry them: read wrong, they are not in the enum."""
    texts = [text for text in HARD if UNFIT.get(cell.style, "\0") not in text]
    schema = {"type": "string", "enum": texts[::2]}
    return Kind(
        "delimiters",
        "s",
        lambda version: schema,
        one_of(*texts[::2]),
        {"enum": one_of(*texts[1::2])},
        ALL,
        True,
    )


def array_of(kind: Kind) -> Kind:
    """Two to four different items; a flaw is that of one item, or of the array."""

    def items(random: Random, count: int) -> list[Any]:
        found: list[Any] = []
        for _ in range(200):
            value = kind.valid(random)
            if not any(value == other and type(value) is type(other) for other in found):
                found.append(value)
            if len(found) == count:
                break
        return found

    def with_flaw(flaw: Callable[[Random], Any]) -> Callable[[Random], Any]:
        def made(random: Random) -> list[Any]:
            found = items(random, random.randint(2, 3))
            found[random.randrange(len(found))] = flaw(random)
            return found

        return made

    def schema(version: Version) -> Any:
        return {
            "type": "array",
            "items": kind.schema(version),
            "minItems": 2,
            "maxItems": 4,
            "uniqueItems": True,
        }

    planted = {f"item: {flaw}": with_flaw(value) for flaw, value in kind.planted.items()}
    planted |= {"too few": lambda random: items(random, 1), "twice": lambda random: items(random, 1) * 2}
    if kind.name == "integer":
        planted["too many"] = lambda random: random.sample(range(1, 99), 5)
    return Kind(
        f"array of {kind.name}", "a", schema, lambda random: items(random, random.randint(2, 3)), planted,
        kind.versions, kind.needs_encoding,
    )  # fmt: skip


def object_of(kind: Kind) -> Kind:
    """A required and an optional property, and no others."""

    def schema(version: Version) -> Any:
        return {
            "type": "object",
            "properties": {"R": kind.schema(version), "G": {"type": "integer"}},
            "required": ["R"],
            "additionalProperties": False,
        }

    def valid(random: Random) -> Any:
        return {"R": kind.valid(random), **({"G": random.randint(0, 255)} if random.random() < 0.7 else {})}

    def with_flaw(flaw: Callable[[Random], Any]) -> Callable[[Random], Any]:
        return lambda random: {"G": random.randint(0, 255), "R": flaw(random)}

    planted = {f"property: {flaw}": with_flaw(value) for flaw, value in kind.planted.items()}
    planted |= {
        "property: missing": lambda random: {"G": random.randint(0, 255)},
        "optional property: type": lambda random: {**valid(random), "G": "green"},
        "property: undeclared": lambda random: {**valid(random), "B": 5},
    }
    return Kind(f"object of {kind.name}", "o", schema, valid, planted, kind.versions, kind.needs_encoding)


def _numbers(names: str) -> Callable[[Random], Any]:
    return lambda random: {name: random.randint(1, 99) for name in names}


def _others() -> tuple[Kind, ...]:
    integer = {"type": "integer"}
    array = {"type": "array", "items": integer}
    rgb = {"type": "object", "required": ["R"], "properties": {"R": integer}}
    green = {"type": "object", "required": ["G"], "properties": {"G": integer}}
    return (
        Kind(
            "array by allOf", "a", lambda version: {"allOf": [array, {"maxItems": 3}]}, one_of([1, 2], [3, 4, 5]),
            {"too many": one_of([1, 2, 3, 4]), "item: type": one_of([1, "red"])},
        ),
        Kind(
            "array or integer", "a", lambda version: {"oneOf": [integer, array]}, one_of([1, 2], [3, 4, 5]),
            {"item: type": one_of([1, "red"], ["red", 2])},
        ),
        Kind(
            "nullable array", "a", nullable(array), one_of([1, 2], [3, 4, 5]), {"item: type": one_of([1, "red"])},
        ),
        Kind(
            "tuple", "a",
            lambda version: {"type": "array", "prefixItems": [integer, {"type": "boolean"}], "items": False},
            one_of([1, True]), {"item: type": one_of(["red", True], [1, 2]), "too many": one_of([1, True, 3])},
            THREE_ONE,
        ),
        Kind(
            "map", "o", lambda version: {"type": "object", "additionalProperties": integer}, _numbers("RGB"),
            {"property: type": one_of({"R": 1, "G": "green"})},
        ),
        Kind(
            "object by allOf", "o", lambda version: {"allOf": [rgb, green]}, _numbers("RG"),
            {"property: missing": _numbers("R"), "property: type": one_of({"R": 1, "G": "green"})},
        ),
        Kind(
            "object by oneOf", "o", lambda version: {"oneOf": [rgb, green]}, one_of({"R": 1}, {"G": 2}),
            {"both": _numbers("RG"), "property: type": one_of({"G": "green"})},
        ),
        Kind("nullable object", "o", nullable(rgb), _numbers("R"), {"property: type": one_of({"R": "red"})}),
    )  # fmt: skip


def kinds_for(cell: Cell, version: Version) -> list[Kind]:
    """The kinds whose values a cell can carry."""
    singles = [*SINGLES, hard(cell)]
    several = [kind for kind in singles if kind.name != "const"]
    found = (*singles, *map(array_of, several), *map(object_of, singles), *_others())
    fitting = [kind for kind in found if kind.fits(cell, version)]
    if cell.style == "label":  # a dot is no data there
        dots = ("number", "ipv4", "delimiters")
        fitting = [kind for kind in fitting if kind.type == "s" or not kind.name.endswith(dots)]
    return fitting
