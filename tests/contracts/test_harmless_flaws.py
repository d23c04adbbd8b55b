"""Flaws that leave no doubt about what is meant: they are told, and what they concern is tested all the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from harness.contracts import Contract, Index, bundle, check, load
from harness.core.errors import UsageError
from tests.support.exchanges import exchange


def document(tmp_path: Path, schema: Any = True, version: str = "3.1.0", **changed: Any) -> Contract:
    answer = {"description": "Ok", "content": {"application/json": {"schema": schema}}}
    operation = {"operationId": "getThing", "responses": {"200": answer}}
    whole = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {"/things": {"get": operation}},
        **changed,
    }
    (tmp_path / "a.json").write_text(json.dumps(whole, indent=1), encoding="utf-8")
    return load(tmp_path / "a.json")


def broken(contract: Contract, body: Any) -> list[str]:
    """The keywords that an answer breaks."""
    checked = check(exchange("GET", "/things", body=body), Index([contract]))
    assert checked.operation is not None
    assert checked.unchecked == ()
    return [violation.pointer.rpartition("/")[2] for violation in checked.violations]


@pytest.mark.parametrize(
    ("schema", "told", "right", "wrong"),
    [
        ({"type": "number", "minimum": 0, "exclusiveMinimum": True}, "true is not of type", 1, 0),
        ({"type": "number", "maximum": 5, "exclusiveMaximum": True}, "true is not of type", 4, 5),
        ({"type": "number", "minimum": 0, "exclusiveMinimum": False}, "false is not of type", 0, -1),
        ({"required": ["a", "b", "a"]}, "non-unique", {"a": 1, "b": 1}, {"a": 1}),
        ({"type": ["string", "null", "string"]}, "non-unique", None, 1),
        ({"type": "string", "required": True}, "true is not of type", "a", 1),
        ({"type": "string", "description": {"$ref": "#/components/examples/x"}}, "is not of type", "a", 1),
        ({"type": "string", "examples": {"a": "b"}}, "is not of type", "a", 1),
        ({"type": "string", "title": None, "deprecated": "yes"}, "is not of type", "a", 1),
        ({"type": "string", "readOnly": "true"}, "is not of type", "a", 1),
    ],
)
def test_a_schema_is_read_as_it_must_be_meant(
    tmp_path: Path, schema: Any, told: str, right: Any, wrong: Any
) -> None:
    contract = document(tmp_path, {"properties": {"x": schema}}, components={"examples": {"x": {"value": 1}}})
    (flaw,) = contract.flaws
    assert told in flaw.message.en
    assert flaw.pointer.startswith(
        "a.json#/paths/~1things/get/responses/200/content/application~1json/schema/properties/x/"
    )
    assert contract.flawed == ()
    assert broken(contract, {"x": right}) == []
    assert len(broken(contract, {"x": wrong})) == 1
    with pytest.raises(UsageError, match="not a schema"):
        load(contract.path, strict=True)


A_TEXT = {"T": {"type": "string", "enum": ["a", "b"]}}
OR_NOTHING = {"nullable": True}


@pytest.mark.parametrize(
    ("version", "schema"),
    [
        ("3.1.0", {"type": "string", "enum": ["a"]} | OR_NOTHING),
        ("3.1.0", {"type": ["string"], "maxLength": 1} | OR_NOTHING),
        ("3.1.0", {"$ref": "#/components/schemas/T"} | OR_NOTHING),
        ("3.1.0", {"allOf": [{"$ref": "#/components/schemas/T"}]} | OR_NOTHING),
        ("3.1.0", {"anyOf": [{"$ref": "#/components/schemas/T"}]} | OR_NOTHING),
        ("3.0.3", {"$ref": "#/components/schemas/T"} | OR_NOTHING),
    ],
)
def test_nullable_allows_null_where_it_says_nothing(tmp_path: Path, version: str, schema: Any) -> None:
    contract = document(tmp_path, {"properties": {"x": schema}}, version, components={"schemas": A_TEXT})
    (flaw,) = contract.flaws
    assert flaw.message.en.endswith("; read as meant, null is allowed")
    assert flaw.pointer.endswith("/properties/x/nullable")
    assert contract.flawed == ()
    for right in (None, "a"):
        assert broken(contract, {"x": right}) == []
    for wrong in (1, "abc", {}):
        assert broken(contract, {"x": wrong}) != []
    answer = bundle(contract)["paths"]["/things"]["get"]["responses"]["200"]
    twice = document(tmp_path, {"items": schema, "not": schema}, version, components={"schemas": A_TEXT})
    assert ["(2 times)" in flaw.message.en for flaw in twice.flaws] == [True]
    if version != "3.0.3":
        its = answer["content"]["application/json"]["schema"]["properties"]["x"]
        whole = its | {"components": {"schemas": A_TEXT}}
        assert [jsonschema_rs.is_valid(whole, value) for value in (None, "a", 1)] == [True, True, False]


@pytest.mark.parametrize(
    ("version", "schema", "told"),
    [
        ("3.0.3", {"$ref": "#/components/schemas/T", "minLength": 2}, ["minLength says nothing beside $ref"]),
        ("3.0.3", {"$ref": "#/components/schemas/T", "allOf": {}}, ["allOf says nothing beside $ref"]),
        ("3.0.3", {"$ref": "#/components/schemas/T", "type": "string", "description": "A."}, []),
        ("3.0.3", {"$ref": "#/components/schemas/T", "nullable": False, "x-a": 1}, []),
        ("3.1.0", {"$ref": "#/components/schemas/T", "minLength": 2}, []),
        ("3.1.0", {"min_items": 2}, ["'min_items' is no keyword of schemas; did you mean 'minItems'"]),
        ("3.0.3", {"maxLenght": 2}, ["'maxLenght' is no keyword of schemas; did you mean 'maxLength'"]),
        ("3.0.3", {"requierd": ["a"]}, ["'requierd' is no keyword of schemas; did you mean 'required'"]),
        ("3.1.0", {"x-minlength": 2, "in": "query", "optional": True, "name": "a"}, []),
        ("3.1.0", {"properties": {"requierd": {}}, "example": {"min_items": 1}}, []),
    ],
)
def test_what_a_schema_asks_in_vain_is_told(
    tmp_path: Path, version: str, schema: Any, told: list[str]
) -> None:
    contract = document(tmp_path, schema, version, components={"schemas": A_TEXT})
    assert len(contract.flaws) == len(told)
    for flaw, words in zip(contract.flaws, told, strict=True):
        assert words in flaw.message.en
    assert contract.flawed == ()


def test_a_flaw_beside_a_harmless_one_is_not_hidden_by_it(tmp_path: Path) -> None:
    contract = document(tmp_path, paths={}, components={"schemas": {"A": True}})
    assert contract.flaws == ()
    both = {"type": "strng", "title": 5}
    paths = {"/a": {"get": {"responses": {"200": {"description": "", "content": {"x/y": {"schema": both}}}}}}}
    with pytest.raises(UsageError, match="unknown type 'strng'"):
        document(tmp_path, paths=paths)


@pytest.mark.parametrize("info", [None, {}, {"title": "T"}, "T"])
def test_a_document_without_title_or_version_is_read(tmp_path: Path, info: Any) -> None:
    contract = document(tmp_path, {"type": "object"}, info=info)
    assert (contract.title, contract.version) == ("T" if isinstance(info, dict) and info else "a", "?")
    assert [flaw.message.en.partition(": ")[2] for flaw in contract.flaws] == [
        "info must have a title and a version"
    ]
    assert broken(contract, []) == ["type"]


@pytest.mark.parametrize(
    ("version", "operation", "flaws"),
    [("3.1.0", {}, 0), ("3.0.3", {}, 1), ("3.1.0", {"responses": {}}, 1), ("3.0.3", {"responses": {}}, 1)],
)
def test_an_operation_without_responses_is_read_and_its_answers_are_unchecked(
    tmp_path: Path, version: str, operation: Any, flaws: int
) -> None:
    wanted = {"name": "q", "in": "query", "required": True, "schema": {"type": "integer"}}
    paths = {"/things": {"get": operation | {"parameters": [wanted]}}}
    contract = document(tmp_path, version=version, paths=paths)
    assert [flaw.message.en.partition(": ")[2] for flaw in contract.flaws] == [
        "GET /things has no responses"
    ] * flaws
    checked = check(exchange("GET", "/things?q=x", body={}), Index([contract]))
    assert [violation.code for violation in checked.violations] == ["request-parameter"]
    assert [str(part.words) for part in checked.unchecked] == [
        "response: the contract has no responses of this operation"
    ]


def test_tools_that_read_the_document_get_it_as_it_must_be_meant(tmp_path: Path) -> None:
    schema = {
        "type": "number",
        "minimum": 0,
        "exclusiveMinimum": True,
        "title": 5,
        "description": "Said.",
        "required": True,
    }
    whole = bundle(document(tmp_path, schema, info=None))
    answer = whole["paths"]["/things"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"] == {
        "type": "number",
        "exclusiveMinimum": 0,
        "description": "Said.",
    }
    assert whole["info"] == {"title": "a", "version": "?"}


def parameter(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "path", "schema": {"type": "integer"}, **more}


@pytest.mark.parametrize("more", [{}, {"required": False}, {"required": "true"}])
def test_a_path_parameter_is_required_however_it_is_written(tmp_path: Path, more: Any) -> None:
    operation = {"parameters": [parameter("id", **more)], "responses": {"200": {"description": "Ok"}}}
    contract = document(tmp_path, paths={"/things/{id}": {"get": operation}})
    assert [flaw.message.en.partition(": ")[2] for flaw in contract.flaws] == [
        "path parameter 'id' must be required: true"
    ]
    assert bundle(contract)["paths"]["/things/{id}"]["get"]["parameters"] == [parameter("id", required=True)]
    checked = check(exchange("GET", "/things/x", headers=()), Index([contract]))
    assert [violation.code for violation in checked.violations] == ["request-parameter"]


def test_credentials_that_a_document_never_declares_keep_nothing_from_being_judged(tmp_path: Path) -> None:
    answers = {"200": {"description": "Ok", "content": {"application/json": {"schema": {"type": "object"}}}}}
    paths = {"/things": {"get": {"security": [{"token": []}], "responses": answers}}}
    contract = document(tmp_path, paths=paths)
    assert [flaw.message.en.partition(": ")[2] for flaw in contract.flaws] == [
        "security scheme 'token' is not declared"
    ]
    assert broken(contract, []) == ["type"]
    schemes = {"securitySchemes": {"tokens": {"type": "http", "scheme": "bearer"}}}
    with pytest.raises(UsageError, match="'token' is not declared; did you mean 'tokens'"):
        document(tmp_path, paths=paths, components=schemes)


def test_null_as_yaml_reads_it_is_a_type(tmp_path: Path) -> None:
    contract = document(tmp_path, {"items": {"type": ["string", None]}})
    (flaw,) = contract.flaws
    assert "unknown type ['string', None]" in flaw.message.en
    assert (broken(contract, [None]), broken(contract, [1])) == ([], ["type"])


def test_an_example_that_is_missing_keeps_nothing_from_being_tested(tmp_path: Path) -> None:
    content = {"application/json": {"examples": {"one": {"$ref": "#/components/examples/Gone"}}}}
    paths = {"/things": {"get": {"responses": {"200": {"description": "Ok", "content": content}}}}}
    contract = document(tmp_path, paths=paths)
    (flaw,) = contract.flaws
    assert "'#/components/examples/Gone' leads nowhere" in flaw.message.en
    assert contract.flawed == ()
    assert "Gone" not in str(bundle(contract))
