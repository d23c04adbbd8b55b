from __future__ import annotations

from pathlib import Path

import pytest

from harness.contracts import Index, load

CONTRACTS = Path(__file__).parents[1] / "fixture_contracts"


@pytest.fixture(scope="module")
def index() -> Index:
    return Index([load(CONTRACTS / "things.yaml"), load(CONTRACTS / "legacy.yaml")])


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/v1/things", "listThings"),
        ("GET", "/v1/things?limit=3", "listThings"),
        ("HEAD", "/v1/things", "listThings"),
        ("POST", "/v1/things", "addThing"),
        ("GET", "/v1/things/latest", "getLatest"),  # concrete before templated
        ("GET", "/v1/things/t1", "getThing"),
        ("POST", "/orders", "POST /orders"),  # no operationId: method and path
        ("GET", "/things", None),  # the server's base path is part of the path
        ("GET", "/v1/things/", None),
        ("GET", "/v1/things/a/b", None),
        ("DELETE", "/v1/things", None),
    ],
)
def test_match(index: Index, method: str, path: str, operation: str | None) -> None:
    found = index.match(method, path)
    assert (found and found.id) == operation


def test_an_operation_knows_where_it_stands() -> None:
    contract = load(CONTRACTS / "things.yaml")
    listed, added, *_ = contract.operations
    assert (contract.title, contract.version, listed.base) == ("Things", "2", "/v1")
    assert listed.pointer == "things.yaml#/paths/~1things/get"
    assert (listed.path, listed.label, listed.line) == ("/v1/things", "GET /v1/things", 7)
    assert (listed.summary, listed.owner, added.owner) == ("List the things", "Things team", "makers")


def test_values_of_path_parameters_are_still_encoded(index: Index) -> None:
    found = index.find("GET", "/v1/things/a%2fb%41")
    assert found is not None
    assert found.values == {"id": ["a%2FbA"]}


def test_a_path_is_the_same_encoded_or_not(tmp_path: Path) -> None:
    ok = "responses: {'200': {description: Ok}}"
    place = "parameters: [{in: path, required: true, schema: {}, name: c}]"
    (tmp_path / "a.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n"
        f"  /商品/列表: {{get: {{operationId: list, {ok}}}}}\n"
        f"  /%e5%93%81/~{{c}}: {{get: {{operationId: one, {place}, {ok}}}}}\n"
        f"  /a%2fb: {{get: {{operationId: slash, {ok}}}}}\n",
        encoding="utf-8",
    )
    index = Index([load(tmp_path / "a.yaml")])
    for path, operation in {
        "/商品/列表": "list",
        "/%E5%95%86%E5%93%81/%e5%88%97%e8%a1%a8": "list",
        "/品/%7Ex": "one",
        "/%E5%93%81/~x": "one",
        "/a%2Fb": "slash",
        "/a/b": None,  # RFC 3986, 2.2: a slash is a delimiter, its code is not
    }.items():
        found = index.match("GET", path)
        assert (found and found.id) == operation, path


def test_operations_of_other_services_are_left_out() -> None:
    contract = load(CONTRACTS / "things.yaml")
    assert Index([contract], service="maker").match("GET", "/v1/things/t1")
    assert Index([contract], service="other").match("GET", "/v1/things/t1") is None


def test_a_literal_segment_beats_a_variable_one(tmp_path: Path) -> None:
    ok = "responses: {'200': {description: Ok}}"
    where = "{in: path, required: true, schema: {}"
    (tmp_path / "a.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n"
        f"  /{{a}}/x: {{get: {{operationId: late, parameters: [{where}, name: a}}], {ok}}}}}\n"
        f"  /b/{{c}}: {{get: {{operationId: early, parameters: [{where}, name: c}}], {ok}}}}}\n"
        f"  /f.{{e}}-{{g}}: {{get: {{operationId: mixed, parameters: "
        f"[{where}, name: e}}, {where}, name: g}}], {ok}}}}}\n",
        encoding="utf-8",
    )
    index = Index([load(tmp_path / "a.yaml")])
    found = {path: index.match("GET", path) for path in ("/b/x", "/c/x", "/f.1-2", "/fx1-2")}
    assert {path: item and item.id for path, item in found.items()} == {
        **{"/b/x": "early", "/c/x": "late", "/f.1-2": "mixed", "/fx1-2": None},
    }
