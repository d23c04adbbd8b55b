"""A test process that opens and closes mini-programs all day: nothing of a session stays in it."""

from __future__ import annotations

import contextlib
import gc
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from harness.core.actors import invent
from harness.core.errors import BrokenError
from harness.platforms.minium_client import connect, load
from harness.platforms.settings import MiniProgramSettings
from harness.platforms.simulator import SimulatorDriver
from harness.processes.ports import free_ports, taken_blocks

COUNTER = Path(__file__).parents[2] / "fixture_apps" / "counter"
ATTEMPTS = 3
SESSIONS = 2
RUN_OUT = ("threads", "descriptors")


def held() -> dict[str, object]:
    """What this process holds that it can run out of, and what only grows."""
    from minium.miniprogram.base_driver import minium_log
    from minium.utils.emitter import ee

    gc.collect()
    mine, reporter = psutil.Process(), minium_log.thread  # which ends within ten seconds of its import
    return {
        "threads": sorted(thread.name for thread in threading.enumerate() if thread is not reporter),
        "descriptors": mine.num_fds() - taken_blocks() if psutil.POSIX else mine.num_handles(),
        "loggers": len(logging.Logger.manager.loggerDict),
        "listeners": sum(map(len, ee._events.values())),
        "clients": sum(type(each).__name__ == "WXMinium" for each in gc.get_objects()),
    }


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorDriver]:
    load()
    before = held()
    settings = MiniProgramSettings(project=COUNTER)
    driver = SimulatorDriver(settings, hosts={}, wechat=None, folder=tmp_path_factory.mktemp("run"))
    driver.prepare()
    yield driver
    driver.close()
    after = held()
    assert {name: after[name] for name in RUN_OUT} == {name: before[name] for name in RUN_OUT}


def use(driver: SimulatorDriver, number: int) -> None:
    session = driver.open(invent(f"person{number}", "7"))
    session.tap("#add")
    assert session.where() == "/pages/home/home"
    session.close()


def test_a_session_leaves_nothing_behind(driver: SimulatorDriver) -> None:
    use(driver, 0)
    before = held()
    for number in range(1, 1 + SESSIONS):
        use(driver, number)
    assert held() == before


def test_an_attempt_to_connect_leaves_nothing_behind(tmp_path: Path) -> None:
    [nobody] = free_ports(1)
    load()
    before = held()
    logging.disable()  # pytest keeps what is logged, with all that was at hand there
    for _ in range(ATTEMPTS):
        with contextlib.suppress(BrokenError):
            pytest.fail(f"something answered: {connect(nobody, tmp_path)}")
    logging.disable(logging.NOTSET)
    after = held()
    # One that another test left may go meanwhile, and one may come: what is left behind is as many as attempts.
    assert int(str(after["descriptors"])) - int(str(before["descriptors"])) < ATTEMPTS
    assert {**after, "descriptors": before["descriptors"]} == before
