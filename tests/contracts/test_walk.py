"""Names are not taken for keywords, and data is not taken for contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import Contract, Index, bundle, check, load
from tests.support.exchanges import exchange

WORDS = (
    "$ref $dynamicRef example examples default enum const value properties pattern servers parameters schema "
    "schemas headers content x-thing required type items not allOf $id $anchor"
).split()
NOWHERE = {"$ref": "#/components/schemas/Nowhere"}


def document(tmp_path: Path, answer: Any, **components: Any) -> Contract:
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/things": {"get": {"responses": {"200": {"description": "Ok", **answer}}}},
            "/good": {"get": {"responses": {"200": {"description": "Ok"}}}},
        },
        "components": components,
    }
    (tmp_path / "a.json").write_text(json.dumps(whole, indent=1), encoding="utf-8")
    return load(tmp_path / "a.json")


def content(schema: Any, **beside: Any) -> Any:
    return {"content": {"application/json": {"schema": schema, **beside}}}


def broken(contract: Contract, body: Any) -> int:
    checked = check(exchange("GET", "/things", body=body), Index([contract]))
    assert checked.unchecked == ()
    return len(checked.violations)


@pytest.mark.parametrize("word", WORDS)
def test_a_property_may_have_any_name(tmp_path: Path, word: str) -> None:
    contract = document(tmp_path, content({"properties": {word: {"type": "integer"}}}))
    assert contract.flaws == ()
    assert (broken(contract, {word: 1}), broken(contract, {word: "a"})) == (0, 1)
    assert bundle(contract)["paths"] == contract.document["paths"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("flawed", [NOWHERE, {"type": "strng"}], ids=["reference", "type"])
def test_a_flaw_below_any_name_is_found(tmp_path: Path, word: str, flawed: Any) -> None:
    contract = document(tmp_path, {}, schemas={word: {"properties": {word: flawed}}})
    assert len(contract.flaws) == 1


@pytest.mark.parametrize("word", [word for word in WORDS if not word.startswith("x-")])
@pytest.mark.parametrize("kind", ["schemas", "parameters", "headers", "responses", "requestBodies"])
def test_a_component_may_have_any_name(tmp_path: Path, word: str, kind: str) -> None:
    schema = {"type": "integer"}
    of_kind = {
        "schemas": schema,
        "parameters": {"name": "q", "in": "query", "schema": schema},
        "headers": {"schema": schema},
        "responses": {"description": "", **content(schema)},
        "requestBodies": content(schema),
    }[kind]
    reference = {"$ref": f"#/components/{kind}/{word}"}
    contract = document(
        tmp_path, content(reference if kind == "schemas" else schema), **{kind: {word: of_kind}}
    )
    assert contract.flaws == ()
    assert (broken(contract, 1), broken(contract, "a")) == (0, 1)
    assert bundle(contract)["components"] == contract.document["components"]


@pytest.mark.parametrize(
    "data",
    [
        {"schema": content({}, example=NOWHERE)},
        {"schema": content({}, examples={"one": {"value": NOWHERE}})},
        {"schema": content({"default": NOWHERE, "example": NOWHERE, "examples": [NOWHERE]})},
        {"schema": content({"enum": [NOWHERE, 1], "const": NOWHERE})},
        {"schema": content({"x-thing": NOWHERE})},
        {"schema": {"headers": {"X-A": {"schema": {}, "example": NOWHERE}}}},
        {"schema": {"links": {"next": {"operationId": "a", "requestBody": NOWHERE}}}},
    ],
)
def test_data_is_not_contract(tmp_path: Path, data: Any) -> None:
    contract = document(tmp_path, data["schema"])
    assert [flaw for flaw in contract.flaws if not flaw.harmless] == []
    assert contract.flawed == ()
    assert bundle(contract)["paths"] == contract.document["paths"]


@pytest.mark.parametrize(
    "place",
    [
        lambda one: content({"items": one}),
        lambda one: content({"items": [one], "prefixItems": [one]}),
        lambda one: content({"$defs": {"example": one}}),
        lambda one: content({"dependentSchemas": {"default": one}}),
        lambda one: content({"if": one}),
        lambda one: {"headers": {"example": {"schema": one}}},
        lambda one: {"headers": {"X-A": {"content": {"text/plain": {"schema": one}}}}},
        lambda one: content({}, encoding={"a": {"headers": {"X-A": {"schema": one}}}}),
    ],
)
def test_every_place_of_a_schema_is_looked_at(tmp_path: Path, place: Any) -> None:
    contract = document(tmp_path, place(NOWHERE), schemas={"Unused": True})
    assert [operation.label for operation, _ in contract.flawed] == ["GET /things"]


def test_callbacks_and_webhooks_are_looked_at(tmp_path: Path) -> None:
    flawed = {"post": {"requestBody": content(NOWHERE), "responses": {"200": {"description": ""}}}}
    called = {
        "responses": {"200": {"description": ""}},
        "callbacks": {"paid": {"{$request.body#/url}": flawed}},
    }
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"get": {"responses": {"200": {"description": ""}}}}, "/b": {"post": called}},
        "webhooks": {"example": flawed},
    }
    (tmp_path / "a.json").write_text(json.dumps(whole, indent=1), encoding="utf-8")
    contract = load(tmp_path / "a.json")
    assert len(contract.flaws) == 2
    assert [operation.label for operation, _ in contract.flawed] == ["POST /b"]
