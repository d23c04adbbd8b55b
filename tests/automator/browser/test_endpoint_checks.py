"""The conformance checks against our simulator, and against a simulator that lies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.automator.endpoint_checks import APP, OURS, runner
from harness.automator.endpoint_checks import record as records
from harness.automator.endpoint_checks.record import Record, Result
from harness.automator.endpoint_checks.wire import Wire
from harness.automator.spec import load_spec
from harness.core.errors import BrokenError, UsageError
from harness.platforms.simulator_process import SimulatorProcess

COUNTER = Path(__file__).parents[2] / "fixture_apps" / "counter"
ANNA = {"openid": "oAnna", "nickName": "Anna"}
WECHATS = ("Tool", "App", "Page", "Element")  # the rest of the protocol is our own
# Methods no check is for, with the reason.
LEFT_OUT = {
    "Tool.close": "ends the connection of every check",
    "Tool.getTestAccounts": "depends on who is logged in",
    "Tool.clearAuth": "changes what the user of a real tool has allowed",
    "App.exit": "ends the app under test",
    "Element.touchcancel": "shows nothing of its own",
    "Element.dispatchEvent": "undocumented; minium alone uses it, for scrolling",
    "Element.callContextMethod": "needs a playing video",
}


@dataclass
class Green:
    endpoint: str
    record: Record
    used: Mapping[str, list[str]]
    """Method → the checks that call it."""


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("conformance") / "simulator.log"
    process = SimulatorProcess(APP, hosts={}, wechat=None, log=log)
    yield process.control.new_app(ANNA).endpoint
    process.close()


@pytest.fixture(scope="module")
def green(simulator: str) -> Green:
    used: dict[str, list[str]] = defaultdict(list)
    current: list[str] = []
    honest = Wire.call

    def noted(wire: Wire, method: str, params: Any = None, **options: Any) -> Any:
        current.append(method)
        return honest(wire, method, params, **options)

    def each(result: Result) -> None:
        for method in set(current):
            used[method].append(result.id)
        current.clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Wire, "call", noted)
        record = runner.run(simulator, runner.entries(), each)
    return Green(simulator, record, used)


def test_our_simulator_does_all_of_it(green: Green) -> None:
    wrong = [f"{result.id}: {result.seen}" for result in green.record.results if result.outcome != "passed"]
    assert wrong == []
    assert len(green.record.results) > 140


def test_the_record_that_comes_with_this_version_is_of_these_checks(green: Green) -> None:
    shipped = records.read(OURS)
    # When this fails: harness simulator check-endpoint --record harness/automator/endpoint_checks/simulator.json
    assert list(records.compare(green.record, shipped)) == []
    assert (shipped.endpoint, shipped.suite) == ("simulator", green.record.suite)


def test_every_method_that_does_something_is_in_some_check(green: Green) -> None:
    does = {
        name
        for name, method in load_spec().methods.items()
        if method.answer is None and name.partition(".")[0] in WECHATS
    }
    assert does - set(green.used) == set(LEFT_OUT)


def _unnoticed(green: Green, method: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether all checks stay green although the endpoint answers ``method`` with an empty result."""
    honest = Wire.call

    def lying(wire: Wire, name: str, params: Any = None, **options: Any) -> Any:
        return {} if name == method else honest(wire, name, params, **options)

    monkeypatch.setattr(Wire, "call", lying)
    monkeypatch.setattr("harness.automator.endpoint_checks.probe.WITHIN", 0.3)
    entries = {entry.id: entry for entry in runner.entries()}
    wires = runner.Wires(green.endpoint)
    try:
        return all(runner.one(wires, entries[id]).outcome == "passed" for id in green.used[method])
    finally:
        wires.close()
        monkeypatch.undo()


@pytest.mark.parametrize(
    "method", ["Element.tap", "Page.setData", "App.mockWxMethod", "App.captureScreenshot"]
)
def test_a_handler_that_does_nothing_is_noticed(
    green: Green, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not _unnoticed(green, method, monkeypatch)


@pytest.mark.full
def test_any_handler_that_does_nothing_is_noticed(green: Green, monkeypatch: pytest.MonkeyPatch) -> None:
    methods = [
        name for name in load_spec().methods if name in green.used and name.partition(".")[0] in WECHATS
    ]
    assert len(methods) > 35
    assert [name for name in methods if _unnoticed(green, name, monkeypatch)] == []


def test_another_mini_program_is_told_apart(tmp_path: Path) -> None:
    process = SimulatorProcess(COUNTER, hosts={}, wechat=None, log=tmp_path / "simulator.log")
    try:
        with pytest.raises(UsageError, match=r"another mini-program runs at .*: open .*app"):
            runner.run(process.control.new_app(ANNA).endpoint, runner.entries())
    finally:
        process.close()


def test_nothing_to_check_is_said() -> None:
    with pytest.raises(BrokenError, match=r"nothing answers at ws://127\.0\.0\.1:9"):
        runner.run("ws://127.0.0.1:9", runner.entries())
    with pytest.raises(UsageError, match="'localhost' is not an address of a WebSocket"):
        runner.run("localhost", runner.entries())
    with pytest.raises(UsageError, match="no domain is called 'route'; there are tool, routes"):
        runner.entries(["route"])


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("README.md", "{} checks of behaviour"),
        ("README.zh-CN.md", "{} 项行为检查"),
        ("docs/simulator.md", "{} checks against"),
        ("docs/simulator.zh-CN.md", "{} 项检查"),
    ],
)
def test_the_documents_say_how_many_checks_there_are(file: str, words: str) -> None:
    text = (Path(__file__).resolve().parents[3] / file).read_text(encoding="utf-8")
    assert words.format(len(runner.entries())) in text


def _record(endpoint: str, **seen: object) -> Record:
    results = tuple(
        Result(id=name, claim=f"{name} holds", outcome="passed", expected=value, seen=value)
        for name, value in seen.items()
    )
    fields = {"endpoint": endpoint, "tool": "1.06.1", "sdk": "3.5.0", "suite": "s", "date": "2026-01-02"}
    return Record.model_validate({**fields, "results": results})


def test_records_are_compared_by_what_was_seen(tmp_path: Path) -> None:
    ours = _record("simulator", same=[1], other=1, only_here=True)
    theirs = _record("devtools", same=[1], other=2, only_there=True)
    theirs.write(tmp_path / "devtools.json")
    read = records.read(tmp_path / "devtools.json")
    assert read == theirs
    assert [(each.id, each.one, each.other) for each in records.compare(ours, read)] == [
        ("other", "1", "2"),
        ("only_here", "true", "not in this record"),
        ("only_there", "not in this record", "true"),
    ]
    assert records.confirmed(ours, read) == (1, 3)


def test_a_check_devtools_was_not_asked_confirms_nothing() -> None:
    ours = _record("simulator", same=1)
    asked = Result(id="same", claim="same holds", outcome="not run", seen=1)
    assert records.confirmed(ours, ours.model_copy(update={"results": (asked,)})) == (0, 1)


def test_a_file_that_is_no_record_is_named(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text('{"format": 1, "endpoint": "phone"}')
    with pytest.raises(
        UsageError, match=r"record\.json: not a record of endpoint checks: endpoint: Input should be"
    ):
        records.read(file)
    with pytest.raises(UsageError, match="cannot be read"):
        records.read(tmp_path / "none.json")
