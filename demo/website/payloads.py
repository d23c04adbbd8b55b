"""What requests may contain: strict models, and reading a body and a trace from a request.

Owns the order of refusals 413, 415, 400, 422. Knows no member and no database.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request

from demo.website import problems

MAX_BODY = 65536

EDGE = r"[^\u0000-\u0020\u007f-\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
INNER = r"[^\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"
_UUID = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


def _existing_time(text: str) -> str:
    datetime.fromisoformat(text)
    return text


Phone = Annotated[str, StringConstraints(pattern="^1[3-9][0-9]{9}$")]
Code = Annotated[str, StringConstraints(pattern="^[0-9]{6}$")]
Nickname = Annotated[str, StringConstraints(pattern=f"^{EDGE}({INNER}{{0,18}}{EDGE})?$")]
MemberId = Annotated[str, StringConstraints(pattern="^m_[0-9a-f]{16}$")]
Time = Annotated[str, StringConstraints(pattern=_TIME), AfterValidator(_existing_time)]


class Strict(BaseModel):
    """No conversion between types, no members nobody declared."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class CodeRequest(Strict):
    phone: Phone
    purpose: Literal["sign-up", "log-in"]


class SessionRequest(Strict):
    phone: Phone
    code: Code


class Registration(Strict):
    phone: Phone
    code: Code
    nickname: Nickname


class MemberChange(Strict):
    nickname: Nickname


class NewEntry(Strict):
    amount: Annotated[int, Field(ge=1, le=100000)]
    reason: Literal["wechat-binding"]


class CreatedData(Strict):
    member_id: MemberId
    phone: Phone
    nickname: Nickname
    nickname_set_at: Time
    member_level: Literal["standard"]
    created_at: Time


class UpdatedData(Strict):
    member_id: MemberId
    nickname: Nickname
    nickname_set_at: Time


class BoundData(Strict):
    member_id: MemberId
    bound_at: Time


class Event(Strict):
    """What every event has."""

    event_id: Annotated[str, StringConstraints(pattern=_UUID)]
    source: Literal["website", "miniprogram"]
    occurred_at: Time


class MemberCreated(Event):
    type: Literal["member.created"]
    data: CreatedData


class MemberUpdated(Event):
    type: Literal["member.updated"]
    data: UpdatedData


class MemberBound(Event):
    type: Literal["member.bound"]
    data: BoundData


Model = TypeVar("Model", bound=BaseModel)


async def raw_body(request: Request) -> bytes:
    """The body, of at most MAX_BODY bytes; raises 413 without reading on."""
    received = bytearray()
    any_size = _has(request, "contract-any-size")
    async for chunk in request.stream():
        received += chunk
        if len(received) > MAX_BODY and not any_size:
            raise problems.too_large(MAX_BODY)
    return bytes(received)


def parse(request: Request, raw: bytes, model: type[Model], wrap: str | None = None) -> Model:
    """Body → model; `wrap` names the field of `model` the whole body belongs to. Raises 400, 415, 422."""
    if not raw:
        raise problems.malformed("There is no body.")
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type != "application/json" and not _has(request, "contract-any-media-type"):
        raise problems.unsupported_media_type()
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_no_constant, parse_float=_number)
    except (ValueError, RecursionError):
        raise problems.malformed("The body is not JSON in UTF-8.") from None
    if isinstance(value, dict) and not wrap and _has(request, "contract-unknown-members-taken"):
        value = {name: item for name, item in value.items() if name in model.model_fields}
    try:
        return model.model_validate({wrap: value} if wrap else value)
    except ValidationError as error:
        skip = 1 if wrap else 0
        raise problems.invalid(
            [
                {"in": "body", "field": _printable(issue["loc"][skip:]), "detail": issue["msg"]}
                for issue in error.errors(include_url=False, include_input=False, include_context=False)
            ]
        ) from None


def body_of(model: type[Model]) -> Callable[[Request], Awaitable[Model]]:
    """A dependency that reads the body as `model`."""

    async def read(request: Request) -> Model:
        return parse(request, await raw_body(request), model)

    return read


def traceparent_of(request: Request) -> str | None:
    """The W3C traceparent if it is one; anything else counts as absent."""
    given = request.headers.get("traceparent", "")
    return given if re.fullmatch("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", given) else None


def _has(request: Request, fault: str) -> bool:
    """Whether this fault is planted."""
    planted: bool = request.app.state.shop.has(fault)
    return planted


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _number(text: str) -> float | int:
    # JSON Schema counts 50.0 as an integer; strict pydantic would not.
    number = float(text)
    return int(number) if number.is_integer() else number


def _printable(location: tuple[int | str, ...]) -> str:
    # A key of the sender may hold lone surrogates, which no response could encode.
    return ".".join(str(part) for part in location).encode("utf-8", "replace").decode()
