"""Reading and checking what a request carries: body, query, headers. Written by hand, field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NoReturn

from flask import request

from demo.miniprogram_backend.errors import Invalid, MalformedBody, UnsupportedMediaType

# Character classes of shared.yaml#/components/schemas/Nickname.
_NOT_AT_THE_EDGE = "\u0000-\u0020\u007f-\u00a0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
_NOT_INSIDE = "\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"

PHONE = re.compile("1[3-9][0-9]{9}")
CODE = re.compile("[0-9]{6}")
NICKNAME = re.compile(
    f"[^{_NOT_AT_THE_EDGE}\ud800-\udfff]"
    f"([^{_NOT_INSIDE}\ud800-\udfff]{{0,18}}[^{_NOT_AT_THE_EDGE}\ud800-\udfff])?"
)
MEMBER_ID = re.compile("m_[0-9a-f]{16}")
WECHAT_CODE = re.compile("[A-Za-z0-9_-]{1,128}")
TIME = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z")
UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LABEL = re.compile(
    f"[^{_NOT_AT_THE_EDGE}\ud800-\udfff]"
    f"([^{_NOT_INSIDE}\ud800-\udfff]{{0,38}}[^{_NOT_AT_THE_EDGE}\ud800-\udfff])?"
)
DIGITS = re.compile("0|[1-9][0-9]{0,9}")
TRACEPARENT = re.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")

#: A check answers None, or what is wrong with a value.
Check = Callable[[Any], "str | None"]


def text(pattern: re.Pattern[str], wanted: str) -> Check:
    """A string that is `wanted`, i.e. fits `pattern` from end to end."""

    def check(value: Any) -> str | None:
        return None if isinstance(value, str) and pattern.fullmatch(value) else f"Must be {wanted}."

    return check


def one_of(*values: str) -> Check:
    """One of these strings."""

    def check(value: Any) -> str | None:
        known = isinstance(value, str) and value in values
        return None if known else f"Must be {' or '.join(values)}."

    return check


def whole(low: int, high: int) -> Check:
    """A whole number in this range; JSON Schema counts 50.0 as one."""

    def check(value: Any) -> str | None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        right = number and (isinstance(value, int) or value.is_integer()) and low <= value <= high
        return None if right else f"Must be a whole number from {low} to {high}."

    return check


def digits(low: int, high: int) -> Check:
    """A whole number in this range, written in digits."""

    def check(value: Any) -> str | None:
        right = isinstance(value, str) and DIGITS.fullmatch(value) and low <= int(value) <= high
        return None if right else f"Must be one whole number from {low} to {high}."

    return check


def boolean(value: Any) -> str | None:
    """True or false."""
    return None if isinstance(value, bool) else "Must be true or false."


def many(fields: Mapping[str, Check], least: int, most: int) -> Check:
    """A list of objects with these fields."""

    def check(value: Any) -> str | None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            return f"Must be a list of {least} to {most} objects."
        for number, item in enumerate(value):
            if not isinstance(item, dict) or item.keys() != fields.keys():
                return f"Number {number + 1} must have exactly {', '.join(fields)}."
            for name, check_field in fields.items():
                complaint = check_field(item[name])
                if complaint:
                    return f"Number {number + 1}, {name}: {complaint}"
        return None

    return check


def time(value: Any) -> str | None:
    """An existing moment, RFC 3339 in UTC with milliseconds."""
    if isinstance(value, str) and TIME.fullmatch(value):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            return "Must be a moment that exists."
        return None
    return "Must be a time like 2026-03-02T08:00:00.125Z."


phone = text(PHONE, "a mobile number of mainland China")
code = text(CODE, "six digits")
nickname = text(NICKNAME, "1 to 20 visible characters")
label = text(LABEL, "1 to 40 visible characters")
wechat_code = text(WECHAT_CODE, "a code of WeChat")
member_id = text(MEMBER_ID, "a member id")
uuid = text(UUID, "a UUID in lower case")


def check_object(
    value: Any, required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, under: str = ""
) -> dict[str, Any]:
    """The object if it has these fields and no others; raises Invalid with everything that is wrong."""
    optional = optional or {}
    if not isinstance(value, dict):
        raise Invalid([("body", under.rstrip("."), "Must be an object.")])
    found: list[tuple[str, str, str]] = []
    for name, check in {**required, **optional}.items():
        if name in value:
            complaint = check(value[name])
        else:
            complaint = "Is missing." if name in required else None
        if complaint:
            found.append(("body", under + name, complaint))
    for name in value:
        if name not in required and name not in optional:
            # Names come from the sender; a lone surrogate in one could not be encoded in the answer.
            shown = under + name.encode("utf-8", "replace").decode()
            found.append(("body", shown, "Is not a known field."))
    if found:
        raise Invalid(found)
    return value


#: Which part of a list is asked for.
WINDOW: Mapping[str, Check] = {"limit": digits(1, 100), "offset": digits(0, 1_000_000)}
NUMBERS = ("limit", "offset", "min_price", "max_price")


def body() -> Any:
    """The JSON value of the request's body."""
    raw = request.get_data(cache=True)
    if not raw:
        raise MalformedBody("There is no body.")
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send application/json.")
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise MalformedBody("The body is not JSON in UTF-8.") from None


def query(checks: Mapping[str, Check], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The query parameters with these names, each given at most once; numbers as such. Raises Invalid."""
    found: dict[str, Any] = {}
    wrong = []
    for name, check in checks.items():
        given = request.args.getlist(name)
        complaint = "Must be given once." if len(given) > 1 else check(given[0]) if given else None
        if complaint:
            wrong.append(("query", name, complaint))
        elif given:
            found[name] = int(given[0]) if name in NUMBERS else given[0]
        else:
            found[name] = defaults.get(name)
    if wrong:
        raise Invalid(wrong)
    return found


def window(*, unchecked: bool = False) -> tuple[int, int]:
    """(limit, offset) of the query. `unchecked`: the planted fault that takes any limit."""
    checks = {**WINDOW, "limit": digits(0, 10**9)} if unchecked else WINDOW
    found = query(checks, {"limit": 20, "offset": 0})
    return found["limit"], found["offset"]


def traceparent() -> str | None:
    """The trace the request belongs to, None if it names none."""
    given = request.headers.get("traceparent", "")
    return given if TRACEPARENT.fullmatch(given) else None


def _not_json(name: str) -> NoReturn:
    raise ValueError(name)
