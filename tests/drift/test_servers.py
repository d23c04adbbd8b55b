from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.contracts import load
from harness.core.errors import UsageError
from harness.drift.comparison import compare
from harness.drift.servers import given_server
from harness.drift.summary import lines
from tests.drift.cases import CONTRACT, archive, entry

OK = {"responses": {"200": {"description": "ok"}}}


def contract(path: Path, **parts: Any) -> Path:
    document = {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"get": OK}},
        **parts,
    }
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    load(path)
    return path


def judged(tmp_path: Path, url: str, servers: Any = None, given: Any = (), **parts: Any) -> bool:
    if servers is not None:
        parts["servers"] = [{"url": each} if isinstance(each, str) else each for each in servers]
    recorded = archive(tmp_path / "a.har", entry(url, size=0))
    drift = compare([recorded], [contract(tmp_path / "c.yaml", **parts)], given)
    assert not drift.unchecked
    return drift.judged == 1


@pytest.mark.parametrize(
    ("url", "servers", "is_judged"),
    [
        ("https://any.example/a", None, True),
        ("https://any.example/v1/a", ["/v1"], True),
        ("https://any.example/v1/a", ["v1/"], True),
        ("https://any.example/v10/a", ["/v1"], False),
        ("https://x.example/a", ["https://x.example"], True),
        ("http://X.example/a", ["https://x.example/"], True),
        ("https://x.example:8443/a", ["https://x.example"], False),
        ("http://localhost:8080/a", ["http://localhost:8080"], True),
        ("https://xx.example/a", ["https://x.example"], False),
        ("https://y.example/b/a", ["https://x.example", "https://y.example/b"], True),
        ("https://x.example/a", ["//x.example"], True),
        ("https://a:b@x.example/a", ["https://x.example"], True),
        ("https://[::1]:8/a", ["https://[::1]:8"], True),
    ],
)
def test_below_which_servers_an_address_is(tmp_path: Path, url: str, servers: Any, is_judged: bool) -> None:
    assert judged(tmp_path, url, servers) is is_judged


def test_variables_of_a_server(tmp_path: Path) -> None:
    variables = {"r": {"default": "eu"}, "version": {"default": "v1", "enum": ["v1", "v2"]}}
    servers = [{"url": "https://{r}.x.example/{version}", "variables": variables}]
    for url, is_judged in {
        "eu.x.example/v1": True,
        "CN.x.example/v2": True,
        "eu.x.example/v3": False,
    }.items():
        assert judged(tmp_path, f"https://{url}/a", servers) is is_judged


def test_servers_of_a_path_and_of_an_operation(tmp_path: Path) -> None:
    of_path = {"/a": {"servers": [{"url": "https://p.example/p"}], "get": OK}}
    of_operation = {"/a": {"get": {**OK, "servers": [{"url": "https://o.example/o"}]}}}
    assert judged(tmp_path, "https://p.example/p/a", ["https://x.example"], paths=of_path)
    assert judged(tmp_path, "https://o.example/o/a", ["https://x.example/v1"], paths=of_operation)


def test_the_servers_of_swagger_2(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    document = {
        "swagger": "2.0",
        "info": {"title": "t", "version": "1"},
        "host": "x.example",
        "basePath": "/v1",
    }
    path.write_text(yaml.safe_dump({**document, "schemes": ["https"], "paths": {"/a": {"get": OK}}}))
    for url, count in (("https://x.example/v1/a", 1), ("https://y.example/v1/a", 0)):
        assert compare([archive(tmp_path / "a.har", entry(url, size=0))], [path]).judged == count


def test_given_servers_stand_for_those_of_the_document(tmp_path: Path) -> None:
    given = ["http://localhost:8080/api/"]
    assert judged(tmp_path, "http://localhost:8080/api/a", ["https://x.example/v1"], given)
    assert not judged(tmp_path, "https://x.example/v1/a", ["https://x.example/v1"], given)
    for wrong in ("localhost:8080", "/v1", "ftp://x", "http://[x"):
        with pytest.raises(UsageError, match="--server"):
            given_server(wrong)


def test_of_several_servers_the_longer_base_counts(tmp_path: Path) -> None:
    recorded = archive(tmp_path / "a.har", entry("http://localhost/api/a", size=0))
    for given in (["http://localhost", "http://localhost/api"], ["http://localhost/api", "http://localhost"]):
        drift = compare([recorded], [contract(tmp_path / "c.yaml")], given)
        assert (drift.judged, drift.undocumented) == (1, [])


def test_of_several_contracts_that_with_the_operation_counts_the_longer_base_first(tmp_path: Path) -> None:
    names = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in "xy"]
    paths = {"/{x}/{y}": {"parameters": names, "get": {**OK, "operationId": "wide"}}}
    wide = contract(tmp_path / "wide.yaml", paths=paths)
    recorded = archive(
        tmp_path / "a.har",
        entry("https://api.shop.example/v1/products", body="{}"),
        entry("https://api.shop.example/v1/other", size=0),
    )
    drift = compare([recorded], [wide, CONTRACT])
    assert drift.judged == 2
    assert [each.operation.id for each in drift.findings] == ["listProducts"]


def test_undocumented_where_no_server_is_named_only_at_hosts_of_the_api(tmp_path: Path) -> None:
    recorded = archive(
        tmp_path / "a.har",
        entry("https://api.example/b", body="{}"),
        entry("https://collect.example/b", body="{}"),
        entry("https://api.example/a", size=0),
    )
    drift = compare([recorded], [contract(tmp_path / "c.yaml")])
    assert [(each.name, each.host) for each in drift.undocumented] == [("GET /b", "api.example")]
    assert drift.excluded == {"elsewhere": 1}


def test_a_host_is_one_with_and_without_the_port_that_its_scheme_has_anyway(tmp_path: Path) -> None:
    recorded = archive(
        tmp_path / "a.har",
        entry("https://api.example:443/b", body="{}"),
        entry("https://me:pw@API.example/b", body="{}"),
        entry("https://api.example/a", size=0),
    )
    drift = compare([recorded], [contract(tmp_path / "c.yaml")])
    assert [(each.name, each.host, each.count) for each in drift.undocumented] == [
        ("GET /b", "api.example", 2)
    ]


def test_who_asks_for_what_is_not_there_is_told_apart(tmp_path: Path) -> None:
    recorded = archive(
        tmp_path / "a.har",
        entry("/old", status=404, body="{}"),
        entry("/new", body="{}"),
        entry("/blocked", status=0),
    )
    found = {each.name: each.side for each in compare([recorded], [CONTRACT]).undocumented}
    assert found == {"GET /v1/old": "code", "GET /v1/new": "contract", "GET /v1/blocked": "either"}


def test_where_it_was_recorded_is_offered_as_a_server(tmp_path: Path) -> None:
    recorded = archive(tmp_path / "a.har", entry("http://localhost:8080/v1/products", body="[]"))
    drift = compare([recorded], [CONTRACT])
    assert drift.elsewhere == {"http://localhost:8080/v1": 1}
    assert "add --server http://localhost:8080/v1" in "\n".join(lines(drift, "en"))
    assert compare([recorded], [CONTRACT], list(drift.elsewhere)).judged == 1


def test_of_a_run_an_operation_counts_for_the_services_that_serve_it(tmp_path: Path) -> None:
    served = {"/a": {"get": {**OK, "x-served-by": ["website"]}}}
    document = contract(tmp_path / "c.yaml", paths=served)
    path = tmp_path / "events.jsonl"
    events = [
        {
            "kind": "exchange",
            "data": {
                "source": "browser",
                "target": target,
                "request": {"method": "GET", "url": "/a", "headers": [], "content": {"text": ""}},
                "response": {"status": 404, "headers": [], "content": {"text": ""}},
            },
        }
        for target in ("website", "miniprogram")
    ]
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    drift = compare([path], [document])
    assert [each.sample.host for each in drift.findings] == ["website"]
    assert drift.judged == 1
