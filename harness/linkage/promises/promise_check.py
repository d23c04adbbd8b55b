"""One check of one promise under way: its sessions, the states it reached, what it found and what that comes to.

A promise's module says what to do; how is in ``records`` (made and changed), ``reads`` (repeated until they show what
was written), ``crossing`` (in time, or a finding that names field, participants and hop), ``under_way`` (until what was
written has arrived) and ``deliveries`` (faults).
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Literal, overload

from harness.checks.findings import Findings
from harness.checks.outcome import Outcome
from harness.core.causes import Cause
from harness.core.errors import BrokenError, NotRun
from harness.core.exchange import BEHIND, Exchange, Message
from harness.core.polling import Polled, pause, poll
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.contract.model import Act, Call, Entity, Make, Read
from harness.linkage.contract.plan import Cell
from harness.linkage.contract.translate import Value
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.record import Reading, Record, Write
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.promises import states, words
from harness.linkage.promises.hops import Hops
from harness.linkage.promises.linkage_run import LinkageRun
from harness.traffic.attribution import Trace
from harness.traffic.fault_injection import FaultKind


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
    fault: FaultKind | None = None
    """What goes wrong on that way now."""
    undecided: list[Text] = field(default_factory=list)
    """What could not be seen, where the rest of the check goes on: the check is not run, unless it finds something."""
    _sessions: list[ParticipantSession] = field(default_factory=list)
    _named: dict[str, ParticipantSession] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.findings = Findings(f"linkage.yaml#/entities/{self.cell.entity}/promises/{self.cell.promise}")
        self.hops = self.run.hops(self.trace_id)

    @property
    def tells_quiet(self) -> bool:
        """Whether anything tells when no data is under way."""
        return self.run.drains or self.run.contract.defaults.settle is not None

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
            entities=self.run.contract.entities,
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
            raise NotRun(session.participant.no_act(entity, act))
        return found

    def act(self, entity: Entity, session: ParticipantSession, name: str) -> Act:
        """One of the acts that the contract names."""
        found = session.participant.acts(entity).get(name)
        if found is None:
            raise NotRun(session.participant.no_act(entity, name))
        return found

    # reading

    def poll(
        self, read: Callable[[], Reading], until: Callable[[Reading], bool], within: float
    ) -> Polled[Reading]:
        outcome = poll(read, until, within=within, every=self.run.every)
        self.reads += outcome.reads
        if not outcome.satisfied and outcome.value.part is not None:
            raise NotRun(outcome.value.part)
        return outcome

    def differences(self, record: Record, reading: Reading) -> dict[str, tuple[Value, Value]]:
        """Fields that are others than the writer shows: its value, then the reader's."""
        return translate.differences(self.entity, record.seen, reading.fields)

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

    def within(self, what: Text, write: Write) -> Text:
        """What must be seen, and until when."""
        return words.WITHIN.format(what=what, within=self.cell.within, write=write.label)

    # ending

    def close(self) -> None:
        for session in self._sessions:
            session.close()

    def outcome(self, work: Callable[[PromiseCheck], None]) -> Outcome:
        """Everything ``work`` comes to; what the harness itself could not do is *broken*."""
        found = self.played(work, self.findings, self.cell.promise)
        if found.findings or found.not_run or found.broken:
            return found
        ends = self.run.participants[self.cell.reader], self.run.participants[self.cell.writer]
        asks = partial(self.hops.asks, *ends)
        missing = states.missing(self.cell, self.reached, self.injected, asks)
        return replace(found, not_run=tuple(missing))

    def played(self, work: Callable[[PromiseCheck], None], findings: Findings, phase: str) -> Outcome:
        """As :meth:`outcome`, of these findings, whatever states were reached."""
        began = time.monotonic()
        not_run: list[Text] = self.undecided
        broken: tuple[Text, ...] = ()
        try:
            work(self)
        except PromiseBroken:
            pass
        except NotRun as reason:
            not_run.append(reason.text)
        except BrokenError as error:
            broken = (error.text,)
        finally:
            self.close()
        statuses: Counter[str] = Counter()
        for session in self._sessions:
            statuses.update(session.client.statuses)
        rows_read = sum(session.rows_read for session in self._sessions)
        return Outcome(
            findings=findings.all(),
            cases={phase: statuses.total() + rows_read},
            statuses=dict(sorted(statuses.items())),
            seconds=round(time.monotonic() - began, 3),
            broken=broken,
            not_run=tuple(dict.fromkeys(not_run)),
        )


def _answered(exchange: Exchange) -> Exchange:
    """The exchange without what the proxy said of requests behind it: that deliveries are still under way, or get
    no answer, is what these checks are about.
    """
    response = exchange.response
    if response is None:
        return exchange
    headers = tuple(pair for pair in response.headers if pair[0].lower() != BEHIND.lower())
    return replace(exchange, response=Message(headers, response.body))
