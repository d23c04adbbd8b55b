from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from harness.contracts import Checked, Index, check, load
from harness.core.exchange import BodyFlaw, Exchange
from harness.core.text import text_of
from tests.support.exchanges import JSON, exchange, listed
from tests.support.languages import chinese, english

CONTRACTS = Path(__file__).parents[1] / "fixture_contracts"
THING = {"name": "pear", "size": 3}


@pytest.fixture(scope="module")
def index() -> Index:
    return Index([load(CONTRACTS / "things.yaml"), load(CONTRACTS / "legacy.yaml")])


GREEN = {
    "list": listed(body=[THING, {"name": "x", "size": None}]),
    "query": listed("/v1/things?limit=10&tag=a&tag=b&exact=true&unknown=1"),
    "one value of a list": listed("/v1/things?tag=a"),
    "post": exchange("POST", "/v1/things", 201, THING, sent=THING),
    "alternative": exchange("POST", "/v1/things", 201, {**THING, "kind": {"fruit": "x"}}, sent=THING),
    "range": exchange(
        "GET", "/v1/things", 418, {"title": "x"}, headers=(("Content-Type", "application/problem+json"),)
    ),
    "default": exchange(
        "POST",
        "/v1/things",
        503,
        {"title": "x"},
        sent=THING,
        headers=(("content-type", "application/problem+json"),),
    ),
    "no content": exchange("GET", "/v1/things/t1", 204, headers=()),
    "head": exchange("HEAD", "/v1/things", 200, headers=(JSON, ("x-total", "3"))),
    "header, cookie, text": exchange(
        "GET",
        "/v1/things/latest",
        body=b"<p>",
        headers=(("Content-Type", "text/html"),),
        sent_headers=(("x-level", "2"), ("Cookie", "a=b; theme=dark")),
    ),
    "preflight": exchange(
        "OPTIONS", "/v1/things", 204, headers=(), sent_headers=(("Access-Control-Request-Method", "POST"),)
    ),
    "no response": exchange("GET", "/v1/things?limit=3", None),
    "refused nonsense": exchange(
        "POST",
        "/v1/things",
        422,
        {"title": "no"},
        sent={},
        headers=(("Content-Type", "application/problem+json"),),
    ),
    "form": exchange(
        "POST",
        "/orders",
        body={"id": "1", "price": 0.5},
        sent=b"count=3",
        sent_headers=(("Content-Type", "application/x-www-form-urlencoded"),),
    ),
    "3.0": exchange(
        "POST",
        "/orders",
        body={"id": "1", "price": 0.5, "note": None, "parent": None},
        sent={"secret": "s", "price": 1},
    ),
}


@pytest.mark.parametrize("case", GREEN)
def test_what_keeps_to_the_contract_has_no_violation(case: str, index: Index) -> None:
    assert check(GREEN[case], index).violations == ()


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/thing?secret=1"), ("DELETE", "/v1/things")])
def test_an_operation_that_no_document_holds_is_no_violation(method: str, path: str, index: Index) -> None:
    assert check(exchange(method, path), index) == Checked(None, ())


THINGS, LIST = "things.yaml#/paths/~1things", "things.yaml#/paths/~1things/get"
BODY, THING_SCHEMA = "response.body", "things.yaml#/components/schemas/Thing"
RED: dict[str, tuple[Exchange, str, str, str, str, str]] = {
    # exchange, code, pointer, where, expected, seen
    "status": (
        exchange("GET", "/v1/things", 500),
        "undocumented-status",
        f"{LIST}/responses",
        "response.status",
        "200, 4XX",
        "500",
    ),
    "content type": (
        exchange("GET", "/v1/things/t1", body=b"<p>", headers=(("Content-Type", "text/html"),)),
        "undocumented-content-type",
        "things.yaml#/paths/~1things~1{id}/get/responses/200/content",
        "response.headers/Content-Type",
        "application/json",
        "text/html",
    ),
    "no content type": (
        exchange("GET", "/v1/things/t1", body=THING, headers=()),
        "undocumented-content-type",
        "things.yaml#/paths/~1things~1{id}/get/responses/200/content",
        "response.headers/Content-Type",
        "application/json",
        "none",
    ),
    "header missing": (
        exchange("GET", "/v1/things", body=[]),
        "response-header",
        f"{LIST}/responses/200/headers/X-Total",
        "response.headers/X-Total",
        "to be there",
        "nothing",
    ),
    "header value": (
        exchange("GET", "/v1/things", body=[], headers=(JSON, ("X-Total", "many"))),
        "response-header",
        f"{LIST}/responses/200/headers/X-Total/schema/type",
        "response.headers/X-Total",
        "integer",
        '"many"',
    ),
    "type": (
        listed(body=[THING, {"name": "x", "size": "3"}]),
        "response-body",
        f"{THING_SCHEMA}/properties/size/type",
        f"{BODY}/1/size",
        "integer or null",
        '"3"',
    ),
    "required": (
        exchange("GET", "/v1/things/t1", body={"name": "x"}),
        "response-body",
        f"{THING_SCHEMA}/required",
        BODY,
        "the property 'size'",
        '{"name": "x"}',
    ),
    "undocumented field": (
        exchange("GET", "/v1/things/t1", body={**THING, "colour": "red"}),
        "response-body",
        f"{THING_SCHEMA}/additionalProperties",
        BODY,
        "no other property than those declared",
        '{"colour": "red"}',
    ),
    "nearest alternative": (
        exchange("GET", "/v1/things/t1", body={**THING, "kind": {"fruit": 1}}),
        "response-body",
        f"{THING_SCHEMA}/properties/kind/oneOf/0/properties/fruit/type",
        f"{BODY}/kind/fruit",
        "string",
        "1",
    ),
    "no alternative": (
        exchange("GET", "/v1/things/t1", body={**THING, "kind": 7}),
        "response-body",
        f"{THING_SCHEMA}/properties/kind/oneOf",
        f"{BODY}/kind",
        "a value of exactly one of the alternatives",
        "7",
    ),
    "in another document": (
        exchange(
            "GET",
            "/v1/things",
            404,
            {"title": "x", "cause": {"title": 1}},
            headers=(("Content-Type", "application/problem+json"),),
        ),
        "response-body",
        "common.yaml#/components/schemas/Problem/properties/title/type",
        f"{BODY}/cause/title",
        "string",
        "1",
    ),
    "not JSON": (
        exchange("GET", "/v1/things/t1", body=b'{"name": NaN}'),
        "response-body",
        "things.yaml#/paths/~1things~1{id}/get/responses/200/content",
        BODY,
        "JSON",
        '{"name": NaN} (NaN is no JSON)',
    ),
    "a body where there is none": (
        exchange("POST", "/v1/things", 201, b"\xff", sent=THING),
        "response-body",
        f"{THINGS}/post/responses/201/content",
        BODY,
        "JSON",
        "",
    ),
    "request body": (
        exchange("POST", "/v1/things", 201, THING, sent={"name": "", "size": 1}),
        "request-body",
        f"{THING_SCHEMA}/properties/name/minLength",
        "request.body/name",
        "minLength 1",
        '""',
    ),
    "no request body": (
        exchange("POST", "/v1/things", 201, THING),
        "request-body",
        f"{THINGS}/post/requestBody",
        "request.body",
        "a body",
        "none",
    ),
    "request content type": (
        exchange(
            "POST", "/v1/things", 201, THING, sent=THING, sent_headers=(("Content-Type", "text/plain"),)
        ),
        "request-body",
        f"{THINGS}/post/requestBody/content",
        "request.headers/Content-Type",
        "application/json",
        '"text/plain"',
    ),
    "query": (
        listed("/v1/things?limit=11"),
        "request-parameter",
        f"{LIST}/parameters/0/schema/maximum",
        "request.query/limit",
        "maximum 10",
        "11",
    ),
    "query type": (
        listed("/v1/things?limit=1_0"),
        "request-parameter",
        f"{LIST}/parameters/0/schema/type",
        "request.query/limit",
        "integer",
        '"1_0"',
    ),
    "query list": (
        listed("/v1/things?tag=a&tag=long"),
        "request-parameter",
        f"{LIST}/parameters/1/schema/items/maxLength",
        "request.query/tag/1",
        "maxLength 3",
        '"long"',
    ),
    "path": (
        exchange("GET", "/v1/things/T1", body=THING),
        "request-parameter",
        "common.yaml#/components/schemas/Id/pattern",
        "request.path/id",
        "pattern '^t[0-9]{1,4}$'",
        '"T1"',
    ),
    "header": (
        exchange("GET", "/v1/things/latest", body=b"", headers=(("Content-Type", "text/html"),)),
        "request-parameter",
        "things.yaml#/paths/~1things~1latest/get/parameters/0",
        "request.header/X-Level",
        "to be there",
        "nothing",
    ),
    "cookie": (
        exchange(
            "GET",
            "/v1/things/latest",
            headers=(("Content-Type", "text/html"),),
            sent_headers=(("X-Level", "1"), ("Cookie", "theme=blue")),
        ),
        "request-parameter",
        "things.yaml#/paths/~1things~1latest/get/parameters/1/schema/enum",
        "request.cookie/theme",
        "one of 'light', 'dark'",
        '"blue"',
    ),
    "3.0 exclusive": (
        exchange("POST", "/orders", body={"id": "1", "price": 0}, sent={"secret": "s", "price": 1}),
        "response-body",
        "legacy.yaml#/components/schemas/Order/properties/price/exclusiveMinimum",
        f"{BODY}/price",
        "exclusiveMinimum 0",
        "0",
    ),
    "3.0 write only": (
        exchange("POST", "/orders", body={"id": "1", "price": 1}, sent={"price": 1}),
        "request-body",
        "legacy.yaml#/components/schemas/Order/required",
        "request.body",
        "the property 'secret'",
        '{"price": 1}',
    ),
    "form": (
        exchange(
            "POST",
            "/orders",
            body={"id": "1", "price": 1},
            sent=b"count=x",
            sent_headers=(("Content-Type", "application/x-www-form-urlencoded"),),
        ),
        "request-body",
        "legacy.yaml#/paths/~1orders/post/requestBody/content/application~1x-www-form-urlencoded/schema"
        "/properties/count/type",
        "request.body/count",
        "integer",
        '"x"',
    ),
}


@pytest.mark.parametrize("case", RED)
def test_each_violation_is_seen_once_with_pointer_and_words(case: str, index: Index) -> None:
    sent, code, pointer, where, expected, seen = RED[case]
    violations = check(sent, index).violations
    assert [item.code for item in violations] == [code]
    (found,) = violations
    assert (found.pointer, found.where, found.expected.en) == (pointer, where, expected)
    assert seen in found.seen.en
    assert found.expected.zh in found.message.zh
    assert found.expected.en in found.message.en
    assert chinese(found.expected.en + found.seen.en + found.message.en) is None
    assert english(found.expected.zh + found.seen.zh + found.message.zh) is None
    assert found.to_json() == json.loads(json.dumps(found.to_json()))


def test_a_body_where_the_contract_has_none(index: Index) -> None:
    sent = exchange("GET", "/v1/things/t1", 204, b"left over", headers=())
    assert check(sent, index).violations == ()  # 204 has no body by HTTP; clients do not see it
    legacy = Index([load(CONTRACTS / "shop.json")])
    (found,) = check(exchange("GET", "/ping", 200, b"pong"), legacy).violations
    assert (found.code, found.expected.en, found.seen.en) == (
        "response-body",
        "no body",
        "4 bytes of application/json; charset=utf-8",
    )


def test_what_is_wrong_with_a_refused_request_is_not_reported(index: Index) -> None:
    problem = (("Content-Type", "application/problem+json"),)
    sent = {"name": 3}
    refused = check(exchange("POST", "/v1/things", 422, {"title": "x"}, sent=sent, headers=problem), index)
    taken = check(exchange("POST", "/v1/things", 201, THING, sent=sent), index)
    failed = check(exchange("POST", "/v1/things", 500, {"title": "x"}, sent=sent, headers=problem), index)
    assert _codes(refused) == []
    assert _codes(taken) == ["request-body", "request-body"] == _codes(failed)


def test_values_are_masked_and_short(index: Index) -> None:
    secret = exchange(
        "GET", "/v1/things/t1", body={**THING, "token": "abcdefghijkl", "x": ["13800138000"] * 40}
    )
    shown = json.dumps([item.to_json() for item in check(secret, index).violations])
    assert "abcdefghijkl" not in shown
    assert "13800138000" not in shown
    assert all(len(item.seen.en) <= 120 for item in check(secret, index).violations)


def test_a_thousand_wrong_entries_are_a_few_violations(index: Index) -> None:
    assert len(check(listed(body=[{}] * 1000), index).violations) == 20


ONCE = {"$ref": "#/components/schemas/Once"}
NAMED = {"type": "object", "properties": {"id": ONCE}}


@pytest.mark.parametrize(
    "schema",
    [
        {**NAMED, "required": ["id"]},
        {"type": "object", "required": ["id"], "properties": {"id": {"allOf": [ONCE]}}},
        {"allOf": [NAMED, {"required": ["id"]}]},
        {"allOf": [{"$ref": "#/components/schemas/Named"}, {"allOf": [{"required": ["id"]}]}]},
        {"required": ["id"], "allOf": [{"$ref": "#/components/schemas/Named"}]},
        {"type": "object", "properties": {"inner": {"allOf": [NAMED, {"required": ["id"]}]}}},
    ],
)
@pytest.mark.parametrize(("mark", "code"), [("readOnly", "response-body"), ("writeOnly", "request-body")])
def test_what_goes_one_way_is_required_one_way_wherever_that_is_said(
    schema: object, mark: str, code: str, tmp_path: Path
) -> None:
    content = {"application/json": {"schema": schema}}
    post = {
        "requestBody": {"content": content},
        "responses": {"200": {"description": "ok", "content": content}},
    }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {"post": post}},
        "components": {"schemas": {"Once": {"type": "string", mark: True}, "Named": NAMED}},
    }
    (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")
    body = {"inner": {}}
    judged = check(exchange("POST", "/x", body=body, sent=body), Index([load(tmp_path / "a.json")]))
    assert _codes(judged) == [code]


def _codes(checked: Checked) -> list[str]:
    return [item.code for item in checked.violations]


@pytest.mark.parametrize(
    ("flaw", "violations", "unchecked"),
    [
        (BodyFlaw(text_of("cut"), text_of("content in gzip")), ["request-body"], []),
        (BodyFlaw(text_of("unknown")), [], ["request.body: unknown"]),
    ],
)
def test_a_request_still_in_its_coding_is_not_read(
    flaw: BodyFlaw, violations: list[str], unchecked: list[str], index: Index
) -> None:
    posted = exchange("POST", "/v1/things", 201, THING, sent=b"?", sent_headers=(JSON,))
    judged = check(replace(posted, request=replace(posted.request, flaw=flaw)), index)
    assert [violation.code for violation in judged.violations] == violations
    assert [part.words.en for part in judged.unchecked] == unchecked
