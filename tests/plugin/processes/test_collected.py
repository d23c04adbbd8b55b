"""What a run says of its own selection, and what is said of it where it was cut short."""

from __future__ import annotations

from harness.core.payloads import RunEnd, Selection
from harness.reporting.figures import RunFigures
from tests.support.scenario_project import CATALOGUE, Project

TESTS = """
def test_first(wang): wang.does('it', PageFault('nothing happens'))
@scenario("L02")
def test_second(wang): wang.does('well')
@scenario("L03")
def test_third(wang): wang.does('well')
def test_without_a_scenario(): pass
"""


def test_a_run_that_was_cut_short_says_what_it_was_to_do(project: Project) -> None:
    """At first: ``P0 tests not run: 0, passed``."""
    three = "".join(CATALOGUE.replace("L01", id) for id in ("L01", "L02", "L03"))
    (project.root / "scenarios" / "catalogue.yaml").write_text(three, encoding="utf-8")
    project.write(TESTS)
    ended = project.run("-x", "-k", "not third")
    assert ended.code == 1, ended.output
    [selection] = [event.data for event in ended.events if isinstance(event.data, Selection)]
    assert [(entry.id, entry.priority) for entry in selection.catalogue] == [
        ("L01", "P0"), ("L02", "P0"), ("L03", "P0"),
    ]  # fmt: skip
    assert (selection.arguments, selection.options, selection.part) == (
        ["scenarios"],
        "-k 'not third'",
        False,
    )
    file = "scenarios/test_it.py::"
    assert [(test.test.removeprefix(file), test.scenario, test.selected) for test in selection.tests] == [
        ("test_first", "L01", True),
        ("test_second", "L02", True),
        ("test_third", "L03", False),
        ("test_without_a_scenario", None, True),
    ]
    [end] = [event.data for event in ended.events if isinstance(event.data, RunEnd)]
    assert end.stopped is not None
    assert end.stopped.en == "stopped after 1 test that did not pass (-x, --maxfail)"
    assert sorted(source.partition("-")[0] for source in end.events) == ["proxy", "supervisor"]
    assert ended.folder
    figures = RunFigures.read(ended.folder)
    assert figures.records.damage == []
    assert (figures.p0.total, figures.p0.failed, figures.p0.not_run) == (3, 1, 2)
    assert "Scenarios: 2 of 3 selected, 1 ran" in ended.output
    assert "Scenarios left out: L03 (P0): deselected by -k 'not third'" in ended.output
