"""Who a generated request is sent as: fresh tokens, signatures, set as it leaves.

A test of *log out* kills the token it runs with. So every operation starts with a token of its own, a token
answered with 401 is replaced, and once a working one was lost each further case gets a new one. Values are
set on the request as it leaves, since cases are generated before their predecessors were answered.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, Protocol

from harness.api.backend import BackendUnderTest
from harness.api.choosing import met, requirements_of, schemes_of, sends, signed
from harness.api.settings import SignatureSettings
from harness.api.users import Hook, User
from harness.contracts import Operation
from harness.contracts.envelope import EnvelopeSettings, Meaning, meaning
from harness.core.errors import HarnessError
from harness.core.exchange import CREDENTIALS
from harness.core.masking import declare, declare_credential, is_one_time

UNAUTHORIZED = 401


class Credential(Protocol):
    """One security scheme of the contract that the harness can satisfy."""

    location: str
    name: str
    issued: list[str]

    def value(self, prepared: Any) -> str | None:
        """The text to send with this request; None where it set what it has itself."""
        ...

    def answered(self, status: int) -> None:
        """What the server said to a request with this credential."""
        ...


class Token:
    """A bearer token or API key that ``obtain`` gives."""

    def __init__(self, scheme: dict[str, Any], obtain: Callable[[], str]) -> None:
        bearer = scheme.get("type") != "apiKey"
        self.location = "header" if bearer else str(scheme.get("in"))
        self.name = "Authorization" if bearer else str(scheme.get("name"))
        self.issued: list[str] = []
        self._prefix = "Bearer " if bearer else ""
        self._obtain = obtain
        self._current: str | None = None
        self._worked = self._fragile = False

    def value(self, prepared: Any) -> str | None:
        if self._current is None or self._fragile:
            self._current = self._obtain()
            self._worked = False
            declare_credential(self._current)
            self.issued.append(self._current)
        return self._prefix + self._current

    def answered(self, status: int) -> None:
        if status == UNAUTHORIZED:
            self._fragile = self._fragile or self._worked
            self._current = None
        elif 200 <= status < 300:
            self._worked = True


class Signature:
    """A header that signs the request as it leaves."""

    location = "header"

    def __init__(self, name: str, settings: SignatureSettings) -> None:
        self.name, self._settings = name, settings
        self.issued: list[str] = []  # a signature is good for its own request only: no secret to hide

    def value(self, prepared: Any) -> str | None:
        body = prepared.body or prepared.path_url
        message = body.encode() if isinstance(body, str) else body
        signed = hmac.new(self._settings.key.encode(), message, self._settings.algorithm)
        return self._settings.prefix + signed.hexdigest()

    def answered(self, status: int) -> None:
        """A signature is never used up."""


class Fixed:
    """A header or cookie of the user, sent as it is with every request."""

    def __init__(self, location: str, name: str, text: str) -> None:
        self.location, self.name, self._text = location, name, text
        self.issued = [text]
        if is_one_time(text):  # the name of a tenant is none
            declare_credential(text)

    def value(self, prepared: Any) -> str | None:
        return self._text

    def answered(self, status: int) -> None:
        """A fixed credential cannot be renewed."""


class Hooked:
    """One header that the project's hook computes for each request."""

    location = "header"
    name = ""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook
        self.issued: list[str] = []

    def value(self, prepared: Any) -> str | None:
        body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
        given = self._hook(prepared.method, prepared.url, dict(prepared.headers), body)
        self.issued += given.values()
        for text in filter(is_one_time, given.values()):
            declare_credential(text)
        prepared.headers.update(given)
        prepared.headers[CREDENTIALS] = ", ".join(given)
        declare(headers=given)
        return None

    def answered(self, status: int) -> None:
        """A signature is never used up."""


def credentials_for(
    operation: Operation, backend: BackendUnderTest, user: User | None
) -> tuple[Credential, ...]:
    """Those of the first security requirement ``user`` can satisfy; none for an open operation.

    What a user always sends (headers, cookie, hook) goes with every operation that asks for anything.
    """
    requirements, schemes = requirements_of(operation), schemes_of(operation)
    found = met(operation, backend, user)
    if found is None:
        return () if not requirements or {} in requirements else _always(user)
    asked: list[Credential] = []
    for name in found:
        scheme = schemes.get(name) or {}
        if signed(name, schemes, backend):
            settings = next(each for each in backend.signatures if each.scheme == name)
            asked.append(Signature(str(scheme["name"]), settings))
        elif user is not None and user.token is not None and not sends(user, name, schemes):
            asked.append(Token(scheme, user.token))
    return (*asked, *_always(user))


def _always(user: User | None) -> tuple[Credential, ...]:
    if user is None:
        return ()
    found: list[Credential] = [Fixed("header", name, text) for name, text in user.headers.items()]
    if user.cookie is not None:
        found.append(Fixed("cookie", user.cookie.name, user.cookie.value))
    if user.hook is not None:
        found.append(Hooked(user.hook))
    return tuple(found)


class Authentication:
    """The credentials as the HTTP client takes them: called with each request as it leaves.

    ``failure`` keeps the harness's own error (a log-in that failed), which the client would wrap.
    """

    def __init__(self, credentials: tuple[Credential, ...], envelope: EnvelopeSettings | None = None) -> None:
        self._credentials, self._envelope = credentials, envelope
        self.failure: HarnessError | None = None

    def __bool__(self) -> bool:
        return bool(self._credentials)

    @property
    def secrets(self) -> tuple[str, ...]:
        """All tokens used so far."""
        return tuple(text for item in self._credentials for text in item.issued)

    def __call__(self, prepared: Any) -> Any:
        """Set the credentials on a ``requests.PreparedRequest`` and listen for its answer."""
        for credential in self._credentials:
            try:
                value = credential.value(prepared)
            except HarnessError as error:
                self.failure = self.failure or error
                raise
            if value is None:
                continue
            if credential.location == "header":
                prepared.headers[credential.name] = value
            elif credential.location == "cookie":
                others = prepared.headers.get("Cookie")
                prepared.headers["Cookie"] = "; ".join(filter(None, (others, f"{credential.name}={value}")))
            else:
                prepared.prepare_url(prepared.url, {credential.name: value})
        prepared.register_hook("response", self._answered)
        return prepared

    def _answered(self, response: Any, **_: Any) -> None:
        status = response.status_code
        if self._envelope is not None:
            found = meaning(self._envelope, status, response.content)
            status = found.status if isinstance(found, Meaning) else status
        for credential in self._credentials:
            credential.answered(status)
