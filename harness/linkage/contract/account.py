"""``accounts``: how somebody whom nobody knows yet becomes a user of each participant, and comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from harness.core.validation import InvalidInput
from harness.linkage.contract import expressions, words
from harness.linkage.contract.shape import BaseCall, FieldName, Pointer, Shape, gathered
from harness.linkage.platform_names import PlatformName

WECHAT_CODES = ("login_code", "phone_code")
"""Codes that WeChat gives an app for a person: of ``wx.login``, and of a ``getPhoneNumber`` button."""
OF_PHONE, OF_OPENID = frozenset({"phone", "phone_code"}), frozenset({"openid", "unionid", "login_code"})
"""By which expressions a call is told the phone, and the WeChat account."""
OF_UNIONID = frozenset({"unionid", "login_code"})
"""By which a call is told the unionid: the service exchanges a login code for openid and unionid."""
NAMES = ("phone", "nickname", "openid", "unionid", "one_time_code", *WECHAT_CODES)
"""What expressions of ``accounts`` may name; all but the codes follow from the person."""


def _call(value: Any) -> Any:
    return {"call": value} if isinstance(value, str) else value


def _several(value: Any) -> Any:
    """One call is short for a list of one."""
    return value if isinstance(value, list | tuple) else [value]


class Way(BaseCall):
    """A way in, with the person's own values: ``$phone``, ``$openid``, ``$one_time_code``, ``$login_code`` …"""

    before: Annotated[tuple[Annotated[BaseCall, BeforeValidator(_call)], ...], BeforeValidator(_several)] = (
        Field(default=(), description="what is asked first, such as that a code be sent")
    )

    @property
    def values(self) -> frozenset[str]:
        """What it is told of the person."""
        calls = (self, *self.before)
        return frozenset(
            name
            for call in calls
            for name, _ in expressions.names([dict(call.path), dict(call.query), call.body])
        )

    @property
    def has_two_keys(self) -> bool:
        """Whether it is told the phone and the WeChat account."""
        return bool(self.values & OF_PHONE and self.values & OF_OPENID)


class SignIn(Way):
    """A way in for whoever has an account."""

    new: bool = Field(default=False, description="it makes an account for whoever has none")
    shows: Mapping[FieldName, Pointer] = Field(
        default={}, description="'points.balance' and where the answer shows it"
    )
    follows: Literal["phone"] | None = Field(
        default=None,
        description="of a way with phone and openid: an openid that is bound goes over to the phone's account; "
        "absent: it stays with its own, or is refused",
    )

    @model_validator(mode="after")
    def _of_two_keys(self) -> Self:
        if self.follows is not None and not self.has_two_keys:
            raise InvalidInput(words.TWO_KEYS)
        return self


class Account(Shape):
    """How people come in on one participant."""

    sign_up: Annotated[Way, BeforeValidator(_call)] | None = Field(
        default=None, alias="sign-up", description="makes an account"
    )
    sign_in: Annotated[tuple[Annotated[SignIn, BeforeValidator(_call)], ...], BeforeValidator(_several)] = (
        Field(alias="sign-in", min_length=1, description="for whoever has an account; several ways: a list")
    )
    token: Pointer = Field(default="/token", description="where the answers have the token")
    cookie: str | None = Field(
        default=None, min_length=1, description="the cookie that the answers set, where that is the session"
    )

    @model_validator(mode="after")
    def _one_session(self) -> Self:
        if self.cookie is not None and "token" in self.model_fields_set:
            raise InvalidInput(words.ONE_SESSION)
        return self

    @property
    def newcomers(self) -> Way | None:
        """The way that makes an account."""
        return self.sign_up or next((way for way in self.sign_in if way.new), None)

    @property
    def calls(self) -> tuple[Way, ...]:
        return (*((self.sign_up,) if self.sign_up else ()), *self.sign_in)


class Accounts(Shape):
    """Of all participants; ``identity`` is the field that says whose account it is."""

    identity: FieldName
    participants: Mapping[PlatformName, Account] = {}

    @model_validator(mode="before")
    @classmethod
    def _tables_of_participants(cls, data: Any, info: ValidationInfo) -> Any:
        return gathered(data, info)
