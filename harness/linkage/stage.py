"""The stage: one scenario under way. Who acts, which step it is, what was thrown, seen and measured.

Owns steps: each is an event, a trace that every request it causes carries, and the place a
failure names. It knows sessions only by their protocol, and decides no verdict: it raises, the plugin judges.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from harness.core import causes, payloads
from harness.core.actors import Person, invent
from harness.core.errors import Explained, HarnessFault, ProductFault
from harness.core.events import EventLog
from harness.core.platforms import USUAL, Platforms
from harness.core.text import Language, Text
from harness.linkage.catalogue import Entry
from harness.linkage.entities import Entity
from harness.linkage.outboxes import Outboxes
from harness.linkage.phone_pool import PhonePool
from harness.linkage.thrown import exception_of
from harness.linkage.world import World
from harness.platforms import capabilities
from harness.platforms.pages import Pages
from harness.platforms.session import Session, Thrown
from harness.platforms.watching import USUAL as USUAL_WATCHING
from harness.platforms.watching import Watching
from harness.traffic.attribution import ScenarioExchanges, Trace

ATTRIBUTED = "attribute-traffic"
CHOOSES = "choose-person"
F = TypeVar("F", bound=Explained)


class StageListener(Protocol):
    """Who follows a scenario while it goes on; what happened is also an event."""

    def step(self, words: str) -> AbstractContextManager[object]:
        """A step begins; it ends with the context."""
        ...

    def attach(self, content: bytes | str, title: str, media_type: str) -> None:
        """Something was shown."""
        ...


class NoListener:
    """Nobody follows."""

    def step(self, words: str) -> AbstractContextManager[object]:
        return contextlib.nullcontext()

    def attach(self, content: bytes | str, title: str, media_type: str) -> None:
        pass


@dataclass(frozen=True, slots=True)
class RunContext:
    """What the stage needs to know of the run it is part of."""

    log: EventLog
    folder: Path
    language: Language
    seed: str
    check_system: Callable[[], None]  # raises ProcessDied when a part of the system is gone
    services: Mapping[str, str]  # platform → the service a person's requests go to
    listener: StageListener = field(default_factory=NoListener)
    platforms: Platforms = USUAL
    watching: Watching = USUAL_WATCHING


@dataclass(slots=True)
class Stage:
    """One scenario under way; made by the plugin for each test that carries ``@scenario``."""

    run: RunContext
    node_id: str
    entry: Entry
    reproduce: str
    trace_id: str = field(default_factory=lambda: secrets.token_hex(16))
    entities: dict[str, Entity] = field(default_factory=dict, repr=False)
    credentials: dict[str, str] = field(default_factory=dict, repr=False)
    people: dict[str, Person] = field(default_factory=dict)
    fixed: Person | None = field(default=None, repr=False)
    """Who the first person is where a platform's driver does not let the test choose."""
    phones: PhonePool | None = field(default=None, repr=False)
    """Where people's phones are lent; None: they are invented."""
    sessions: list[tuple[str, Session]] = field(default_factory=list)
    outboxes: Outboxes = field(default_factory=lambda: Outboxes({}))
    pages: Pages | None = field(default=None, repr=False)
    world: World | None = None
    """Where the scenario asked for it."""
    step: int = 0
    doing: str = ""
    text: Text | None = None  # of the step, in product words
    acting: int = 0  # number of the person who acts
    step_platforms: dict[int, str] = field(default_factory=dict)
    """On which platform each step is done: several may share one service, and only this tells them apart."""
    step_sessions: dict[int, tuple[str, Session]] = field(default_factory=dict, repr=False)
    """Who did each step, and on which session."""
    variant: str = ""  # tells the people of one playing of a scenario from those of another
    exchanges: ScenarioExchanges = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.exchanges = ScenarioExchanges(self.run.folder, self.trace_id)

    def open(self) -> None:
        self._write(
            payloads.ScenarioStart(
                id=self.entry.id,
                title=self.entry.title,
                priority=self.entry.priority,
                level=self.entry.level,
                entities=list(self.entry.entities),
                trace_id=self.trace_id,
                recorded=self.recorded,
            )
        )

    @property
    def recorded(self) -> list[str]:
        """The platforms of this scenario of which some request must be seen: those with a screen whose driver
        lets the proxies tell them.
        """
        if self.entry.without_traffic:
            return []
        used = (self.run.platforms.find(name) for name in self.entry.platforms)
        return [
            each.name
            for each in used
            if each is not None and each.has_screen and ATTRIBUTED in capabilities.of(each.driver)
        ]

    def person(self, alias: str, *, nickname: str | None = None) -> Person:
        """A person of this scenario; the same alias is the same person."""
        if alias not in self.people:
            person = invent(alias, f"{self.run.seed}/{self.variant}{self.node_id}", nickname=nickname)
            if self.fixed is not None and not self.people and not self._chooses:
                person = replace(self.fixed, alias=alias, credentials={})
            elif self.phones is not None:
                person = replace(person, phone=self.phones.lease(f"{self.node_id}, {alias}"))
            person.credentials.update(self.credentials)
            self.people[alias] = person
        return self.people[alias]

    @property
    def _chooses(self) -> bool:
        """Whether every platform of the scenario lets the test choose who acts."""
        used = (self.run.platforms.find(name) for name in self.entry.platforms)
        return all(CHOOSES in capabilities.of(each.driver) for each in used if each and each.has_screen)

    def enter(self, alias: str, session: Session) -> None:
        """``alias`` has opened ``session``; it is part of the evidence from now on."""
        self.sessions.append((alias, session))

    @contextlib.contextmanager
    def do(self, text: Text, alias: str, session: Session) -> Iterator[None]:
        """One step: ``text`` says in product words what ``alias`` does on the session's platform."""
        self.run.check_system()
        self.step += 1
        self.text = text
        number, words = self.step, text.say(self.run.language)
        self.doing, self.acting = f"{number} {words}", self._number(alias)
        self.step_platforms[number] = session.platform
        self.step_sessions[number] = alias, session
        began = time.monotonic()
        outcome: Literal["passed", "failed", "broken"] = "passed"
        try:
            with self.run.listener.step(words):
                session.trace(Trace(self.trace_id, self.acting, number).header())
                yield
                self._nothing_thrown_by(session)
        except ProductFault as fault:
            outcome = "failed"
            raise self.explain(fault, session.platform) from None
        except HarnessFault as fault:
            outcome = "broken"
            raise self.explain(fault, session.platform) from None
        except BaseException:
            outcome = "broken"
            raise
        finally:
            ended = payloads.Step(text=text, seconds=time.monotonic() - began, outcome=outcome)
            self._write(ended, step=number, actor=alias, platform=session.platform)

    def explain(self, fault: F, platform: str | None = None) -> F:
        """The same error with platform, step, seed and the command that shows it again."""
        fault.evidence = replace(
            fault.evidence,
            platform=fault.evidence.platform or platform,
            step=fault.evidence.step or self.doing or None,
            seed=fault.evidence.seed or self.run.seed,
            reproduce=fault.evidence.reproduce or self.reproduce,
        )
        fault.cause = fault.cause or self._cause(fault)
        fault.language = self.run.language
        return fault

    def _cause(self, fault: Explained) -> str:
        """What failed, whoever did it: other scenarios have the same step."""
        words = fault.title.en if self.text is None else f"{self.text.en}: {fault.title.en}"
        for person in self.people.values():
            for name in (person.nickname, person.alias):
                words = words.replace(name, "*")
        return causes.step(fault.evidence.platform or "", words)

    def record_lag(self, lag: payloads.Lag, platform: str) -> None:
        self._write(lag, step=self.step or None, platform=platform)

    def show(
        self, shown: payloads.Evidence, alias: str, session: Session, *, step: int | None = None
    ) -> None:
        """Record what ``alias`` saw on a session; ``step`` is the one that failed there."""
        self._write(shown, step=step, actor=alias, platform=session.platform)

    def nothing_thrown(self) -> None:
        """No session's code has thrown since its last step. Errors: AppException for the first that has."""
        for _, session in self.sessions:
            session.where()  # an answer of the page: what it threw before that has arrived
            self._nothing_thrown_by(session)

    def thrown_meanwhile(self) -> dict[str, list[Thrown]]:
        """By platform, what was thrown and is not yet told; a session that cannot say it is left out."""
        found: dict[str, list[Thrown]] = {}
        for _, session in self.sessions:
            with contextlib.suppress(Exception):
                found.setdefault(session.platform, []).extend(session.thrown())
        return found

    def _nothing_thrown_by(self, session: Session) -> None:
        if found := session.thrown():
            raise exception_of(found, session.platform, self.run.platforms.title(session.platform))

    def close(self) -> None:
        try:
            for _, session in self.sessions:
                session.close()
        finally:
            if self.phones is not None:
                self.phones.end()

    def _number(self, alias: str) -> int:
        return list(self.people).index(alias) + 1

    def _write(self, payload: payloads.EventPayload, **fields: Any) -> None:
        self.run.log.write(payload, scenario=self.node_id, **fields)
