"""What OpenAPI 3.2 adds: read, or said to be unread."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import Contract, Index, check, load
from tests.support.exchanges import exchange

OK = {"responses": {"200": {"description": "Ok"}}}


def document(tmp_path: Path, item: Any, version: str = "3.2.0", **whole: Any) -> Contract:
    paths = {"/things": item, "/good": {"get": OK}}
    given = {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": paths, **whole}
    (tmp_path / "a.json").write_text(json.dumps(given, indent=1), encoding="utf-8")
    return load(tmp_path / "a.json")


def answered(content: Any) -> Any:
    return {"responses": {"200": {"description": "Ok", "content": content}}}


def test_the_methods_of_3_2_are_read(tmp_path: Path) -> None:
    body = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}
    contract = document(tmp_path, {"query": OK | body, "additionalOperations": {"LINK": OK, "copy": OK}})
    assert contract.flaws == ()
    labels = ["QUERY /things", "LINK /things", "copy /things", "GET /good"]
    assert [operation.label for operation in contract.operations] == labels
    index = Index([contract])
    assert index.match("LINK", "/things") is not None
    assert index.match("GET", "/things") is None
    sent = (("content-type", "application/json"),)
    checked = check(exchange("QUERY", "/things", sent=[], sent_headers=sent, headers=()), index)
    assert [violation.code for violation in checked.violations] == ["request-body"]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("key", ["query", "additionalOperations"])
def test_earlier_versions_have_no_such_methods(tmp_path: Path, version: str, key: str) -> None:
    contract = document(tmp_path, {"get": OK, key: OK}, version)
    (flaw,) = contract.flaws
    assert f"'{key}' is not a method" in flaw.message.en


def test_a_flaw_in_an_additional_operation_concerns_it(tmp_path: Path) -> None:
    flawed = OK | {"operationId": 5}
    contract = document(tmp_path, {"get": OK, "additionalOperations": {"LINK": flawed}})
    assert [operation.label for operation, _ in contract.flawed] == ["LINK /things"]


def test_streams_that_are_described_item_by_item_are_said_to_be_unchecked(tmp_path: Path) -> None:
    content = {"text/event-stream": {"itemSchema": {"properties": {"data": {"type": "string"}}}}}
    contract = document(tmp_path, {"get": answered(content)})
    answer = exchange("GET", "/things", body={}, headers=(("content-type", "text/event-stream"),))
    checked = check(answer, Index([contract]))
    assert checked.violations == ()
    assert [str(part.words) for part in checked.unchecked] == [
        "response.body: a stream that is described item by item (itemSchema)"
    ]
    flawed = {"text/event-stream": {"itemSchema": {"type": "strng"}}}
    assert len(document(tmp_path, {"get": answered(flawed)}).flawed) == 1


@pytest.mark.parametrize(
    ("item", "whole", "told"),
    [
        (
            {"get": answered({"application/json": {"$ref": "#/components/mediaTypes/A"}})},
            {"components": {"mediaTypes": {"A": {"schema": {"type": "object"}}}}},
            "a media type by $ref (OpenAPI 3.2) is not read; write it out",
        ),
        (
            {
                "get": OK
                | {"parameters": [{"in": "querystring", "name": "q", "content": {"a/b": {"schema": {}}}}]}
            },
            {},
            "parameter 'q' is the whole query (OpenAPI 3.2), which is not read",
        ),
    ],
)
def test_what_is_not_read_is_one_flaw(tmp_path: Path, item: Any, whole: Any, told: str) -> None:
    contract = document(tmp_path, item, **whole)
    (flaw,) = contract.flaws
    assert told in flaw.message.en
    assert [operation.label for operation, _ in contract.flawed] == ["GET /things"]


@pytest.mark.parametrize(
    ("version", "read"), [("3.0", "3.0"), ("3.1", "3.1"), ("3.2", "3.1"), ("3.2.1", "3.1")]
)
def test_versions_without_a_patch_are_read(tmp_path: Path, version: str, read: str) -> None:
    contract = document(tmp_path, {"get": OK}, version)
    assert (contract.openapi, contract.flaws) == (read, ())
