"""What a scenario may let go wrong, and what is said where it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from harness.core.errors import NotRun, UsageError
from harness.linkage.world import World, WorldControl
from harness.traffic.fault_injection import InjectedFault
from harness.traffic.obstruction import Obstruction

TRACE = "0af7651916cd43dd8448eb211c80319c"


@dataclass
class Proxies:
    """What they were told, and how many faults happened."""

    told: list[object] = field(default_factory=list)
    happened: int = 1

    def world(self, *, alone: bool = False) -> World:
        control = WorldControl(
            edges=frozenset({("website", "mall"), ("mall", "website"), ("phone", "mall")}),
            inject=lambda source, target, fault: self.told.append((source, target, fault)),
            happened=lambda source, target, trace_id: self.happened,
            obstruct=lambda service, on: self.told.append((service, on)),
            hinder=self.hinder,
            situation=self.situation,
            clock=self.clock,
        )
        return World(TRACE, {"website": "website", "miniprogram": "mall"}, alone, control)

    def hinder(self, service: str, obstruction: Obstruction, on: bool) -> int:
        self.told.append((service, obstruction, on))
        return 0 if on else self.happened

    @contextmanager
    def clock(self, service: str, seconds: float) -> Iterator[None]:
        self.told.append((service, seconds))
        yield

    @contextmanager
    def situation(self, name: str, service: str) -> Iterator[None]:
        self.told.append((name, service, "begins"))
        try:
            yield
        finally:
            self.told.append((name, service, "ends"))


def test_between_attached_services_nothing_is_visible() -> None:
    control = Proxies().world().control
    world = World(
        TRACE, {}, False, replace(control, edges=frozenset({("phone", "mall")}), attached=frozenset({"erp"}))
    )
    with pytest.raises(NotRun, match=r"not visible: no edge\. erp is attached by its url"):
        world.lose("erp", "mall")
    with pytest.raises(UsageError, match="no service called 'mall' sends requests to 'erp'"):
        world.lose("mall", "erp")


def test_a_delivery_is_named_by_the_platforms_and_belongs_to_the_scenario() -> None:
    proxies = Proxies(happened=7)
    world = proxies.world()
    world.lose("website", "miniprogram")
    world.lose("website", "miniprogram", answer=True, skip=1)
    world.duplicate("miniprogram", "website", after=0.2)
    world.delay("phone", "mall", 3.0, reads=True)
    world.truncate("website", "miniprogram")
    world.truncate("website", "miniprogram", answer=True)
    world.reorder("website", "miniprogram")
    fault = InjectedFault(trace_id=TRACE, kind="lose")
    assert proxies.told == [
        ("website", "mall", fault),
        ("website", "mall", fault.model_copy(update={"kind": "lose-answer", "skip": 1})),
        ("mall", "website", fault.model_copy(update={"kind": "duplicate", "seconds": 0.2})),
        ("phone", "mall", fault.model_copy(update={"kind": "delay", "seconds": 3.0, "reads": True})),
        ("website", "mall", fault.model_copy(update={"kind": "truncate"})),
        ("website", "mall", fault.model_copy(update={"kind": "truncate-answer"})),
        ("website", "mall", fault.model_copy(update={"kind": "reorder", "seconds": 5.0})),
    ]
    world.require_happened()


@pytest.mark.parametrize(("happened", "enough"), [(0, False), (1, False), (2, True)])
def test_what_was_to_go_wrong_and_did_not_proves_nothing(happened: int, enough: bool) -> None:
    world = Proxies(happened=happened).world()
    world.lose("website", "miniprogram", times=2)
    if enough:
        world.require_happened()
        return
    with pytest.raises(NotRun, match=f"of 2 injected faults {happened} happened"):
        world.require_happened()


def test_a_name_nobody_has_and_a_way_nobody_goes() -> None:
    world = Proxies().world()
    with pytest.raises(UsageError, match=r"called 'minprogram'; did you mean 'miniprogram'\?"):
        world.lose("website", "minprogram")
    with pytest.raises(UsageError, match="no service called 'website' sends requests to 'phone'"):
        world.lose("website", "phone")


def test_what_concerns_everybody_is_for_scenarios_that_run_alone() -> None:
    proxies = Proxies()
    with (
        pytest.raises(UsageError, match="say 'alone: true' in the catalogue"),
        proxies.world().without("mall"),
    ):
        pass
    with (
        pytest.raises(UsageError, match="say 'alone: true' in the catalogue"),
        proxies.world().situation("closed", on="website"),
    ):
        pass
    with (
        pytest.raises(UsageError, match="say 'alone: true' in the catalogue"),
        proxies.world().clock("website", timedelta(days=1)),
    ):
        pass
    assert proxies.told == []
    with proxies.world(alone=True).clock("miniprogram", -timedelta(hours=1)):
        assert proxies.told == [("mall", -3600.0)]


def test_all_is_as_before_after_a_scenario_that_fails() -> None:
    proxies = Proxies()
    world = proxies.world(alone=True)
    with pytest.raises(ZeroDivisionError), world.without("miniprogram"):
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), world.situation("closed", on="website"):
        raise ZeroDivisionError
    assert proxies.told == [
        ("mall", True),
        ("mall", False),
        ("closed", "website", "begins"),
        ("closed", "website", "ends"),
    ]


def test_a_service_is_slow_or_refusing_for_the_scenario_alone() -> None:
    proxies = Proxies()
    world = proxies.world()
    with world.slow("miniprogram", 2.0):
        pass
    with pytest.raises(ZeroDivisionError), world.refusing("website", 500):
        raise ZeroDivisionError
    slow = Obstruction(kind="slow", trace_id=TRACE, seconds=2.0)
    refusing = Obstruction(kind="refusing", trace_id=TRACE, status=500)
    assert proxies.told == [
        ("mall", slow, True),
        ("mall", slow, False),
        ("website", refusing, True),
        ("website", refusing, False),
    ]
    world.require_happened()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda world: world.refusing("website", 404).__enter__(), "world: status"),
        (lambda world: world.slow("website", 3600).__enter__(), "world: seconds"),
        (lambda world: world.lose("website", "miniprogram", times=0), "world: times"),
    ],
)
def test_what_no_proxy_can_do_is_bad_input(wrong: Callable[[World], None], message: str) -> None:
    proxies = Proxies()
    with pytest.raises(UsageError, match=message):
        wrong(proxies.world())
    assert proxies.told == []


@pytest.mark.parametrize("what", ["slow", "refusing"])
def test_a_service_that_nobody_asks_meanwhile_proves_nothing(what: str) -> None:
    world = Proxies(happened=0).world()
    with world.slow("miniprogram", 2.0) if what == "slow" else world.refusing("miniprogram"):
        pass
    with pytest.raises(
        NotRun, match=f"nothing of this scenario was asked of miniprogram while it was {what}"
    ):
        world.require_happened()
