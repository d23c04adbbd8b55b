"""Every public method of minium 1.6.1 that needs no phone, against the simulator as it runs.

Each row asserts what a method did by asking somebody else; each handler a row goes through is then replaced
by one that answers ``{}``, and the row must notice.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.automator.client import SimulatorClient
from harness.core.polling import poll
from tests.rigs.simulator import APPS, dial, echoing, leave, simulating
from tests.rows import app_rows, element_rows, native_rows, page_rows
from tests.rows.left_out import CLASSES_LEFT_OUT, LEFT_OUT
from tests.rows.names import public_names
from tests.rows.registry import ROWS, Row, World

MODULES = (app_rows, element_rows, native_rows, page_rows)
MUTANT = Path(__file__).parent / "rigs" / "mutant_simulator.py"
XIAO_MING = {"openid": "oXiaoMing", "phone": "19900000001", "nickName": "小明"}
# A row that is lied to waits for what never comes: minium's own waits are cut down to this.
PATIENCE = 3


@dataclass
class Stage:
    """The simulator with its switch, and one app of it with minium connected; renewed when a row breaks it."""

    control: SimulatorClient
    switch: Path
    outputs: Path
    world: World | None = None

    def lie(self, *methods: str) -> None:
        self.switch.write_text("\n".join(methods))

    def ready(self, row: Row) -> World:
        """The app as a row expects it: its page opened anew, nothing open above it."""
        if self.world is None:
            new = self.control.new_app(XIAO_MING)
            other = SimulatorClient(new.endpoint, deadline=20)
            mini = dial(new.port, self.outputs, request_timeout=PATIENCE)
            self.world = World(mini, other, self.control, new.port)
        self.world.go(row.page)
        return self.world

    def leave(self) -> None:
        if self.world is not None:
            world, self.world = self.world, None
            self.lie()
            world.other.close()
            leave(world.mini)
            self.control.close_app(world.port)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("minium")
    switch = folder / "lies"
    switch.write_text("")
    command = (sys.executable, str(MUTANT), str(switch))
    with (
        echoing() as backend,
        simulating(
            APPS / "probe", "--map", f"https://api.probe.example={backend}", command=command
        ) as simulator,
        SimulatorClient(simulator.ready["control"], deadline=20) as control,
    ):
        stage = Stage(control, switch, folder / "outputs")
        yield stage
        stage.leave()


def test_the_table_and_what_it_leaves_out_are_exactly_what_minium_offers() -> None:
    by_class = public_names()
    assert set(CLASSES_LEFT_OUT) <= set(by_class)
    offered = {name for kind, names in by_class.items() if kind not in CLASSES_LEFT_OUT for name in names}
    shown = {name for row in ROWS for name in row.covers}
    assert shown & set(LEFT_OUT) == set(), "shown by a row, and left out"
    assert offered - shown - set(LEFT_OUT) == set(), "offered by minium, neither shown nor left out"
    assert (shown | set(LEFT_OUT)) - offered == set(), "no longer offered by minium"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_minium(row: Row, stage: Stage) -> None:
    world = stage.ready(row)
    try:
        row.run(world)
    except BaseException:
        # What it left open would fail the rows after it.
        stage.leave()
        raise


LIES = [(row, method) for row in ROWS for method in row.through]


@pytest.mark.full
@pytest.mark.parametrize(("row", "method"), LIES, ids=[f"{row.name}-{method}" for row, method in LIES])
def test_a_handler_that_only_says_it_is_done_is_noticed(row: Row, method: str, stage: Stage) -> None:
    world = stage.ready(row)
    world.patience = 1
    stage.lie(method)
    try:
        row.run(world)
    except Exception:
        return
    finally:
        stage.leave()
    pytest.fail(f"{row.name} is true although {method} answered {{}} and did nothing")


def test_an_app_that_was_left_and_a_client_that_went(stage: Stage) -> None:
    new = stage.control.new_app(XIAO_MING)
    mini = dial(new.port, stage.outputs)
    socket = mini.connection._client.sock.sock
    routes = {app["port"]: app["route"] for app in stage.control.call("Simulator.getInfo")["apps"]}
    assert routes[new.port] == "pages/start/start"
    mini.app.exit()

    def route() -> object:
        return next(
            app["route"] for app in stage.control.call("Simulator.getInfo")["apps"] if app["port"] == new.port
        )

    assert poll(route, lambda seen: seen is None, within=5).satisfied
    mini.shutdown()
    assert socket.recv(1) == b""
    socket.close()
    stage.control.close_app(new.port)
