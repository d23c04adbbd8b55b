from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import BrokenError
from harness.core.polling import pause
from harness.reporting import allure, junit, overview
from harness.reporting.gate import GateResult, judge
from harness.reporting.output import Output
from harness.reporting.outputs import OUTPUTS, draw
from harness.reporting.settings import GateSettings, ReportingSettings


@pytest.fixture
def judged(sample: Any) -> GateResult:
    sample.started()
    sample.verdict("a.py::b", "failed", message={"zh": "没有余额", "en": "no balance"})
    sample.finished(1)
    sample.log.close()
    return judge(sample.folder, GateSettings())


def page(result: GateResult, settings: ReportingSettings) -> None:
    (result.folder / allure.FILE).write_text(f"Allure {settings.language}", encoding="utf-8")


def failing(output: Output, error: Exception) -> Output:
    def write(result: GateResult, settings: ReportingSettings) -> None:
        raise error

    return replace(output, write=write)


WITHOUT_NODE = tuple(replace(output, write=page) if output is allure.OUTPUT else output for output in OUTPUTS)


def test_every_output_has_a_name_and_a_file_of_its_own() -> None:
    assert len({output.name for output in OUTPUTS}) == len(OUTPUTS)
    assert [output.file for output in OUTPUTS] == [
        "gate.json",
        "gate.md",
        "junit.xml",
        "report/index.html",
        "report/allure.html",
    ]


@pytest.mark.parametrize(("language", "other"), [("zh", "en"), ("en", "zh")])
def test_all_are_drawn_from_the_folder_and_again_in_the_other_language(
    judged: GateResult, language: Any, other: Any
) -> None:
    for each in (other, language):
        assert draw(judged, ReportingSettings(language=each), WITHOUT_NODE) == ()
    said = {output.file: (judged.folder / output.file).read_text(encoding="utf-8") for output in OUTPUTS}
    words = {"zh": ("没有余额", "不可发布"), "en": ("no balance", "Do not release")}
    assert words[language][0] in said["junit.xml"]
    assert words[language][1] in said["gate.md"]
    assert words[language][1] in said["report/index.html"]
    for text in words[other]:
        assert [file for file, content in said.items() if text in content and file != "gate.json"] == []


def test_of_two_that_draw_one_run_at_once_the_second_waits(judged: GateResult) -> None:
    together, lock, most = 0, threading.Lock(), 0

    def slow(result: GateResult, settings: ReportingSettings) -> None:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        pause(0.1)
        with lock:
            together -= 1

    output = replace(OUTPUTS[0], write=slow)
    with ThreadPoolExecutor() as pool:
        drawn = [pool.submit(draw, judged, ReportingSettings(), (output,)) for _ in range(3)]
    assert [each.result() for each in drawn] == [(), (), ()]
    assert most == 1


@pytest.mark.parametrize("broken", OUTPUTS, ids=lambda output: output.name)
@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), BrokenError("no node"), KeyError("x")]
)
def test_one_that_fails_is_named_and_costs_no_other(
    judged: GateResult, broken: Output, error: Exception
) -> None:
    outputs = [failing(output, error) if output.file == broken.file else output for output in WITHOUT_NODE]
    (failure,) = draw(judged, ReportingSettings(), outputs)
    assert failure.output == broken.name
    assert str(error) in failure.reason.en
    assert [output.file for output in outputs if not (judged.folder / output.file).is_file()] == [broken.file]


def test_the_overview_links_to_allure_only_where_it_was_written_this_time(judged: GateResult) -> None:
    settings = ReportingSettings(language="en")
    draw(judged, settings, WITHOUT_NODE)
    first = judged.folder / overview.FILE
    assert 'href="allure.html"' in first.read_text(encoding="utf-8")
    outputs = [
        failing(output, BrokenError("no node")) if output.name == "Allure" else output for output in OUTPUTS
    ]
    draw(judged, settings, outputs)
    assert "allure.html" not in first.read_text(encoding="utf-8")


def test_the_overview_is_there_before_allure_begins(judged: GateResult) -> None:
    seen: list[bool] = []

    def look(result: GateResult, settings: ReportingSettings) -> None:
        seen.append((result.folder / overview.FILE).is_file() and (result.folder / junit.FILE).is_file())

    draw(judged, ReportingSettings(), [replace(o, write=look) if o.name == "Allure" else o for o in OUTPUTS])
    assert seen == [True]


def test_a_folder_that_cannot_be_made_is_the_failure_of_its_outputs(judged: GateResult) -> None:
    Path(judged.folder / "report").write_text("a file where the pages' folder should be", encoding="utf-8")
    failures = draw(judged, ReportingSettings(), WITHOUT_NODE)
    assert [failure.output for failure in failures] == ["overview", "Allure"]
    assert (judged.folder / "gate.md").is_file()
