from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest
from pydantic import ValidationError

from harness.api.backend import sign_in
from harness.api.settings import LoginSettings
from harness.core.errors import BrokenError, UsageError

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
        monkeypatch.setattr(httpx, "Client", lambda **more: real(transport=transport, **more))

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


def test_a_backend_that_does_not_answer_is_broken(answers: Callable[..., None]) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    answers(refuse)
    with pytest.raises(BrokenError, match=r"cannot sign in at http://shop.invalid/session"):
        sign_in("http://shop.invalid", LOGIN)


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
