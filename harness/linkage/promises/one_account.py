"""``one-account`` (账号打通): one human is one account on all participants, however they came in.

The people are new: nobody else works on their records. A person becomes known on the cell's writer and comes in
on its reader.
"""

from __future__ import annotations

from dataclasses import replace

from harness.core.actors import Person
from harness.core.errors import BrokenError
from harness.core.polling import poll
from harness.core.text import Text, text_of
from harness.linkage.contract.account import SignIn
from harness.linkage.contract.translate import Value
from harness.linkage.participants.newcomer import Newcomer, answer_of
from harness.linkage.participants.record import Reading, Write
from harness.linkage.promises import account_amounts, account_unionid, deliveries
from harness.linkage.promises import account_words as words
from harness.linkage.promises.account_amounts import Amounts, counted
from harness.linkage.promises.account_findings import Wrong, note
from harness.linkage.promises.newcomers import Newcomers
from harness.linkage.promises.promise_check import PromiseCheck
from harness.linkage.promises.words import NOW

DELIVERIES = 2  # between the services, for one person
LATER = 0.7  # seconds


def show(check: PromiseCheck) -> None:
    """One person in turn, then again by every way; a second one, who is another; keys that belong to two people.

    Then what is counted: as much for who signs in again, signs up on both at once, or loses an answer on the way.
    """
    people = Newcomers(check)
    ends = check.cell.writer, check.cell.reader
    one = _in_turn(people, *ends)
    check.reached["let in"] += 1
    amounts = account_amounts.of(people, one)
    for name in ends:
        for way in people.account(name).sign_in:
            people.same(one, people.sign_in(one, name, way), name, way)
    other = _in_turn(people, *ends)
    _apart(people, one, other)
    wanted = account_amounts.common(amounts, account_amounts.of(people, other))
    ways = [(name, way) for name in ends for way in people.account(name).sign_in if way.has_two_keys]
    for name, way in ways:
        _other_phone(people, other, name, way)
    for name, way in ways:  # after which their own WeChat account may be nobody's
        _other_openid(people, other, name, way)
    counted(people, one, wanted, words.AGAIN)
    for name, way in account_unionid.first_ways(people, ends):
        late = account_unionid.without(people, name, way)
        _apart(people, late, account_unionid.without(people, name, way))
        account_unionid.arrives(people, late, name, way, tuple(end for end in ends if end != name))

    def turned() -> Amounts:
        """Of somebody who came in the other way round; nothing where that cannot be."""
        if people.account(check.cell.reader).newcomers is None:
            return {}
        return account_amounts.of(people, _in_turn(people, check.cell.reader, check.cell.writer))

    for skip in range(DELIVERIES):
        if deliveries.can_go_wrong(check) or not skip:
            who = _at_once(people, skip)
            if not counted(people, who, wanted, words.AT_ONCE, turned=turned):
                people.settle()
            people.same(who)  # also once all has arrived
        if deliveries.can_go_wrong(check):
            counted(people, _lossy(people, skip), wanted, words.LOST)


# how they come in


def _in_turn(people: Newcomers, first: str, second: str) -> Newcomer:
    """Signed up on one, known there, then let into the other."""
    who = people.new()
    people.sign_up(who, first)
    people.same(who)
    people.settle()
    way = people.account(second).sign_in[0]
    people.same(who, people.sign_in(who, second, way), second, way)
    return who


def _lossy(people: Newcomers, skip: int) -> Newcomer:
    """In turn; a service that told or asked the other of them gets no answer, so they may have to try again."""
    check, who = people.check, people.new()
    first, second = check.cell.writer, check.cell.reader
    with (
        deliveries.going_wrong(check, "lose-answer", skip=skip),
        deliveries.going_wrong(check, "lose-answer", skip=skip, back=True),
    ):
        people.sign_up(who, first, known=True)
        people.sign_in(who, second, people.account(second).sign_in[0])
        people.same(who)
    return who


def _at_once(people: Newcomers, skip: int) -> Newcomer:
    """Signed up on both before either has heard of the other."""
    check, who = people.check, people.new()
    first, second = check.cell.writer, check.cell.reader
    with deliveries.going_wrong(check, "delay", seconds=LATER, skip=skip):
        people.sign_up(who, first)
        if people.account(second).newcomers is not None:
            people.sign_up(who, second, known=True)
        else:
            people.sign_in(who, second, people.account(second).sign_in[0])
        people.same(who)
    return who


# whose account it is


def _apart(people: Newcomers, one: Newcomer, other: Newcomer) -> None:
    """Two people have two accounts, everywhere."""
    for name, identity in other.identity.items():
        if name in one.identity and people.alike(one.identity[name], identity):
            who, field = people.check.title(name), people.accounts.identity
            expected = words.NOT_ITS_OWN.format(name=field, value=one.identity[name])
            seen = NOW.format(name=field, value=identity, participant=name)
            what = words.SHARED.format(who=who, name=field)
            note(people.check, Wrong(what, people.look(other, name), expected, seen), name)
        people.check.reached["apart"] += name in one.identity


def _other_phone(people: Newcomers, who: Newcomer, name: str, way: SignIn) -> None:
    """Their WeChat account with a phone nobody knows: still theirs, or refused; moved, where that is declared."""
    write, identity = _as(people, replace(who.person, phone=people.new().person.phone), name, way)
    own, moves = who.identity.get(name), way.follows == "phone"
    if own is None or (identity is None and (write.answer.ok or not moves)):
        return
    if moves == (identity is None or people.alike(own, identity)):
        what = words.NOT_MOVED if moves else words.OTHER_PHONE
        _note_account(people, name, write, what, own, identity, moves=moves)


def _other_openid(people: Newcomers, who: Newcomer, name: str, way: SignIn) -> None:
    """Their phone with a WeChat account nobody knows: their account, or refused."""
    new = people.new().person
    write, identity = _as(people, replace(who.person, openid=new.openid, unionid=new.unionid), name, way)
    own = who.identity.get(name)
    if own is not None and identity is not None and not people.alike(own, identity):
        _note_account(people, name, write, words.OTHER_OPENID, own, identity)


def _as(people: Newcomers, person: Person, name: str, way: SignIn) -> tuple[Write, Value | None]:
    """Whose account somebody is let into with these keys; None where they are refused."""
    check, who = people.check, people.new()
    write = who.ask(check.on(name), way, person=person)
    check.reached["two keys"] += 1
    if write.answer.status >= 500:
        raise BrokenError(f"{name}: {answer_of(write)}")
    if not write.answer.ok:
        return write, None
    people.enter(who, name, write)
    found = poll(
        lambda: people.identity(who, name), lambda value: value is not None, within=check.cell.within
    )
    return write, found.value


def _note_account(
    people: Newcomers,
    name: str,
    write: Write,
    what: Text,
    own: Value,
    identity: Value | None,
    *,
    moves: bool = False,
) -> None:
    field = people.accounts.identity
    wanted = words.NOT_ITS_OWN if moves else words.OWN_OR_REFUSED
    refusal = text_of(write.answer.seen[:200])
    seen = NOW.format(name=field, value=identity, participant=name) if identity else refusal
    reading = Reading({}, write.answer.ok, write.answer)
    what = what.format(who=people.check.title(name))
    note(people.check, Wrong(what, reading, wanted.format(name=field, value=own), seen), name)
