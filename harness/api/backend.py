"""A backend under test, and signing in to it as the shopper the generated tests are."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from harness.api.settings import LoginSettings, SignatureSettings
from harness.api.situation_settings import SituationSettings
from harness.api.users import User
from harness.contracts import Operation, pointers
from harness.contracts.envelope import EnvelopeSettings, Problem, meaning
from harness.core.errors import BrokenError, UsageError
from harness.core.masking import mask_text
from harness.core.text import Text

SIGN_IN_TIMEOUT = 10.0  # seconds
NOBODY = ""  # the name of the user who is not logged in


def _cannot(service: str, on: bool) -> None:
    raise UsageError(f"{service} cannot be made unreachable here: no proxy is between")


def _all_may_be_sent(operation: Operation | None) -> str | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendUnderTest:
    """One backend. ``name`` is what ``x-served-by`` calls it; ``title`` what people do.

    ``base_url`` is asked when a test runs, not when it is collected. The first of ``users`` is whom tests act
    as unless they say otherwise; without any, nobody is logged in. ``held_back`` says why the environment
    does not let an operation be asked, None where it does; of None, whether states of the whole system may be
    brought about.
    """

    name: str
    title: Text
    platform: str
    contracts: tuple[Path, ...]
    base_url: Callable[[], str]
    users: tuple[User, ...] = ()
    signatures: tuple[SignatureSettings, ...] = ()
    situations: tuple[SituationSettings, ...] = ()
    envelope: EnvelopeSettings | None = None
    obstruct: Callable[[str, bool], None] = _cannot
    held_back: Callable[[Operation | None], str | None] = _all_may_be_sent

    def user(self, name: str | None = None) -> User | None:
        """The user called ``name``; None for ``""`` (nobody); the first one where no name is given."""
        if name is None:
            return self.users[0] if self.users else None
        return next((user for user in self.users if user.name == name), None)


def sign_in(base_url: str, login: LoginSettings, envelope: EnvelopeSettings | None = None) -> str:
    """A fresh token. BrokenError where there is none to have, UsageError where ``login.token`` is wrong."""
    try:
        with httpx.Client(base_url=base_url, timeout=SIGN_IN_TIMEOUT, trust_env=False) as client:
            for request in login.before:
                _post(client, request.path, request.body, envelope)
            answer = _post(client, login.path, login.body, envelope)
    except httpx.HTTPError as error:
        raise BrokenError(f"cannot sign in at {base_url}{login.path}: {error!r}") from None
    try:
        token = pointers.walk(answer, pointers.split(login.token))
    except KeyError:
        fields = ", ".join(answer) if isinstance(answer, dict) else type(answer).__name__
        raise UsageError(f"login.token: {login.token} is not in the answer ({fields})") from None
    if not isinstance(token, str) or not token:
        raise UsageError(f"login.token: {login.token} of the answer of {login.path} is not a text")
    return token


def _post(client: httpx.Client, path: str, body: dict[str, Any], envelope: EnvelopeSettings | None) -> Any:
    response = client.post(path, json=body)
    status, content = response.status_code, response.content
    if envelope is not None:
        found = meaning(envelope, status, content)
        if isinstance(found, Problem):
            raise BrokenError(f"cannot sign in: POST {path}: expected {found.expected}, got {found.seen!r}")
        status, content = found.status, found.body
    if not 200 <= status < 300:
        seen = mask_text(response.text)[:200]
        raise BrokenError(f"cannot sign in: POST {path} answered {response.status_code}: {seen}")
    try:
        return json.loads(content)
    except ValueError:
        return None
