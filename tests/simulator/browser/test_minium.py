"""Every public method of minium 1.6.1 that needs no phone, against the simulator as it runs.

Each row asserts what a method did by asking somebody else; each handler a row goes through is then replaced
by one that answers ``{}``, and the row must notice.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.core.polling import poll
from harness.simulator.host.handlers import HANDLERS
from harness.simulator.host.handlers.call import not_simulated
from tests.minium_methods import app_methods, element_methods, native_methods, page_methods
from tests.minium_methods.left_out import CLASSES_LEFT_OUT, LEFT_OUT
from tests.minium_methods.names import public_names
from tests.minium_methods.registry import METHODS, Method
from tests.support.minium_simulator import XIAO_MING, Stage, staging
from tests.support.simulator import dial

MODULES = (app_methods, element_methods, native_methods, page_methods)
MUTATED_HANDLERS = [(each, method) for each in METHODS for method in each.through]
# The rest is left to --full: these are one of each kind, and quick.
SAMPLE = {
    ("wx_methods", "App.callWxMethod"),
    ("data_of_a_page", "Page.setData"),
    ("attributes", "Element.getAttributes"),
    ("the_back_button", "Tool.native"),
}
BY_AUTOMATOR = "sent by miniprogram-automator only: test_automator.py"
NO_METHOD = {
    "App.exit": "test_leaving_the_app",
    "App.enableLog": "is carried out by the session, before the handler: tests/automator/test_session.py",
    "App.getPageStack": BY_AUTOMATOR,
    "Page.getElement": BY_AUTOMATOR,
    "Element.getElement": BY_AUTOMATOR,
    "Tool.getInfo": "asked before anything else: test_automator.py",
    "Tool.close": "minium closes its socket itself when the other side does not; test_server.py",
}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staging(tmp_path_factory.mktemp("minium")) as made:
        yield made


def test_the_table_and_what_it_leaves_out_are_exactly_what_minium_offers() -> None:
    by_class = public_names()
    assert set(CLASSES_LEFT_OUT) <= set(by_class)
    offered = {name for kind, names in by_class.items() if kind not in CLASSES_LEFT_OUT for name in names}
    shown = {name for row in METHODS for name in row.covers}
    assert shown & set(LEFT_OUT) == set(), "shown by a row, and left out"
    assert offered - shown - set(LEFT_OUT) == set(), "offered by minium, neither shown nor left out"
    assert (shown | set(LEFT_OUT)) - offered == set(), "no longer offered by minium"


def test_every_handler_a_client_reaches_stands_behind_a_row() -> None:
    reached = {
        name
        for name, handler in HANDLERS.items()
        if handler is not not_simulated and not name.startswith("Simulator.")
    }
    behind = {method for _, method in MUTATED_HANDLERS}
    assert behind & set(NO_METHOD) == set(), "behind a row, and explained away"
    assert reached - behind - set(NO_METHOD) == set(), "a handler no row would miss"
    assert (behind | set(NO_METHOD)) - reached == set(), "no such handler"
    assert {(row.name, method) for row, method in MUTATED_HANDLERS} >= SAMPLE


@pytest.mark.parametrize("row", METHODS, ids=lambda row: row.name)
def test_minium(row: Method, stage: Stage) -> None:
    context = stage.ready(row)
    try:
        row.run(context)
    except BaseException:
        # What it left open would fail the rows after it.
        stage.leave()
        raise
    assert set(row.through) - stage.asked() == set(), "the row does not go through what it says"


@pytest.mark.parametrize(
    ("row", "method"),
    [
        pytest.param(
            row,
            method,
            id=f"{row.name}-{method}",
            marks=() if (row.name, method) in SAMPLE else pytest.mark.full,
        )
        for row, method in MUTATED_HANDLERS
    ],
)
def test_a_handler_that_only_says_it_is_done_is_noticed(row: Method, method: str, stage: Stage) -> None:
    context = stage.ready(row)
    context.patience = 1
    stage.lie(f"minium {method}")
    try:
        row.run(context)
    except Exception:
        return
    finally:
        stage.leave()
    pytest.fail(f"{row.name} is true although {method} answered {{}} and did nothing")


@pytest.mark.parametrize("lied_to", [False, True])
def test_leaving_the_app(lied_to: bool, stage: Stage) -> None:
    stage.leave()
    new = stage.control.new_app(XIAO_MING)
    mini = dial(new.port, stage.folder / "outputs")

    def route() -> object:
        apps = stage.control.call("Simulator.getInfo")["apps"]
        return next(app["route"] for app in apps if app["port"] == new.port)

    assert route() == "pages/start/start"
    stage.lie(*(["minium App.exit"] if lied_to else []))
    mini.app.exit()
    assert poll(route, lambda seen: seen is None, within=1 if lied_to else 5).satisfied is not lied_to
    stage.lie()
    socket = mini.connection._client.sock.sock
    mini.shutdown()
    assert mini.connection is None
    assert socket.recv(1) == b""
    socket.close()
    stage.control.close_app(new.port)
