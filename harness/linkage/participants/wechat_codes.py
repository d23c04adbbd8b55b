"""Codes that WeChat gives an app for a person, asked from the stand-in as the simulated phone asks them."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from harness.core import http_client
from harness.core.actors import Person
from harness.core.answer_words import status_and_body
from harness.core.errors import BrokenError
from harness.core.exchange import TRACE_HEADER
from harness.core.masking import mask_text
from harness.core.text import Text

WITHIN = 10.0  # seconds
SHOWN = 300  # characters of an answer without a code
NO_CODE = Text(zh="POST {url}：没有登录码：{seen}", en="POST {url}: no code: {seen}")


class WeChatCodes:
    """``base`` is the address of the stand-in, ``app_id`` the mini-program's own id; both are asked when a code is."""

    def __init__(self, base: Callable[[], str], app_id: Callable[[], str]) -> None:
        self._base, self._app_id = base, app_id

    def __call__(self, kind: str, person: Person, traceparent: str) -> str:
        """A ``login_code`` or a ``phone_code``. BrokenError where the stand-in gives none."""
        told = {"unionid": person.unionid} if kind == "login_code" else {"phone": person.phone}
        told = {name: value for name, value in told.items() if value is not None}
        body = {"appid": self._app_id(), "openid": person.openid, **told}
        url = f"{self._base().rstrip('/')}/client/{kind.removesuffix('_code')}"
        try:
            with http_client.client(WITHIN) as client:
                answer = client.post(url, json=body, headers={TRACE_HEADER: traceparent})
            code = answer.json()["code"] if answer.status_code == 200 else None
        except (httpx.HTTPError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise BrokenError(NO_CODE.format(url=url, seen=http_client.seen(error))) from None
        if not isinstance(code, str) or not code:
            seen = status_and_body(answer.status_code, mask_text(answer.text[:SHOWN]))
            raise BrokenError(NO_CODE.format(url=url, seen=seen))
        return code
