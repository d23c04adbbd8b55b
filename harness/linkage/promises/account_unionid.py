"""A unionid that WeChat gives later than the openid: whoever has an account keeps it, on every participant.

Without one (the app is not bound to the company's open platform yet) nobody is taken for somebody else without one.
"""

from __future__ import annotations

from dataclasses import replace

from harness.linkage.contract.account import OF_UNIONID, Account, SignIn
from harness.linkage.participants.newcomer import Newcomer
from harness.linkage.promises.newcomers import Newcomers


def first_ways(people: Newcomers, names: tuple[str, ...]) -> list[tuple[str, SignIn]]:
    """On each participant, the way that is told the unionid and lets in who has none yet."""
    found = []
    for name in names:
        account = people.account(name)
        ways = [way for way in _ways(account) if way.new or (way.has_two_keys and account.newcomers)]
        found += [(name, way) for way in ways[:1]]
    return found


def without(people: Newcomers, name: str, way: SignIn) -> Newcomer:
    """Somebody of whom WeChat tells the openid only, let in."""
    who = people.new()
    who.person = replace(who.person, unionid=None)
    people.sign_up(who, name)
    people.same(who)
    people.settle()
    if way != people.account(name).newcomers:
        people.same(who, people.sign_in(who, name, way), name, way)
    return who


def arrives(people: Newcomers, who: Newcomer, name: str, way: SignIn, others: tuple[str, ...]) -> None:
    """The unionid comes with the next sign-in: it is the same account; by the unionid it is the same elsewhere."""
    people.check.reached["unionid"] += 1
    who.person = replace(who.person, unionid=people.new().person.unionid)
    people.same(who, people.sign_in(who, name, way), name, way)
    people.settle()
    for other in others:
        for known in _ways(people.account(other))[:1]:
            people.same(who, people.sign_in(who, other, known), other, known)


def _ways(account: Account) -> list[SignIn]:
    return [way for way in account.sign_in if way.values & OF_UNIONID]
