"""Compiled schemas: a place in the documents → a validator whose errors point back into the documents.

A schema is compiled with everything it refers to as one self-contained 2020-12 schema: each referenced place
becomes ``#/$defs/sN``. Owns nothing of HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jsonschema_rs

from harness.contracts import fields, pointers
from harness.contracts import flaw_words as words
from harness.contracts.dialect import Direction, Version, translate
from harness.contracts.library import Library, Place
from harness.contracts.violations import one_of
from harness.core.difference import alike_but_for_type, type_of
from harness.core.text import Text, text_of
from harness.core.validation import PLACED


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which a value breaks a schema. ``at`` is the path in the value; ``name`` the property of that
    value that is missing, or is there and not declared.
    """

    pointer: str
    at: tuple[str | int, ...]
    keyword: str
    expected: Text
    seen: Any
    type: Text | None = None
    """That of what was seen, where it looks like a value of the type that was expected."""
    name: str | None = None


class Schema:
    """A validator of one place. Not for sharing between contracts; safe between threads."""

    __slots__ = ("_names", "_place", "_validator", "is_valid")

    def __init__(self, library: Library, place: Place, version: Version, direction: Direction) -> None:
        self._place = place
        self._names: dict[str, Place] = {}
        known: dict[tuple[str, str], str] = {}
        waiting: list[Place] = []

        def name_of(target: Place) -> str:
            if target.key not in known:
                known[target.key] = f"s{len(known)}"
                self._names[known[target.key]] = target
                waiting.append(target)
            return known[target.key]

        root = name_of(place)
        definitions: dict[str, Any] = {}
        while waiting:
            current = waiting.pop()

            def rename(path: tuple[str | int, ...], current: Place = current) -> str:
                return f"#/$defs/{name_of(library.target(current.down(*path)))}"

            is_marked = partial(_is_marked, library, current)
            definitions[known[current.key]] = translate(
                current.value, version, direction, rename, is_marked=is_marked, mended=True
            )
        whole = {"$ref": f"#/$defs/{root}", "$defs": definitions}
        try:
            self._validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True, offline=True)
        except jsonschema_rs.ValidationError as error:
            raise refusal(error, self._names, self._place) from None
        self.is_valid = self._validator.is_valid

    def problems(self, value: Any) -> Iterator[Problem]:
        """Everything that is wrong with ``value``; of alternatives, the one it came nearest to."""
        for error in self._validator.iter_errors(value):
            nearest = _nearest(error)
            for name, seen in _properties(nearest):
                yield Problem(
                    pointer=self._pointer(nearest.schema_path),
                    at=tuple(nearest.instance_path),
                    keyword=nearest.kind.name,
                    expected=_expected(nearest),
                    seen=seen,
                    type=_type(nearest),
                    name=name,
                )

    def _pointer(self, path: list[str | int]) -> str:
        if len(path) < 2 or path[0] != "$defs":
            return self._place.name
        place = self._names[str(path[1])]
        tokens = pointers.existing(place.value, path[2:])
        return f"{place.source.name}#{place.source.origin(pointers.join(place.pointer, *tokens))}"


def _is_marked(library: Library, place: Place, path: tuple[str | int, ...], name: str, mark: str) -> bool:
    """Whether a property is ``readOnly`` (``writeOnly``), by any part of the schema that speaks of it."""
    while len(path) > 1 and path[-2] == "allOf":
        path = path[:-2]  # what one part requires another may declare
    return any(
        said.value.get(mark) is True
        for part in fields.parts(library, place.down(*path))
        if name in (part.value.get("properties") or ())
        for said in fields.parts(library, part.down("properties", name))
    )


def compile_alone(library: Library, place: Place, version: Version, *, mended: bool = False) -> list[Place]:
    """See that a schema is one, what it refers to taken as given; gives the places it refers to.

    ``mended``: as it must be meant, which is how exchanges are judged.

    UsageError with file and line. Quicker than :class:`Schema` for all schemas of a big document, where each
    would be compiled again with whatever refers to it.
    """
    referred: list[Place] = []

    def rename(path: tuple[str | int, ...]) -> str:
        referred.append(library.target(place.down(*path)))
        return "#/$defs/given"

    whole = {
        "$ref": "#/$defs/s0",
        "$defs": {
            "s0": translate(place.value, version, "response", rename, mended=mended),
            "given": True,
        },
    }
    try:
        jsonschema_rs.Draft202012Validator(whole, validate_formats=True, offline=True)
    except jsonschema_rs.ValidationError as error:
        raise refusal(error, {"s0": place}, place) from None
    return referred


def refusal(error: jsonschema_rs.ValidationError, names: dict[str, Place], place: Place) -> Exception:
    """The error for a schema that is none; ``names`` are the places compiled as ``#/$defs/NAME``."""
    path = error.instance_path
    if len(path) < 2 or path[0] != "$defs" or str(path[1]) not in names:
        return place.refuse(words.NO_SCHEMA_OF_JSON.format(why=error.message))
    inner = names[str(path[1])]
    message = words.NO_SCHEMA_OF_JSON.format(why=_brief(error))
    return inner.refuse(message, *pointers.existing(inner.value, path[2:]))


def _brief(error: jsonschema_rs.ValidationError) -> Text:
    """What is wrong, beginning with the keyword: of a long line the message alone says which."""
    keyword = next((str(token) for token in reversed(error.instance_path[2:]) if isinstance(token, str)), "")
    listed = error.instance
    if (
        keyword in ("required", "type", "enum")
        and isinstance(listed, list)
        and len({repr(item) for item in listed}) < len(listed)
    ):
        return words.NOT_UNIQUE.format(keyword=keyword, seen=json.dumps(listed))
    if keyword == "type" and isinstance(listed, str | list | None):
        return words.UNKNOWN_TYPE.format(seen=repr(listed))
    if keyword == "type":
        return words.NO_TYPE.format(seen=json.dumps(listed, ensure_ascii=False))
    if not keyword:
        return text_of(error.message)
    ours = words.EXPECTED.format(expected=_expected(error), seen=json.dumps(listed, ensure_ascii=False))
    return PLACED.format(place=keyword, what=replace(ours, en=error.message))


def _nearest(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """For ``anyOf``/``oneOf``: the single error of the branch the value came closest to, where one did."""
    kind: Any = error.kind
    if kind.name not in ("anyOf", "oneOf") or not getattr(kind, "context", None):
        return error
    depth = len(error.instance_path)
    branches = [
        branch for branch in kind.context if branch and not any(_elsewhere(item, depth) for item in branch)
    ]
    if len(branches) == 1 and len(branches[0]) == 1:
        return _nearest(branches[0][0])
    return error


def _elsewhere(error: jsonschema_rs.ValidationError, depth: int) -> bool:
    """Whether the value is of another kind altogether than this branch asks for."""
    kind: Any = error.kind
    return len(error.instance_path) <= depth and kind.name == "type"


def _expected(error: jsonschema_rs.ValidationError) -> Text:
    kind: Any = error.kind
    value = kind.value
    match kind.name:
        case "type":
            return one_of(sorted(value))
        case "required":
            return Text(zh="属性 {value!r}", en="the property {value!r}").format(value=value)
        case "enum":
            values = ", ".join(map(repr, value))
            return Text(zh="{values} 之一", en="one of {values}").format(values=values)
        case "const":
            return text_of(repr(value))
        case "additionalProperties" | "unevaluatedProperties":
            return Text(zh="只有规范声明的属性", en="no other property than those declared")
        case "format":
            return text_of(f"format {value}")
        case "oneOf":
            return Text(zh="恰好符合其中一种", en="a value of exactly one of the alternatives")
        case "anyOf":
            return Text(zh="至少符合其中一种", en="a value of one of the alternatives")
        case "falseSchema":
            return Text(zh="此处没有内容", en="nothing here")
        case "not":
            return Text(zh="不符合被禁止的 schema 的值", en="a value that is not of the forbidden schema")
        case name:
            return text_of(f"{name} {value!r}" if isinstance(value, int | float | str) else name)


def _type(error: jsonschema_rs.ValidationError) -> Text | None:
    kind: Any = error.kind
    value = error.instance
    match kind.name:
        case "type":
            wanted = [like for like in _of_other_types(value) if _TYPES[type(like)] & set(kind.value)]
        case "enum":
            wanted = [option for option in kind.value if alike_but_for_type(option, value)]
        case "const":
            wanted = [kind.value] if alike_but_for_type(kind.value, value) else []
        case _:
            wanted = []
    return type_of(value) if wanted else None


_TYPES: dict[type, set[str]] = {
    str: {"string"},
    int: {"integer", "number"},
    float: {"number"},
    bool: {"boolean"},
}


def _of_other_types(value: Any) -> list[Any]:
    """The values of other types that look like this one: the text ``"5"`` like 5, and the other way round."""
    if isinstance(value, int | float):
        return [str(value)]
    try:
        like = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        return []
    return [like] if type(like) in _TYPES else []


def _properties(error: jsonschema_rs.ValidationError) -> Iterator[tuple[str | None, Any]]:
    """What was seen, by the property it is about: each one that is not declared is a problem of its own."""
    kind: Any = error.kind
    if kind.name in ("additionalProperties", "unevaluatedProperties") and isinstance(error.instance, dict):
        for name in kind.value:
            yield name, {name: error.instance.get(name)}
    else:
        yield kind.value if kind.name == "required" else None, error.instance
