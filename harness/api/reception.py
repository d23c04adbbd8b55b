"""How an answer to a request of the harness's own is taken in: at most so many bytes, in at most so much time.

The HTTP library would undo content codings as far as it knows them, without a bound, and take what is in none for an
answer that never came. Here the body is decoded as everywhere (:mod:`harness.core.content_codings`); what is wrong
with it travels as a header of ours, since schemathesis keeps nothing else of an answer.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections.abc import Iterable
from dataclasses import replace

import requests
import urllib3

from harness.contracts.media import TOO_DEEP
from harness.core.codec import Codec
from harness.core.content_codings import decoded
from harness.core.exchange import BODY_LIMIT, REFUSED, UNANSWERED, BodyFlaw, Message
from harness.core.media_types import is_json, media_type
from harness.core.text import Text

OURS = frozenset({UNANSWERED.lower(), REFUSED.lower()})  # headers of answers that no service gave
FLAW = "X-Harness-Body-Flaw"
PIECE = 64 * 1024
MORE = Text(zh="超过 {limit} 字节", en="more than {limit} bytes")
ENDLESS = Text(zh="事件流，只读了 {seconds} 秒", en="an event stream, of which {seconds} s were read")

# Of the standard library, which has no other way to set them: a header of 64 KB, and 100 of them, are odd and allowed.
http.client._MAXLINE = 1024 * 1024  # type: ignore[attr-defined]
http.client._MAXHEADERS = 1000  # type: ignore[attr-defined]


def receive(
    response: requests.Response,
    seconds: float | None,
    limit: int = BODY_LIMIT,
    codec: Codec | None = None,
) -> None:
    """Read the body: whole, or a ReadTimeout after ``seconds``; a ConnectionError where it breaks off.

    What the recording proxy answers itself is not for ``codec``. CodecError.
    """
    for headers in (response.raw.headers, response.headers):
        headers.pop(FLAW, None)  # which a service does not say
    is_stream = is_event_stream(response)
    try:
        body, flaw = _read(response.raw, seconds, limit, is_stream)
    except (urllib3.exceptions.TimeoutError, TimeoutError) as error:
        response.close()
        raise requests.ReadTimeout(error) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        response.close()
        raise requests.ConnectionError(error) from error
    message = Message(tuple(response.raw.headers.items()), body, flaw)
    if flaw is None:
        message = decoded(message, limit)
        if codec is not None and not OURS & {name.lower() for name, _ in message.headers}:
            opened = codec.open(message)
            for name, value in set(opened.headers) - set(message.headers):
                response.raw.headers[name] = response.headers[name] = value
            message = opened
    else:
        response.close()
    if message.flaw is None and _is_too_deep(message):
        message = replace(
            message, body=b"", flaw=BodyFlaw(TOO_DEEP)
        )  # the body would end schemathesis' engine
    if message.flaw is not None:
        response.raw.headers[FLAW] = response.headers[FLAW] = _written(message.flaw)
    # As requests itself keeps a body that was read.
    response._content, response._content_consumed = message.body, True


def sealed_by(codec: Codec, request: requests.PreparedRequest) -> requests.PreparedRequest:
    """What is sent in place of a request. CodecError."""
    body = request.body.encode() if isinstance(request.body, str) else request.body
    if not isinstance(body, bytes):
        return request
    sent = tuple((name, str(value)) for name, value in request.headers.items())
    message = codec.seal(Message(sent, body))
    sealed = request.copy()
    sealed.body = message.body
    sealed.headers = requests.structures.CaseInsensitiveDict(message.headers)
    sealed.headers["Content-Length"] = str(len(message.body))
    return sealed


def message_of(headers: Iterable[tuple[str, str]], content: bytes) -> Message:
    """An answer that was taken in here, with its flaw."""
    pairs, flaw = [], None
    for name, value in headers:
        if name.lower() == FLAW.lower():
            flaw = _flaw(value)
        else:
            pairs.append((name, value))
    return Message(tuple(pairs), content, flaw)


def is_event_stream(response: requests.Response) -> bool:
    return bool(response.headers.get("Content-Type", "").lower().startswith("text/event-stream"))


def _read(
    raw: urllib3.BaseHTTPResponse, seconds: float | None, limit: int, is_stream: bool
) -> tuple[bytes, BodyFlaw | None]:
    until = None if seconds is None else time.monotonic() + seconds
    body = bytearray()
    while piece := raw.read1(PIECE, decode_content=False):
        body += piece
        if len(body) > limit:
            return bytes(body[:limit]), BodyFlaw(MORE.format(limit=limit))
        if until is not None and time.monotonic() > until:
            if is_stream:
                return bytes(body), BodyFlaw(ENDLESS.format(seconds=f"{seconds:g}"))
            raise TimeoutError
    return bytes(body), None


def _is_too_deep(message: Message) -> bool:
    """Whether the body is JSON that nobody here can read for its depth."""
    brackets = message.body.count(b"[") + message.body.count(b"{")
    if brackets < sys.getrecursionlimit() // 2 or not is_json(
        media_type(message.header("content-type") or "").essence
    ):
        return False
    try:
        json.loads(message.body)
    except RecursionError:
        return True
    except ValueError:
        pass
    return False


def _written(flaw: BodyFlaw) -> str:
    """In ASCII, as headers are."""
    return json.dumps({"seen": flaw.seen.to_json(), "expected": flaw.expected and flaw.expected.to_json()})


def _flaw(written: str) -> BodyFlaw:
    said = json.loads(written)
    return BodyFlaw(Text(**said["seen"]), said["expected"] and Text(**said["expected"]))
