"""Paths with a query in them, as exports of front controllers have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import Contract, Index, load

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
