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

from harness.api.reception import is_event_stream, receive, sealed_by
from harness.api.silences import Silence, Silences
from harness.core import silence_words as words
from harness.core.codec import Codec
from harness.core.errors import BrokenError, NoAnswer, SilentPart
from harness.core.exchange import BEHIND, REPEATED, SAFE_METHODS, UNANSWERED
from harness.core.silence_words import silence_text
from harness.core.text import Text

UNANSWERED_REQUEST = Text(zh="{request} 没有得到响应：{seen}", en="no answer to {request}: {seen}")
IN_A_ROW = Text(
    zh="{request} 没有得到响应：{seen}；连续 {times} 次请求都没有响应",
    en="no answer to {request}: {seen}; {times} attempts in a row got none",
)
BEHIND_ANSWER = Text(zh="{request} 返回了 {status}：{seen}", en="{request} answered {status}: {seen}")
QUOTES = "\"')"  # around the last words of what urllib3 says
ATTEMPTS = 3  # of one request
# Whoever gives no answer to so many attempts in a row, or lets so many deadlines pass, is not there.
MOST_IN_A_ROW, MOST_DEADLINES = 6, 3


class Transport(HTTPAdapter):
    """The connections of one session. ``repeat_all``: unsafe requests are asked again, too; their answer is marked
    (``REPEATED``), since the first attempt may have had effect.

    ``codec`` seals what is sent, and opens what comes: who asked sees neither. ``require_parts`` raises BrokenError
    where a part of the harness does not answer.
    """

    def __init__(
        self,
        silences: Silences,
        require_parts: Callable[[], None],
        *,
        repeat_all: bool = False,
        codec: Codec | None = None,
    ) -> None:
        super().__init__()
        self._codec = codec
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
                    IN_A_ROW.format(
                        request=f"{method} {path}", seen=silence_text(seen), times=self._silences.in_a_row
                    ),
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
            sealed = request if self._codec is None else sealed_by(self._codec, request)
            answer = super().send(sealed, *args, **{**options, "stream": True})
            answer.request = request
            # Read here, where a body that breaks off can be told; who asks for a stream reads events itself.
            if not (options.get("stream") and is_event_stream(answer)):
                receive(answer, _seconds(options.get("timeout")), codec=self._codec)
        except requests.RequestException as error:
            late = isinstance(error, requests.Timeout)
            waited = words.LATE.format(seconds=f"{time.monotonic() - began:.1f}").en
            seen = waited if late else _words(error, answer)
            try:
                self._require_parts()
            except SilentPart as part:
                asked = f"{request.method} {urlsplit(str(request.url)).path}"
                part.add(UNANSWERED_REQUEST.format(request=asked, seen=silence_text(seen)))
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


def _seconds(timeout: Any) -> float | None:
    """For a whole answer; None where there is no limit."""
    return float(timeout) if isinstance(timeout, int | float) else None


def no_answer(response: requests.Response) -> Text | None:
    """Why the response is none, in words; None where the backend gave it."""
    return silence_text(_detail(response)) if UNANSWERED in response.headers else None


def silence_behind(headers: Any) -> Text | None:
    """What the backend itself asked in vain while it made this answer, as the recording proxy saw it."""
    said = next((value for name, value in headers if name.lower() == BEHIND.lower()), None)
    return None if said is None else silence_text(said)


def _detail(response: requests.Response) -> str:
    try:
        return str(json.loads(response.content)["detail"])
    except (ValueError, KeyError, TypeError):  # of a HEAD request, for one
        return words.NOTHING.en


def _words(error: requests.RequestException, begun: requests.Response) -> str:
    """What was seen of an answer that did not come, or had begun to."""
    text = str(error)
    status = begun.status_code
    if status:
        read = re.search(r"IncompleteRead\((\d+) bytes read", text)
        saying = words.SHORT_AFTER if read else words.SHORT
        return saying.format(status=status, received=read[1] if read else "").en
    if "NewConnectionError" in text or isinstance(error, requests.exceptions.SSLError):
        return words.NO_CONNECTION.format(reason=text.rpartition(": ")[2].strip(QUOTES)).en
    return words.CLOSED.en
