"""Somebody whom nobody knows yet: signs up and signs in on participants, and acts there as themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness.api.backend import NOBODY
from harness.api.settings import CookieSettings
from harness.api.users import User
from harness.core.actors import Person
from harness.core.errors import BrokenError, NotRun
from harness.core.masking import declare_credentials
from harness.core.text import Text
from harness.linkage.contract import expressions, translate
from harness.linkage.contract.account import WECHAT_CODES, Account, Way
from harness.linkage.contract.shape import BaseCall
from harness.linkage.contract.translate import Value
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.record import Write
from harness.linkage.participants.session import ParticipantSession

USER = User(
    name="newcomer",
    source=Text(
        zh="为这项检查新注册的人登录后得到的令牌或会话 Cookie",
        en="the token, or the session cookie, of somebody who signed up for this check only",
    ),
)
"""A newcomer among the users of a participant."""
NO_TOKEN = Text(
    zh="{participant}：{token} 处没有令牌：{answer}", en="{participant}: no token at {token}: {answer}"
)
NO_COOKIE = Text(
    zh="{participant}：响应没有设置 Cookie {cookie}：{answer}",
    en="{participant}: no cookie {cookie} is set by the answer: {answer}",
)
NO_ONE_TIME_CODE = Text(
    zh="harness.toml 没有写明测试系统总是接受的验证码（people.one_time_code）",
    en="harness.toml names no code that the test system always accepts (people.one_time_code)",
)


@dataclass(slots=True)
class Newcomer:
    """``identity`` is, by participant, the value that says whose account they were let into first; ``sessions`` are
    theirs, signed in.
    """

    person: Person
    one_time_code: str | None
    identity: dict[str, Value] = field(default_factory=dict)
    sessions: dict[str, ParticipantSession] = field(default_factory=dict)

    def ask(self, session: ParticipantSession, way: Way, *, person: Person | None = None) -> Write:
        """Ask to be let in, with codes of their own each time; ``person``: with the values of another person."""
        who = person or self.person
        for call in way.before:
            answered = self._send(session, call, who)
            if not answered.answer.ok:
                raise BrokenError(f"{session.name}: {answer_of(answered)}")
        return self._send(session, way, who)

    def _send(self, session: ParticipantSession, call: BaseCall, who: Person) -> Write:
        told = {name for name, _ in expressions.names([dict(call.path), dict(call.query), call.body])}

        def lookup(name: str, part: str | None) -> Any:
            if name == "unionid" and who.unionid is None:
                return ABSENT
            if name == "openid" and "unionid" in told:  # a WeChat app of its own, in which they have another
                return openid_of(who, session.name)
            if name in WECHAT_CODES:
                assert session.participant.wechat is not None, "cells without a stand-in are not run"
                return session.participant.wechat(name, who, session.traceparent)
            if name != "one_time_code":
                return getattr(who, name)
            if self.one_time_code is None:
                raise NotRun(NO_ONE_TIME_CODE)
            return self.one_time_code

        operation = session.participant.operation(call.call)
        request = session.filled(operation, call, lookup, NOBODY)
        request = replace(request, query=_without_absent(request.query), body=_without_absent(request.body))
        declare_credentials(request.body)
        return session.exchange(operation, request, NOBODY)


ABSENT = object()
"""Stands where WeChat gives no unionid: the member is left out of the request."""


def _without_absent(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_absent(item) for name, item in value.items() if item is not ABSENT}
    return (
        [_without_absent(item) for item in value if item is not ABSENT] if isinstance(value, list) else value
    )


def openid_of(person: Person, app: str) -> str:
    """A person's openid in another app of the company: the unionid is all that the two have in common."""
    return f"o{hashlib.sha256(f'{person.openid}/{app}'.encode()).hexdigest()[:26]}"


def _cookie(write: Write, name: str) -> str:
    """The value of a cookie as the answer sets it; empty where it does not, or takes it back."""
    response = write.answer.exchange.response
    given = (
        [value for header, value in response.headers if header.lower() == "set-cookie"] if response else []
    )
    pairs = [one.partition(";")[0].partition("=") for one in given]
    return next((value.strip() for key, _, value in reversed(pairs) if key.strip() == name), "")


def answer_of(write: Write) -> str:
    """What was asked and what came back, as it is."""
    return f"{write.label}: {write.answer.seen[:300]}"


def signed_in(participant: Participant, account: Account, of: Iterable[str], write: Write) -> Participant:
    """The participant as whoever was let in by ``write`` asks it: they are the people whom ``of`` names.

    BrokenError where the answer has no token, or does not set the cookie.
    """
    if account.cookie is not None:
        value = _cookie(write, account.cookie)
        if not value:
            raise BrokenError(
                NO_COOKIE.format(participant=participant.name, cookie=account.cookie, answer=answer_of(write))
            )
        return participant.with_user(
            replace(USER, cookie=CookieSettings(name=account.cookie, value=value)), of
        )
    token = translate.at(write.answer.data, account.token)
    if not isinstance(token, str) or not token:
        raise BrokenError(
            NO_TOKEN.format(participant=participant.name, token=account.token, answer=answer_of(write))
        )
    return participant.with_user(replace(USER, token=lambda: token), of)
