"""Ways into a small system: a form with a CSRF token and a session cookie, a captcha, codes by API and by command."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from pydantic import ValidationError

from harness.api.backend import BackendUnderTest
from harness.api.choosing import actor
from harness.api.credentials import Authentication, credentials_for
from harness.api.settings import LoginSettings, UserSettings
from harness.api.sign_in import sign_in
from harness.api.users import user_of
from harness.contracts import load
from harness.core.errors import BrokenError
from harness.core.text import Text

PAGE = '<form><input name="csrf" value="c5rf-0f-this-visit"></form>'
CSRF = {"path": "/login", "method": "GET", "values": {"csrf": {"pattern": 'name="csrf" value="([^"]+)"'}}}
FORM: dict[str, Any] = {
    "path": "/login",
    "form": True,
    "body": {"csrf": "{csrf}", "user": "ann", "password": "o n&e"},
    "token_cookie": "sid",
    "before": [CSRF],
}
CODE: dict[str, Any] = {
    "path": "/session",
    "body": {"phone": "13900000001", "code": "{code}", "captcha": "{captcha}"},
    "headers": {"X-Captcha": "off-{captcha}"},
    "token": "/data/token",
}
CAPTCHA = {"path": "/captcha", "values": {"captcha": {"pointer": "/id"}}}
BY_API = {"path": "/codes?captcha={captcha}", "method": "GET", "values": {"code": {"pointer": "/code"}}}


class System(BaseHTTPRequestHandler):
    """Lets in who does all that its pages and its API ask for."""

    def do_GET(self) -> None:
        if self.path == "/login":
            self._answer(200, PAGE, "text/html", ("Set-Cookie", "visit=v1; Path=/"))
        elif self.path == "/codes?captcha=7":
            self._answer(200, json.dumps({"code": 4711}))
        else:
            self._answer(200 if self.headers.get("Cookie") == "sid=the-session-of-ann" else 401, "")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/captcha":
            self._answer(200, '{"id": 7}')
        elif self.path == "/login":
            given = {name: value[0] for name, value in parse_qs(body).items()}
            right = given == {"csrf": "c5rf-0f-this-visit", "user": "ann", "password": "o n&e"}
            visits = "visit=v1" in self.headers.get("Cookie", "")
            if right and visits:  # as the frameworks do: to the next page, which nobody follows
                self._answer(302, "", "text/html", ("Set-Cookie", "sid=the-session-of-ann; HttpOnly; Secure"))
            else:
                self._answer(200, PAGE, "text/html")
        else:
            given = json.loads(body)
            right = (
                given["code"] == "4711" and given["captcha"] == "7" and self.headers["X-Captcha"] == "off-7"
            )
            token = ("Authorization", "Bearer the-token-of-ann")
            self._answer(
                200 if right else 403, json.dumps({"data": {"token": "the-token-of-ann"}}), extra=token
            )

    def _answer(
        self, status: int, text: str, kind: str = "application/json", extra: tuple[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if extra is not None:
            self.send_header(*extra)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Said in the test."""


@pytest.fixture
def system() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), System)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def signed_in(system: str, login: dict[str, Any], root: Path = Path()) -> str:
    return sign_in(
        system, LoginSettings.model_validate(login), where="services.shop.users.ann.login", root=root
    )


def test_by_a_form_with_a_csrf_token_of_its_page(system: str) -> None:
    assert signed_in(system, FORM) == "the-session-of-ann"


def test_a_wrong_password_of_a_form_is_broken_with_advice(system: str) -> None:
    with pytest.raises(BrokenError, match="POST /login answered 200 without sid") as error:
        signed_in(system, {**FORM, "body": {**FORM["body"], "password": "wrong"}})
    assert error.value.advice is not None
    assert "the name in services.shop.users.ann.login.token_cookie" in error.value.advice.en


def test_a_value_that_is_not_on_the_page_is_broken_and_says_what_was(system: str) -> None:
    step = {**CSRF, "values": {"csrf": {"pattern": "token=(.+)"}}}
    with pytest.raises(BrokenError, match=r"GET /login has no value csrf \(pattern token=\(\.\+\)\): <form>"):
        signed_in(system, {**FORM, "before": [step]})


def test_by_a_code_that_a_test_api_tells_with_the_id_of_a_captcha(system: str) -> None:
    assert signed_in(system, {**CODE, "before": [CAPTCHA, BY_API]}) == "the-token-of-ann"


def test_the_token_may_be_in_a_header(system: str) -> None:
    login = {**CODE, "before": [CAPTCHA, BY_API], "token": None, "token_header": "authorization"}
    assert signed_in(system, login) == "the-token-of-ann"


def test_by_a_code_that_a_command_tells(system: str, tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text(
        "import sys; print('the code for', sys.argv[1], 'is 4711')", encoding="utf-8"
    )
    command = {
        "command": [sys.executable, "code.py", "{captcha}"],
        "values": {"code": {"pattern": r"for 7 is (\d+)"}},
    }
    assert signed_in(system, {**CODE, "before": [CAPTCHA, command]}, tmp_path) == "the-token-of-ann"


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["no-such-program"], "the command no-such-program of .* cannot be run"),
        ([sys.executable, "-c", "import sys; sys.exit('no such phone')"], "ended with 1: no such phone"),
    ],
)
def test_a_command_that_fails_is_broken(system: str, command: list[str], words: str) -> None:
    with pytest.raises(BrokenError, match=words):
        signed_in(system, {**CODE, "before": [{"command": command}]})


def test_a_session_cookie_is_sent_where_the_document_asks_for_it_and_where_it_names_none(
    system: str, tmp_path: Path
) -> None:
    settings = UserSettings.model_validate({"login": FORM})
    ann = user_of("ann", settings, lambda: signed_in(system, FORM), Path(), "services.shop.users.ann")
    for scheme in ("{type: apiKey, in: cookie, name: sid}", "{type: http, scheme: bearer}"):
        document = tmp_path / "shop.yaml"
        document.write_text(
            "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
            "paths: {/mine: {get: {security: [{way: []}], responses: {'200': {description: ok}}}}}\n"
            f"components: {{securitySchemes: {{way: {scheme}}}}}\n",
            encoding="utf-8",
        )
        (mine,) = load(document).operations
        backend = BackendUnderTest(
            name="shop",
            title=Text(zh="店", en="shop"),
            platforms=("website",),
            contracts=(document,),
            base_url=lambda: system,
            users=(ann,),
        )
        authentication = Authentication(credentials_for(mine, backend, actor(mine, backend)))
        assert requests.get(f"{system}/mine", auth=authentication, timeout=5).status_code == 200


@pytest.mark.parametrize(
    ("login", "words"),
    [
        ({"token": "/t", "token_cookie": "sid"}, "exactly one of token .* not 2"),
        ({}, "exactly one of token .* not 0"),
        ({"token": "/t", "before": [{"path": "/a", "command": ["x"]}]}, "either a path or a command"),
        (
            {"token": "/t", "before": [{"path": "/a", "values": {"a": {"pattern": "("}}}]},
            "no regular expression",
        ),
        ({"token": "/t", "before": [{"path": "/a", "values": {"a": {"pattern": "x"}}}]}, "has one group"),
        (
            {"token": "/t", "before": [{"path": "/a", "values": {"a": {"header": "A", "cookie": "b"}}}]},
            "in one place",
        ),
    ],
)
def test_settings_that_say_too_much_or_too_little(login: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        LoginSettings.model_validate({"path": "/s", "body": {}, **login})
