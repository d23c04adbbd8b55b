"""Actors: the people of a scenario. An actor has an alias, an identity, and credentials on each platform."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Person:
    """One person as every platform may know them.

    ``phone`` is a mainland mobile number, ``openid`` is per WeChat app, ``unionid`` per company and may be
    absent (https://developers.weixin.qq.com, *UnionID*). ``alias`` is how reports call them.
    """

    alias: str
    phone: str
    nickname: str
    openid: str
    unionid: str | None = None
    credentials: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def as_wechat_user(self) -> dict[str, str | None]:
        """The person as ``Simulator.newApp`` takes them."""
        return {
            "openid": self.openid,
            "unionid": self.unionid,
            "phone": self.phone,
            "nickName": self.nickname,
        }


def invent(alias: str, seed: str, *, nickname: str | None = None) -> Person:
    """A person nobody has met: phone and ids follow from ``seed`` and ``alias``, so a run can be repeated.

    Phones stay in 199-0xxx-xxxx, away from the numbers people seed a system with.
    """
    number = int(hashlib.sha256(f"{seed}/{alias}".encode()).hexdigest(), 16)
    return Person(
        alias=alias,
        phone=f"1990{number % 10_000_000:07d}",
        nickname=nickname or f"{alias}{number % 1000:03d}",
        openid=f"o{number % 16**26:026x}",
        unionid=f"u{(number >> 64) % 16**26:026x}",
    )
