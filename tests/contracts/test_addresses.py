"""Paths with a query in them, as exports of front controllers have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import Checked, Contract, Index, bundle, check, load
from harness.contracts.parameters import parameters_of
from tests.support.exchanges import exchange

OK = {"responses": {"200": {"description": "Ok"}}}


def operation(id: str, *parameters: tuple[str, str]) -> dict[str, Any]:
    declared = [
        {"name": name, "in": where, "required": where == "path", "schema": {}} for name, where in parameters
    ]
    return {"get": OK | {"operationId": id, "parameters": declared}}


def document(tmp_path: Path, paths: dict[str, Any]) -> Contract:
    whole = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "/shop"}],
        "paths": paths,
    }
    (tmp_path / "a.json").write_text(json.dumps(whole), encoding="utf-8")
    return load(tmp_path / "a.json")


PATHS = {
    "/index.php?r=order/list": operation("list"),
    "/index.php?r=order/get": operation("get", ("id", "query")),
    "/index.php?r=order/get&full=1": operation("full"),
    "/index.php?r=%E5%95%86%E5%93%81": operation("goods"),
    "/index.php": operation("any"),
    "/rest?method={method}&v=2": operation("rest", ("method", "query")),
    "/{app}/api?s=/a b": operation("app", ("app", "path")),
    "/bucket?acl": operation("acl"),
    "/bucket?": operation("bucket"),
    "/search?q={q}&page={page}": operation("search", ("q", "query"), ("page", "query")),
    "/only?r=a": operation("only"),
    "/plus?s=a+b": operation("plus"),
}


@pytest.mark.parametrize(
    ("target", "id"),
    [
        ("/index.php?r=order/list", "list"),
        ("/index.php?r=order%2Flist&page=2", "list"),
        ("/index.php?page=2&r=order/list", "list"),
        ("/index.php?r=order/get&id=1", "get"),
        ("/index.php?full=1&id=1&r=order/get", "full"),  # what asks for more goes first
        ("/index.php?r=商品", "goods"),
        ("/index.php?r=order", "any"),
        ("/index.php", "any"),
        ("/rest?v=2&method=x", "rest"),
        ("/rest?v=2", None),
        ("/rest?method=x", None),
        ("/mall/api?s=/a+b", "app"),
        ("/mall/api?s=%2Fa%20b", "app"),
        ("/mall/api", None),
        ("/bucket?acl", "acl"),
        ("/bucket?acl=", "acl"),
        ("/bucket", "bucket"),
        ("/search?page=1&q=a", "search"),
        ("/only?r=a&r=b", "only"),
        ("/only?r=b&r=a", "only"),
        ("/plus?s=a%20b", "plus"),
        ("/only?r=b", None),
        ("/only", None),
    ],
)
def test_a_query_in_a_path_tells_operations_apart(tmp_path: Path, target: str, id: str | None) -> None:
    contract = document(tmp_path, PATHS)
    assert contract.flaws == ()
    index = Index([contract])
    assert len(index.operations) == len(PATHS)
    found = index.match("GET", f"/shop{target}")
    assert (found and found.id) == id


def test_requests_have_what_is_fixed_and_parameters_fill_the_rest(tmp_path: Path) -> None:
    sent = {each.id: each.path for each in document(tmp_path, PATHS).operations}
    assert sent["list"] == "/shop/index.php?r=order/list"
    assert sent["rest"] == "/shop/rest?v=2"
    assert sent["acl"] == "/shop/bucket?acl"
    assert sent["bucket"] == "/shop/bucket"
    assert sent["search"] == "/shop/search"


def test_of_equal_operations_that_of_the_first_contract_counts(tmp_path: Path) -> None:
    first, second = (document(tmp_path, {"/a?r=x": operation(id)}) for id in ("first", "second"))
    assert [operation.id for operation in Index([first, second]).operations] == ["first"]


def test_values_of_the_path_are_found_beside_a_query(tmp_path: Path) -> None:
    found = Index([document(tmp_path, PATHS)]).find("GET", "/shop/mall/api?s=/a+b")
    assert found is not None
    assert found.values == {"app": ["mall"]}


def test_a_request_that_matches_nothing_is_named_without_its_query(tmp_path: Path) -> None:
    index = Index([document(tmp_path, PATHS)])
    assert index.name("GET", "/shop/only?r=b") == "GET /shop/only"


def test_what_follows_a_number_sign_is_said_to_be_never_sent(tmp_path: Path) -> None:
    contract = document(tmp_path, {"/#Action=Run": operation("run"), "/good": operation("good")})
    ((flawed, flaw),) = contract.flawed
    assert flawed.id == "run"
    assert "no request can be for /#Action=Run: what follows '#' is never sent" in flaw.message.en


@pytest.mark.parametrize("open_first", [False, True])
def test_a_value_goes_before_any_value(tmp_path: Path, open_first: bool) -> None:
    paths = {"/a?r=x": operation("one"), "/a?r={r}": operation("open", ("r", "query"))}
    index = Index([document(tmp_path, dict(reversed(paths.items())) if open_first else paths)])
    found = [index.match("GET", f"/shop/a?r={value}") for value in ("x", "y")]
    assert [each and each.id for each in found] == ["one", "open"]


def shown_in_the_query(tmp_path: Path) -> Contract:
    number = {"name": "id", "in": "path", "required": True, "style": "simple", "schema": {"type": "integer"}}
    paths = {
        "/index.php?r=order&oid={id}": operation("order") | {"parameters": [number]},
        "/goods/{id}": operation("goods", ("id", "path")),
    }
    return document(tmp_path, paths)


def test_a_path_parameter_that_the_query_shows_is_one_of_the_query(tmp_path: Path) -> None:
    contract = shown_in_the_query(tmp_path)
    ((flaw, is_harmless),) = [(flaw.message.en, flaw.harmless) for flaw in contract.flaws]
    assert is_harmless
    assert flaw.endswith(
        "parameter 'id' stands in the query of /index.php?r=order&oid={id}; it must be in: query"
    )
    order, goods = contract.operations
    assert order.path == "/shop/index.php?r=order"
    assert [(each.value["in"], each.value["name"]) for each in parameters_of(order)] == [("query", "oid")]
    assert [each.value["in"] for each in parameters_of(goods)] == ["path"]
    (written,) = bundle(contract)["paths"]["/index.php?r=order&oid={id}"]["parameters"]
    assert written == {"name": "oid", "in": "query", "required": True, "schema": {"type": "integer"}}


@pytest.mark.parametrize(("query", "wrong"), [("r=order&oid=7", 0), ("oid=x&r=order", 1)])
def test_its_values_are_judged(tmp_path: Path, query: str, wrong: int) -> None:
    judged = check(exchange("GET", f"/shop/index.php?{query}"), Index([shown_in_the_query(tmp_path)]))
    assert isinstance(judged, Checked)
    assert judged.operation.id == "order"
    assert (len(judged.violations), judged.unchecked) == (wrong, ())


def test_a_parameter_of_several_paths_stays_what_it_is_for_the_others(tmp_path: Path) -> None:
    shared = {"$ref": "#/paths/~1goods~1{id}/get/parameters/0"}
    paths = {
        "/index.php?id={id}": {"get": OK | {"operationId": "order", "parameters": [shared]}},
        "/goods/{id}": operation("goods", ("id", "path")),
    }
    read = {each.id: parameters_of(each)[0].value["in"] for each in document(tmp_path, paths).operations}
    assert read == {"order": "query", "goods": "path"}


@pytest.mark.parametrize("path", ["/a?id=x{id}", "/a?id={id}"])
def test_what_is_not_as_clear_is_not_run(tmp_path: Path, path: str) -> None:
    given = operation("a", ("id", "path"), *([("id", "query")] if path.endswith("={id}") else []))
    contract = document(tmp_path, {path: given, "/good": operation("good")})
    assert [flawed.id for flawed, _ in contract.flawed] == ["a"]
