"""What is asked of the stand-in, and its answers, without a socket.

WeChat answers HTTP 200 to nearly everything and tells by ``errcode`` what went wrong. The numbers and words are
those of its documents: 全局返回码 (``Global_Return_Code.html``) and the table of each operation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, NamedTuple

MAX_BODY = 65536
MOST_SHOWN = 200  # characters


class Asked(NamedTuple):
    """One request. ``host`` is its Host without the port; ``query`` has one value for each name."""

    method: str
    path: str
    host: str = ""
    query: Mapping[str, str] = MappingProxyType({})
    media_type: str = ""
    body: bytes = b""


class Answer(NamedTuple):
    """One response. ``not_provided``: WeChat may have what was asked for, this stand-in has not."""

    content: Mapping[str, Any]
    status: int = 200
    media_type: str = "application/json"
    headers: Mapping[str, str] = MappingProxyType({})
    not_provided: bool = False

    @property
    def body(self) -> bytes:
        return json.dumps(self.content, ensure_ascii=False, separators=(",", ":")).encode()


class WechatError(Enum):
    """``errcode`` and ``errmsg``."""

    INVALID_CREDENTIAL = (40001, "invalid credential, access_token is invalid or not latest")
    INVALID_GRANT_TYPE = (40002, "invalid grant_type")
    INVALID_APPID = (40013, "invalid appid")
    INVALID_CODE = (40029, "invalid code")
    INVALID_URL = (40066, "invalid url")
    INVALID_SECRET = (40125, "invalid appsecret")
    CODE_USED = (40163, "code been used")
    TOKEN_MISSING = (41001, "access_token missing")
    APPID_MISSING = (41002, "appid missing")
    SECRET_MISSING = (41004, "appsecret missing")
    CODE_MISSING = (41008, "missing code")
    TOKEN_EXPIRED = (42001, "access_token expired")
    REQUIRE_GET = (43001, "require GET method")
    REQUIRE_POST = (43002, "require POST method")
    DATA_FORMAT = (47001, "data format error")

    def answer(self) -> Answer:
        errcode, errmsg = self.value
        return Answer({"errcode": errcode, "errmsg": errmsg})


class Refused(Exception):
    """An error in the answer that it carries: raised where an area cannot go on."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.content)
        self.answer = answer


def ok(**content: Any) -> Answer:
    """What WeChat answers with ``errcode`` 0 beside the content."""
    return Answer({"errcode": 0, "errmsg": "ok", **content})


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Answer:
    """An error of what stands in for the phone, which is no part of WeChat: RFC 9457."""
    document = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Answer(document, status, "application/problem+json", headers or {})


def shown(text: str) -> str:
    """What somebody sent, for a line of a message: short, and without what is no character to be read."""
    readable = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text[:MOST_SHOWN])
    return readable if len(text) <= MOST_SHOWN else f"{readable}…"


def json_of(body: bytes) -> Any:
    """ValueError where a body is not JSON (RFC 8259) in UTF-8, or is nested too deep to be read."""
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_not_json)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _not_json(name: str) -> Any:
    raise ValueError(name)
