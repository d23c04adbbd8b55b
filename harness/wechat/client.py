"""What the WeChat client on a phone does: it gets codes for a person.

No public API of WeChat's has that; its errors are RFC 9457's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.wechat.answers import Answer, Asked, Refused, json_of, problem
from harness.wechat.state import Grant, Wechat

_NAME = re.compile("[A-Za-z0-9_-]{1,64}")
_PHONE = re.compile("1[3-9][0-9]{9}")


def login(wechat: Wechat, asked: Asked) -> Answer:
    """``wx.login`` of a person."""
    given = _fields(asked, {"appid": _NAME, "openid": _NAME}, {"unionid": _NAME})
    _require_known(wechat, given["appid"])
    grant = Grant(given["appid"], given["openid"], unionid=given.get("unionid"))
    return Answer({"code": wechat.logins.give(grant)})


def phone(wechat: Wechat, asked: Asked) -> Answer:
    """A person allows the app to have the phone number."""
    given = _fields(asked, {"appid": _NAME, "openid": _NAME, "phone": _PHONE})
    _require_known(wechat, given["appid"])
    grant = Grant(given["appid"], given["openid"], phone=given["phone"])
    return Answer({"code": wechat.phones.give(grant)})


def health(wechat: Wechat, asked: Asked) -> Answer:
    return Answer({"status": "ok"})


def _require_known(wechat: Wechat, appid: str) -> None:
    """No backend could use the code of an app that WeChat does not know."""
    if appid not in wechat.apps:
        known = ", ".join(wechat.apps)
        raise Refused(
            problem(422, f"No app {appid} is registered here, only {known}: add it to the stand-in's apps.")
        )


def _fields(
    asked: Asked,
    required: Mapping[str, re.Pattern[str]],
    optional: Mapping[str, re.Pattern[str]] | None = None,
) -> dict[str, str]:
    """The object of the body: ``required`` fields, ``optional`` ones (null counts as absent), no others."""
    optional = optional or {}
    if asked.body and asked.media_type != "application/json":
        raise Refused(problem(415, "Send application/json."))
    try:
        given = json_of(asked.body)
    except ValueError:
        raise Refused(problem(400, "The body is not JSON in UTF-8.")) from None
    if not isinstance(given, dict):
        raise Refused(problem(422, "The body must be an object."))
    if not set(required) <= set(given) <= {*required, *optional}:
        names = f"The fields are {', '.join(required)}; optional: {', '.join(optional) or 'none'}."
        raise Refused(problem(422, names))
    found: dict[str, str] = {}
    for name, value in given.items():
        if value is None and name in optional:
            continue
        pattern = required.get(name) or optional[name]
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Refused(problem(422, f"{name} is not of the form asked for."))
        found[name] = value
    return found
