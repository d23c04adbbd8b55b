"""One request of our own to a backend, as somebody, judged by the contract on its way back.

What generated tests leave to schemathesis, the other kinds of tests (declarations, probes, parity, replays)
do here: build the request from its parts, send it as a user, keep exchange, JSON and curl line together.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import requests

from harness.api.backend import BackendUnderTest
from harness.api.choosing import actor
from harness.api.credentials import Authentication, authentication_of
from harness.api.curl import curl
from harness.api.curl_variables import base_of, token_of
from harness.api.reception import message_of
from harness.api.replay import Replay
from harness.api.transport import ATTEMPTS, UNANSWERED_REQUEST, Transport, no_answer
from harness.api.users import User
from harness.contracts import Checked, Index, Operation, check
from harness.contracts.addresses import with_query
from harness.contracts.envelope import envelope_of, opened, wire_of
from harness.core.answer_words import status_and_body
from harness.core.errors import BrokenError, NoAnswer, NotRun
from harness.core.exchange import REFUSED, Exchange, Message
from harness.core.masking import mask_target
from harness.core.text import Text, text_of

UNREAD = Text(
    zh="{request} 返回了 {status}，响应体无法读取：{why}",
    en="{request} answered {status}, and its body cannot be read: {why}",
)
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Request:
    """The parts of a request. ``body`` is sent as JSON; ``raw`` (with ``media_type``) as it is instead."""

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    raw: bytes | None = None
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the exchange (out of its envelope), what the contract says to it, its JSON."""

    exchange: Exchange
    checked: Checked
    _data: Any
    curl: str

    @property
    def data(self) -> Any:
        """Its JSON, None where it is none. BrokenError where it is ``unread``: what is looked for may be in it."""
        if self._data is None and (why := self.unread) is not None:
            path = mask_target(urlsplit(self.exchange.path).path, self.checked.template)
            request = f"{self.exchange.method} {path}"
            raise BrokenError(UNREAD.format(request=request, status=self.status, why=why))
        return self._data

    @property
    def unread(self) -> Text | None:
        """Why nobody can read its body, where the service is not at fault for that."""
        flaw = self.exchange.response.flaw if self.exchange.response is not None else None
        return None if flaw is None or flaw.expected is not None else flaw.seen

    @property
    def status(self) -> int:
        assert self.exchange.status is not None
        return self.exchange.status

    @property
    def ok(self) -> bool:
        """Whether it went well; an answer that is not in the backend's envelope says nothing of the kind."""
        strange = any(violation.code == "envelope" for violation in self.checked.violations)
        return 200 <= self.status < 300 and not strange

    @property
    def seen(self) -> str:
        """Status and the beginning of the body, for a message (not masked)."""
        body = self.exchange.response.body.decode("utf-8", "replace") if self.exchange.response else ""
        wire = wire_of(self.exchange)
        return status_and_body(f"{self.status}{f' ({wire})' if wire else ''}", body)


class Client:
    """Sends requests to one backend. Not for sharing between threads.

    ``about`` is the operation under test: who acts in it acts in all others that they have a credential for, so that
    what one finds the other may use.
    """

    def __init__(
        self, backend: BackendUnderTest, index: Index, *, timeout: float, about: Operation | None = None
    ) -> None:
        self._backend, self._index, self._timeout = backend, index, timeout
        self._first: str | None = None
        if about is not None:
            self.begin(about)
        self._session = requests.Session()
        self._session.trust_env = False
        self._transport = Transport(backend.silences, backend.require_parts, codec=backend.codec).mount(
            self._session
        )
        self._authentication: dict[
            tuple[str, str | None, str | None], tuple[Authentication, User | None]
        ] = {}
        self.statuses: dict[str, int] = {}

    def begin(self, about: Operation) -> None:
        """Who acts in this operation acts from now on."""
        acting = actor(about, self._backend)
        self._first = None if acting is None else acting.name

    def send(
        self,
        operation: Operation,
        request: Request | None = None,
        *,
        user: str | None = None,
        method: str | None = None,
    ) -> Answer:
        """Send one request; ``user`` is a user of the backend, ``""`` nobody, None whoever has what the
        operation asks for. ``method`` is
        another than the operation's.

        NoAnswer where the backend gives none, BrokenError where nobody can sign in, NotRun where the environment
        does not let the request through.
        """
        request = request or Request()
        url = self._backend.base_url().rstrip("/") + _path(operation.path, request)
        body = request.raw
        if body is None and request.body is not None:
            body = json.dumps(request.body, ensure_ascii=False).encode()
        headers = dict(request.headers)
        if body is not None:
            headers.setdefault("Content-Type", request.media_type)
        return self._send(operation, url, headers, body, user, method)

    def insist(self, operation: Operation, request: Request) -> Answer:
        """Send what comes to the same however often it is done, until it is answered. NoAnswer where it is not."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self.send(operation, request)
            except NoAnswer as silence:
                if silence.lasting:
                    raise
        return self.send(operation, request)

    def again(self, operation: Operation, case: Replay) -> Answer:
        """Send a kept case once more, as who acts or as nobody. BrokenError as in :meth:`send`."""
        url = self._backend.base_url().rstrip("/") + case.target
        return self._send(
            operation, url, case.sent_headers, case.content, "" if case.nobody else None, case.method
        )

    def _send(
        self,
        operation: Operation,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        user: str | None,
        method: str | None = None,
    ) -> Answer:
        method = method or operation.method
        prepared = requests.Request(method, url, headers=headers, data=body).prepare()
        self._session.cookies.clear()  # who a request is from is said by its user alone
        authentication, who = (None, None) if user == "" else self._as(operation, user)
        if authentication:
            prepared = authentication(prepared)
        started = time.time()
        try:
            response = self._session.send(prepared, timeout=self._timeout, allow_redirects=False)
        except requests.RequestException as error:  # the request itself cannot be sent
            words = Text(zh="{request} 无法发送：{error}", en="{request} cannot be sent: {error}")
            why = f"{type(error).__name__}: {error}"
            raise BrokenError(words.format(request=operation.label, error=why)) from None
        prepared = response.request  # with another token, where a shared one was used up
        if response.headers.get(REFUSED):
            raise NotRun(_reason(response))
        if seen := no_answer(response):
            raise NoAnswer(UNANSWERED_REQUEST.format(request=operation.label, seen=seen))
        split = urlsplit(str(prepared.url))
        exchange = Exchange(
            id=f"sent {next(_numbers)}",
            source="conformance",
            target=self._backend.name,
            method=method,
            path=split.path + (f"?{split.query}" if split.query else ""),
            request=Message(
                tuple((name, str(value)) for name, value in prepared.headers.items()), body or b""
            ),
            status=response.status_code,
            response=message_of(response.raw.headers.items(), response.content),
            started=started,
            ended=time.time(),
        )
        envelope = envelope_of(operation, self._backend.envelope)
        checked = check(exchange, self._index, envelope=envelope)
        exchange, _ = opened(exchange, envelope)
        self.statuses[str(exchange.status)] = self.statuses.get(str(exchange.status), 0) + 1
        sent = {name: [str(value)] for name, value in prepared.headers.items()}
        secrets = authentication.secrets if authentication else ()
        base, token = base_of(self._backend), token_of(self._backend, who)
        line = curl(
            method, str(prepared.url), sent, body, secrets, base=base, token=token, template=operation.path
        )
        assert exchange.response is not None
        return Answer(exchange, checked, _json(exchange.response.body), line)

    def prepare(self, operation: Operation, *, user: str | None = None) -> None:
        """Get the credentials of an operation now, for a time when the backend gives none."""
        url = self._backend.base_url().rstrip("/") + operation.path
        self._as(operation, user)[0](requests.Request(operation.method, url).prepare())

    def _as(self, operation: Operation, user: str | None) -> tuple[Authentication, User | None]:
        key = (operation.pointer, user, self._first)
        if key not in self._authentication:
            who = actor(operation, self._backend, self._first) if user is None else self._backend.user(user)
            envelope = envelope_of(operation, self._backend.envelope)
            self._authentication[key] = authentication_of(operation, self._backend, who, envelope), who
        return self._authentication[key]

    @property
    def sent(self) -> int:
        return sum(self.statuses.values())

    def close(self) -> None:
        self._session.close()


def _path(template: str, request: Request) -> str:
    path = template
    for name, value in request.path.items():
        path = path.replace("{" + name + "}", quote(str(value), safe=""))
    pairs = [
        (name, item)
        for name, value in request.query.items()
        for item in (value if isinstance(value, list | tuple) else [value])
    ]
    return with_query(path, urlencode([(name, _text(value)) for name, value in pairs]))


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _detail(response: requests.Response) -> str:
    """What the proxy said of a request that it did not pass on, or that got no answer."""
    problem = _json(response.content)
    return str(problem.get("detail") if isinstance(problem, dict) else response.text)


def _reason(response: requests.Response) -> Text:
    """Why the proxy did not pass a request on."""
    problem = _json(response.content)
    reason = problem.get("reason") if isinstance(problem, dict) else None
    english = _detail(response)
    return Text(zh=str(reason["zh"]), en=english) if isinstance(reason, dict) else text_of(english)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
