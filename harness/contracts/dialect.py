"""Schema objects of OpenAPI 3.0 and 3.1 as JSON Schema 2020-12.

3.1 schemas are 2020-12 already (OpenAPI 3.1.1, *Schema Object*). 3.0 differs (3.0.3, *Schema Object*):
``nullable``, boolean ``exclusiveMinimum``/``exclusiveMaximum``, siblings of ``$ref`` are ignored, and a
``readOnly`` (``writeOnly``) property is required in responses (requests) only. The translation keeps the
shape of the schema wherever it can, so that a place in the result is the same place in the document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from harness.contracts.patterns import reading

Direction = Literal["request", "response"]
Version = Literal["3.0", "3.1"]

Marked = Callable[[tuple[str | int, ...], str, str], bool]

ONE = frozenset(
    "items additionalProperties not if then else contains propertyNames unevaluatedItems "
    "unevaluatedProperties contentSchema additionalItems".split()
)
MANY = frozenset("allOf anyOf oneOf prefixItems".split())
NAMED = frozenset("properties patternProperties $defs definitions dependentSchemas".split())
# Of what says nothing of values.
FORMS: dict[str, type] = {
    "title": str,
    "description": str,
    "$comment": str,
    "examples": list,
    "deprecated": bool,
    "readOnly": bool,
    "writeOnly": bool,
}
# Of where schemas are and how they are found; references are resolved already, or told to lead nowhere.
BASES = frozenset({"$id", "$schema", "$dynamicRef", "$recursiveRef"})


def below(schema: Any) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The schemas directly inside a schema, with their path in it."""
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        if keyword in ONE and isinstance(value, dict | bool):
            yield (keyword,), value
        elif keyword in MANY and isinstance(value, list):
            yield from (((keyword, number), item) for number, item in enumerate(value))
        elif keyword in NAMED and isinstance(value, dict):
            yield from (((keyword, name), item) for name, item in value.items())


def translate(
    schema: Any,
    version: Version,
    direction: Direction,
    rename: Callable[[tuple[str | int, ...]], str],
    path: tuple[str | int, ...] = (),
    is_marked: Marked | None = None,
    mended: bool = False,
) -> Any:
    """The schema in 2020-12; ``rename`` gives the new ``$ref`` for the reference at a path in the schema.

    ``is_marked`` tells whether a property of the schema at a path is ``readOnly`` (``writeOnly``), wherever that
    is said; without it only what stands there counts. ``mended``: what is no JSON Schema and can mean one thing only
    is written as that.
    """
    if not isinstance(schema, dict):
        return schema
    if version == "3.0" and isinstance(schema.get("$ref"), str):
        referred = {"$ref": rename(path)}
        return _nullable(referred) if mended and _flag(schema, "nullable") else referred
    result = {keyword: value for keyword, value in schema.items() if keyword not in BASES}
    for where, item in below(schema):
        inner = translate(item, version, direction, rename, (*path, *where), is_marked, mended)
        if len(where) == 1:
            result[str(where[0])] = inner
            continue
        keyword, key = str(where[0]), where[1]
        if result[keyword] is schema[keyword]:
            result[keyword] = schema[keyword].copy()
        result[keyword][key] = inner
    if isinstance(schema.get("$ref"), str):
        result["$ref"] = rename(path)
    read_patterns(result)
    if mended:
        mend(result, version)
    if version != "3.0":
        return result
    if isinstance(result.get("required"), list):
        mark = "readOnly" if direction == "request" else "writeOnly"
        declared = schema.get("properties")
        properties = declared if isinstance(declared, dict) else {}
        result["required"] = [
            name
            for name in result["required"]
            if not isinstance(name, str)
            or not (_flag(properties.get(name), mark) or (is_marked and is_marked(path, name, mark)))
        ]
    return _from_30(result)


def read_patterns(result: dict[str, Any], *, properties: bool = True) -> None:
    """Write patterns as they are read (``patterns``); those without a reading ask nothing."""
    pattern, named = result.get("pattern"), result.get("patternProperties")
    if isinstance(pattern, str):
        read = reading(pattern, properties=properties)
        if read is None:
            del result["pattern"]
        else:
            result["pattern"] = read
    if isinstance(named, dict) and named:
        result["patternProperties"] = found = {}
        for name, schema in named.items():
            read = reading(name, properties=properties)
            found["" if read is None else read] = True if read is None else schema  # "": any name may be one


def mend(result: dict[str, Any], version: Version) -> None:
    """Write mistakes of vendors that leave no doubt as they must be meant: ``exclusiveMinimum: true`` and ``nullable``
    in 3.1, a name required twice, ``required: true`` of a property, annotations that are none.
    """
    for keyword in FORMS.keys() & result.keys():
        if not isinstance(result[keyword], FORMS[keyword]):
            del result[keyword]
    if version != "3.0":
        _bounds(result)
    for keyword in ("required", "type"):
        value = result.get(keyword)
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            result[keyword] = list(dict.fromkeys(value))
    if isinstance(result.get("required"), bool):
        del result["required"]
    if isinstance(listed := result.get("type"), list):
        result["type"] = ["null" if item is None else item for item in listed]  # null as YAML reads it
    if version != "3.0" and result.pop("nullable", None) is True:
        meant = _nullable(result.copy())
        result.clear()
        result.update(meant)


def _bounds(result: dict[str, Any]) -> None:
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if (flag := result.pop(exclusive, False)) is True and bound in result:
            result[exclusive] = result.pop(bound)
        elif not isinstance(flag, bool):
            result[exclusive] = flag


def _from_30(result: dict[str, Any]) -> dict[str, Any]:
    _bounds(result)
    return _nullable(result) if result.pop("nullable", False) is True else result


def _nullable(result: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in result:
        return {"anyOf": [result, {"type": "null"}]}
    if isinstance(result.get("enum"), list) and None not in result["enum"]:
        result["enum"] = [*result["enum"], None]
    if isinstance(types := result.get("type"), str | list):
        result["type"] = list(dict.fromkeys([*([types] if isinstance(types, str) else types), "null"]))
        return result
    for keyword in ("anyOf", "oneOf"):
        if keyword in result:
            result[keyword] = [*result[keyword], {"type": "null"}]
            return result
    return {"anyOf": [result, {"type": "null"}]} if "allOf" in result else result


def _flag(schema: Any, name: str) -> bool:
    return isinstance(schema, dict) and schema.get(name) is True
