from __future__ import annotations

from typing import Any

import pytest

from harness.contracts.dialect import Direction, translate


def made(schema: Any, *, version: Any = "3.0", direction: Direction = "response") -> Any:
    return translate(schema, version, direction, lambda path: "#/$defs/" + "/".join(map(str, path)))


@pytest.mark.parametrize(
    ("schema", "result"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        (
            {"type": "string", "nullable": True, "enum": ["a"]},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        ({"nullable": True, "anyOf": [{}]}, {"anyOf": [{}, {"type": "null"}]}),
        ({"nullable": True, "allOf": [{}]}, {"anyOf": [{"allOf": [{}]}, {"type": "null"}]}),
        ({"nullable": True}, {}),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"$ref": "x", "nullable": True, "description": "ignored"}, {"$ref": "#/$defs/"}),
        (
            {"properties": {"a": {"$ref": "x"}, "b": {"items": {"type": "string", "nullable": True}}}},
            {
                "properties": {
                    "a": {"$ref": "#/$defs/properties/a"},
                    "b": {"items": {"type": ["string", "null"]}},
                }
            },
        ),
        ({"$id": "http://a.invalid/", "$schema": "x", "type": "string"}, {"type": "string"}),
    ],
)
def test_3_0_becomes_2020_12(schema: Any, result: Any) -> None:
    before = repr(schema)
    assert made(schema) == result
    assert repr(schema) == before  # the document is left as it was


def test_read_only_and_write_only_are_required_one_way() -> None:
    schema = {
        "required": ["r", "w", "x"],
        "properties": {"r": {"readOnly": True}, "w": {"writeOnly": True}, "x": {}},
    }
    assert made(schema, direction="request")["required"] == ["w", "x"]
    assert made(schema, direction="response")["required"] == ["r", "x"]
    assert made(schema, version="3.1", direction="request")["required"] == ["r", "w", "x"]


def test_3_1_keeps_what_stands_beside_a_ref() -> None:
    schema = {"$ref": "x", "minLength": 1, "if": {"$ref": "y"}, "prefixItems": [True, {"$ref": "z"}]}
    assert made(schema, version="3.1") == {
        "$ref": "#/$defs/",
        "minLength": 1,
        "if": {"$ref": "#/$defs/if"},
        "prefixItems": [True, {"$ref": "#/$defs/prefixItems/1"}],
    }
