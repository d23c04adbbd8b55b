"""Who a generated request is sent as: fresh tokens, signatures, set as it leaves.

A user signs in once; a test of *log out* kills the token it runs with. So a test that begins with a dead token signs in
anew, sends its request again and never knows; a token answered with 401 is replaced, and once a working one was lost
each further case gets a new one of its own. Values are
set on the request as it leaves, since cases are generated before their predecessors were answered.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, Protocol

from harness.api.backend import BackendUnderTest
from harness.api.choosing import met, requirements_of, schemes_of, sends, signed
from harness.api.settings import SignatureSettings
from harness.api.users import UNAUTHORIZED, Hook, Pasted, Session, User
from harness.contracts import Operation
from harness.contracts.envelope import EnvelopeSettings, Meaning, meaning
from harness.core.errors import HarnessError
from harness.core.exchange import CREDENTIALS
from harness.core.masking import declare, declare_credential, is_one_time


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
    """A bearer token or API key that ``obtain`` gives; the first one is that of ``session``, where there is one."""

    def __init__(
        self, scheme: dict[str, Any], obtain: Callable[[], str], session: Session | None = None
    ) -> None:
        bearer = scheme.get("type") != "apiKey"
        self.location = "header" if bearer else str(scheme.get("in"))
        self.name = "Authorization" if bearer else str(scheme.get("name"))
        self.issued: list[str] = []
        self._prefix = "Bearer " if bearer else ""
        self._obtain, self._session = obtain, session
        self._shared = False
        self._current: str | None = None
        self._worked = self._fragile = False

    def value(self, prepared: Any) -> str | None:
        if self._current is None or self._fragile:
            self._shared = self._session is not None and not self.issued
            self._current = self._session.token() if self._session and self._shared else self._obtain()
            self._worked = False
            declare_credential(self._current)
            self.issued.append(self._current)
        return self._prefix + self._current

    def renewed(self) -> bool:
        """Whether what was refused is a shared token that another test may have used up; the next one is fresh."""
        if not self._shared or self._worked or self._current is None or self._session is None:
            return False
        self._session.lost(self._current)
        self._current, self._shared = self._session.token(), False
        declare_credential(self._current)
        self.issued.append(self._current)
        return True

    def answered(self, status: int) -> None:
        if status == UNAUTHORIZED:
            if self._session is not None and self._current is not None:
                self._session.lost(self._current)
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
        elif (
            user is not None
            and user.token is not None
            and user.token_cookie is None
            and not sends(user, name, schemes)
        ):
            asked.append(Token(scheme, user.token, user.session))
    return (*asked, *_always(user))


def _always(user: User | None) -> tuple[Credential, ...]:
    if user is None:
        return ()
    found: list[Credential] = [Fixed("header", name, text) for name, text in user.headers.items()]
    if user.cookie is not None:
        found.append(Fixed("cookie", user.cookie.name, user.cookie.value))
    if user.hook is not None:
        found.append(Hooked(user.hook))
    if user.token is not None and user.token_cookie is not None:
        cookie = {"type": "apiKey", "in": "cookie", "name": user.token_cookie}
        found.append(Token(cookie, user.token, user.session))
    return tuple(found)


def authentication_of(
    operation: Operation, backend: BackendUnderTest, user: User | None, envelope: EnvelopeSettings | None
) -> Authentication:
    """How requests to an operation are sent as ``user``. Who is ``forbidden`` from it may well be answered 401."""
    may = user is not None and operation.id not in user.forbidden
    credentials = credentials_for(operation, backend, user)
    return Authentication(
        credentials, envelope, user.pasted if user is not None and may and credentials else None
    )


class Authentication:
    """The credentials as the HTTP client takes them: called with each request as it leaves.

    ``failure`` keeps the harness's own error (a log-in that failed), which the client would wrap.
    """

    def __init__(
        self,
        credentials: tuple[Credential, ...],
        envelope: EnvelopeSettings | None = None,
        pasted: Pasted | None = None,
    ) -> None:
        self._credentials, self._envelope, self._pasted = credentials, envelope, pasted
        self.failure: HarnessError | None = None

    def __bool__(self) -> bool:
        return bool(self._credentials)

    @property
    def secrets(self) -> tuple[str, ...]:
        """All tokens used so far."""
        return tuple(text for item in self._credentials for text in item.issued)

    def __call__(self, prepared: Any) -> Any:
        """Set the credentials on a ``requests.PreparedRequest`` and listen for its answer."""
        self._set(prepared)
        prepared.register_hook("response", self._answered)
        return prepared

    def _set(self, prepared: Any) -> None:
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
                others = cookies_without(prepared.headers.get("Cookie"), credential.name)
                prepared.headers["Cookie"] = "; ".join((*others, f"{credential.name}={value}"))
            else:
                prepared.prepare_url(prepared.url, {credential.name: value})

    def _answered(self, response: Any, **sent: Any) -> Any:
        status = self._status(response)
        if status == UNAUTHORIZED and self._renewed():
            response = self._again(response, sent)
            status = self._status(response)
        for credential in self._credentials:
            credential.answered(status)
        if self._pasted is not None:
            try:
                self._pasted.answered(status)
            except HarnessError as error:
                self.failure = self.failure or error
                raise
        return response

    def _status(self, response: Any) -> int:
        if self._envelope is None:
            return int(response.status_code)
        found = meaning(self._envelope, response.status_code, response.content)
        return found.status if isinstance(found, Meaning) else int(response.status_code)

    def _renewed(self) -> bool:
        in_query = any(credential.location == "query" for credential in self._credentials)
        try:
            renewed = [
                each.renewed() for each in self._credentials if isinstance(each, Token) and not in_query
            ]
            return any(renewed)
        except HarnessError as error:
            self.failure = self.failure or error
            raise

    def _again(self, response: Any, sent: dict[str, Any]) -> Any:
        """The answer to the same request with the new token (as ``requests.auth.HTTPDigestAuth`` asks again)."""
        response.content  # noqa: B018 - read to its end, so that its connection is free
        response.close()
        prepared = response.request.copy()
        self._set(prepared)
        answer = response.connection.send(prepared, **sent)
        answer.request = prepared
        return answer


def cookies_without(header: str | None, name: str) -> list[str]:
    """The pairs of a Cookie header but the one called ``name``."""
    pairs = [pair.strip() for pair in (header or "").split(";")]
    return [pair for pair in pairs if pair and pair.partition("=")[0] != name]
