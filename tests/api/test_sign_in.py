from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from harness.api.settings import LoginSettings
from harness.api.sign_in import envelopes, sign_in
from harness.contracts.envelope import EnvelopeSettings
from harness.core.codec import Codec
from harness.core.errors import BrokenError, UsageError
from harness.core.exchange import REFUSED
from harness.core.masking import mask_text

LOGIN = LoginSettings.model_validate(
    {
        "path": "/session",
        "body": {"phone": "13900000001", "code": "1"},
        "token": "/data/token",
        "before": [{"path": "/codes", "body": {"phone": "13900000001"}}],
    }
)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[httpx.Request], httpx.Response]], None]:
    real = httpx.Client

    def use(handler: Callable[[httpx.Request], httpx.Response]) -> None:
        transport = httpx.MockTransport(handler)
        monkeypatch.setattr(httpx, "Client", lambda **more: real(**{**more, "transport": transport}))

    return use


def test_signs_in_after_what_comes_before(answers: Callable[..., None]) -> None:
    seen: list[tuple[str, dict[str, str]]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append((request.url.path, json.loads(request.content)))
        return httpx.Response(
            201, json={"data": {"token": "abc"}} if request.url.path == "/session" else None
        )

    answers(handler)
    assert sign_in("http://shop.invalid", LOGIN) == "abc"
    assert [path for path, _ in seen] == ["/codes", "/session"]


def test_a_refused_log_in_is_broken_and_masked(answers: Callable[..., None]) -> None:
    answers(lambda _: httpx.Response(429, text="too many codes for 13900000001"))
    with pytest.raises(BrokenError, match=r"POST /codes answered 429: too many codes for 139\*\*\*\*0001"):
        sign_in("http://shop.invalid", LOGIN)


def test_a_password_that_a_backend_repeats_is_masked_and_so_is_its_token(
    answers: Callable[..., None],
) -> None:
    login = LOGIN.model_copy(update={"body": {"user": "anna", "password": "Str0ng!pass"}})
    answers(lambda _: httpx.Response(500, text="row ('anna', Str0ng!pass) is locked"))
    with pytest.raises(BrokenError, match=r"row \('anna', \*\*\*\w+\) is locked"):
        sign_in("http://shop.invalid", login)
    answers(lambda _: httpx.Response(200, json={"data": {"token": "t9f8e7d6c5b4"}}))
    sign_in("http://shop.invalid", login)
    assert mask_text("ERROR cannot serve t9f8e7d6c5b4").startswith("ERROR cannot serve ***")


def test_a_backend_that_does_not_answer_is_broken(answers: Callable[..., None]) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    answers(refuse)
    with pytest.raises(BrokenError, match=r"cannot sign in at http://shop.invalid/session"):
        sign_in("http://shop.invalid", LOGIN)


def test_what_the_proxy_says_itself_is_not_for_the_codec(answers: Callable[..., None]) -> None:
    class Sealed:
        def open(self, body: bytes, headers: dict[str, str]) -> bytes:
            raise ValueError("not sealed")

        def seal(self, body: bytes, headers: dict[str, str]) -> bytes:
            return body

    answers(lambda _: httpx.Response(451, headers={REFUSED: "shared"}, text="not sent"))
    with pytest.raises(BrokenError, match="POST /codes answered 451: not sent"):
        sign_in("http://shop.invalid", LOGIN, codec=Codec("ours:make", Sealed()))


@pytest.mark.parametrize("answer", [{"data": {"tok": "abc"}}, {"data": {"token": 5}}, [], None])
def test_a_token_that_is_not_where_it_was_said_is_a_usage_error(
    answer: object, answers: Callable[..., None]
) -> None:
    answers(lambda _: httpx.Response(200, json=answer))
    with pytest.raises(UsageError, match=r"login\.token: /data/token"):
        sign_in("http://shop.invalid", LOGIN)


@pytest.mark.parametrize(("key", "value"), [("path", "session"), ("token", "token"), ("tokn", "/x")])
def test_wrong_settings_are_refused(key: str, value: str) -> None:
    with pytest.raises(ValidationError):
        LoginSettings.model_validate({"path": "/s", "body": {}, "token": "/t", key: value})


ENVELOPE = EnvelopeSettings(success=(0,), errors={"40100": 401, "50000": 500})
WRAPPED = LOGIN.model_copy(update={"token": "/token", "before": ()})
WHERE = "services.shop.users.anna.login"


def refused(
    answers: Callable[..., None],
    status: int,
    body: object,
    envelope: EnvelopeSettings | None = None,
    login: LoginSettings = WRAPPED,
) -> BrokenError | UsageError:
    answers(lambda _: httpx.Response(status, json=body))
    with pytest.raises((BrokenError, UsageError)) as error:
        sign_in("http://shop.invalid", login, lambda _: envelope, where=WHERE)
    return error.value


def test_a_token_is_taken_out_of_the_envelope(answers: Callable[..., None]) -> None:
    answers(lambda _: httpx.Response(200, json={"code": 0, "data": {"token": "abc"}}))
    assert sign_in("http://shop.invalid", WRAPPED, lambda _: ENVELOPE) == "abc"


def test_a_refusal_in_an_envelope_is_told_by_its_code_and_message(answers: Callable[..., None]) -> None:
    error = refused(answers, 200, {"code": 40100, "msg": "13900000001: wrong password"}, ENVELOPE)
    assert isinstance(error, BrokenError)
    assert str(error) == (
        "cannot sign in: POST /session answered HTTP 200, code 40100 (139****0001: wrong password), which means 401"
    )
    assert error.advice
    assert error.advice.en == (
        f"the backend refuses this user: check account and password (or code) in {WHERE}.body"
    )


@pytest.mark.parametrize(
    ("status", "body", "envelope", "kind", "advice"),
    [
        (401, {}, None, BrokenError, "check account and password"),
        (404, {}, None, BrokenError, f"check {WHERE}.path"),
        (429, {}, None, BrokenError, "limits log-ins"),
        (503, {}, None, BrokenError, "see its log"),
        (302, {}, None, BrokenError, "redirects are not followed"),
        (422, {}, None, BrokenError, f"check {WHERE}.path and {WHERE}.body"),
        (200, {"code": 50000}, ENVELOPE, BrokenError, "see its log"),
        (200, {"code": 777}, ENVELOPE, BrokenError, "errors of [services.shop.envelope]"),
        (200, {"token": "abc"}, ENVELOPE, BrokenError, "errors of [services.shop.envelope]"),
        (200, {"code": 40100, "msg": "no"}, None, UsageError, "describe it in [services.shop.envelope]"),
        (200, {"user": "anna"}, None, UsageError, f"let {WHERE}.token point at the token"),
        (
            200,
            {"code": 0, "data": {"tok": "a"}},
            ENVELOPE,
            UsageError,
            f"let {WHERE}.token point at the token",
        ),
    ],
)
def test_each_refusal_has_its_own_advice(
    answers: Callable[..., None],
    status: int,
    body: object,
    envelope: EnvelopeSettings | None,
    kind: type[Exception],
    advice: str,
) -> None:
    error = refused(answers, status, body, envelope)
    assert type(error) is kind
    assert error.advice
    assert advice in error.advice.en


def test_a_pointer_into_the_closed_envelope_is_put_right(answers: Callable[..., None]) -> None:
    body = {"code": 0, "data": {"token": "abcdefgh"}}
    error = refused(answers, 200, body, ENVELOPE, WRAPPED.model_copy(update={"token": "/data/token"}))
    assert "abcdefgh" not in str(error)
    assert error.advice
    assert "the envelope is opened already" in error.advice.en


DOCUMENT = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
x-envelope: {code: /code}
paths:
  /session:
    post: {operationId: signIn, responses: {'200': {description: in}}}
  /plain:
    post: {operationId: plain, x-envelope: false, responses: {'200': {description: in}}}
"""


def test_the_envelope_is_that_of_the_contract_tests(tmp_path: Path) -> None:
    document = tmp_path / "shop.yaml"
    document.write_text(DOCUMENT, encoding="utf-8")
    theirs = envelopes([document], "shop", None)
    assert theirs("/session") == EnvelopeSettings()
    assert theirs("/plain") is None
    assert theirs("/undocumented") == EnvelopeSettings()
    ours = envelopes([document], "shop", ENVELOPE)
    assert [ours(path) for path in ("/session", "/plain", "/undocumented")] == [ENVELOPE, None, ENVELOPE]
