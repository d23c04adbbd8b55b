"""How the harness's own requests travel, and what becomes of those that get no answer.

No answer is what the recording proxy marks as such, a connection that breaks, or a deadline that passes. A safe
request (RFC 9110, 9.2.1) is then asked again; each time is kept, and told. Who judges sees an answer or a marked
502, never an exception of the HTTP library.
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from harness.api.silences import Silence, Silences
from harness.core.errors import BrokenError, NoAnswer, SilentPart
from harness.core.exchange import BEHIND, REPEATED, SAFE_METHODS, UNANSWERED
from harness.core.text import Text

QUOTES = "\"')"  # around the last words of what urllib3 says
ATTEMPTS = 3  # of one request
# Whoever gives no answer to so many attempts in a row, or lets so many deadlines pass, is not there.
MOST_IN_A_ROW, MOST_DEADLINES = 6, 3


class Transport(HTTPAdapter):
    """The connections of one session. ``repeat_all``: unsafe requests are asked again, too; their answer is marked
    (``REPEATED``), since the first attempt may have had effect.

    ``require_parts`` raises BrokenError where a part of the harness does not answer.
    """

    def __init__(
        self, silences: Silences, require_parts: Callable[[], None], *, repeat_all: bool = False
    ) -> None:
        super().__init__()
        self._silences, self._require_parts, self._repeat_all = silences, require_parts, repeat_all
        self.failure: BrokenError | None = None
        """The error after which nothing more is sent: an HTTP library would wrap it."""

    def mount(self, session: requests.Session) -> Self:
        """All requests of the session go this way."""
        for scheme in ("http://", "https://"):
            session.mount(scheme, self)
        return self

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        if self.failure is not None:
            raise self.failure
        try:
            return self._ask(request, *args, **options)
        except BrokenError as error:
            self.failure = error
            raise

    def _ask(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        method, path = str(request.method), urlsplit(str(request.url)).path
        safe, seen = method in SAFE_METHODS, ""
        attempts = ATTEMPTS if safe or self._repeat_all else 1
        for attempt in range(attempts):
            answer, found = self._attempt(request, *args, **options)
            if not found:
                self._silences.answer()
                if attempt:
                    self._silences.add(Silence(method, path, seen, attempt, answered=True))
                    if not safe:
                        answer.raw.headers[REPEATED] = seen.encode("ascii", "replace").decode()
                return answer
            seen = found
            if self._silences.in_a_row >= MOST_IN_A_ROW or self._silences.deadlines >= MOST_DEADLINES:
                self._silences.add(Silence(method, path, seen, attempt + 1))
                raise NoAnswer(
                    f"no answer to {method} {path}: {seen}; {self._silences.in_a_row} attempts in a row got none",
                    lasting=True,
                )
        self._silences.add(Silence(method, path, seen, attempts))
        return self._none(request, seen)

    def _attempt(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> tuple[requests.Response, str]:
        """The answer, and why it is none."""
        began, answer = time.monotonic(), requests.Response()
        try:
            answer = super().send(request, *args, **options)
            if not answer.headers.get("Content-Type", "").startswith("text/event-stream"):
                answer.content  # noqa: B018  read here, where a body that breaks off can be told
        except requests.RequestException as error:
            late = isinstance(error, requests.Timeout)
            waited = f"no answer within {time.monotonic() - began:.1f} s"
            seen = waited if late else _words(error, answer)
            try:
                self._require_parts()
            except SilentPart as part:
                what = f"{request.method} {urlsplit(str(request.url)).path}: {seen}"
                part.add(Text(zh=f"没有响应：{what}", en=f"no answer to {what}"))
                raise
            self._silences.silence(late=late)
            return answer, seen
        if UNANSWERED in answer.headers:
            self._silences.silence(late=False)
            return answer, _detail(answer)
        return answer, ""

    def _none(self, request: requests.PreparedRequest, seen: str) -> requests.Response:
        """What stands for no answer, as the recording proxy writes it."""
        body = json.dumps({"detail": seen}).encode()
        raw = urllib3.HTTPResponse(
            io.BytesIO(body),
            {
                UNANSWERED: "none",
                "Content-Type": "application/problem+json",
                "Content-Length": str(len(body)),
            },
            status=502,
            reason="Bad Gateway",
            request_method=request.method,
            preload_content=False,
        )
        return self.build_response(request, raw)


def no_answer(response: requests.Response) -> str | None:
    """Why the response is none, in words; None where the backend gave it."""
    return _detail(response) if UNANSWERED in response.headers else None


def silence_behind(headers: Any) -> str | None:
    """What the backend itself asked in vain while it made this answer, as the recording proxy saw it."""
    return next((value for name, value in headers if name.lower() == BEHIND.lower()), None)


def _detail(response: requests.Response) -> str:
    try:
        return str(json.loads(response.content)["detail"])
    except (ValueError, KeyError, TypeError):  # of a HEAD request, for one
        return "the recording proxy got none"


def _words(error: requests.RequestException, begun: requests.Response) -> str:
    """What was seen of an answer that did not come, or had begun to."""
    text = str(error)
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return f"answered {begun.status_code}, and its body cannot be decoded: {text}"
    if begun.status_code:
        read = re.search(r"IncompleteRead\((\d+) bytes read", text)
        after = f": after {read[1]} bytes" if read else ""
        return f"answered {begun.status_code}, and the body ended early{after}"
    if "NewConnectionError" in text or isinstance(error, requests.exceptions.SSLError):
        return f"no connection: {text.rpartition(': ')[2].strip(QUOTES)}"
    return "closed the connection before an answer"
