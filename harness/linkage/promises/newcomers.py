"""The people of a check of ``one-account``: signed up, signed in, looked at on each participant that let them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn

from harness.core.actors import invent
from harness.core.errors import BrokenError, NotRun
from harness.core.polling import Polled, poll
from harness.linkage.contract import translate
from harness.linkage.contract.account import Account, Accounts, SignIn
from harness.linkage.contract.translate import Value
from harness.linkage.participants.newcomer import Newcomer, answer_of, signed_in
from harness.linkage.participants.record import Reading, Record, Write
from harness.linkage.promises import account_words as words
from harness.linkage.promises import reads
from harness.linkage.promises.account_findings import Wrong, last_hop, note
from harness.linkage.promises.promise_check import PromiseCheck
from harness.linkage.promises.words import AS_SHOWN, FIELD, the_record

AGAIN = 0.2  # seconds between two attempts to be let in
WRONG_REQUESTS = (400, 401, 415, 422)
"""Refusals that say more of the request than of whom it is from."""


@dataclass(slots=True)
class Newcomers:
    """All of one check. ``ways``: by which somebody was let in, with their participant."""

    check: PromiseCheck
    number: int = 0
    ways: set[tuple[str, str]] = field(default_factory=set)

    @property
    def accounts(self) -> Accounts:
        accounts = self.check.run.contract.accounts
        assert accounts is not None, "cells without accounts are not run"
        return accounts

    def account(self, participant: str) -> Account:
        return self.accounts.participants[participant]

    def new(self) -> Newcomer:
        """Somebody nobody has met."""
        self.number += 1
        person = invent(f"newcomer {self.number}", self.check.trace_id)
        return Newcomer(person, self.check.run.one_time_code)

    # being let in

    def sign_up(self, who: Newcomer, name: str, *, known: bool = False) -> None:
        """``known``: the participant may know them already; then they sign in. BrokenError where nobody can."""
        account, session = self.account(name), self.check.on(name)
        way = account.newcomers
        assert way is not None, "cells without a sign-up are not run"

        def asked() -> Write:
            write = who.ask(session, way)
            if known and 400 <= write.answer.status < 500 and way not in account.sign_in:
                write = who.ask(session, account.sign_in[0])
            return write

        outcome = self._let_in(asked)
        write = outcome.value
        if not write.answer.ok and known and write.answer.status < 500:
            self._refused(name, outcome)
        if not write.answer.ok:
            raise BrokenError(words.NOBODY_SIGNS_UP.format(participant=name, answer=answer_of(write)))
        self.enter(who, name, write)

    def sign_in(self, who: Newcomer, name: str, way: SignIn) -> Write:
        """A finding and the end where they are refused; BrokenError where everybody is."""
        session = self.check.on(name)
        outcome = self._let_in(lambda: who.ask(session, way))
        write = outcome.value
        if write.answer.status >= 500 or (not write.answer.ok and not self._lets_others_in(name, way, write)):
            raise BrokenError(words.NOBODY_SIGNS_IN.format(participant=name, answer=answer_of(write)))
        if not write.answer.ok:
            self._refused(name, outcome)
        self.ways.add((name, way.call))
        self.enter(who, name, write)
        return write

    def _let_in(self, ask: Callable[[], Write]) -> Polled[Write]:
        return poll(ask, lambda write: write.answer.ok, within=self.check.cell.within, every=AGAIN)

    def _lets_others_in(self, name: str, way: SignIn, refused: Write) -> bool:
        """Whether somebody is let in by that way, such as who signed up there: else the way itself is wrong, or out of
        order.
        """
        if (name, way.call) in self.ways:
            return True
        if self.account(name).newcomers is None:
            return refused.answer.status not in WRONG_REQUESTS
        other = self.new()
        self.sign_up(other, name)
        return self._let_in(lambda: other.ask(self.check.on(name), way)).satisfied

    def enter(self, who: Newcomer, name: str, write: Write) -> None:
        """They were let in: from now on they act there as themselves."""
        entities = self.check.entity, self.check.entities[self.accounts.identity.partition(".")[0]]
        of = {entity.of: None for entity in entities if entity.of}
        participant = signed_in(self.check.run.participants[name], self.account(name), of, write)
        who.sessions[name] = self.check.session(participant)

    def _refused(self, name: str, outcome: Polled[Write]) -> NoReturn:
        check, write = self.check, outcome.value
        other = next(one for one in (check.cell.writer, check.cell.reader) if one != name)
        note(
            check,
            Wrong(
                words.NOT_LET_IN.format(who=check.title(name)),
                Reading({}, False, write.answer),
                words.LET_IN.format(way=write.operation.label, other=other, within=check.cell.within),
                words.ANSWERED.format(
                    participant=name,
                    answer=write.answer.seen[:200],
                    reads=outcome.reads,
                    hop=last_hop(check, name),
                ),
            ),
            name,
        )

    # what they see

    def settle(self) -> None:
        """Wait until what they did has crossed, where anything tells."""
        with suppress(NotRun):
            self.check.run.quiet(self.check.cell.within)

    def same(
        self, who: Newcomer, answer: Write | None = None, at: str = "", way: SignIn | None = None
    ) -> None:
        """In time, every participant that let them in shows one account, and the same record of it; also what
        ``answer``, of ``way`` at a participant, showed. A finding and the end where not.
        """
        shown = dict(self._shown(answer, at, way)) if answer and way else {}
        outcome = poll(
            lambda: self.readings(who),
            lambda readings: self._wrong(who, readings, shown, answer) is None,
            within=self.check.cell.within,
            every=self.check.run.every,
        )
        self.check.reads += outcome.reads
        wrong = self._wrong(who, outcome.value, shown, answer)
        if wrong is not None:
            name = next(name for name, (_, one) in outcome.value.items() if one is wrong.reading)
            note(self.check, wrong, name, reads=outcome.reads)
        for name, (identity, _) in outcome.value.items():
            if identity is not None:
                who.identity.setdefault(name, identity)

    def identity(self, who: Newcomer, name: str) -> Value | None:
        """What says whose account it is; None where the participant does not show it."""
        entity_name, _, field = self.accounts.identity.partition(".")
        entity, session = self.check.entities[entity_name], who.sessions[name]
        call = session.participant.call(entity, "read")
        if call is None:
            return None
        reading = reads.look(self.check, Record(entity_name, entity.of), session)
        value = reading.fields.get(field)
        return None if value is None or value.raw is None else value

    def alike(self, one: Value, other: Value) -> bool:
        entity, _, field = self.accounts.identity.partition(".")
        return translate.equal(self.check.entities[entity].fields[field], one, other)

    def readings(self, who: Newcomer) -> dict[str, tuple[Value | None, Reading]]:
        """Of each participant that let them in: whose account it is, and the record."""
        return {name: (self.identity(who, name), self.look(who, name)) for name in who.sessions}

    def look(self, who: Newcomer, name: str) -> Reading:
        """Their record as a participant shows it to them."""
        return reads.look(
            self.check, Record(self.check.cell.entity, self.check.entity.of), who.sessions[name]
        )

    def _shown(self, answer: Write, at: str, way: SignIn) -> Iterator[tuple[str, Value]]:
        for place, pointer in way.shows.items():
            entity, _, field = place.partition(".")
            raw = translate.at(answer.answer.data, pointer)
            if entity == self.check.cell.entity and raw is not None:
                yield field, translate.value(self.check.entity.fields[field], at, raw)

    def _wrong(
        self,
        who: Newcomer,
        readings: Mapping[str, tuple[Value | None, Reading]],
        shown: Mapping[str, Value],
        answer: Write | None,
    ) -> Wrong | None:
        """The first thing that is not as it should be."""
        check, known, (first, *_) = self.check, dict(who.identity), readings
        for name, (identity, reading) in readings.items():
            title = check.title(name)
            if not reading.found:
                return Wrong(words.NOT_SHOWN.format(who=title), reading, the_record(None), reading.words)
            base, wanted = next(iter(known.items()), (name, identity))
            field = self.accounts.identity
            if identity is not None and wanted is not None and not self.alike(wanted, identity):
                expected = AS_SHOWN.format(name=field, value=wanted, participant=base)
                seen = FIELD.format(name=field, value=identity)
                return Wrong(words.OTHER_ACCOUNT.format(who=title, name=field), reading, expected, seen)
            if identity is not None:
                known.setdefault(name, identity)
        for name, (_, reading) in readings.items():
            title, fields = check.title(name), reading.fields
            for field, (one, other) in translate.differences(
                check.entity, readings[first][1].fields, fields
            ).items():
                what = words.UNLIKE.format(who=title, name=field, other=check.title(first))
                expected = AS_SHOWN.format(name=field, value=one, participant=first)
                seen = FIELD.format(name=field, value=other)
                return Wrong(what, reading, expected, seen, field)
            for field, value in shown.items():
                if field in fields and not translate.equal(check.entity.fields[field], value, fields[field]):
                    assert answer is not None
                    what = words.NOT_AS_ANSWERED.format(who=title, name=field)
                    expected = words.AS_ANSWERED.format(name=field, value=value, way=answer.operation.label)
                    seen = FIELD.format(name=field, value=fields[field])
                    return Wrong(what, reading, expected, seen, field)
        return None
