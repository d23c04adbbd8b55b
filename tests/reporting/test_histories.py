"""What a gate says of runs that went every way a run can go: its figures, its sentence, its exit code.

Cut short, in parts, merged, damaged. No run says more than what ran, and none is lost over one bad line.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as xml

import pytest

from harness.core.text import Text
from harness.plugin.collected import INTERRUPTED
from harness.reporting import gate_json, gate_markdown, junit, overview
from harness.reporting.gate import GateResult, judge
from harness.reporting.outputs import draw
from harness.reporting.run_files import CLEANUP, TARGETS
from harness.reporting.settings import GateSettings, ReportingSettings
from harness.runs.merging import merge
from tests.support.history import CONTRACT_TESTS, ORDERS, POINTS, SCENARIOS, History, node

STOPPED = Text(zh="有 1 个测试未通过后停止", en="stopped after 1 test that did not pass (-x, --maxfail)")
READY = "Ready to release: every rule of the gate passed"
PART = "Passed, of what was selected: it is only a part, which decides no release"
CONTRACTS_ONLY = "contract tests only: no scenario was selected, so this says nothing about linkage"
UNTRUSTED = "Do not release: this run cannot be fully trusted"
AT_FAULT = "Do not release: the product is at fault"
CROSSES = "contracts/linkage.yaml::order::website→miniprogram[appears]"
WITH_LINKAGE = {"shared.yaml": "tested", "linkage.yaml": "linkage"}
NO_SCENARIO = "no scenario was selected: the 2 P0 scenarios of the catalogue are not judged"


@dataclass(frozen=True)
class Expected:
    """``tests``: passed, failed, broken, flaky, not run; ``p0``: passed of all; ``failing``: the rules, measured;
    ``says``: words of the gate's explanations and of what stands under the verdict.
    """

    tests: tuple[int, int, int, int, int]
    p0: tuple[int, int]
    title: str
    failing: dict[str, float]
    exit_code: int
    says: tuple[str, ...] = ()


Tell = Callable[[History], None]
GREEN = (5, 0, 0, 0, 0)


def clean(history: History) -> None:
    history.all()


def driver_cannot(id: str) -> Tell:
    def tell(history: History) -> None:
        history.begin()
        history.play(*(name for name in (*SCENARIOS, *CONTRACT_TESTS) if name != id))
        history.play(id, verdict="not run", message="devtools cannot scan")
        history.end()

    return tell


def product_fault(history: History) -> None:
    history.begin()
    history.play("L01", verdict="failed")
    history.play("L02", "L03", *CONTRACT_TESTS)
    history.end(1)


def first_failure(history: History) -> None:
    history.begin()
    history.play("L01", verdict="failed")
    history.end(1, STOPPED)


def first_broken(history: History) -> None:
    history.begin()
    history.play(*CONTRACT_TESTS)
    history.play("L03", verdict="broken")
    history.end(3, STOPPED)


def interrupted(history: History) -> None:
    history.begin()
    history.play(*CONTRACT_TESTS)
    history.end(2, INTERRUPTED)


def interrupted_in_the_middle(history: History) -> None:
    history.begin()
    history.play(*CONTRACT_TESTS)
    history.start("L01")
    history.end(2, INTERRUPTED)


def interrupted_at_the_end(history: History) -> None:
    history.begin()
    history.play(*SCENARIOS, *CONTRACT_TESTS)
    history.end(2, INTERRUPTED)


def killed(history: History) -> None:
    history.begin()
    history.play(*CONTRACT_TESTS, "L01")


def killed_in_the_middle(history: History) -> None:
    killed(history)
    history.start("L02")


def pytest_failed(history: History) -> None:
    history.begin()
    history.play(*CONTRACT_TESTS)
    history.end(3, Text(zh="pytest 内部出错", en="an internal error of pytest"))


def not_importable(history: History) -> None:
    errors = [{"node": "scenarios/test_L02.py", "message": "ImportError: no module named actors"}]
    history.begin(not_collected=["L02"], errors=errors)
    history.end(2, INTERRUPTED)


def not_importable_and_went_on(history: History) -> None:
    errors = [{"node": "scenarios/test_L02.py", "message": "ImportError: no module named actors"}]
    history.begin(not_collected=["L02"], errors=errors)
    history.play("L01", "L03", *CONTRACT_TESTS)
    history.end(1)


def worker_died(history: History) -> None:
    history.begin()
    history.play("L01", "L03", *CONTRACT_TESTS)
    test = node("L02")  # what the controller knows of it
    history.verdict(test, "broken", result=False, fault="WorkerCrashed", message="the test process died")
    history.end(3)


def nothing_chosen(history: History) -> None:
    history.begin(left_out=[*SCENARIOS, *CONTRACT_TESTS], options="-k nothing")
    history.end(5)


def only(*names: str, **more: object) -> Tell:
    """A run of these tests; the others were deselected, or not collected."""

    def tell(history: History) -> None:
        history.begin(**more)  # type: ignore[arg-type]
        history.play(*names)
        history.end()

    return tell


def without(*names: str) -> list[str]:
    return [name for name in (*SCENARIOS, *CONTRACT_TESTS) if name not in names]


def shard_gone(history: History) -> None:
    history.all()
    history.close()
    history.shard("proxy").unlink()


def damaged(role: str, change: Callable[[list[bytes]], list[bytes]]) -> Tell:
    def tell(history: History) -> None:
        history.all()
        history.close()
        history.damage(role, change)

    return tell


def of(line: bytes, **changes: object) -> bytes:
    return json.dumps({**json.loads(line), **changes}, separators=(",", ":")).encode()


def without_line(words: bytes) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [line for line in lines if words not in line]


def spoilt(words: bytes) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [line[:50] + b"\xff\xfe" if words in line else line for line in lines]


def record_gone(history: History) -> None:
    history.all()
    history.close()
    history.shard("pytest").unlink()


def copied_from_another_run(history: History) -> None:
    history.all()
    history.close()
    shard = history.shard("pytest")
    other = [
        of(line, run="20260101-090000-ffff", source="pytest-1") for line in shard.read_bytes().splitlines()
    ]
    shard.with_name("pytest-1.jsonl").write_bytes(b"\n".join(other))


def proxy_deleted_while_it_ran(history: History) -> None:
    history.begin()
    history.play(*SCENARIOS, *CONTRACT_TESTS)
    history.proxy.close()
    history.shard("proxy").unlink()
    history.end()


def bypassed(history: History) -> None:
    history.begin()
    history.play(*CONTRACT_TESTS)
    history.play(*SCENARIOS, traffic=False)
    history.end()


def one_bypassed(history: History) -> None:
    history.begin()
    history.play("L01", "L02", *CONTRACT_TESTS)
    history.play("L03", traffic=False)
    history.end()


def silent_on_purpose(history: History) -> None:
    history.begin()
    history.play("L01", "L02", *CONTRACT_TESTS)
    history.play("L03", traffic=False, recorded=False)
    history.end()


CUT_SHORT: dict[str, tuple[Tell, Expected]] = {
    "all of it": (clean, Expected(GREEN, (2, 2), READY, {}, 0, ("Scenarios: 3 of 3 selected, 3 ran",))),
    "a driver cannot do a P1": (
        driver_cannot("L03"),
        Expected((4, 0, 0, 0, 1), (2, 2), f"{READY}; tests not run: 1", {}, 0, ("3 of 3 selected, 2 ran",)),
    ),
    "a driver cannot do a P0": (
        driver_cannot("L02"),
        Expected(
            (4, 0, 0, 0, 1), (1, 2), UNTRUSTED, {"p0_passed": 50, "not_run_p0": 1}, 3,
            ("P0 tests in all: 2; L02 (devtools cannot scan)",),
        ),
    ),
    "a fault of the product": (
        product_fault,
        Expected((4, 1, 0, 0, 0), (1, 2), AT_FAULT, {"tests_failed": 1, "p0_passed": 50}, 1),
    ),
    "stopped after the first failure": (
        first_failure,
        Expected(
            (0, 1, 0, 0, 4), (0, 2), AT_FAULT,
            {"tests_failed": 1, "p0_passed": 0, "not_run_p0": 1, "run_incomplete": 1}, 1,
            ("L02 (stopped after 1 test that did not pass", "tests selected and not run: 4: stopped after 1 test"),
        ),
    ),
    "stopped after the first broken test": (
        first_broken,
        Expected(
            (2, 0, 1, 0, 2), (0, 2), UNTRUSTED,
            {"broken": 1, "p0_passed": 0, "not_run_p0": 2, "run_incomplete": 1}, 3,
            ("L01, L02 (stopped after 1 test",),
        ),
    ),
    "Ctrl-C between two tests": (
        interrupted,
        Expected(
            (2, 0, 0, 0, 3), (0, 2), UNTRUSTED, {"p0_passed": 0, "not_run_p0": 2, "run_incomplete": 1}, 3,
            ("L01, L02 (the run was interrupted)", "Scenarios: 3 of 3 selected, 0 ran"),
        ),
    ),
    "Ctrl-C in a scenario": (
        interrupted_in_the_middle,
        Expected(
            (2, 0, 1, 0, 2), (0, 2), UNTRUSTED,
            {"broken": 1, "p0_passed": 0, "not_run_p0": 1, "run_incomplete": 1}, 3,
        ),
    ),
    "Ctrl-C after the last test": (
        interrupted_at_the_end,
        Expected(GREEN, (2, 2), UNTRUSTED, {"run_incomplete": 1}, 3, ("the run was interrupted",)),
    ),
    "killed": (
        killed,
        Expected(
            (3, 0, 0, 0, 2), (1, 2), UNTRUSTED, {"p0_passed": 50, "not_run_p0": 1, "run_incomplete": 1}, 3,
            ("its main process was killed", "L02 (the run's main process ended before)"),
        ),
    ),
    "killed in a scenario": (
        killed_in_the_middle,
        Expected((3, 0, 1, 0, 1), (1, 2), UNTRUSTED, {"broken": 1, "p0_passed": 50, "run_incomplete": 1}, 3),
    ),
    "an internal error of pytest": (
        pytest_failed,
        Expected(
            (2, 0, 0, 0, 3), (0, 2), UNTRUSTED, {"p0_passed": 0, "not_run_p0": 2, "run_incomplete": 1}, 3,
            ("an internal error of pytest",),
        ),
    ),
    "a file of scenarios cannot be imported": (
        not_importable,
        Expected(
            (0, 0, 0, 0, 4), (0, 2), UNTRUSTED,
            {"p0_passed": 0, "not_run_p0": 2, "run_incomplete": 1, "minimum_tests": 0}, 3,
            ("scenarios/test_L02.py could not be collected: ImportError: no module named actors",),
        ),
    ),
    "a file of scenarios cannot be imported, and the rest ran": (
        not_importable_and_went_on,
        Expected(
            (4, 0, 0, 0, 0), (1, 2), UNTRUSTED, {"p0_passed": 50, "not_run_p0": 1, "run_incomplete": 1}, 3,
            ("L02 (not collected: scenarios/test_L02.py could not be)",),
        ),
    ),
    "a worker died with a P0 test": (
        worker_died,
        Expected((4, 0, 1, 0, 0), (1, 2), UNTRUSTED, {"broken": 1, "p0_passed": 50}, 3),
    ),
    "nothing was chosen": (
        nothing_chosen,
        Expected(
            (0, 0, 0, 0, 0), (0, 2), UNTRUSTED,
            {"p0_passed": 0, "not_run_p0": 2, "run_incomplete": 1, "minimum_tests": 0}, 3,
            ("no test was selected (-k nothing)",),
        ),
    ),
}  # fmt: skip

PARTS: dict[str, tuple[Tell, Expected]] = {
    "-k leaves a P0 out": (
        only("L01", POINTS, left_out=without("L01", POINTS), options="-k 'L01 or getPoints'"),
        Expected(
            (2, 0, 0, 0, 0), (1, 2), UNTRUSTED, {"p0_passed": 50, "not_run_p0": 1}, 3,
            (
                "P0 tests in all: 2; L02 (deselected by -k 'L01 or getPoints')",
                "Contract tests: 1 of 2 selected, 1 ran",
                "Scenarios left out: L02 (P0), L03 (P1): deselected by -k 'L01 or getPoints'",
            ),
        ),
    ),
    "-k leaves a P0 out, in a part": (
        only("L01", left_out=without("L01"), options="-k L01", part=True),
        Expected(
            (1, 0, 0, 0, 0), (1, 1), "Passed, a part of the scenarios only: no contract test was selected", {}, 0,
            ("Scenarios left out: L02 (P0), L03 (P1): deselected by -k L01",),
        ),
    ),
    "-k leaves a P1 out": (
        only("L01", "L02", *CONTRACT_TESTS, left_out=["L03"], options="-k 'not L03'"),
        Expected((4, 0, 0, 0, 0), (2, 2), PART, {}, 0, ("Scenarios left out: L03 (P1)",)),
    ),
    "-k leaves a contract test out": (
        only(*SCENARIOS, POINTS, left_out=[ORDERS], options="-k 'not createOrder'"),
        Expected((4, 0, 0, 0, 0), (2, 2), PART, {}, 0, ("Contract tests: 1 of 2 selected, 1 ran",)),
    ),
    "-m leaves all scenarios out": (
        only(*CONTRACT_TESTS, left_out=SCENARIOS, options="-m 'not scenario'"),
        Expected(
            (2, 0, 0, 0, 0), (0, 2), UNTRUSTED, {"p0_passed": 0, "not_run_p0": 2}, 3,
            ("L01, L02 (deselected by -m 'not scenario')",),
        ),
    ),
    "a plugin leaves a P0 out": (
        only("L01", "L03", *CONTRACT_TESTS, left_out=["L02"]),
        Expected(
            (4, 0, 0, 0, 0), (1, 2), UNTRUSTED, {"p0_passed": 50, "not_run_p0": 1}, 3,
            ("L02 (deselected by a plugin or a conftest.py)",),
        ),
    ),
    "contract tests by path": (
        only(*CONTRACT_TESTS, not_collected=SCENARIOS, arguments=["contracts"]),
        Expected(
            (2, 0, 0, 0, 0), (0, 0), f"Passed, {CONTRACTS_ONLY}", {}, 0,
            (NO_SCENARIO, "L01 (P0), L02 (P0), L03 (P1): not collected: only contracts was asked for"),
        ),
    ),
    "contract tests of one kind": (
        only(
            POINTS, not_collected=SCENARIOS, left_out=[ORDERS], arguments=["contracts"],
            options="--harness-only kind=generated",
        ),
        Expected((1, 0, 0, 0, 0), (0, 0), f"Passed, a part of the {CONTRACTS_ONLY}", {}, 0, (NO_SCENARIO,)),
    ),
    "contract tests and linkage checks": (
        only(
            *CONTRACT_TESTS, CROSSES, not_collected=SCENARIOS, linkage_checks=[CROSSES], documents=WITH_LINKAGE,
            arguments=["contracts"],
        ),
        Expected(
            (3, 0, 0, 0, 0), (0, 0),
            "Passed, contract tests and linkage checks only: no scenario was selected, so this says nothing about the "
            "pages of any end", {}, 0,
            (NO_SCENARIO, "Linkage checks: 1 of 1 selected, 1 ran"),
        ),
    ),
    "all but the linkage checks": (
        only(
            *SCENARIOS, *CONTRACT_TESTS, left_out=[CROSSES], linkage_checks=[CROSSES], documents=WITH_LINKAGE,
            options="-k 'not linkage'",
        ),
        Expected(GREEN, (2, 2), PART, {}, 0, ("Linkage checks: 0 of 1 selected, 0 ran",)),
    ),
    "all, with the linkage checks": (
        only(*SCENARIOS, *CONTRACT_TESTS, CROSSES, linkage_checks=[CROSSES], documents=WITH_LINKAGE),
        Expected((6, 0, 0, 0, 0), (2, 2), READY, {}, 0, ("Linkage checks: 1 of 1 selected, 1 ran",)),
    ),
    "a linkage contract without checks": (
        only(*SCENARIOS, *CONTRACT_TESTS, documents=WITH_LINKAGE),
        Expected(GREEN, (2, 2), READY, {}, 0),
    ),
    "one contract of two": (
        only(
            *SCENARIOS, *CONTRACT_TESTS, documents={"shared.yaml": "tested", "website.yaml": "tested"},
            not_asked=["website.yaml"], arguments=["contracts/shared.yaml", "scenarios"],
        ),
        Expected(GREEN, (2, 2), PART, {}, 0, ("(not all contracts were collected)",)),
    ),
    "scenarios by path": (
        only(*SCENARIOS, not_collected=CONTRACT_TESTS, arguments=["scenarios"]),
        Expected(
            (3, 0, 0, 0, 0), (2, 2), "Passed, scenarios only: no contract test was selected", {}, 0,
            ("Contract tests: none was collected",),
        ),
    ),
    "one file of scenarios": (
        only("L01", not_collected=without("L01"), arguments=["scenarios/test_L01.py"]),
        Expected(
            (1, 0, 0, 0, 0), (1, 2), UNTRUSTED, {"p0_passed": 50, "not_run_p0": 1}, 3,
            ("L02 (not collected: only scenarios/test_L01.py was asked for)",),
        ),
    ),
    "a project without scenarios": (
        only(*CONTRACT_TESTS, scenarios={}),
        Expected(
            (2, 0, 0, 0, 0), (0, 0), f"Passed, {CONTRACTS_ONLY}", {}, 0, ("the project has no catalogue of any",)
        ),
    ),
    "a project without contracts": (
        only(*SCENARIOS, contract_tests=(), documents={}),
        Expected(
            (3, 0, 0, 0, 0), (2, 2), "Passed, scenarios only: no contract test was selected", {}, 0,
            ("Contract tests: none was collected",),
        ),
    ),
    "other tests only": (
        only("minitest/test_a.py::test_a", scenarios={}, contract_tests=(), others=["minitest/test_a.py::test_a"]),
        Expected((1, 0, 0, 0, 0), (0, 0), PART, {}, 0, ("Other tests: 1 of 1 selected, 1 ran",)),
    ),
    "a contract of which nothing is tested": (
        only(
            *SCENARIOS, *CONTRACT_TESTS,
            documents={
                "shared.yaml": "tested", "sync.yaml": "tested", "wechat.yaml": "traffic", "old.yaml": "unlisted",
            },
        ),
        Expected(
            GREEN, (2, 2), READY, {}, 0,
            (
                "Contracts of which no contract test was collected: sync.yaml",
                "Contracts that only traffic is judged by: wechat.yaml",
                "Contracts that no service lists: old.yaml",
            ),
        ),
    ),
    "a contract in a folder": (
        only(*SCENARIOS, *CONTRACT_TESTS, documents={"site/shared.yaml": "tested", "old/old.yaml": "unlisted"}),
        Expected(GREEN, (2, 2), READY, {}, 0, ("Contracts that no service lists: old/old.yaml",)),
    ),
    "a run of an older version": (
        only(*SCENARIOS, *CONTRACT_TESTS, selection=False),
        Expected(GREEN, (2, 2), "Passed, of what was run: which tests were selected is not in the record", {}, 0),
    ),
}  # fmt: skip

DAMAGED: dict[str, tuple[Tell, Expected]] = {
    "the proxy's shard was deleted": (
        shard_gone,
        Expected(
            (2, 0, 3, 0, 0), (0, 2), UNTRUSTED, {"broken": 3, "p0_passed": 0, "events_lost": 3}, 3,
            ("the file is gone, with its 3 events",),
        ),
    ),
    "the proxy's shard was deleted while it ran": (
        proxy_deleted_while_it_ran,
        Expected(
            (2, 0, 3, 0, 0), (0, 2), UNTRUSTED, {"broken": 3, "p0_passed": 0, "events_lost": 1}, 3,
            ("no file of a process proxy is there",),
        ),
    ),
    "an exchange is missing": (
        damaged("proxy", lambda lines: [lines[0], lines[2]]),
        Expected(
            (4, 0, 1, 0, 0), (1, 2), UNTRUSTED, {"broken": 1, "p0_passed": 50, "events_lost": 1}, 3,
            ("1 missing (number 1)",),
        ),
    ),
    "the last exchanges are missing": (
        damaged("proxy", lambda lines: lines[:1]),
        Expected(
            (3, 0, 2, 0, 0), (1, 2), UNTRUSTED, {"broken": 2, "p0_passed": 50, "events_lost": 2}, 3,
            ("2 missing (number 1–2)",),
        ),
    ),
    "the supervisor's shard was deleted": (
        damaged("supervisor", lambda lines: []),
        Expected(GREEN, (2, 2), UNTRUSTED, {"events_lost": 1}, 3, ("the file is gone, with its 1 events",)),
    ),
    "a half-written last line": (
        damaged("supervisor", lambda lines: [*lines, lines[0][:40]]),
        Expected(GREEN, (2, 2), UNTRUSTED, {"events_lost": 1}, 3, ("1 unreadable (line 2)",)),
    ),
    "a verdict cannot be read": (
        damaged("pytest", spoilt(b'"verdict","scenario":"scenarios/test_L02')),
        Expected(
            (4, 0, 1, 0, 0), (1, 2), UNTRUSTED, {"broken": 1, "p0_passed": 50, "events_lost": 1}, 3,
            ("1 unreadable (line 8)",),
        ),
    ),
    "all of a P0 scenario cannot be read": (
        damaged("pytest", spoilt(b'"scenario":"scenarios/test_L02')),
        Expected(
            (4, 0, 0, 0, 1), (1, 2), UNTRUSTED,
            {"p0_passed": 50, "not_run_p0": 1, "run_incomplete": 1, "events_lost": 3}, 3,
            ("L02 (its verdict is not in the record)", "3 unreadable (line 6–8)"),
        ),
    ),
    "a contract test's verdict is gone": (
        damaged("pytest", without_line(b'"kind":"verdict","scenario":"contracts/shared.yaml::website::getPoints"')),
        Expected(
            (4, 0, 0, 0, 1), (2, 2), UNTRUSTED, {"run_incomplete": 1, "events_lost": 1}, 3,
            ("tests selected and not run: 1: its verdict is not in the record",),
        ),
    ),
    "the selection cannot be read": (
        damaged("pytest", spoilt(b'"kind":"selection"')),
        Expected(GREEN, (2, 2), UNTRUSTED, {"events_lost": 1}, 3),
    ),
    "the run's end is gone": (
        damaged("pytest", without_line(b"run.finished")),
        Expected(GREEN, (2, 2), UNTRUSTED, {"run_incomplete": 1}, 3, ("it has no end",)),
    ),
    "the main shard was deleted": (
        record_gone,
        Expected(
            (0, 0, 0, 0, 0), (0, 0), UNTRUSTED, {"run_incomplete": 1, "minimum_tests": 0}, 3, ("it has no end",)
        ),
    ),
    "events of a later version": (
        damaged("supervisor", lambda lines: [of(line, v=2) for line in lines]),
        Expected(
            GREEN, (2, 2), UNTRUSTED, {"events_lost": 1}, 3,
            (
                "1 of event version 2, written by another version of the harness (this one reads version 1): draw the "
                "report with the one that wrote it",
            ),
        ),
    ),
    "events of a later kind": (
        damaged("supervisor", lambda lines: [*lines, of(lines[0], seq=1, kind="dream")]),
        Expected(GREEN, (2, 2), UNTRUSTED, {"events_lost": 1}, 3, ("1 of the kind dream, written by a newer",)),
    ),
    "a shard of another run": (
        copied_from_another_run,
        Expected(GREEN, (2, 2), UNTRUSTED, {"events_lost": 14}, 3, ("of another run, 20260101-090000-ffff",)),
    ),
    "every line twice": (
        damaged("proxy", lambda lines: [*lines, *lines]),
        Expected(GREEN, (2, 2), UNTRUSTED, {"events_lost": 3}, 3, ("3 repeated",)),
    ),
    "a file beside the events cannot be read": (
        lambda history: (history.all(), (history.folder / TARGETS).write_bytes(b'{"backends": {"web')) and None,
        Expected(GREEN, (2, 2), UNTRUSTED, {"events_lost": 1}, 3, ("coverage-targets.json cannot be read",)),
    ),
    "a file beside the events is gone": (
        lambda history: (history.all(), (history.folder / TARGETS).unlink()) and None,
        Expected(GREEN, (2, 2), UNTRUSTED, {"events_lost": 1}, 3, ("coverage-targets.json: the file is gone",)),
    ),
    "the list of what was created cannot be read": (
        lambda history: (history.all(), (history.folder / CLEANUP).write_text("{}")) and None,
        Expected(GREEN, (2, 2), UNTRUSTED, {"events_lost": 1}, 3, ("cleanup.json cannot be read",)),
    ),
    "no exchange beside passed scenarios": (
        bypassed,
        Expected((2, 0, 3, 0, 0), (0, 2), UNTRUSTED, {"broken": 3, "p0_passed": 0}, 3),
    ),
    "no exchange of one passed scenario": (
        one_bypassed,
        Expected((4, 0, 1, 0, 0), (2, 2), UNTRUSTED, {"broken": 1}, 3),
    ),
    "no exchange of a scenario that sends none": (silent_on_purpose, Expected(GREEN, (2, 2), READY, {}, 0)),
}  # fmt: skip


def written(folder: Path, tell: Tell) -> Path:
    history = History(folder)
    tell(history)
    history.close()
    return folder


def check(result: GateResult, expected: Expected) -> None:
    counts, p0 = result.figures.counts(), result.figures.p0
    said = [rule.explanation.en for rule in result.rules] + [line.en for line in result.figures.scope.lines]
    seen = Expected(
        (counts.passed, counts.failed, counts.broken, counts.flaky, counts.not_run),
        (p0.passed, p0.total),
        expected.title if expected.title in result.title.en else result.title.en,
        {rule.name: rule.measured or 0 for rule in result.failed},
        result.exit_code,
        tuple(words if any(words in text for text in said) else "\n".join(said) for words in expected.says),
    )
    assert seen == expected


@pytest.mark.parametrize(
    ("tell", "expected"),
    [pytest.param(*its, id=name) for name, its in {**CUT_SHORT, **PARTS, **DAMAGED}.items()],
)
def test_a_run_is_judged_by_what_should_have_run(tmp_path: Path, tell: Tell, expected: Expected) -> None:
    check(judge(written(tmp_path / "20261130-100000-aaaa", tell), GateSettings()), expected)


def test_a_contract_in_a_folder_has_the_tests_of_its_file_name(tmp_path: Path) -> None:
    tell, _ = PARTS["a contract in a folder"]
    folder = written(tmp_path / "20261130-100000-aaaa", tell)
    assert judge(folder, GateSettings()).figures.scope.empty == ()


MERGED: dict[str, tuple[list[Tell], Expected]] = {
    "two halves": (
        [
            only("L01", POINTS, left_out=without("L01", POINTS), options="-k 'L01 or getPoints'"),
            only("L02", "L03", ORDERS, left_out=["L01", POINTS], options="-k 'not (L01 or getPoints)'"),
        ],
        Expected(GREEN, (2, 2), READY, {}, 0, ("Scenarios: 3 of 3 selected, 3 ran",)),
    ),
    "two halves by path": (
        [
            only(*CONTRACT_TESTS, "L01", not_collected=["L02", "L03"]),
            only("L02", "L03", not_collected=["L01", *CONTRACT_TESTS], not_asked=["shared.yaml"], part=True),
        ],
        Expected(GREEN, (2, 2), READY, {}, 0),
    ),
    "neither half has a P0": (
        [
            only("L01", *CONTRACT_TESTS, left_out=["L02", "L03"], options="-k 'not L02'", part=True),
            only("L03", left_out=without("L03"), options="-k L03", part=True),
        ],
        Expected(
            (4, 0, 0, 0, 0), (1, 2), UNTRUSTED, {"p0_passed": 50, "not_run_p0": 1}, 3,
            ("L02 (deselected by -k 'not L02' / -k L03)",),
        ),
    ),
    "what one driver cannot another did": (
        [driver_cannot("L02"), only("L02", not_collected=without("L02"), arguments=["scenarios/test_L02.py"])],
        Expected(GREEN, (2, 2), READY, {}, 0),
    ),
    "one half was interrupted": (
        [
            only(*CONTRACT_TESTS, not_collected=SCENARIOS),
            lambda history: (
                history.begin(not_collected=CONTRACT_TESTS),
                history.play("L01"),
                history.end(2, INTERRUPTED),
            ) and None,
        ],
        Expected(
            (3, 0, 0, 0, 2), (1, 2), UNTRUSTED, {"p0_passed": 50, "not_run_p0": 1, "run_incomplete": 1}, 3,
            ("L02 (the run was interrupted)",),
        ),
    ),
    "one half was killed": (
        [
            only(*CONTRACT_TESTS, not_collected=SCENARIOS),
            lambda history: (history.begin(not_collected=CONTRACT_TESTS), history.play("L01", "L02")) and None,
        ],
        Expected(
            (4, 0, 0, 0, 1), (2, 2), UNTRUSTED, {"run_incomplete": 1}, 3,
            ("tests selected and not run: 1: the main process of 2 was killed",),
        ),
    ),
    "one half is damaged": (
        [
            only(*CONTRACT_TESTS, not_collected=SCENARIOS),
            lambda history: (
                only(*SCENARIOS, not_collected=CONTRACT_TESTS)(history),
                history.close(),
                history.damage("proxy", lambda lines: [lines[0], b"rubbish", lines[2]]),
            ) and None,
        ],
        Expected(
            (4, 0, 1, 0, 0), (1, 2), UNTRUSTED, {"broken": 1, "p0_passed": 50, "events_lost": 1}, 3,
            ("2/proxy-", "1 unreadable (line 2)"),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("parts", "expected"), [pytest.param(*its, id=name) for name, its in MERGED.items()])
def test_runs_made_one_are_judged_as_one(tmp_path: Path, parts: list[Tell], expected: Expected) -> None:
    folders = [written(tmp_path / str(number), tell) for number, tell in enumerate(parts, 1)]
    check(judge(merge(folders, tmp_path / "runs"), GateSettings()), expected)


def test_a_merged_run_that_is_damaged_later_says_so(tmp_path: Path) -> None:
    parts, _ = MERGED["two halves"]
    folders = [written(tmp_path / str(number), tell) for number, tell in enumerate(parts, 1)]
    folder = merge(folders, tmp_path / "runs")
    (folder / "events" / f"2-proxy-{os.getpid()}.jsonl").unlink()
    assert {rule.name: rule.measured for rule in judge(folder, GateSettings()).failed}["events_lost"] == 2


@pytest.mark.parametrize(
    ("tell", "measured"),
    [
        (clean, 1),
        (PARTS["-k leaves a contract test out"][0], None),
        (PARTS["one contract of two"][0], None),
        (first_failure, None),
    ],
    ids=["all", "-k", "by path", "-x"],
)
def test_a_status_is_missed_only_where_all_contract_tests_ran(
    tmp_path: Path, tell: Tell, measured: int | None
) -> None:
    folder = written(tmp_path / "r", tell)
    operation = {"operation": "getPoints", "document": "shared.yaml:7", "targets": ["getPoints|status|404"]}
    targets = {"backends": {"website": {"shared.yaml#/paths/~1points/get": operation}}, "not_producible": []}
    (folder / TARGETS).write_text(json.dumps(targets))
    rules = {rule.name: rule.measured for rule in judge(folder, GateSettings(statuses_unshown=0)).rules}
    assert rules["statuses_unshown"] == measured


def test_limits_do_not_excuse_what_did_not_run(tmp_path: Path) -> None:
    folder = written(tmp_path / "r", first_failure)
    result = judge(folder, GateSettings(tests_failed=9, p0_passed=0, not_run_p0=9))
    assert [rule.name for rule in result.failed] == ["run_incomplete"]
    assert result.exit_code == 3


OUTPUTS = (gate_json.OUTPUT, gate_markdown.OUTPUT, junit.OUTPUT, overview.OUTPUT)


def test_every_output_says_what_the_verdict_covers(tmp_path: Path) -> None:
    folder = written(tmp_path / "r", PARTS["-k leaves a P0 out"][0])
    for language, covers, reason in (
        ("en", "Scenarios: 1 of 3 selected, 1 ran", "deselected by -k"),
        ("zh", "场景：共 3 个，选定 1 个，执行 1 个", "被 -k"),
    ):
        settings = ReportingSettings(language=language)
        assert draw(judge(folder, GateSettings()), settings, OUTPUTS) == ()
        for output in (gate_markdown.OUTPUT, overview.OUTPUT):
            text = (folder / output.file).read_text(encoding="utf-8")
            assert covers in text
            assert reason in text
        cases = {case.get("name"): case for case in xml.parse(folder / junit.FILE).getroot().iter("testcase")}
        skipped = cases["L02"].find("skipped")
        assert skipped is not None
        assert str(skipped.get("message")).startswith(reason)
    page = (folder / overview.FILE).read_text(encoding="utf-8")
    assert "未选定" in page
    assert '<span class="soft">1/3</span>' in page, "of all scenarios, not of those that were selected"
    assert "选定的全部" in page
    scope = json.loads((folder / gate_json.FILE).read_text(encoding="utf-8"))["scope"]
    assert scope["scenarios"] == {"there": 3, "selected": 1, "ran": 1}
    assert [(each["id"], each["priority"]) for each in scope["left_out"]] == [("L02", "P0"), ("L03", "P1")]


def test_junit_is_no_greener_than_the_gate(tmp_path: Path) -> None:
    """Who reads only junit.xml sees that a run was cut short or lost something."""
    folder = written(tmp_path / "r", interrupted)
    draw(judge(folder, GateSettings()), ReportingSettings(language="en"), OUTPUTS)
    root = xml.parse(folder / junit.FILE).getroot()
    assert (root.get("tests"), root.get("errors"), root.get("skipped")) == ("6", "1", "3")
    [error] = root.iter("error")
    assert "the run was interrupted" in str(error.get("message"))


def test_tests_that_never_began_fill_no_page(tmp_path: Path) -> None:
    def tell(history: History) -> None:
        history.begin(contract_tests=[f"contracts/shared.yaml::website::op{n}" for n in range(300)])
        history.play("L01")
        history.end(2, INTERRUPTED)

    page = overview.render(judge(written(tmp_path / "r", tell), GateSettings()), "en", details=None)
    assert page.count('<article class="problem') == 2, "L02 and L03"
    assert "tests selected and not run: 302" in page
