"""What goes wrong between the services while a scenario is under way: ``world.lose("website", "miniprogram")``.

A delivery that is lost, cut, late, doubled or overtaken is one of the scenario's own, told by its trace, and so are the
requests to a service that is slow or refusing: such scenarios run beside each other. A service that is cut off, a
situation and a clock concern everybody: such a scenario says ``alone: true`` in the catalogue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from harness.core.errors import NotRun, UsageError
from harness.core.nearest import ANY, nearest
from harness.core.text import Text
from harness.core.validation import PLACED, first_invalid
from harness.traffic.fault_injection import FaultKind, InjectedFault
from harness.traffic.obstruction import Obstruction

NEVER_HAPPENED = Text(
    zh="{source} 与 {target} 之间没有可以出错的请求：{count} 次注入只发生了 {happened} 次。"
    "服务是否传递 traceparent？",
    en="nothing could go wrong between {source} and {target}: of {count} injected faults {happened} happened. "
    "Do the services pass traceparent on?",
)


NOTHING_ASKED = Text(
    zh="本场景没有向 {name} 发出请求，{what}无从出现。服务是否传递 traceparent？",
    en="nothing of this scenario was asked of {name} while it was {what}. Do the services pass traceparent on?",
)
NO_EDGE = Text(
    zh="按 harness.toml，没有名为 {source!r} 的服务向 {target!r} 发出请求",
    en="no service called {source!r} sends requests to {target!r}, says harness.toml",
)
NOT_VISIBLE = Text(
    zh="不可见：没有调用边。{source} 是按 url 接入的，它发给 {target} 的请求不经过录制代理",
    en="not visible: no edge. {source} is attached by its url: what it sends to {target} passes no recording proxy",
)
NO_SERVICE = Text(zh="没有名为 {name!r} 的端或服务", en="no platform or service is called {name!r}")
NOT_ALONE = Text(
    zh="world.{what} 影响所有场景；请在场景清单中写 'alone: true'",
    en="world.{what} concerns every scenario; say 'alone: true' in the catalogue",
)
M = TypeVar("M", bound=BaseModel)
SLOW, REFUSING = Text(zh="响应缓慢", en="slow"), Text(zh="拒绝服务", en="refusing")


@dataclass(frozen=True, slots=True)
class WorldControl:
    """How a run's proxies and backends are told. Services are those of harness.toml.

    ``situation`` brings a service into a situation for as long as its context lasts, ``clock`` lets its clock go
    ahead by so many seconds; ``obstruct`` makes a service unreachable for the other services, or reachable again;
    ``hinder`` begins or ends what hinders whoever asks a service, and says how many requests that concerned;
    ``edges`` are the recorded pairs of services; what the ``attached`` send to others is not known.
    """

    edges: frozenset[tuple[str, str]]
    inject: Callable[[str, str, InjectedFault], None]
    happened: Callable[[str, str, str], int]
    obstruct: Callable[[str, bool], None]
    hinder: Callable[[str, Obstruction, bool], int]
    situation: Callable[[str, str], AbstractContextManager[None]]
    clock: Callable[[str, float], AbstractContextManager[None]]
    attached: frozenset[str] = frozenset()


@dataclass(slots=True)
class World:
    """One scenario's. ``services``: who answers each platform; either name will do."""

    trace_id: str
    services: Mapping[str, str]
    alone: bool
    control: WorldControl
    _injected: Counter[tuple[str, str]] = field(default_factory=Counter)
    _never: list[Text] = field(default_factory=list)

    def lose(
        self,
        source: str,
        target: str,
        *,
        answer: bool = False,
        times: int = 1,
        skip: int = 0,
        reads: bool = False,
    ) -> None:
        """The next request of this scenario from ``source`` to ``target`` is not sent; with ``answer`` it is, and its
        answer is lost. ``skip`` lets some pass first; ``reads``: one that reads (GET), not one that writes.
        """
        self._inject(source, target, "lose-answer" if answer else "lose", times=times, skip=skip, reads=reads)

    def truncate(
        self,
        source: str,
        target: str,
        *,
        answer: bool = False,
        times: int = 1,
        skip: int = 0,
        reads: bool = False,
    ) -> None:
        """Half of the next request is sent; with ``answer`` all of it, and half of its answer comes back."""
        self._inject(
            source, target, "truncate-answer" if answer else "truncate", times=times, skip=skip, reads=reads
        )

    def reorder(
        self, source: str, target: str, *, within: float = 5.0, times: int = 1, skip: int = 0
    ) -> None:
        """The next request is sent after the one that follows it, if that comes ``within`` seconds."""
        self._inject(source, target, "reorder", seconds=within, times=times, skip=skip)

    def duplicate(
        self, source: str, target: str, *, after: float = 0.0, times: int = 1, skip: int = 0
    ) -> None:
        """The next request is sent a second time, ``after`` seconds later."""
        self._inject(source, target, "duplicate", seconds=after, times=times, skip=skip)

    def delay(
        self, source: str, target: str, seconds: float, *, times: int = 1, skip: int = 0, reads: bool = False
    ) -> None:
        """The next request is sent ``seconds`` later; what is sent after it overtakes it."""
        self._inject(source, target, "delay", seconds=seconds, times=times, skip=skip, reads=reads)

    def slow(self, name: str, seconds: float) -> AbstractContextManager[None]:
        """Meanwhile whatever this scenario asks of ``name`` is done in time and answered ``seconds`` later."""
        return self._hindrance(name, SLOW, kind="slow", seconds=seconds)

    def refusing(self, name: str, status: int = 503) -> AbstractContextManager[None]:
        """Meanwhile whatever this scenario asks of ``name`` is answered with ``status``, and does not get there."""
        return self._hindrance(name, REFUSING, kind="refusing", status=status)

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """Meanwhile no other service reaches ``name``. For scenarios that run alone."""
        service = self._service(name)
        self._require_alone(f"without({name!r})")
        self.control.obstruct(service, True)
        try:
            yield
        finally:
            self.control.obstruct(service, False)

    @contextmanager
    def situation(self, situation: str, on: str) -> Iterator[None]:
        """Meanwhile ``on`` is in a situation of harness.toml (``[[situations]]``). For scenarios that run alone."""
        self._require_alone(f"situation({situation!r})")
        with self.control.situation(situation, self._service(on)):
            yield

    @contextmanager
    def clock(self, name: str, ahead: timedelta) -> Iterator[None]:
        """Meanwhile the clock of ``name`` goes ahead, or back where that is negative. For scenarios that run alone.

        NotRun where it cannot be set: services.NAME.clock of harness.toml says what that needs.
        """
        self._require_alone(f"clock({name!r})")
        with self.control.clock(self._service(name), ahead.total_seconds()):
            yield

    def require_happened(self) -> None:
        """NotRun where a fault was to happen and nothing came that way: the steps then proved nothing."""
        if self._never:
            raise NotRun(self._never[0])
        for (source, target), count in self._injected.items():
            happened = self.control.happened(source, target, self.trace_id)
            if happened < count:
                raise NotRun(
                    NEVER_HAPPENED.format(source=source, target=target, count=count, happened=happened)
                )

    @contextmanager
    def _hindrance(self, name: str, what: Text, **values: object) -> Iterator[None]:
        service, obstruction = self._service(name), _model(Obstruction, trace_id=self.trace_id, **values)
        self.control.hinder(service, obstruction, True)
        try:
            yield
        finally:
            if not self.control.hinder(service, obstruction, False):
                self._never.append(NOTHING_ASKED.format(name=name, what=what))

    def _inject(
        self,
        source: str,
        target: str,
        kind: FaultKind,
        *,
        seconds: float = 0.0,
        times: int = 1,
        skip: int = 0,
        reads: bool = False,
    ) -> None:
        edge = self._service(source), self._service(target)
        if edge not in self.control.edges and edge[0] in self.control.attached:
            raise NotRun(NOT_VISIBLE.format(source=edge[0], target=edge[1]))
        if edge not in self.control.edges:
            raise UsageError(NO_EDGE.format(source=edge[0], target=edge[1]))
        fault = _model(
            InjectedFault,
            trace_id=self.trace_id,
            kind=kind,
            seconds=seconds,
            times=times,
            skip=skip,
            reads=reads,
        )
        self.control.inject(*edge, fault)
        self._injected[edge] += times

    def _service(self, name: str) -> str:
        edges = {service for edge in self.control.edges for service in edge}
        known = {*edges, *self.control.attached, *self.services.values()}
        if name in self.services:
            return self.services[name]
        if name not in known:
            raise UsageError(
                NO_SERVICE.format(name=name),
                nearest=nearest(name, {*known, *self.services}, alike=ANY),
            )
        return name

    def _require_alone(self, what: str) -> None:
        if not self.alone:
            raise UsageError(NOT_ALONE.format(what=what))


def _model(model: type[M], **values: object) -> M:
    """UsageError where a scenario gives what none has."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise UsageError(PLACED.format(place="world", what=first_invalid(error))) from None
