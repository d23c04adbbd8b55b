"""The WeChat client on the simulated phone: codes for log-in and for the phone number.

With a stand-in for the platform the codes come from it, so that a backend can trade them there; without one
they are opaque. Owns no identity: that is :mod:`harness.simulator.device.wechat_users`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any

import httpx

from harness.core.answer_words import status_and_body
from harness.core.errors import DriverError
from harness.core.masking import mask_text
from harness.simulator.device.wechat_users import WeChatUser
from harness.simulator.network.bodies import content_of, within
from harness.simulator.network.domains import Refused

WITHIN = 10.0
SHOWN = 300  # bytes of an answer without a code


class WeChatClient:
    """One per process; ``base`` is the stand-in's address or None."""

    def __init__(self, base: str | None, client: httpx.AsyncClient) -> None:
        self._base, self._client = base, client
        self._numbers = itertools.count(1)

    async def login_code(self, app_id: str, person: WeChatUser, headers: Mapping[str, str]) -> str:
        """What ``wx.login`` hands the app; DriverError when the stand-in gives none."""
        body = {"appid": app_id, "openid": person.openid, "unionid": person.unionid}
        return await self._code("login", body, headers)

    async def phone_code(self, app_id: str, person: WeChatUser, headers: Mapping[str, str]) -> str:
        """What a ``getPhoneNumber`` button hands the app; DriverError when the stand-in gives none."""
        body = {"appid": app_id, "openid": person.openid, "phone": person.phone}
        return await self._code("phone", body, headers)

    async def _code(self, what: str, body: dict[str, Any], headers: Mapping[str, str]) -> str:
        if self._base is None:
            return f"sim-{what}-{next(self._numbers)}"
        url = f"{self._base}/client/{what}"
        try:
            asked = self._client.stream("POST", url, json=body, headers=dict(headers), timeout=WITHIN)
            async with within(WITHIN), asked as answer:
                content = await content_of(answer, self._base)
            code = json.loads(content)["code"] if answer.status_code == 200 else None
        except (httpx.HTTPError, Refused, ValueError, RecursionError, KeyError, TypeError) as error:
            raise DriverError(f"POST {url}: no code: {type(error).__name__} {error}") from error
        if not isinstance(code, str) or not code:
            text = mask_text(content[:SHOWN].decode("utf-8", "replace"))
            said = status_and_body(answer.status_code, text)
            raise DriverError(f"POST {url}: no code in the answer: {said}")
        return code
