from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from harness.conformance.backend import BackendUnderTest
from harness.conformance.credentials import Authentication, Signature, Token, credentials_for
from harness.conformance.settings import SignatureSettings
from harness.contracts import Operation, load
from harness.core.errors import BrokenError
from harness.core.text import Text


@pytest.fixture
def tokens() -> Iterator[str]:
    return iter(f"token-{number}" for number in range(100))


def prepared(
    method: str = "GET", url: str = "http://a.invalid/p?q=1", **more: Any
) -> requests.PreparedRequest:
    return requests.Request(method, url, **more).prepare()


def answered(authentication: Authentication, request: requests.PreparedRequest, status: int) -> None:
    for hook in request.hooks["response"]:
        hook(SimpleNamespace(status_code=status))


def test_a_token_is_kept_until_it_is_lost_and_then_renewed_for_each_request(tokens: Iterator[str]) -> None:
    authentication = Authentication((Token({"type": "http", "scheme": "bearer"}, lambda: next(tokens)),))
    sent = []
    for status in (200, 200, 401, 200, 200):
        request = authentication(prepared())
        sent.append(request.headers["Authorization"])
        answered(authentication, request, status)
    numbers = [int(text.removeprefix("Bearer token-")) for text in sent]
    assert numbers == [0, 0, 0, 1, 2]
    assert authentication.secrets == ("token-0", "token-1", "token-2")


def test_a_token_that_never_worked_is_replaced_but_not_for_each_request(tokens: Iterator[str]) -> None:
    authentication = Authentication((Token({"type": "http", "scheme": "bearer"}, lambda: next(tokens)),))
    for status in (401, 200, 200):
        answered(authentication, authentication(prepared()), status)
    assert authentication.secrets == ("token-0", "token-1")


@pytest.mark.parametrize(
    ("scheme", "seen"),
    [
        ({"type": "apiKey", "in": "header", "name": "X-Key"}, ("X-Key", "token-0")),
        ({"type": "apiKey", "in": "cookie", "name": "sid"}, ("Cookie", "a=b; sid=token-0")),
    ],
)
def test_keys_go_where_the_contract_says(
    scheme: dict[str, str], seen: tuple[str, str], tokens: Iterator[str]
) -> None:
    request = Authentication((Token(scheme, lambda: next(tokens)),))(prepared(headers={"Cookie": "a=b"}))
    assert request.headers[seen[0]] == seen[1]


def test_a_key_in_the_query(tokens: Iterator[str]) -> None:
    scheme = {"type": "apiKey", "in": "query", "name": "key"}
    assert Authentication((Token(scheme, lambda: next(tokens)),))(prepared()).url.endswith(
        "/p?q=1&key=token-0"
    )


def test_no_log_in_sends_nothing() -> None:
    authentication = Authentication((Token({"type": "http", "scheme": "bearer"}, lambda: None),))
    assert "Authorization" not in authentication(prepared()).headers


def test_the_harness_s_own_error_is_kept() -> None:
    def fail() -> str:
        raise BrokenError("no")

    authentication = Authentication((Token({"type": "http", "scheme": "bearer"}, fail),))
    with pytest.raises(BrokenError):
        authentication(prepared())
    assert str(authentication.failure) == "no"


@pytest.mark.parametrize(("more", "message"), [({"data": b"{}"}, b"{}"), ({}, b"/p?q=1")])
def test_a_signature_is_of_the_body_else_of_the_path(more: dict[str, Any], message: bytes) -> None:
    signature = Signature("X-Sig", SignatureSettings(scheme="s", key="k", prefix="sha256="))
    digest = hmac.new(b"k", message, hashlib.sha256).hexdigest()
    assert Authentication((signature,))(prepared("POST", **more)).headers["X-Sig"] == f"sha256={digest}"


def test_the_first_requirement_that_can_be_met_counts(tmp_path: Path) -> None:
    ok = "responses: {'200': {description: Ok}}"
    (tmp_path / "a.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
        "security: [{basic: []}, {sig: [], bearer: []}]\npaths:\n"
        f"  /both: {{get: {{{ok}}}}}\n  /open: {{get: {{security: [], {ok}}}}}\n"
        f"  /none: {{get: {{security: [{{basic: []}}], {ok}}}}}\n"
        f"  /maybe: {{get: {{security: [{{}}], {ok}}}}}\n"
        "components:\n  securitySchemes:\n    basic: {type: http, scheme: basic}\n"
        "    bearer: {type: http, scheme: Bearer}\n    sig: {type: apiKey, in: header, name: X-Sig}\n",
        encoding="utf-8",
    )
    backend = BackendUnderTest(
        name="a",
        title=Text(zh="甲", en="a"),
        platform="website",
        contracts=(),
        base_url=lambda: "",
        signatures=(SignatureSettings(scheme="sig", key="k"),),
    )

    def kinds(operation: Operation) -> list[str]:
        return [type(item).__name__ for item in credentials_for(operation, backend)]

    operations = load(tmp_path / "a.yaml").operations
    assert {item.path: kinds(item) for item in operations} == {
        "/both": ["Signature", "Token"],
        "/open": [],
        "/none": [],
        "/maybe": [],
    }
