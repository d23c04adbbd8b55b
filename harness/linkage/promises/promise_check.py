"""One check of one promise under way: its sessions, the record it works on, what it found.

A promise's module says what to do; here is how: records are made and changed, reads are repeated until they
show what was written, a difference becomes a finding that names field, participants and hop.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, NoReturn, overload

from harness.checks.findings import Findings
from harness.checks.outcome import Outcome
from harness.core import payloads
from harness.core.causes import Cause
from harness.core.errors import BrokenError, NotRun
from harness.core.exchange import BEHIND, Exchange, Message
from harness.core.polling import Polled, pause, poll
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.contract.model import Act, Call, Entity, LinkageContract, Make, Read
from harness.linkage.contract.plan import Cell
from harness.linkage.contract.translate import Value
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.record import Reading, Record, Write
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import states, words
from harness.linkage.promises.asked import asked, user
from harness.linkage.promises.cause import not_kept, why_lost
from harness.linkage.promises.hops import Hops
from harness.traffic.attribution import Trace
from harness.traffic.fault_injection import FaultKind, InjectedFault

EVERY = 0.1  # seconds between the beginnings of two reads
NOTED = 1.0  # seconds until a proxy has noted what it did
OF_THE_REQUEST = (400, 401, 403, 405, 406, 415, 422, 429)
"""Refusals that say more of the request, and of whom it is from, than of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageRun:
    """What the checks of a run share. ``hops`` gives what was recorded between the services of a trace;
    ``inject`` lets deliveries from one service to another go wrong, ``happened`` says how often one of a trace did;
    ``obstruct`` makes a service unreachable for the other services, or reachable again;
    ``quiet`` waits (seconds) until no data is under way: NotRun where nothing tells; ``one_time_code`` is the one
    that the system always accepts.
    """

    contract: LinkageContract
    participants: Mapping[str, Participant]
    seed: int
    timeout: float
    hops: Callable[[str], Hops]
    quiet: Callable[[float], None]
    record_lag: Callable[[payloads.Lag], None]
    obstruct: Callable[[str, bool], None]
    inject: Callable[[str, str, InjectedFault], None]
    happened: Callable[[str, str, str], int]
    one_time_code: str | None = None
    every: float = EVERY
    drains: bool = True
    """Whether the services tell when nothing is under way; else the contract's ``settle`` does."""


class PromiseBroken(Exception):
    """The promise is broken, and nothing more is to be looked at."""


@dataclass(slots=True)
class PromiseCheck:
    """One cell, played."""

    run: LinkageRun
    cell: Cell
    findings: Findings = field(init=False)
    trace_id: str = field(default_factory=lambda: secrets.token_hex(16))
    hops: Hops = field(init=False)
    reads: int = 0
    reached: Counter[str] = field(default_factory=Counter)
    """Which states the check brought about: *sometimes* assertions, without which a green is worth nothing."""
    injected: Counter[FaultKind] = field(default_factory=Counter)
    """How often a fault was injected that must happen, on the way from the writer's service to the reader's."""
    _sessions: list[ParticipantSession] = field(default_factory=list)
    _named: dict[str, ParticipantSession] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.findings = Findings(f"linkage.yaml#/entities/{self.cell.entity}/promises/{self.cell.promise}")
        self.hops = self.run.hops(self.trace_id)

    def quiet(self) -> None:
        """Wait until no data is under way: until every ``drain`` says so, else for ``settle``. NotRun without both."""
        settle = self.run.contract.defaults.settle
        if self.run.drains or settle is None:
            self.run.quiet(self.cell.within)
        else:
            pause(settle)

    # who and what

    @property
    def entities(self) -> Mapping[str, Entity]:
        return self.run.contract.entities

    @property
    def entity(self) -> Entity:
        return self.entities[self.cell.entity]

    @property
    def writer(self) -> ParticipantSession:
        return self.on(self.cell.writer)

    @property
    def reader(self) -> ParticipantSession:
        return self.on(self.cell.reader)

    def on(self, name: str) -> ParticipantSession:
        """The session of a participant that this check keeps."""
        if name not in self._named:
            self._named[name] = self.another(name)
        return self._named[name]

    def another(self, name: str) -> ParticipantSession:
        """A further session of a participant, with credentials of its own."""
        return self.session(self.run.participants[name])

    def session(self, participant: Participant) -> ParticipantSession:
        made = ParticipantSession(
            participant,
            seed=self.run.seed,
            timeout=self.run.timeout,
            traceparent=Trace(self.trace_id, 1, 1).header(),
        )
        self._sessions.append(made)
        return made

    def title(self, participant: str) -> Text:
        return self.run.participants[participant].title

    @overload
    def call(self, entity: Entity, session: ParticipantSession, act: Literal["make"]) -> Make: ...
    @overload
    def call(self, entity: Entity, session: ParticipantSession, act: Literal["read", "list"]) -> Read: ...
    @overload
    def call(self, entity: Entity, session: ParticipantSession, act: str) -> Call: ...

    def call(self, entity: Entity, session: ParticipantSession, act: str) -> Call:
        found = session.participant.call(entity, act)
        if found is None:
            raise NotRun(words.NO_ACT.format(act=act, participant=session.name, entity=entity.title))
        return found

    def act(self, entity: Entity, session: ParticipantSession, name: str) -> Act:
        """One of the acts that the contract names."""
        found = session.participant.acts(entity).get(name)
        if found is None:
            raise NotRun(words.NO_ACT.format(act=name, participant=session.name, entity=entity.title))
        return found

    # what goes wrong on the way

    @property
    def can_go_wrong(self) -> bool:
        """Whether a proxy stands on the way from the writer's service to the reader's."""
        ends = self.run.participants[self.cell.writer], self.run.participants[self.cell.reader]
        return self.hops.recorded(*ends)

    @contextmanager
    def going_wrong(
        self,
        kind: FaultKind,
        *,
        seconds: float = 0.0,
        back: bool = False,
        skip: int = 0,
        times: int = 1,
        reads: bool = False,
    ) -> Iterator[None]:
        """A delivery of this check from the writer's service to the reader's (``back``: the other way round) goes
        wrong: the first ``times`` after ``skip``; ``reads``: those that read. That there is a first one on the way
        there is certain, and no other.
        """
        ends = self.writer.participant, self.reader.participant
        way = self.hops.way(*(reversed(ends) if back else ends))
        if way is None:  # back: what the reader's service says goes nowhere
            yield
            return
        source, target = way
        before = self.run.happened(source, target, self.trace_id)
        fault = InjectedFault(
            trace_id=self.trace_id, kind=kind, seconds=seconds, skip=skip, times=times, reads=reads
        )
        self.run.inject(source, target, fault)
        certain = not (back or skip or reads)
        if certain:
            self.injected[kind] += 1
        yield
        happened = poll(  # it is noted when the delivery is over, which may be after it was seen
            lambda: self.run.happened(source, target, self.trace_id) - before,
            lambda count: count > 0,
            within=seconds + NOTED if certain else 0.0,
        ).value
        self.reached[f"{kind} back" if back else kind] += happened

    # reading

    def own(
        self, record: Record, session: ParticipantSession | None = None, write: Write | None = None
    ) -> Reading:
        """Read the record where it was written; its ``seen`` are what is shown there.

        A finding, and the end, where that is not what was written.
        """
        session = session or self.writer
        entity = self.entities[record.entity]
        call = self.call(entity, session, "read")

        def missed(reading: Reading) -> dict[str, tuple[Value, Value]]:
            return _missed(entity, session.name, write, reading)

        outcome = self.poll(
            lambda: session.read(entity, call, record),
            lambda reading: reading.found and not missed(reading),
            self.cell.within,
        )
        reading, who = outcome.value, self.title(session.name)
        place = asked(session, call, record)
        expected = words.THE_RECORD.format(id=record.id or "")
        if not reading.found:
            self.note(
                words.NOT_SHOWN_ITSELF.format(who=who, user=user(session, call, record)),
                reading,
                expected=expected if write is None else self.within(expected, write),
                seen=words.SEEN.format(what=reading.words, participant=place, reads=outcome.reads),
                key=f"{session.name} own",
                cause=not_kept(self.cell, session.name, "record"),
            )
            raise PromiseBroken
        for name, (sent, shown) in missed(reading).items():
            wanted = words.FIELD.format(name=name, value=sent)
            self.note(
                words.NOT_KEPT.format(who=who, name=name),
                reading,
                expected=wanted if write is None else self.within(wanted, write),
                seen=words.SEEN.format(
                    what=words.FIELD.format(name=name, value=shown), participant=place, reads=outcome.reads
                ),
                key=f"{session.name} own {name}",
                cause=not_kept(self.cell, session.name, name),
            )
            raise PromiseBroken
        record.seen = dict(reading.fields)
        return reading

    def poll(
        self, read: Callable[[], Reading], until: Callable[[Reading], bool], within: float
    ) -> Polled[Reading]:
        outcome = poll(read, until, within=within, every=self.run.every)
        self.reads += outcome.reads
        return outcome

    def look(self, record: Record, session: ParticipantSession | None = None) -> Reading:
        """The record as the reader shows it now. An answer that is neither it nor its absence is asked for again, as
        long as the promise may take; then it is a finding, and the end.
        """
        session = session or self.reader
        entity = self.entities[record.entity]
        call = self.call(entity, session, "read")
        outcome = self.poll(
            lambda: session.read(entity, call, record),
            lambda reading: reading.refused is None,
            self.cell.within,
        )
        if not outcome.satisfied:
            self.missing(record, outcome, session)
        return outcome.value

    def follow(
        self, record: Record, write: Write, *, session: ParticipantSession | None = None
    ) -> Polled[Reading]:
        """Read until the reader shows the record as its writer does after ``write``, for as long as it may take.

        The writer is asked between the reader's first two reads, so that the interval stays narrow.
        """
        reader, writer = session or self.reader, self.writer
        call = self.call(self.entity, reader, "read")
        asked = False

        def shown(reading: Reading) -> bool:
            nonlocal asked
            if not asked:
                asked = True
                self.own(record, writer, write)
            return reading.found and not self.differences(record, reading)

        left = max(0.0, self.cell.within - (time.monotonic() - write.answered))
        return self.poll(lambda: reader.read(self.entity, call, record), shown, left)

    def arrive(self, record: Record, maker: ParticipantSession, session: ParticipantSession) -> None:
        """Wait until a participant shows a record that another one made. NotRun where it does not in time and
        'appears' is promised, which is about that; else a finding, and the end.
        """
        entity = self.entities[record.entity]
        call = session.participant.call(entity, "read")
        if session.name == maker.name or call is None:
            return
        outcome = self.poll(
            lambda: session.read(entity, call, record),
            lambda reading: reading.found and not translate.differences(entity, record.seen, reading.fields),
            self.run.contract.within(record.entity),
        )
        if outcome.satisfied:
            return
        if "appears" in entity.promises:
            raise NotRun(
                words.NEVER_CAME.format(
                    entity=entity.title, maker=maker.name, reader=session.name, seen=outcome.value.words
                )
            )
        self.missing(record, outcome, session)

    def differences(self, record: Record, reading: Reading) -> dict[str, tuple[Value, Value]]:
        """Fields that are others than the writer shows: its value, then the reader's."""
        return translate.differences(self.entity, record.seen, reading.fields)

    def appears(self, record: Record, write: Write) -> Reading:
        """The write appears on the reader, in time; its lag is recorded. A finding and the end where it does not."""
        outcome = self.follow(record, write)
        if self.measure(write, outcome) == "late":
            self.not_shown(record, write, outcome)
            raise PromiseBroken
        self.reached["appeared"] += 1
        return outcome.value

    def measure(self, write: Write, outcome: Polled[Reading]) -> Literal["in time", "late"]:
        """Record the lag of a write: an interval from the answer to the writer. *late* also where it never came."""
        lower = 0.0 if outcome.last_without is None else max(0.0, outcome.last_without - write.answered)
        upper = None if outcome.first_with is None else max(0.0, outcome.first_with - write.answered)
        self.run.record_lag(
            payloads.Lag(
                entity=self.cell.entity,
                source=self.cell.writer,
                target=self.cell.reader,
                title=self.entity.title,
                lower=lower,
                upper=upper,
                allowed=self.cell.within,
                reads=outcome.reads,
                since="the writer's answer",
            )
        )
        return "late" if upper is None or lower > self.cell.within else "in time"

    # telling

    def note(
        self,
        what: Text,
        reading: Reading,
        *,
        expected: Text | str,
        seen: Text | str,
        key: str,
        cause: Cause | None = None,
    ) -> None:
        """A finding. ``what`` is one clause; the entity stands before it."""
        self.findings.note(
            self.cell.promise,
            words.TITLE.format(entity=self.entity.title, what=what),
            expected=expected,
            seen=seen,
            exchange=_answered(reading.answer.exchange),
            curl=reading.answer.curl,
            phase=self.cell.promise,
            key=key,
            cause=cause,
            checked=reading.answer.checked,
        )

    def missing(self, record: Record, outcome: Polled[Reading], session: ParticipantSession) -> NoReturn:
        """The finding that a participant does not show a record that was there, and the end. BrokenError where its
        answer says more of the request than of the record.
        """
        reading, entity = outcome.value, self.entities[record.entity]
        place = asked(session, self.call(entity, session, "read"), record)
        if reading.refused is not None and reading.answer.status in OF_THE_REQUEST:
            raise BrokenError(words.UNREADABLE.format(participant=place, seen=reading.words))
        self.note(
            words.NOT_SHOWN.format(who=self.title(session.name), entity=entity.title),
            reading,
            expected=words.THE_RECORD.format(id=record.id or ""),
            seen=words.SEEN.format(what=reading.words, participant=place, reads=outcome.reads),
            key=f"{session.name} {record.entity} missing",
        )
        raise PromiseBroken

    def within(self, what: Text, write: Write) -> Text:
        """What must be seen, and until when."""
        return words.WITHIN.format(what=what, within=self.cell.within, write=write.label)

    def not_shown(self, record: Record, write: Write, outcome: Polled[Reading]) -> None:
        """The finding that a write is not seen by the reader in time, with the first field that differs."""
        reading, there = outcome.value, self.title(self.cell.reader)
        place = asked(self.reader, self.call(self.entity, self.reader, "read"), record)
        differing = self.differences(record, reading) if reading.found else {}
        hop = self.hops.last(self.run.participants[self.cell.writer], self.run.participants[self.cell.reader])
        more: Text | str = ""
        if differing:
            # What differs in more than its precision comes first.
            ordered = sorted(differing.items(), key=lambda item: self._only_coarser(*item))
            (name, (left, right)), *others = ordered
            what = words.NOT_IN_TIME.format(who=there, name=name)
            if self._only_coarser(name, (left, right)):
                what = words.COARSER.format(who=there, name=name, place=f"{self.cell.entity}.fields.{name}")
            expected = words.AS_SHOWN.format(name=name, value=left, participant=self.cell.writer)
            shown, key = words.FIELD.format(name=name, value=right), name
            if others:
                more = words.MORE.format(fields=", ".join(name for name, _ in others))
        else:
            missing = words.TWICE_THERE if reading.times else words.NOT_THERE
            what, key = missing.format(who=there, times=reading.times), "record"
            expected, shown = words.THE_RECORD.format(id=record.id), reading.words
        seen = words.SEEN_AND_HOP.format(
            what=shown, participant=place, reads=outcome.reads, more=more, hop=hop
        )
        cause = why_lost(self.cell, self.entity, record, reading)
        self.note(what, reading, expected=self.within(expected, write), seen=seen, key=key, cause=cause)

    def _only_coarser(self, name: str, pair: tuple[Value, Value]) -> bool:
        return translate.only_coarser(self.entity.fields[name], *pair)

    # ending

    def close(self) -> None:
        for session in self._sessions:
            session.close()

    def outcome(self, work: Callable[[PromiseCheck], None]) -> Outcome:
        """Everything ``work`` comes to; what the harness itself could not do is *broken*."""
        began = time.monotonic()
        not_run: tuple[Text, ...] = ()
        broken: tuple[Text, ...] = ()
        try:
            work(self)
        except PromiseBroken:
            pass
        except NotRun as reason:
            not_run = (reason.text,)
        except BrokenError as error:
            broken = (error.text,)
        finally:
            self.close()
        statuses: Counter[str] = Counter()
        rows_read = 0
        for session in self._sessions:
            statuses.update(session.client.statuses)
            rows_read += session.rows_read
        findings = self.findings.all()
        if not (findings or not_run or broken):
            ends = self.run.participants[self.cell.reader], self.run.participants[self.cell.writer]
            asks = partial(self.hops.asks, *ends)
            not_run = tuple(states.missing(self.cell, self.reached, self.injected, asks))
        return Outcome(
            findings=findings,
            cases={self.cell.promise: statuses.total() + rows_read},
            statuses=dict(sorted(statuses.items())),
            seconds=round(time.monotonic() - began, 3),
            broken=broken,
            not_run=not_run,
        )


def _missed(
    entity: Entity, participant: str, write: Write | None, reading: Reading
) -> dict[str, tuple[Value, Value]]:
    """The fields of the body that was sent that are others where it was sent to."""
    if write is None:
        return {}
    found = {
        name: (Value(word, word), reading.fields[name])
        for name, word in write.sets.items()
        if name in reading.fields and reading.fields[name].canonical != word
    }
    for name, rule in entity.fields.items():
        pointer = translate.pointer_of(name, rule, participant)
        sent = None if pointer is None else translate.at(write.sent.body, pointer)
        if sent is None or name not in reading.fields:
            continue
        value = translate.value(rule, participant, sent)
        if not translate.holds(rule, value, reading.fields[name]):
            found[name] = (value, reading.fields[name])
    return found


def _answered(exchange: Exchange) -> Exchange:
    """The exchange without what the proxy said of requests behind it: that deliveries are still under way, or get
    no answer, is what these checks are about.
    """
    response = exchange.response
    if response is None:
        return exchange
    headers = tuple(pair for pair in response.headers if pair[0].lower() != BEHIND.lower())
    return replace(exchange, response=Message(headers, response.body))
