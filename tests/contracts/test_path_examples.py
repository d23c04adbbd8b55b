from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.api.examples import from_examples
from harness.contracts import load
from harness.contracts.path_examples import without_elsewhere

SAID = [
    {"example": ""},
    {"example": "."},
    {"examples": {"a": {"value": ".."}}},
    {"schema": {"type": "string", "example": ""}},
    {"schema": {"type": "string", "default": ""}},
    {"schema": {"type": "string", "examples": [""]}},
]


def document(path: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, **path},
        {"name": "q", "in": "query", "schema": {"type": "string"}, "example": ""},
    ]
    ok = {"200": {"description": "ok"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/goods/{id}/price": {"parameters": parameters, "get": {"responses": ok}}},
        "components": {"parameters": {"Id": parameters[0]}},
    }


@pytest.mark.parametrize("said", SAID)
def test_an_example_that_makes_another_address_is_none(said: dict[str, Any], tmp_path: Path) -> None:
    given = document(said)
    (tmp_path / "a.json").write_text(json.dumps(given), encoding="utf-8")
    (operation,) = load(tmp_path / "a.json").operations
    assert list(from_examples(operation)) == []
    (known,) = from_examples(operation, lambda name: ["t7"])
    assert (known.path, known.query) == ({"id": "t7"}, {"q": ""})
    kept = without_elsewhere(given)
    assert kept == document({"schema": {"type": "string"}} if "schema" in said else {})
    assert given == document(said)


def test_other_examples_stay() -> None:
    given = document({"example": "7", "examples": {"a": {"value": "8"}, "b": {"value": ""}}})
    (kept, _) = without_elsewhere(given)["paths"]["/goods/{id}/price"]["parameters"]
    assert (kept["example"], kept["examples"]) == ("7", {"a": {"value": "8"}})
