"""References by $id, $anchor and $dynamicRef: read, or refused in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import Contract, Index, bundle, check, load
from tests.support.exchanges import exchange

INTEGER = {"type": "integer"}


def document(tmp_path: Path, schema: Any, schemas: Any = None, **whole: Any) -> Contract:
    def answer(schema: Any) -> Any:
        content = {"application/json": {"schema": schema}}
        return {"get": {"responses": {"200": {"description": "Ok", "content": content}}}}

    given = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/things": answer(schema), "/good": answer({})},
        "components": {"schemas": schemas or {}},
        **whole,
    }
    (tmp_path / "a.json").write_text(json.dumps(given), encoding="utf-8")
    return load(tmp_path / "a.json")


def broken(contract: Contract, body: Any) -> int:
    checked = check(exchange("GET", "/things", body=body), Index([contract]))
    assert checked.unchecked == ()
    return len(checked.violations)


def node(**named: Any) -> Any:
    return {"required": ["v"], "properties": {"v": INTEGER, "next": named}}


READ = {
    "anchor": ({"$ref": "#Count"}, {"A": {"$anchor": "Count", **INTEGER}}),
    "anchor inside": ({"$ref": "#Count"}, {"A": {"properties": {"n": {"$anchor": "Count", **INTEGER}}}}),
    "anchor in a definition": ({"$defs": {"c": {"$anchor": "c", **INTEGER}}, "$ref": "#c"}, None),
    "id": ({"$ref": "https://a.example/count"}, {"A": {"$id": "https://a.example/count", **INTEGER}}),
    "id with #": (
        {"$ref": "https://a.example/count#"},
        {"A": {"$id": "https://a.example/count#", **INTEGER}},
    ),
    "relative id": (
        {"$ref": "https://a.example/x/count"},
        {"A": {"$id": "https://a.example/x/whole", "$defs": {"n": {"$id": "count", **INTEGER}}}},
    ),
    "pointer into an id": (
        {"$ref": "https://a.example/a#/$defs/n"},
        {"A": {"$id": "https://a.example/a", "$defs": {"n": INTEGER}}},
    ),
    "pointer in its own resource": (
        {"$id": "https://a.example/a", "$defs": {"n": INTEGER}, "allOf": [{"$ref": "#/$defs/n"}]},
        None,
    ),
    "pointer of the document in a resource": (
        {"$id": "Thing", "allOf": [{"$ref": "#/components/schemas/A"}]},
        {"A": INTEGER},
    ),
    "reference to another resource": (
        {"$ref": "#/components/schemas/B"},
        {
            "A": {"$id": "https://a.example/x/a", **INTEGER},
            "B": {"$id": "https://a.example/x/b", "$ref": "a"},
        },
    ),
    "anchor in a resource": (
        {"$ref": "https://a.example/a#n"},
        {
            "A": {"$id": "https://a.example/a", "$defs": {"n": {"$anchor": "n", **INTEGER}}},
            "B": {"$id": "https://a.example/b", "$defs": {"n": {"$anchor": "n", "type": "string"}}},
        },
    ),
    "dynamic reference to a plain anchor": ({"$dynamicRef": "#n"}, {"A": {"$anchor": "n", **INTEGER}}),
    "dynamic reference by pointer": ({"$dynamicRef": "#/components/schemas/A"}, {"A": INTEGER}),
    "one dynamic anchor": ({"$dynamicRef": "#n"}, {"A": {"$dynamicAnchor": "n", **INTEGER}}),
}


@pytest.mark.parametrize("case", READ)
def test_a_reference_is_followed(tmp_path: Path, case: str) -> None:
    contract = document(tmp_path, *READ[case])
    assert contract.flaws == ()
    assert (broken(contract, 1), broken(contract, "a")) == (0, 1)
    assert not any(f'"{word}"' in json.dumps(bundle(contract)) for word in ("$id", "$anchor", "$dynamicRef"))


@pytest.mark.parametrize(
    "tree",
    [
        {"$dynamicAnchor": "node", **node(**{"$dynamicRef": "#node"})},
        {"$recursiveAnchor": True, **node(**{"$recursiveRef": "#"})},
        {"$id": "tree", **node(**{"$ref": "#"})},
        {"$anchor": "tree", **node(**{"$ref": "#tree"})},
    ],
)
def test_a_schema_that_refers_to_itself(tmp_path: Path, tree: Any) -> None:
    contract = document(tmp_path, {"$ref": "#/components/schemas/Tree"}, {"Tree": tree})
    assert contract.flaws == ()
    assert broken(contract, {"v": 1, "next": {"v": 2, "next": {"v": 3}}}) == 0
    assert broken(contract, {"v": 1, "next": {"v": 2, "next": {"v": "3"}}}) == 1


@pytest.mark.parametrize(
    ("schema", "schemas", "told"),
    [
        (
            {"$ref": "#Cuont"},
            {"A": {"$anchor": "Count"}},
            "no one schema with the $anchor 'Cuont'; did you mean '#Count'?",
        ),
        (
            {"$ref": "#c"},
            {"A": {"$anchor": "c"}, "B": {"$anchor": "c"}},
            "no one schema with the $anchor 'c'",
        ),
        ({"$ref": "https://b.example/a"}, {"A": {"$id": "https://a.example/a"}}, "is not loaded"),
        (
            {"$dynamicRef": "#n"},
            {"A": {"$id": "a", "$dynamicAnchor": "n"}, "B": {"$id": "b", "$dynamicAnchor": "n"}},
            "$dynamicRef '#n' does not lead to one schema; use $ref",
        ),
        ({"$dynamicRef": "#n"}, {}, "$dynamicRef '#n' does not lead to one schema; use $ref"),
        ({"$recursiveRef": "#"}, {}, "$recursiveRef '#' does not lead to one schema; use $ref"),
    ],
)
def test_what_cannot_be_followed_is_one_flaw(tmp_path: Path, schema: Any, schemas: Any, told: str) -> None:
    contract = document(tmp_path, schema, schemas)
    assert [operation.path for operation, _ in contract.flawed] == ["/things"]
    (flaw,) = contract.flaws
    assert told in flaw.message.en
    assert "\n" not in flaw.message.en


@pytest.mark.parametrize("name", ["default", "example", "value"])
def test_a_reference_below_any_name_is_followed(tmp_path: Path, name: str) -> None:
    count = {"A": {"$id": "https://a.example/count", **INTEGER}}
    schema = {"$ref": "https://a.example/count"}
    answer = {
        "description": "Ok",
        "headers": {name: {"schema": schema}},
        "content": {"a/b": {"schema": schema}},
    }
    shared = {
        "schemas": count,
        "responses": {name: answer},
        "parameters": {name: {"name": "q", "in": "query", "schema": schema}},
    }
    contract = document(
        tmp_path, {}, components=shared, paths={"/good": {"get": {"responses": {"default": answer}}}}
    )
    assert contract.flaws == ()


def test_anchors_of_other_files_are_followed(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("x: {$anchor: Count, type: integer}\n", encoding="utf-8")
    contract = document(tmp_path, {"$ref": "b.yaml#Count"})
    assert contract.flaws == ()
    assert (broken(contract, 1), broken(contract, "a")) == (0, 1)


def test_identifiers_in_examples_and_names_are_none(tmp_path: Path) -> None:
    properties = {"$anchor": {"type": "string"}, "$id": {"type": "string"}, "$dynamicRef": INTEGER}
    example = {"$id": "https://a.example/a", "$anchor": "n", "$dynamicRef": "#n"}
    contract = document(tmp_path, {"properties": properties, "example": example, "examples": [example]})
    assert contract.flaws == ()
    assert broken(contract, {"$anchor": 1, "$dynamicRef": "a"}) == 2
    assert json.dumps(example) in json.dumps(bundle(contract))


def test_a_document_that_names_itself(tmp_path: Path) -> None:
    whole = {"openapi": "3.2.0", "$self": "https://a.example/api/openapi.json"}
    contract = document(
        tmp_path,
        {"$ref": "https://a.example/api/openapi.json#/components/schemas/A"},
        {"A": INTEGER},
        **whole,
    )
    assert contract.flaws == ()
    assert (broken(contract, 1), broken(contract, "a")) == (0, 1)
