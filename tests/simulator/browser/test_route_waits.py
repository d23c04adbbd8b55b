"""Minium hears of every route while it waits for it: no change of pages takes the 5 s it would wait in vain.

``--full`` prints how long 2,000 took, on a machine at rest and with every core busy.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness.core.polling import poll
from tests.soak.busy import burn
from tests.support.simulator import APPS, dial, leave, simulating

HOME, DETAIL = "/pages/home/home", "/pages/detail/detail"
IN_VAIN = 5.0
"""Seconds minium waits for a route that is over, app.py ``_route_changed``."""


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with simulating(APPS / "counter", with_app=True) as simulator:
        port = int(simulator.ready["endpoint"].rsplit(":", 1)[1])
        client = dial(port, tmp_path_factory.mktemp("outputs"))
        yield client
        leave(client)


@contextlib.contextmanager
def cores_busy(times: float) -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    burners = [context.Process(target=burn, daemon=True) for _ in range(int((os.cpu_count() or 2) * times))]
    for burner in burners:
        burner.start()
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()


def change(mini: Any, times: int) -> list[float]:
    """There and back, ``times`` changes in all: the seconds each took. A page that is not the one asked for fails."""
    seconds: list[float] = []

    def timed(go: Callable[[], Any], expected: str) -> None:
        began = time.monotonic()
        page = go()
        seconds.append(time.monotonic() - began)
        assert page.path == expected

    for _ in range(times // 2):
        timed(lambda: mini.app.navigate_to(DETAIL), DETAIL)
        timed(mini.app.navigate_back, HOME)
    return seconds


def summary(seconds: list[float]) -> str:
    centiles = statistics.quantiles(seconds, n=100)
    return f"{len(seconds)} changes: median {centiles[49]:.3f} s, 99 % {centiles[98]:.3f} s, worst {max(seconds):.3f} s"


def test_back_and_forth(mini: Any) -> None:
    assert max(seconds := change(mini, 40)) < IN_VAIN, summary(seconds)


@pytest.mark.parametrize("late", [0.2, 1.0])
def test_a_client_that_begins_to_wait_late_still_hears_of_it(
    mini: Any, late: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a busy machine does to it now and then: the answer is in, and its thread gets no core.
    wait = mini.app._route_changed

    def begin_late(timeout: float | None = None) -> object:
        time.sleep(late)
        return wait(timeout)

    mini.app.navigate_to(DETAIL)
    monkeypatch.setattr(mini.app, "_route_changed", begin_late)
    began = time.monotonic()
    assert mini.app.navigate_back().path == HOME
    assert time.monotonic() - began < late + 1.5


def test_the_route_told_once_more_is_not_taken_for_the_next(
    mini: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is heard in the middle of a call that the simulator has not heard of yet.
    send = mini.app.call_wx_method_async
    page = mini.app.get_current_page()
    options = {
        "webviewId": page.page_id,
        "path": page.path.lstrip("/"),
        "query": {},
        "openType": "navigateBack",
    }

    def send_late(*arguments: object) -> object:
        mini.app._on_route_changed(message(options))
        return send(*arguments)

    for _ in range(3):
        mini.app.navigate_to(DETAIL)
        mini.app.navigate_back()
        heard = len(mini.app._navigation_stack)
        assert poll(lambda: len(mini.app._navigation_stack), lambda now: now > heard, within=5).satisfied  # noqa: B023
        with monkeypatch.context() as patch:
            patch.setattr(mini.app, "call_wx_method_async", send_late)
            assert mini.app.navigate_to(DETAIL).path == DETAIL
        mini.app.navigate_back()


def message(options: dict[str, object]) -> Any:
    from minium.miniprogram.base_driver.connection import DevToolMessage

    return DevToolMessage(name="onAppRouteDone", args=[DevToolMessage(options), 0])


@pytest.mark.full
@pytest.mark.parametrize("busy", [0, 1, 2], ids=["at_rest", "every_core_busy", "twice_as_busy"])
def test_two_thousand_changes(mini: Any, busy: int, capsys: pytest.CaptureFixture[str]) -> None:
    with cores_busy(busy):
        seconds = change(mini, 2000)
    with capsys.disabled():
        sys.stdout.write(f"\n{summary(seconds)}\n")
    assert max(seconds) < IN_VAIN, summary(seconds)
