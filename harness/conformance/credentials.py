"""Who a generated request is sent as: fresh tokens, signatures, set as it leaves.

A test of *log out* kills the token it runs with. So every operation starts with a token of its own, a token
answered with 401 is replaced, and once a working one was lost each further case gets a new one. Values are
set on the request as it leaves, since cases are generated before their predecessors were answered.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, Protocol

from harness.conformance.backend import BackendUnderTest
from harness.conformance.settings import SignatureSettings
from harness.contracts import Operation
from harness.core.errors import HarnessError

UNAUTHORIZED = 401


class Credential(Protocol):
    """One security scheme of the contract that the harness can satisfy."""

    location: str
    name: str

    def value(self, prepared: Any) -> str | None:
        """The text to send with this request; None where the backend has no log-in."""
        ...

    def answered(self, status: int) -> None:
        """What the server said to a request with this credential."""
        ...


class Token:
    """A bearer token or API key that ``obtain`` gives."""

    def __init__(self, scheme: dict[str, Any], obtain: Callable[[], str | None]) -> None:
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
            if self._current is None:
                return None
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

    def value(self, prepared: Any) -> str | None:
        body = prepared.body or prepared.path_url
        message = body.encode() if isinstance(body, str) else body
        signed = hmac.new(self._settings.key.encode(), message, self._settings.algorithm)
        return self._settings.prefix + signed.hexdigest()

    def answered(self, status: int) -> None:
        """A signature is never used up."""


def credentials_for(operation: Operation, backend: BackendUnderTest) -> tuple[Credential, ...]:
    """Those of the first security requirement the harness can satisfy; none for an open operation."""
    document = operation.place.source.data
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    for requirement in operation.place.value.get("security", document.get("security")) or ():
        found = [_credential(name, schemes.get(name) or {}, backend) for name in requirement]
        if found and all(found):
            return tuple(item for item in found if item is not None)
        if not requirement:
            return ()
    return ()


def _credential(name: str, scheme: dict[str, Any], backend: BackendUnderTest) -> Credential | None:
    for settings in backend.signatures:
        if settings.scheme == name and scheme.get("in") == "header":
            return Signature(str(scheme["name"]), settings)
    if scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "bearer":
        return Token(scheme, backend.token)
    if scheme.get("type") in ("oauth2", "openIdConnect"):
        return Token(scheme, backend.token)
    return None


class Authentication:
    """The credentials as the HTTP client takes them: called with each request as it leaves.

    ``failure`` keeps the harness's own error (a log-in that failed), which the client would wrap.
    """

    def __init__(self, credentials: tuple[Credential, ...]) -> None:
        self._credentials = credentials
        self.failure: HarnessError | None = None

    def __bool__(self) -> bool:
        return bool(self._credentials)

    @property
    def secrets(self) -> tuple[str, ...]:
        """All tokens used so far."""
        return tuple(text for item in self._credentials if isinstance(item, Token) for text in item.issued)

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
        for credential in self._credentials:
            credential.answered(response.status_code)
