"""A null in the body of a call leaves the member out, as in a JSON merge patch, unless the schema takes null there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.api.client import Client, Request
from harness.contracts import Operation, load
from harness.core.errors import UsageError
from harness.linkage.contract.key_lint import lint_keys
from harness.linkage.contract.lint import lint
from harness.linkage.contract.members import left_out
from harness.linkage.contract.shape import BaseCall
from harness.linkage.participants.requests import Requests
from tests.linkage.test_lint import PARTICIPANTS, document

GIVEN = {
    "sku": "s",
    "gift": "g",
    "note": "n",
    "address": {"city": "c", "floor": "2"},
    "lines": [{"gift": "g"}],
}


def _string(**more: Any) -> dict[str, Any]:
    return {"type": "string", **more}


SCHEMA = {
    "type": "object",
    "required": ["sku"],
    "properties": {
        "sku": _string(),
        "gift": _string(),
        "note": {"type": ["string", "null"]},
        "address": {"$ref": "#/components/schemas/Address"},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"gift": _string()}}},
    },
    "oneOf": [{"required": ["gift"]}, {"required": ["note"]}],
}
ADDRESS = {
    "allOf": [
        {"type": "object", "required": ["city"], "properties": {"city": _string(), "floor": _string()}},
    ]
}


@pytest.fixture(scope="module")
def operation(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    body = {"content": {"application/json": {"schema": SCHEMA}}}
    made = {"operationId": "buy", "requestBody": body, "responses": {"200": {"description": "made"}}}
    text = {
        "openapi": "3.1.0",
        "info": {"title": "Mall", "version": "1"},
        "paths": {"/buy": {"post": made}},
        "components": {"schemas": {"Address": ADDRESS}},
    }
    path = tmp_path_factory.mktemp("null") / "mall.yaml"
    path.write_text(yaml.safe_dump(text), encoding="utf-8")
    return next(iter(load(path).operations))


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ({"gift": None}, {key: value for key, value in GIVEN.items() if key != "gift"}),
        ({"note": None}, {**GIVEN, "note": None}),
        ({"address": {"floor": None}}, {**GIVEN, "address": {"city": "c"}}),
        ({"address": None}, {key: value for key, value in GIVEN.items() if key != "address"}),
        ({"lines": [{"gift": None}]}, {**GIVEN, "lines": [{"gift": None}]}),
        ({"unnamed": None}, {**GIVEN, "unnamed": None}),
        (None, GIVEN),
    ],
)
def test_a_null_leaves_out_what_takes_no_null(
    operation: Operation, monkeypatch: pytest.MonkeyPatch, said: Any, sent: Any
) -> None:
    """Lists are taken as they are written; where the schema takes null, or does not name the member, null is sent."""
    monkeypatch.setattr(Requests, "_base", lambda *given, **more: Request(body=GIVEN))
    mall = PARTICIPANTS["miniprogram"]
    client = Client(mall.backend, mall.index, timeout=1.0)
    made = Requests(mall, client, seed=1, traceparent="").filled(
        operation, BaseCall(call="buy", body=said), lambda name, part: None, None
    )
    client.close()
    assert made.body == sent


def test_a_null_that_an_expression_gives_is_sent(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value that is not there is seen as such; nothing hides that the contract asked for it."""
    monkeypatch.setattr(Requests, "_base", lambda *given, **more: Request(body=GIVEN))
    mall = PARTICIPANTS["miniprogram"]
    client = Client(mall.backend, mall.index, timeout=1.0)
    made = Requests(mall, client, seed=1, traceparent="").filled(
        operation, BaseCall(call="buy", body={"gift": "$id"}), lambda name, part: None, None
    )
    client.close()
    assert made.body == {**GIVEN, "gift": None}


def test_of_alternatives_none_requires_a_member_of_all(operation: Operation) -> None:
    assert list(left_out(operation, {"sku": None, "gift": None, "address": {"city": None}})) == [
        (("sku",), True),
        (("gift",), False),
        (("address", "city"), True),
    ]


def test_what_is_required_cannot_be_left_out(tmp_path: Path, operation: Operation) -> None:
    text = document(tmp_path, "n: 2, giftSku: $product-2.same", "n: 2, giftSku: null")
    lint(text, PARTICIPANTS)
    text = document(tmp_path, "n: 2, giftSku: $product-2.same", "n: null")
    with pytest.raises(UsageError, match=r"linkage\.yaml:\d+: null leaves /n out of the body of POST /buy"):
        lint(text, PARTICIPANTS)
    nested = BaseCall(call="buy", body={"address": {"city": None}})
    with pytest.raises(UsageError, match="/address/city"):
        lint_keys(text, operation, nested, ("entities", "order"))
