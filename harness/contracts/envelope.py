"""Business envelopes: HTTP 200 with ``{"code": 0, "msg": "ok", "data": {…}}``, whatever the answer means.

An envelope says what is success, which code is which status, and where the data is. Opened, an exchange has
the status that is *meant* and the body the contract documents, so that every check, coverage and message
speaks of those; ``MEANT`` among its headers keeps what was on the wire. Set per service in harness.toml
(``[services.X.envelope]``) or in a document (``x-envelope``); ``x-envelope: false`` at an operation says that
its answers have none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.contracts import pointers
from harness.contracts.contract import Contract, Operation
from harness.contracts.declaration_words import HAS_NO
from harness.contracts.media import TOO_LARGE_NUMBER, Unread, Unreadable, json_value
from harness.contracts.pointers import existing
from harness.contracts.violations import Unchecked, Violation, show, violation
from harness.core.exchange import Exchange, Message
from harness.core.nearest import nearest
from harness.core.text import Text
from harness.core.validation import PLACED, UNKNOWN_KEY, first_invalid

DECLARATION = "x-envelope"
MEANT = "X-Harness-Meant"  # header of an opened answer: what it was on the wire, in words
WHOLE = object()
Pointer = Annotated[str, Field(pattern=r"^(/.*)?$", description="JSON pointer (RFC 6901) into the answer")]


class EnvelopeSettings(BaseModel):
    """``code`` is where the code stands, ``success`` the codes that mean it went well, ``errors`` the status
    each other code means, ``data`` where the documented body is. ``wrapped``: the documents show the whole
    envelope, so that nothing is taken out of it and only the status changes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Pointer = "/code"
    success: tuple[int | str, ...] = Field(
        default=(0,), min_length=1, description="codes that mean that it went well"
    )
    message: Pointer | None = Field(
        default="/msg", description="JSON pointer to what went wrong, in words; absent: none"
    )
    data: Pointer = "/data"
    errors: dict[str, Annotated[int, Field(ge=400, le=599)]] = Field(
        default_factory=dict, description="code → the HTTP status that it stands for"
    )
    wrapped: bool = Field(
        default=False, description="whether the documents describe the whole envelope, not only the data"
    )
    absent: bool = Field(default=False, description="an answer without a code went well")

    @property
    def statuses(self) -> tuple[str, ...]:
        """The statuses the error codes mean, each once."""
        return tuple(dict.fromkeys(str(status) for status in self.errors.values()))


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an answer is no envelope. ``unread``: nobody can tell whether it is one, ``seen`` says why."""

    where: str
    expected: Text
    seen: Any
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an answer means: status, body, and what it was on the wire, in words."""

    status: int
    body: bytes
    wire: str


def meaning(envelope: EnvelopeSettings, status: int, body: bytes) -> Meaning | Problem:
    """The meaning of an answer with this HTTP status. One that is no success is what it says (RFC 9110)."""
    if not 200 <= status < 300:
        return Meaning(status, body, "")
    size, expected = len(body), Text(zh="信封中的 JSON", en="JSON in the envelope")
    try:
        data = json_value(body)
    except Unread as gap:
        return Problem("response.body", expected, gap.words, unread=True)
    except Unreadable:
        seen = Text(zh=f"{size} 字节，不是 JSON", en=f"{size} bytes that are no JSON")
        return Problem("response.body", expected, seen)
    code = _at(data, envelope.code)
    if code is WHOLE and envelope.absent:
        return Meaning(status, body, f"HTTP {status}")
    if code is WHOLE:
        expected = Text(zh=f"{envelope.code} 处有业务码", en=f"a code at {envelope.code}")
        return Problem("response.body", expected, data)
    wire = f"HTTP {status}, code {_status_text(code)}"
    message = _at(data, envelope.message) if envelope.message is not None else WHOLE
    if message is not WHOLE and message not in (None, ""):
        wire += f" ({_status_text(message)})"
    if _is_success(envelope, code):
        inner = body
        if not envelope.wrapped:
            found = _at(data, envelope.data)
            try:
                inner = (
                    b"" if found is WHOLE else json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
                )
            except ValueError:
                return Problem("response.body", expected, TOO_LARGE_NUMBER, unread=True)
        return Meaning(status, inner, wire)
    meant = envelope.errors.get(_status_text(code))
    if meant is None:
        known = [str(item) for item in envelope.success] + list(envelope.errors)
        close, names = nearest(_status_text(code), known), ", ".join(known)
        expected = Text(
            zh=f"信封设置中的业务码：{names}" + (f"；最接近的是 {close}" if close else ""),
            en=f"a code the envelope knows: {names}" + (f"; the nearest is {close}" if close else ""),
        )
        return Problem(f"response.body{envelope.code}", expected, code)
    return Meaning(meant, body, wire)


def opened(exchange: Exchange, envelope: EnvelopeSettings | None) -> tuple[Exchange, Problem | None]:
    """The exchange as it is meant. One that is opened already, or has no envelope that can be opened, is itself."""
    response = exchange.response
    if (
        envelope is None
        or response is None
        or response.flaw is not None
        or exchange.status is None
        or exchange.method == "HEAD"
        or exchange.status == 204
        or response.header(MEANT) is not None
    ):
        return exchange, None
    found = meaning(envelope, exchange.status, response.body)
    if isinstance(found, Problem):
        return exchange, found
    if not found.wire:
        return exchange, None
    message = Message((*response.headers, (MEANT, found.wire)), found.body)
    return replace(exchange, status=found.status, response=message), None


def wire_of(exchange: Exchange) -> str | None:
    """What the answer was before it was opened, None where nothing was opened."""
    return None if exchange.response is None else exchange.response.header(MEANT)


def envelope_of(operation: Operation, envelope: EnvelopeSettings | None) -> EnvelopeSettings | None:
    """The envelope of an operation's answers: none where it says so, the service's, else the document's."""
    if operation.place.value.get(DECLARATION) is False:
        return None
    return envelope or declared(operation.contract)


def declared(contract: Contract) -> EnvelopeSettings | None:
    """``x-envelope`` of a document. UsageError with file and line where it makes no sense."""
    root = contract.library.root
    if DECLARATION not in root.value:
        return None
    place = root.down(DECLARATION)
    try:
        return EnvelopeSettings.model_validate(place.value)
    except ValidationError as error:
        first = first_invalid(error)
        loc = list(first.keys)
        message, close = PLACED.format(place=DECLARATION, what=first), None
        if first.kind == UNKNOWN_KEY:
            message = HAS_NO.format(name=DECLARATION, key=loc[-1])
            close = nearest(loc[-1], EnvelopeSettings.model_fields)
        raise place.refuse(message, *existing(place.value, loc), nearest=close) from None


def documents_no_error(operation: Operation) -> bool:
    """Whether an operation leaves errors to the envelope: then each of its statuses is documented."""
    return not any(status[0] in "45d" for status in operation.responses)


def violation_of(problem: Problem, operation: Operation, subject: str) -> Violation | Unchecked:
    """An answer that is no envelope breaks the contract at the operation's answers."""
    if problem.unread:
        return Unchecked(problem.seen.map(lambda why: f"{problem.where}: {why}"))
    pointer = f"{operation.pointer}/responses"
    return violation("envelope", pointer, problem.where, problem.expected, problem.seen, subject=subject)


def _at(data: Any, pointer: str) -> Any:
    try:
        return pointers.walk(data, pointers.split(pointer))
    except KeyError:
        return WHOLE


def _is_success(envelope: EnvelopeSettings, code: Any) -> bool:
    """Compared as written: the code "0" of one backend is the code 0 of another, true is neither."""
    return not isinstance(code, bool) and _status_text(code) in {str(item) for item in envelope.success}


def _status_text(value: Any) -> str:
    return value if isinstance(value, str) else show(value)
