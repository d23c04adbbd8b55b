"""Accounts of the two vendors: the website's by phone, the mall's by WeChat or by phone with its country code."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from harness.core.actors import Person

Answer = tuple[int, Any]
SMS = "4711"
WELCOME, BINDING = 100, 50
OPEN = ("/users", "/session", "/session/wechat", "/sms", "/login", "/login/mobile")
"""Paths for whoever is not signed in."""


class Between(Protocol):
    """What both vendors share: faults, ledger, and the way between them."""

    entries: dict[str, list[int]]

    def has(self, fault: str) -> bool: ...
    def cross(self, apply: Callable[[], None], lag: float | None = None) -> None: ...


def code(kind: str, person: Person, traceparent: str) -> str:
    """What WeChat gives the mall's app for a person."""
    known = f"js {person.openid} {person.unionid or ''}"
    return known if kind == "login_code" else f"tel {person.phone}"


@dataclass
class Account:
    no: str
    joined: float
    bound: bool = False
    chosen: bool = False


@dataclass
class VendorAccounts:
    """By phone, on each side; ``bound``: whose WeChat accounts they are, in the mall; ``unions``: whose unionids, as
    each knows them. Faults go wrong here.
    """

    between: Between
    site: dict[str, Account] = field(default_factory=dict)
    mall: dict[str, Account] = field(default_factory=dict)
    bound: dict[str, str] = field(default_factory=dict)
    unions: dict[str, dict[str, str]] = field(default_factory=lambda: {"site": {}, "mall": {}})
    booked: set[tuple[str, str]] = field(default_factory=set)
    sms: set[str] = field(default_factory=set)

    def website(self, method: str, path: str, user: str, body: Any) -> Answer:
        match [method, path]:
            case ["POST", "/users"]:
                if body["phone"] in self.site:
                    return 409, None
                made = self.site[body["phone"]] = Account(self._no(body["phone"]), time.time(), chosen=True)
                self.book(made.no, "welcome", WELCOME)
                self.between.cross(lambda: self.tell_mall(body["phone"], made))
                return 201, {"token": made.no}
            case ["POST", "/session"]:
                known = self.site.get(body["phone"])
                if body["code"] != SMS:
                    return 401, None
                if known is None or (self.between.has("not-let-in") and not known.chosen):
                    return 404, None
                return 200, {"token": known.no}
            case ["POST", "/session/wechat"]:
                no = self.unions["site"].get(body.get("unionid", ""))
                return (404, None) if no is None else (200, {"token": no})
            case ["GET", "/me"]:
                known = next((one for one in self.site.values() if one.no == user), None)
                if known is None:
                    return 404, None
                joined = datetime.fromtimestamp(known.joined, UTC).isoformat()
                return 200, {"no": known.no, "wechat": known.bound, "joined": joined}
        return 404, None

    def mall_side(self, method: str, path: str, user: str, body: Any) -> Answer:
        match [method, path]:
            case ["POST", "/sms"]:
                self.sms.add(body["mobile"])
                return 200, {}
            case ["POST", "/login/mobile"]:
                known = self.mall.get(self._phone(body["mobile"]))
                if body["sms"] != SMS or body["mobile"] not in self.sms:
                    return 401, None
                return (404, None) if known is None else (200, {"data": {"key": known.no}})
            case ["POST", "/login"]:
                _, openid, unionid = body["js"].split(" ")
                return self._wechat(openid, unionid, body["tel"].removeprefix("tel "))
            case ["GET", "/me"]:
                known = next((one for one in self.mall.values() if one.no == user), None)
                if known is None:
                    return 404, None
                return 200, {"uid": known.no, "bound": int(known.bound), "joined": int(known.joined * 1000)}
        return 404, None

    def _wechat(self, openid: str, unionid: str, phone: str) -> Answer:
        if self.between.has("nobodys-unionid") and unionid in self.unions["mall"]:
            self.bound[openid] = self.unions["mall"][unionid]
        if openid in self.bound and not self.between.has("rebound"):
            no = self.bound[openid]
            if self.between.has("unionid-looked-up") and unionid and unionid not in self.unions["mall"]:
                no = self.bound[openid] = f"{no}-2"
                self.mall[no] = Account(no, time.time(), bound=True)
            self.unions["mall"].setdefault(unionid, no)
            if not self.between.has("unionid-untold"):
                self.between.cross(lambda: self.unite(unionid, no))
            if self.between.has("bonus-again"):
                self.between.entries[no].append(BINDING)
            return 200, {"data": {"key": no}}
        if self.between.has("prefix-looked-up"):
            phone = f"+86{phone}"
        if openid not in self.bound and self.mall.get(phone) and self.mall[phone].bound:
            if not self.between.has("newest-wechat"):
                return 409, {"title": "bound to another"}
            self.bound = {known: no for known, no in self.bound.items() if no != self.mall[phone].no}
        if phone not in self.mall:
            self.mall[phone] = Account(self._no(phone), time.time())
            made = self.mall[phone]
            self.between.cross(lambda: self.tell_site(phone, made))
        account = self.mall[phone]
        account.bound, self.bound[openid] = True, account.no
        self.unions["mall"].setdefault(unionid, account.no)
        self.book(account.no, "binding", BINDING)
        self.between.cross(lambda: self.unite(unionid, account.no))
        if not self.between.has("bound-untold"):
            self.between.cross(lambda: self.bind_site(phone))
        return 200, {"data": {"key": account.no}}

    # what each is told of the other

    def tell_mall(self, phone: str, made: Account) -> None:
        known = self.mall.get(phone)
        if known is None:
            self.mall[phone] = Account(made.no, made.joined)
        else:
            known.joined = min(known.joined, made.joined)

    def tell_site(self, phone: str, made: Account) -> None:
        known = self.site.get(phone)
        if known is None:
            known = self.site[phone] = Account(made.no, made.joined)
        elif self.between.has("welcome-again"):
            self.between.entries[made.no].append(WELCOME)
        known.joined = min(known.joined, made.joined)
        self.book(made.no, "welcome", WELCOME)

    def unite(self, unionid: str, no: str) -> None:
        if unionid:
            self.unions["site"].setdefault(unionid, no)

    def bind_site(self, phone: str) -> None:
        if phone in self.site:
            self.site[phone].bound = True
        else:
            self.between.cross(lambda: self.bind_site(phone))

    def book(self, no: str, why: str, points: int) -> None:
        if (no, why) not in self.booked:
            self.booked.add((no, why))
            self.between.entries[no].append(points)

    def _phone(self, mobile: str) -> str:
        return mobile if self.between.has("prefix-looked-up") else mobile.removeprefix("+86")

    def _no(self, phone: str) -> str:
        return f"n{phone[:4] if self.between.has('same-number') else phone}"
