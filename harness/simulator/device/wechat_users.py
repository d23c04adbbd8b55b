"""The person holding the simulated phone: who they are to WeChat, and what they answer when asked.

Owns identity and answers. How WeChat turns them into codes is :mod:`harness.simulator.host.wechat`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from harness.core.errors import ProtocolError
from harness.core.masking import digest


class WeChatUser(BaseModel):
    """A WeChat user. ``openid`` is theirs for this app, ``unionid`` for the company (may be absent)."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    openid: str = Field(min_length=1, max_length=128)
    unionid: str | None = Field(default=None, max_length=128)
    phone: str | None = Field(default=None, max_length=32)
    nick_name: str = Field(default="微信用户", alias="nickName", max_length=128)
    avatar_url: str = Field(default="", alias="avatarUrl", max_length=2048)

    @property
    def masked(self) -> str:
        """The openid as logs and reports may show it."""
        return digest(self.openid)


NOBODY = WeChatUser(openid="oSimulatedPerson000000000001", phone="19900000000")
"""Who opens the app when nobody is named."""


@dataclass(slots=True)
class Answers:
    """What the person does when an API asks them, by API name; an absent one leaves the API its default.

    An answer is an object as the API's ``success`` would give it (``{"confirm": true}``,
    ``{"tapIndex": 1}``), ``{"error": words}`` for a refusal in WeChat's words, or yes and no as booleans.
    """

    by_api: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for api, answer in self.by_api.items():
            _demand_answer(api, answer)

    def set(self, api: str, answer: object) -> None:
        """Remember an answer; None forgets it. ProtocolError when it is no answer."""
        _demand_answer(api, answer)
        if answer is None:
            self.by_api.pop(api, None)
        else:
            self.by_api[api] = answer

    def get(self, api: str) -> Mapping[str, Any] | None:
        """The answer as the page runtime takes it, or None."""
        answer = self.by_api.get(api)
        if isinstance(answer, bool):
            return {"confirm": answer, "cancel": not answer}
        return answer if isinstance(answer, Mapping) else None


def refusal_of(answer: Mapping[str, Any] | None) -> str | None:
    """The words of a refusal, or None when the person does not refuse."""
    if answer is None:
        return None
    if isinstance(answer.get("error"), str):
        return str(answer["error"])
    return "user deny" if answer.get("confirm") is False else None


def _demand_answer(api: str, answer: object) -> None:
    if answer is not None and not isinstance(answer, bool | Mapping):
        raise ProtocolError(f"answer to {api}: expected object, boolean or null, got {type(answer).__name__}")
