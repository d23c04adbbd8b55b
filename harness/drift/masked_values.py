"""Values that somebody masked before we read them: what they were can be judged by nobody."""

from __future__ import annotations

import json
import re
from typing import Any

from harness.contracts.envelope import envelope_of, opened
from harness.contracts.index import Found
from harness.contracts.media import Unreadable, parts
from harness.contracts.pointers import general, step
from harness.contracts.raw_values import RequestValues, header_values, query_values
from harness.contracts.violations import Violation
from harness.core.exchange import Exchange, Message
from harness.core.media_types import FORM, MULTIPART, media_type

STARS = re.compile(r"\*{3}|•{3}|%2A%2A%2A")
# What maskers write and no product does; in brackets also words that a product may have for a state of its own.
WORD = re.compile(
    r"[\[<({_]*(?:redacted|masked|sanitized|scrubbed)[\]>)}_]*|[\[<({_]+(?:filtered|hidden|removed|secret)[\]>)}_]+",
    re.IGNORECASE,
)


def is_about_masked(exchange: Exchange, found: Found, violation: Violation) -> bool:
    """Whether the value that a violation is about, or a part of it, is masked."""
    place, slash, path = violation.where.partition("/")
    if place in ("request.body", "response.body"):
        if violation.at is not None and _at(path) != violation.at:
            return False  # a field is missing, or not declared: no value is what is wrong
        return _is_in_body(exchange, found, place, path.split("/") if slash else [])
    if place == "response.headers":
        message = exchange.response
        return message is not None and _holds(header_values(message.headers).get(path.lower(), []))
    values = RequestValues(exchange.request, exchange.path, found.values)
    location, name = place.partition(".")[2], path.partition("/")[0]
    if location not in ("path", "query", "header", "cookie"):
        return False
    return _holds(values.at(location).get(name.lower() if location == "header" else name, []))


def _at(path: str) -> str:
    """The field of a path, as violations have it."""
    return general([int(token) if token.isdigit() else token for token in path.split("/")] if path else [])


def _is_in_body(exchange: Exchange, found: Found, place: str, tokens: list[str]) -> bool:
    message: Message | None = exchange.request
    if place == "response.body":
        message = opened(exchange, envelope_of(found.operation, None))[0].response
    if message is None:
        return False
    media = media_type(message.header("content-type") or "")
    try:
        if media.essence in (FORM, MULTIPART):
            is_form = media.essence == FORM
            fields = (
                query_values(message.body.decode("utf-8", "replace"))
                if is_form
                else parts(media, message.body)
            )
            return _holds(fields.get(tokens[0], []) if tokens else [])
        value = json.loads(message.body)
    except json.JSONDecodeError as error:
        return error.doc.startswith("*", error.pos)  # masking broke it: {"phone": 138****5678}
    except (ValueError, RecursionError, Unreadable):
        return False
    while tokens:
        value, tokens = _down(value, tokens)
    return _holds(value)


def _down(value: Any, tokens: list[str]) -> tuple[Any, list[str]]:
    """The value below; a key may hold the slash that divides them. Nothing where they lead nowhere."""
    for count in range(1, len(tokens) + 1):
        try:
            return step(value, "/".join(tokens[:count])), tokens[count:]
        except KeyError:
            continue
    return None, []


def _holds(value: Any) -> bool:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if STARS.search(each) or WORD.fullmatch(each):
                return True
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return False
