"""The keywords of JSON Schema that a value can meet or break, each as a question about one value.

A question answers True or False, or None where the keyword says nothing about such a value (``minimum`` of a
text; JSON Schema 2020-12 validation, section 4.2). ``format`` is not asked: what it forbids is not agreed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from jsonschema_rs import Draft202012Validator

from harness.contracts.patterns import reading

Question = Callable[[Any], "bool | None"]
NAMES = {
    "string": str,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def questions(schema: Mapping[str, Any]) -> Iterator[tuple[str, Question]]:
    """The keyword targets of one schema, without those of its parts; ``required`` and limits that nothing
    can break are left out.
    """
    if "type" in schema:
        types = [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
        if schema.get("nullable") is True:
            types.append("null")
        yield "type", partial(_is_one_of, types)
    if isinstance(schema.get("enum"), list):
        yield "enum", partial(_is_among, [_canonical(item) for item in schema["enum"]])
    if "const" in schema:
        yield "const", partial(_is_among, [_canonical(schema["const"])])
    yield from _numbers(schema)
    for keyword, kind, size in (
        ("minLength", str, len),
        ("minItems", list, len),
        ("minProperties", dict, len),
    ):
        if schema.get(keyword):  # 0 forbids nothing
            yield keyword, partial(_at_least, kind, size, schema[keyword])
    for keyword, kind, size in (
        ("maxLength", str, len),
        ("maxItems", list, len),
        ("maxProperties", dict, len),
    ):
        if keyword in schema:
            yield keyword, partial(_at_most, kind, size, schema[keyword])
    if isinstance(schema.get("pattern"), str):
        read = reading(schema["pattern"])
        if read is not None:
            yield "pattern", partial(_fits, Draft202012Validator({"pattern": read}))
    if schema.get("uniqueItems") is True:
        yield "uniqueItems", _is_without_doubles
    for name in schema.get("required") or ():
        yield f"required:{name}", partial(_has, name)
    if schema.get("additionalProperties") is False:
        yield "additionalProperties", partial(_has_only, frozenset(schema.get("properties") or ()))


def _numbers(schema: Mapping[str, Any]) -> Iterator[tuple[str, Question]]:
    lowest, highest = schema.get("minimum"), schema.get("maximum")
    if isinstance(lowest, int | float):
        strict = schema.get("exclusiveMinimum") is True  # OpenAPI 3.0
        yield "minimum", partial(_above, lowest, strict)
    if isinstance(highest, int | float):
        strict = schema.get("exclusiveMaximum") is True
        yield "maximum", partial(_below, highest, strict)
    for keyword, compare in (("exclusiveMinimum", _above), ("exclusiveMaximum", _below)):
        limit = schema.get(keyword)
        if isinstance(limit, int | float) and not isinstance(limit, bool):
            yield keyword, partial(compare, limit, True)
    if isinstance(schema.get("multipleOf"), int | float):
        yield "multipleOf", partial(_is_multiple, schema["multipleOf"])


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_one_of(types: list[str], value: Any) -> bool:
    return any(_is(name, value) for name in types)


def _is(name: str, value: Any) -> bool:
    if name == "integer":
        return is_number(value) and (isinstance(value, int) or value.is_integer())
    if name == "number":
        return is_number(value)
    return isinstance(value, NAMES[name]) if name in NAMES else False


def _is_among(known: list[str], value: Any) -> bool:
    return _canonical(value) in known


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _above(limit: float, strict: bool, value: Any) -> bool | None:
    if not is_number(value):
        return None
    return bool(value > limit if strict else value >= limit)


def _below(limit: float, strict: bool, value: Any) -> bool | None:
    if not is_number(value):
        return None
    return bool(value < limit if strict else value <= limit)


def _is_multiple(of: float, value: Any) -> bool | None:
    return value % of == 0 if is_number(value) and of else None


def _at_least(kind: type, size: Callable[[Any], int], limit: int, value: Any) -> bool | None:
    return size(value) >= limit if isinstance(value, kind) else None


def _at_most(kind: type, size: Callable[[Any], int], limit: int, value: Any) -> bool | None:
    return size(value) <= limit if isinstance(value, kind) else None


def _fits(pattern: Draft202012Validator, value: Any) -> bool | None:
    return pattern.is_valid(value) if isinstance(value, str) else None


def _is_without_doubles(value: Any) -> bool | None:
    if not isinstance(value, list):
        return None
    return len({_canonical(item) for item in value}) == len(value)


def _has(name: str, value: Any) -> bool | None:
    return name in value if isinstance(value, dict) else None


def _has_only(names: frozenset[str], value: Any) -> bool | None:
    return value.keys() <= names if isinstance(value, dict) else None
