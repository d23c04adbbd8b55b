"""The messages of the automation protocol: parse and serialise, nothing else.

Framing as both official clients read it: see the head of ``protocol.yaml``. Text from a peer is hostile until
it has passed :func:`parse_request` or :func:`parse_reply`; whatever it holds, the outcome is a message or one
ProtocolError.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from harness.automator.shapes import kind
from harness.core.errors import ProtocolError

# A page's data or a screenshot of a tall page is a few megabytes; this leaves room and still bounds memory.
MAX_MESSAGE = 16 * 1024 * 1024
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Request:
    """A call. ``params`` is always an object."""

    id: str
    method: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Success:
    """``result`` is always an object: automator destructures it, minium calls ``.get`` on it."""

    id: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """``id`` is None when the request was too broken to have one."""

    id: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; has no id at all on the wire."""

    method: str
    params: Mapping[str, Any]


class RefusedMessage(ProtocolError):
    """A message that cannot be read; ``id`` is the request's where that much could be."""

    def __init__(self, message: str, request_id: str | None = None) -> None:
        self.id = request_id
        super().__init__(message)


def parse_request(text: str | bytes, *, limit: int = MAX_MESSAGE) -> Request:
    """Read one request; RefusedMessage says in one sentence what is wrong with it."""
    raw = _parse_object(text, limit)
    request_id = raw.get("id")
    if not isinstance(request_id, str) or not request_id or len(request_id) > MAX_NAME:
        raise RefusedMessage(f"id: expected a string of 1 to {MAX_NAME} characters, got {kind(request_id)}")
    method = raw.get("method")
    if not isinstance(method, str) or not method or len(method) > MAX_NAME:
        raise RefusedMessage(
            f"method: expected a string of 1 to {MAX_NAME} characters, got {kind(method)}", request_id
        )
    params = raw.get("params", {})
    if not isinstance(params, dict):
        raise RefusedMessage(f"params: expected object, got {kind(params)}", request_id)
    return Request(request_id, method, params)


def parse_reply(text: str | bytes, *, limit: int = MAX_MESSAGE) -> Success | Failure | Event:
    """Read what a server sends; RefusedMessage says what is wrong with it."""
    raw = _parse_object(text, limit)
    if "id" not in raw:
        method, params = raw.get("method"), raw.get("params")
        if not isinstance(method, str) or not isinstance(params, dict):
            raise RefusedMessage("a message without id must be an event with method and params")
        return Event(method, params)
    request_id = raw["id"]
    if request_id is not None and not isinstance(request_id, str):
        raise RefusedMessage(f"id: expected string or null, got {kind(request_id)}")
    if "error" in raw:
        error = raw["error"]
        message = error.get("message") if isinstance(error, dict) else None
        if not isinstance(message, str):
            raise RefusedMessage("error: expected an object with a message", request_id)
        return Failure(request_id, message)
    result = raw.get("result")
    if request_id is None or not isinstance(result, dict):
        raise RefusedMessage(f"result: expected object, got {kind(result)}", request_id)
    return Success(request_id, result)


def serialise(message: Request | Success | Failure | Event) -> str:
    """The text of a message. ProtocolError when it holds what JSON cannot say."""
    match message:
        case Request(request_id, method, params):
            body: dict[str, Any] = {"id": request_id, "method": method, "params": params}
        case Success(request_id, result):
            body = {"id": request_id, "result": result}
        case Failure(failed_id, text):
            body = {"id": failed_id, "error": {"message": text}}
        case Event(method, event_params):
            body = {"method": method, "params": event_params}
    try:
        # ASCII on purpose: a lone surrogate, which JavaScript strings may hold, has no UTF-8 form.
        return json.dumps(body, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ProtocolError(f"cannot be written as JSON: {error}") from error


def _parse_object(text: str | bytes, limit: int) -> dict[str, Any]:
    if isinstance(text, bytes):
        raise RefusedMessage("expected a text message, got a binary one")
    if len(text) > limit:
        raise RefusedMessage(f"message too long: {len(text)} characters, at most {limit} are read")
    try:
        raw = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise RefusedMessage("nested too deeply") from error
    except ValueError as error:
        raise RefusedMessage(f"not JSON: {error}") from error
    if not isinstance(raw, dict):
        raise RefusedMessage(f"expected a JSON object, got {kind(raw)}")
    return raw


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
