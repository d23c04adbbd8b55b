"""One entry: as HAR 1.2 has it and as exporters write it, as a line of NDJSON, as an event of a run of ours.

Whatever an exporter leaves out or adds of its own (``_resourceType``, pseudo headers, a decoded body beside the
coding it had) is known here and nowhere else.
"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlsplit

from harness.core.exchange import Exchange
from harness.core.payloads.traffic import UncheckedReason
from harness.core.silence_words import silence_text
from harness.core.text import Text
from harness.drift.reading.content import headers_of, integer, mapping, message_of, number, words
from harness.drift.reading.recorded import GAPS, Gap, Recorded, Spot

REDIRECTED_BY = "non-authoritative-reason"  # Chromium: no server said this
# An event of ours says by these that nothing whole came by; by others that no contract was asked.
NOT_WHOLE: frozenset[UncheckedReason] = frozenset(
    (
        "refused",
        "made unreachable",
        "client left",
        "cut short",
        "too large",
        "encoding",
        "not recordable",
        "proxy failed",
    )
)


class Malformed(ValueError):
    """It is no entry: what it lacks."""


def of_har(data: Any, spot: Spot) -> Recorded:
    """An entry of HAR, or of NDJSON that is written like one. Malformed where method or address are missing."""
    request, response = _object(data, "request"), mapping(data.get("response"))
    method, url = words(request.get("method")), words(request.get("url"))
    if not method or not url:
        raise Malformed("it has no request.method and request.url")
    try:
        address = urlsplit(url.partition("#")[0])
        _ = address.port
    except ValueError as error:
        raise Malformed(f"request.url is no address: {error}") from None
    status = _status(response)
    folder, unsaved = spot.file.parent, set[str]()
    asked = message_of(request, mapping(request.get("postData") or request.get("content")), folder)
    content = mapping(response.get("content"))
    if status is not None and 300 <= status < 400 and response.get("bodySize") == 0:
        content = {"size": 0}  # Firefox shows the content of where the redirect led
    answered = message_of(response, content, folder)
    for name, one in (("request.body", asked), ("response.body", answered)):
        if not one[1]:
            unsaved.add(name)
    bare = {name for name, side in (("request", request), ("response", response)) if not headers_of(side)}
    exchange = Exchange(
        id=f"{spot.number}",
        source="",
        target="",
        method=method.upper(),
        path=(address.path or "/") + (f"?{address.query}" if address.query else ""),
        request=asked[0],
        status=status,
        response=None if status is None else answered[0],
        started=0.0,
        ended=max(0.0, number(data.get("time")) / 1000),
    )
    return Recorded(
        spot=spot,
        exchange=exchange,
        address=address if address.netloc or address.scheme else None,
        started=words(data.get("startedDateTime")),
        destination=_destination(data, exchange),
        whole=_whole(data, response, exchange),
        unsaved=frozenset(unsaved),
        bare=frozenset(bare),
    )


def of_event(event: dict[str, Any], spot: Spot) -> Recorded:
    """An exchange of a run's events: its bodies may lie in files beside them."""
    data = _object(event, "data")
    request, response = _object(data, "request"), mapping(data.get("response"))
    folder = spot.file.parent.parent
    asked = message_of(request, mapping(request.get("content")), folder)
    answered = message_of(response, mapping(response.get("content")), folder)
    url, reason = words(request.get("url")), words(data.get("reason"))
    whole: tuple[Gap, Text] | None = None
    if reason in NOT_WHOLE:
        whole = ("not recorded whole", silence_text(words(data.get("unchecked"))))
    elif _status(response) is None:
        whole = ("no answer", GAPS["no answer"])
    exchange = Exchange(
        id=words(data.get("id")),
        source=words(data.get("source")),
        target=words(data.get("target")),
        method=words(request.get("method")),
        path=url,
        request=asked[0],
        status=_status(response),
        response=None if _status(response) is None else answered[0],
        started=number(data.get("started")),
        ended=number(data.get("ended")),
    )
    return Recorded(
        spot=spot,
        exchange=exchange,
        address=None,
        started=words(event.get("wall")),
        destination="websocket" if reason == "websocket" else "",
        whole=whole,
        unsaved=frozenset(
            name for name, one in (("request.body", asked), ("response.body", answered)) if not one[1]
        ),
    )


def _whole(data: dict[str, Any], response: dict[str, Any], exchange: Exchange) -> tuple[Gap, Text] | None:
    """Why nothing of it can be judged: the service did not answer it, or not it."""
    if exchange.response is None:
        error = data.get("_error") or response.get("_error")
        gap = GAPS["no answer"]
        return "no answer", gap.map(lambda said: f"{said}: {error}") if isinstance(error, str) else gap
    if exchange.response.header(REDIRECTED_BY) is not None:
        return "browser", GAPS["browser"]
    if data.get("_fromCache") or response.get("_fromCache") or response.get("fromCache") is True:
        return "cache", GAPS["cache"]
    return None


def _destination(data: dict[str, Any], exchange: Exchange) -> str:
    """What the browser wanted it for: ``document``, ``image``, …; empty for fetch() or where nobody says."""
    said = words(data.get("_resourceType")).lower()
    if said in ("fetch", "xhr"):
        return ""
    fetched = exchange.request.header("sec-fetch-dest") or ""
    return said if said and said != "other" else "" if fetched == "empty" else fetched


def _status(response: dict[str, Any]) -> int | None:
    """None where there was no answer: browsers write 0 or -1."""
    status = integer(response.get("status"))
    return status if 100 <= status <= 999 else None


def _object(data: Any, key: str) -> dict[str, Any]:
    found = data.get(key) if isinstance(data, dict) else None
    if not isinstance(found, dict):
        raise Malformed(f"it has no {key!r}")
    return cast(dict[str, Any], found)
