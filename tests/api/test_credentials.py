from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from pydantic import ValidationError

from harness.api.backend import BackendUnderTest
from harness.api.credentials import Authentication, Fixed, Hooked, Signature, Token, credentials_for
from harness.api.settings import CookieSettings, SignatureSettings, UserSettings
from harness.api.users import Session, User, load_hook, user_of
from harness.contracts import Operation, load
from harness.core.errors import BrokenError, UsageError
from harness.core.exchange import CREDENTIALS
from harness.core.masking import mask_text
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


def test_what_a_user_sends_is_masked_by_value(tokens: Iterator[str]) -> None:
    """A backend may repeat it under a name that says nothing."""
    sent = ("bearer-0a1b2c3d", "header/0a1b+2c3d", "9f8e7d6c5b4a3f2e")
    Authentication((Token({"type": "http", "scheme": "bearer"}, lambda: sent[0]),))(prepared())
    Authentication((Fixed("header", "X-Till", sent[1]), Fixed("header", "X-Tenant", "tenant-0017")))(
        prepared()
    )
    Authentication((Hooked(lambda *_: {"X-Proof": sent[2]}),))(prepared())
    said = mask_text(f"refused of tenant-0017: {' '.join(sent)}")
    assert "tenant-0017" in said
    assert [each for each in sent if each in said] == []


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
        platforms=("website",),
        contracts=(),
        base_url=lambda: "",
        signatures=(SignatureSettings(scheme="sig", key="k"),),
    )

    def kinds(operation: Operation) -> list[str]:
        ann = User(name="ann", token=lambda: "t")
        return [type(item).__name__ for item in credentials_for(operation, backend, ann)]

    operations = load(tmp_path / "a.yaml").operations
    assert {item.path: kinds(item) for item in operations} == {
        "/both": ["Signature", "Token"],
        "/open": [],
        "/none": [],
        "/maybe": [],
    }


SCHEMES = """openapi: 3.1.0
info: {title: T, version: '1'}
security: [{key: []}]
paths:
  /mine: {get: {operationId: mine, responses: {'200': {description: Ok}}}}
  /open: {get: {operationId: open, security: [], responses: {'200': {description: Ok}}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Auth-Token}
    other: {type: apiKey, in: header, name: X-Other}
"""


def sent_as(user: User | None, name: str, tmp_path: Path, document: str = SCHEMES) -> dict[str, str]:
    (tmp_path / "a.yaml").write_text(document, encoding="utf-8")
    backend = BackendUnderTest(
        name="a", title=Text(zh="甲", en="a"), platforms=("website",), contracts=(), base_url=lambda: ""
    )
    operation = next(item for item in load(tmp_path / "a.yaml").operations if item.id == name)
    request = prepared("POST", data=b"{}", headers={"Accept": "x"})
    before = set(request.headers)
    request = Authentication(credentials_for(operation, backend, user))(request)
    return {key: value for key, value in request.headers.items() if key not in before}


def sign(method: str, url: str, headers: dict[str, str], body: bytes | None) -> dict[str, str]:
    return {"X-Signed": f"{method} {url} {body!r}"}


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        (None, {}),
        (User(name="u", token=lambda: "t"), {"X-Auth-Token": "t"}),
        (User(name="u", token=lambda: "t", scheme="key"), {"X-Auth-Token": "t"}),
        (User(name="u", token=lambda: "t", scheme="other"), {}),
        (User(name="u", headers={"x-auth-token": "h"}), {"x-auth-token": "h"}),
        (User(name="u", headers={"X-Gateway": "g"}), {"X-Gateway": "g"}),
        (User(name="u", cookie=CookieSettings(name="sid", value="c")), {"Cookie": "sid=c"}),
        (
            User(name="u", hook=sign),
            {"X-Signed": "POST http://a.invalid/p?q=1 b'{}'", CREDENTIALS: "X-Signed"},
        ),
    ],
)
def test_a_user_is_known_in_the_way_it_is_configured(
    user: User | None, expected: dict[str, str], tmp_path: Path
) -> None:
    assert sent_as(user, "mine", tmp_path) == expected
    assert sent_as(user, "open", tmp_path) == {}


def test_what_a_user_sends_is_a_secret(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SCHEMES, encoding="utf-8")
    operation = load(tmp_path / "a.yaml").operations[0]
    backend = BackendUnderTest(
        name="a", title=Text(zh="甲", en="a"), platforms=("website",), contracts=(), base_url=lambda: ""
    )
    user = User(name="u", headers={"X-Auth-Token": "the-secret"})
    authentication = Authentication(credentials_for(operation, backend, user))
    authentication(prepared())
    assert authentication.secrets == ("the-secret",)


def test_a_hook_is_a_function_of_the_project(tmp_path: Path) -> None:
    (tmp_path / "signing_of_ours.py").write_text(
        "def sign(method, url, headers, body):\n    return {'X': method}\n", encoding="utf-8"
    )
    settings = UserSettings(hook="signing_of_ours:sign")
    user = user_of("u", settings, lambda: "", tmp_path, "services.a.users.u.hook")
    assert user.hook is not None
    assert user.hook("GET", "", {}, None) == {"X": "GET"}
    for name, words in (
        ("signing_of_ours:sing", "no function 'sing' in it"),
        ("no_such:f", "cannot be imported"),
    ):
        with pytest.raises(UsageError, match=words):
            load_hook(name, tmp_path, "services.a.users.u.hook")


@pytest.mark.parametrize("data", [{}, {"bearer": "x", "hook": "a:b"}])
def test_a_user_has_exactly_one_way_in(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="a user has exactly one of login, bearer, cookie, hook"):
        UserSettings.model_validate(data)


def test_a_scheme_that_the_document_never_declares_is_a_bearer_token(tmp_path: Path) -> None:
    document = SCHEMES.partition("components:")[0]
    ann = User(name="ann", token=lambda: "t", headers={"X-Tenant": "7"})
    assert sent_as(ann, "mine", tmp_path, document) == {"Authorization": "Bearer t", "X-Tenant": "7"}
    assert sent_as(ann, "open", tmp_path, document) == {}


class Shop(BaseHTTPRequestHandler):
    """Knows the tokens that were not logged out."""

    alive: set[str]

    def do_GET(self) -> None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        status = 200 if token in self.alive else 401
        if self.path == "/logout":
            self.alive.discard(token)
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Said in the test."""


def test_a_user_signs_in_once_and_a_log_out_spoils_no_other_test() -> None:
    handler = type("OneShop", (Shop,), {"alive": set()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base, issued = f"http://127.0.0.1:{server.server_address[1]}", []

    def log_in() -> str:
        issued.append(f"token-{len(issued)}")
        handler.alive.add(issued[-1])
        return issued[-1]

    session = Session(log_in)

    def a_test(*paths: str) -> list[int]:
        authentication = Authentication((Token({"type": "http", "scheme": "bearer"}, log_in, session),))
        with requests.Session() as client:
            client.trust_env = False
            return [client.get(base + path, auth=authentication, timeout=5).status_code for path in paths]

    try:
        assert [a_test("/a", "/b"), a_test("/c"), a_test("/d")] == [[200, 200], [200], [200]]
        assert issued == ["token-0"]
        assert a_test("/logout") == [200]
        assert a_test("/a", "/b") == [200, 200]  # never sees the dead one
        assert issued == ["token-0", "token-1"]
        assert a_test("/logout", "/logout", "/logout", "/logout") == [200, 401, 200, 200]
        assert a_test("/a") == [200]
        handler.alive.clear()  # they expire
        assert a_test("/a", "/b") == [200, 200]
    finally:
        server.shutdown()
        server.server_close()
