"""Exchanges as HAR 1.2, masked: what other tools read (http://www.softwareishard.com/blog/har-12-spec/)."""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import harfile

from harness.core.exchange import Exchange, Message
from harness.core.masking import mask_header, mask_query, mask_text
from harness.traffic.bodies import masked

HTTP = "HTTP/1.1"
NO_ANSWER = 0  # browsers write it so
UNKNOWN = -1


class HarWriter:
    """Writes one entry after the other; nothing but the one at hand is kept."""

    def __init__(self, archive: harfile.HarFile) -> None:
        self._archive = archive

    def add(
        self,
        exchange: Exchange,
        origin: str,
        started: datetime | str,
        *,
        unsaved: Collection[str] = (),
        bare: Collection[str] = (),
        comment: str = "",
    ) -> None:
        """``origin`` is what stands before the path: ``https://api.shop.example``.

        Of the bodies in ``unsaved`` (``request.body``) nothing is known, of the heads in ``bare`` (``request``) no
        header.
        """
        seconds = max(0.0, exchange.ended - exchange.started)
        milliseconds = round(seconds * 1000, 3)
        url = _plain(mask_text(origin) + mask_text(mask_query(exchange.path)))
        self._archive.add_entry(
            startedDateTime=started,
            time=milliseconds,
            request=_request(exchange, url, "request.body" in unsaved, "request" in bare),
            response=_response(exchange, "response.body" in unsaved, "response" in bare),
            timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
            comment=mask_text(comment) or None,
        )


@contextmanager
def writing(path: Path) -> Iterator[HarWriter]:
    """An archive that is whole, or not there at all."""
    creator = harfile.Creator(name="linkage-harness", version=version("linkage-harness"))
    half = path.with_name(f"{path.name}.part")
    try:
        with half.open("w", encoding="utf-8") as file, harfile.HarFile.open(file, creator=creator) as archive:
            yield HarWriter(archive)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def moment(started: str) -> str:
    """A time as HAR wants it; the epoch where none is known."""
    try:
        read = datetime.fromisoformat(started)
    except ValueError:
        read = datetime.fromtimestamp(0, UTC)
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).isoformat()


def _request(exchange: Exchange, url: str, unsaved: bool, bare: bool) -> harfile.Request:
    message = exchange.request
    body, post = masked(message), None
    unsaved = unsaved or _is_held_back(message, body)
    if body and not unsaved:
        text, encoding = _text(body)
        comment = encoding  # HAR knows no encoding of what was posted
        post = harfile.PostData(
            mimeType=_plain(message.header("content-type") or ""), text=text, comment=comment
        )
    return harfile.Request(
        method=_plain(exchange.method),
        url=url,
        httpVersion=HTTP,
        headers=[] if bare else _headers(message),
        queryString=_query(url),
        postData=post,
        bodySize=UNKNOWN if unsaved else len(body),
    )


def _response(exchange: Exchange, unsaved: bool, bare: bool) -> harfile.Response:
    message = exchange.response
    if message is None or exchange.status is None:
        return harfile.Response(status=NO_ANSWER, statusText="", httpVersion=HTTP)
    body = masked(message)
    unsaved = unsaved or _is_held_back(message, body)
    kind = _plain(message.header("content-type") or "")
    content = harfile.Content(size=UNKNOWN, mimeType=kind)
    if not unsaved:
        text, encoding = _text(body)
        content = harfile.Content(size=len(body), mimeType=kind, text=text, encoding=encoding)
    return harfile.Response(
        status=exchange.status,
        statusText="",
        httpVersion=HTTP,
        headers=[] if bare else _headers(message),
        content=content,
        redirectURL=_plain(mask_text(mask_query(message.header("location") or ""))),
    )


def _is_held_back(message: Message, body: bytes) -> bool:
    """Whether nothing is shown of a body that there was, as nobody can mask it."""
    return not body and bool(message.body or message.flaw)


def _headers(message: Message) -> list[harfile.Record]:
    pairs = [(name, mask_header(name, value)) for name, value in message.headers]
    return [harfile.Record(name=_plain(name), value=_plain(value)) for name, value in pairs]


def _query(url: str) -> list[harfile.Record]:
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return [harfile.Record(name=name, value=value) for name, value in pairs]


def _text(body: bytes) -> tuple[str, str | None]:
    try:
        return body.decode(), None
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), "base64"


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
