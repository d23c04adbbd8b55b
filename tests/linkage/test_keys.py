"""What a call sends is compared with what its operation takes: an error where it is closed, else a hint, or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.contracts import Operation, load
from harness.core.errors import UsageError
from harness.linkage.contract.key_lint import lint_keys, unnamed_keys
from harness.linkage.contract.shape import BaseCall

DOCUMENT: Any = SimpleNamespace(where=lambda *keys: "/".join(keys))
NAME = {"name": {"type": "string"}}
CLOSED = {"type": "object", "properties": NAME, "additionalProperties": False}
OPEN = {"type": "object", "properties": NAME}


def operation(folder: Path, body: Any = None, parameters: Any = ()) -> Operation:
    said: dict[str, Any] = {"operationId": "send", "parameters": list(parameters)}
    said["responses"] = {"200": {"description": "taken"}}
    if body is not None:
        said["requestBody"] = {"content": {"application/json": {"schema": body}}}
    file = folder / "shop.json"
    paths = {"/things": {"post": said}}
    info = {"title": "shop", "version": "1"}
    file.write_text(json.dumps({"openapi": "3.1.0", "info": info, "paths": paths}), encoding="utf-8")
    [found] = load(file).operations
    return found


@pytest.mark.parametrize(
    ("schema", "body", "place"),
    [
        (CLOSED, {"nam": 1}, "/nam"),
        ({**OPEN, "unevaluatedProperties": False}, {"nam": 1}, "/nam"),
        ({"type": "array", "items": CLOSED}, [{"name": "a"}, {"nam": 1}], "/1/nam"),
        ({"type": "object", "properties": {"of": CLOSED}}, {"of": {"nam": 1}}, "/of/nam"),
        ({"anyOf": [CLOSED, {**CLOSED, "properties": {"no": {}}}]}, {"nam": 1}, "/nam"),
        ({"anyOf": [CLOSED, OPEN]}, {"nam": 1}, None),  # the open one takes it
    ],
)
def test_what_a_closed_schema_does_not_name_is_an_error(
    tmp_path: Path, schema: Any, body: Any, place: str | None
) -> None:
    call, its = BaseCall(call="send", body=body), operation(tmp_path, schema)
    if place is None:
        lint_keys(DOCUMENT, its, call, ())
        [hint] = unnamed_keys(DOCUMENT, its, call, ())
        assert "does not name /nam, and lets other keys in; did you mean 'name'?" in hint.en
        return
    with pytest.raises(UsageError, match=rf"the body of POST /things has no {place}; did you mean 'name'"):
        lint_keys(DOCUMENT, its, call, ())
    assert list(unnamed_keys(DOCUMENT, its, call, ())) == []


@pytest.mark.parametrize(
    "schema",
    [
        {**OPEN, "additionalProperties": True},
        {**OPEN, "additionalProperties": {"type": "integer"}},
        {**CLOSED, "patternProperties": {"^n": {}}},
        {"type": "object"},
        {},
    ],
)
def test_what_a_schema_takes_without_naming_it_is_no_typo(tmp_path: Path, schema: Any) -> None:
    call, its = BaseCall(call="send", body={"nam": 1}), operation(tmp_path, schema)
    lint_keys(DOCUMENT, its, call, ())
    assert list(unnamed_keys(DOCUMENT, its, call, ())) == []


def test_an_object_in_the_query_may_have_any_name(tmp_path: Path) -> None:
    """Its properties are parameters of the address."""
    call = BaseCall(call="send", query={"nam": "1"})
    named = {"name": "name", "in": "query", "schema": {"type": "string"}}
    with pytest.raises(UsageError, match="POST /things has no query parameter 'nam'; did you mean 'name'"):
        lint_keys(DOCUMENT, operation(tmp_path, parameters=[named]), call, ())
    spread = {"name": "filter", "in": "query", "schema": {"type": "object"}}
    lint_keys(DOCUMENT, operation(tmp_path, parameters=[named, spread]), call, ())
