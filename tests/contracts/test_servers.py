"""Where operations are served: base paths as vendors write them, servers of single paths, other hosts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import Contract, Index, check, load
from harness.core.errors import UsageError
from tests.support.exchanges import exchange

OK = {
    "responses": {
        "200": {"description": "Ok", "content": {"application/json": {"schema": {"type": "object"}}}}
    }
}
V2 = {"default": "v2", "enum": ["v2", "v1"]}


def document(tmp_path: Path, servers: Any = None, **paths: Any) -> Contract:
    given = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}}
    if servers is not None:
        given["servers"] = servers
    paths = {f"/{name}": item for name, item in paths.items()} or {"/orders": {"get": OK}}
    (tmp_path / "a.json").write_text(json.dumps({**given, "paths": paths}), encoding="utf-8")
    return load(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("url", "bases"),
    [
        ("", ("",)),
        ("/", ("",)),
        ("/api/", ("/api",)),
        ("api/v1", ("/api/v1",)),
        ("./api", ("/api",)),
        ("../../api", ("/api",)),
        ("//api", ("",)),  # a host
        ("https://api.example.com", ("",)),
        ("https://api.example.com/v1/", ("/v1",)),
        ("//api.example.com/v1", ("/v1",)),
        ("api.example.com/v1", ("/v1",)),
        ("localhost:8080/v1", ("/v1",)),
        ("api.example.com", ("",)),
        ("index.php", ("/index.php",)),
        ("https://[::1]:8080/v1", ("/v1",)),
        ("https://[broken/v1", ("/v1",)),
        (" /v1 ", ("/v1",)),
        ("/v1?debug=1#x", ("/v1",)),
        ("{{baseUrl}}/v1", ("/v1",)),
        ("{{baseUrl}}", ("",)),
        ("{scheme}://{host}/v1", ("/v1",)),
        ("https://{env}.example.com:{port}/{version}/shop", ("/v2/shop", "/v1/shop")),
        ("/商城", ("/商城",)),
    ],
)
def test_base_paths_as_vendors_write_them(tmp_path: Path, url: str, bases: tuple[str, ...]) -> None:
    contract = document(tmp_path, [{"url": url, "variables": {"version": V2}}])
    assert contract.operations[0].bases == bases
    index = Index([contract])
    assert all(index.match("GET", f"{base}/orders") for base in bases)
    assert index.match("GET", "/elsewhere/orders") is None


def test_traffic_of_each_server_is_matched_and_the_first_is_asked(tmp_path: Path) -> None:
    contract = document(tmp_path, [{"url": "https://a.example/v2"}, {"url": "http://localhost:1/beta"}])
    index = Index([contract])
    (operation,) = index.operations
    assert operation.path == "/v2/orders"
    assert index.match("GET", "/beta/orders") == operation
    assert index.match("GET", "/orders") is None


def test_paths_that_share_a_path_item_are_operations_of_their_own(tmp_path: Path) -> None:
    contract = document(tmp_path, orders={"get": OK}, alias={"$ref": "#/paths/~1orders"})
    found = {operation.label for operation in Index([contract]).operations}
    assert found == {"GET /orders", "GET /alias"}


def test_the_nearest_servers_count(tmp_path: Path) -> None:
    paths = {
        "orders": {"get": OK, "post": OK | {"servers": [{"url": "/v3"}]}},
        "items": {"servers": [{"url": "/v2"}], "get": OK, "post": OK | {"servers": [{"url": "/v3"}]}},
        "empty": {"servers": [], "get": OK},
    }
    index = Index([document(tmp_path, [{"url": "https://a.example/v1"}], **paths)])
    found = {operation.label for operation in index.operations}
    assert found == {
        "GET /v1/orders",
        "POST /v3/orders",
        "GET /v2/items",
        "POST /v3/items",
        "GET /v1/empty",
    }
    assert index.match("POST", "/v3/orders") is not None
    assert index.match("POST", "/v1/orders") is None


def test_the_first_server_of_one_goes_before_the_second_of_another(tmp_path: Path) -> None:
    both = [{"url": "/b"}, {"url": "/a"}]
    contract = document(tmp_path, **{"x": {"servers": both, "get": OK}, "a/x": {"get": OK}})
    found = Index([contract]).match("GET", "/a/x")
    assert found is not None
    assert found.template == "/a/x"


def test_what_another_host_serves_is_neither_tested_nor_judged(tmp_path: Path) -> None:
    files = {"servers": [{"url": "https://files.example.com/v1"}], "post": OK}
    contract = document(tmp_path, [{"url": "https://api.example.com/v1"}], files=files, orders={"get": OK})
    assert [operation.label for operation in contract.operations] == ["GET /v1/orders"]
    assert contract.flaws == ()
    ((operation, flaw),) = contract.flawed
    assert operation.label == "POST /v1/files"
    assert str(flaw.reason) == (
        "the contract has it on another host, https://files.example.com/v1 (a.json#/paths/~1files/servers/0); where "
        "this service serves it all the same, name the service in its x-served-by"
    )
    judged = check(exchange("POST", "/v1/files", status=200, body=[]), Index([contract]))
    assert [part.words for part in judged.unchecked] == [flaw.reason]
    load(contract.path, strict=True)  # no mistake


@pytest.mark.parametrize(
    ("servers", "own"),
    [
        (None, "https://files.example.com"),  # joined documents have servers at each path only
        ([{"url": "/v1"}], "https://files.example.com"),
        ([{"url": "https://api.example.com"}], "/files"),
        ([{"url": "https://api.example.com"}], "https://API.example.com/files"),
        ([{"url": "https://{e}.example.com"}], "https://{e}.example.com/files"),
        ([{"url": "https://api.example.com"}], "{{filesUrl}}/files"),
    ],
)
def test_what_may_be_the_same_host_is_tested(tmp_path: Path, servers: Any, own: str) -> None:
    contract = document(tmp_path, servers, x={"get": OK | {"servers": [{"url": own}]}})
    assert len(contract.operations) == 1


def test_a_named_service_serves_it_all_the_same(tmp_path: Path) -> None:
    files = OK | {"servers": [{"url": "https://files.example.com"}], "x-served-by": ["shop"]}
    contract = document(tmp_path, [{"url": "https://api.example.com/v1"}], files={"post": files})
    assert [operation.label for operation in contract.operations] == ["POST /files"]


@pytest.mark.parametrize(
    ("server", "told"),
    [
        (
            {"url": "https://a/{version}", "variables": {"versoin": V2}},
            "the variable 'version' of this server",
        ),
        ({"url": "/{version}"}, "the variable 'version' of this server has no default"),
        ({"description": "d"}, "a server needs a url"),
        ("https://a", "servers must be a list of mappings"),
    ],
)
@pytest.mark.parametrize("level", ["document", "path", "operation"])
def test_an_address_that_is_not_known_is_a_flaw_of_those_it_is_the_address_of(
    tmp_path: Path, server: Any, told: str, level: str
) -> None:
    own = {"servers": [server]}
    paths = {
        "a": {"get": OK | (own if level == "operation" else {})} | (own if level == "path" else {}),
        "b": {"get": OK} | ({"servers": [{"url": "/"}]} if level == "document" else {}),
    }
    contract = document(tmp_path, [server] if level == "document" else None, **paths)
    assert [operation.template for operation in contract.operations] == ["/b"]
    ((operation, flaw),) = contract.flawed
    assert operation.template == "/a"
    assert told in flaw.message.en
    assert len(contract.flaws) == 1


def test_of_values_of_many_variables_the_first_addresses_are_read(tmp_path: Path) -> None:
    names = [f"v{number}" for number in range(30)]
    listed = {name: {"default": "a", "enum": ["a", "b"]} for name in names}
    url = "/" + "/".join(f"{{{name}}}" for name in names)
    contract = document(tmp_path, [{"url": url, "variables": listed}])
    assert contract.operations[0].base == "/a" * 30


def test_one_known_server_is_enough(tmp_path: Path) -> None:
    contract = document(tmp_path, [{"url": "/{version}"}, {"url": "/v1"}])
    assert contract.flaws == ()
    assert contract.operations[0].path == "/v1/orders"


@pytest.mark.parametrize(
    ("base", "path"), [("v1", "/v1/a"), ("/v1/", "/v1/a"), ("/", "/a"), (None, "/a"), ("", "/a")]
)
@pytest.mark.parametrize("host", [None, "api.example.com", "localhost:8080", "https://api.example.com/"])
def test_base_paths_of_swagger_2(tmp_path: Path, base: str | None, path: str, host: str | None) -> None:
    given: dict[str, Any] = {"swagger": "2.0", "info": {"title": "T", "version": "1"}}
    given |= {"basePath": base} if base is not None else {}
    given |= {"host": host} if host is not None else {}
    given["paths"] = {"/a": {"get": {"responses": {"200": {"description": "Ok"}}}}}
    (tmp_path / "a.json").write_text(json.dumps(given), encoding="utf-8")
    assert load(tmp_path / "a.json").operations[0].path == path


def test_nothing_is_read_where_every_address_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the variable 'version' of this server has no default"):
        document(tmp_path, [{"url": "/{version}"}])
