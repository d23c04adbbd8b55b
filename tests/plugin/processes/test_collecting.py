"""pytest's own habits on what the harness collects: markers, node ids, ``--collect-only``, ``--lf``, ``--pdb``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.scenario_project import CATALOGUE, Project

CONTRACT = """
openapi: 3.1.0
info: {title: site, version: "1"}
paths:
  /: {get: {operationId: home, responses: {"200": {description: ok, content: {text/html: {}}}}}}
"""
TESTS = """
def test_first(wang): wang.does('it', PageFault('nothing happens'))
@scenario("L02")
def test_second(wang): wang.does('well')
"""
FIRST, SECOND = "scenarios/test_it.py::test_first", "scenarios/test_it.py::test_second"


@pytest.fixture
def full(tmp_path: Path) -> Project:
    """Two scenarios, of which the first fails, and an operation of a contract."""
    project = Project(tmp_path)
    second = CATALOGUE.replace("L01", "L02").replace("P0", "P1")
    (project.root / "scenarios" / "catalogue.yaml").write_text(CATALOGUE + second, encoding="utf-8")
    (project.root / "contracts" / "site.yaml").write_text(CONTRACT, encoding="utf-8")
    settings = project.root / "harness.toml"
    text = settings.read_text(encoding="utf-8").replace(
        'platform = "website"', 'platform = "website"\ncontracts = ["site.yaml"]'
    )
    settings.write_text(text, encoding="utf-8")
    project.write(TESTS)
    return project


def listed(output: str) -> list[str]:
    return [line for line in output.splitlines() if "::" in line]


@pytest.mark.parametrize("asked", [(), (".",), ("contracts", "scenarios")], ids=" ".join)
def test_an_editor_lists_everything_and_nothing_is_begun(full: Project, asked: tuple[str, ...]) -> None:
    """With --collect-only no operation of a contract was listed, and no scenario's actors were found."""
    ended = full.pytest("--collect-only", "-q", *asked)
    assert ended.code == 0, ended.output
    names = listed(ended.output)
    assert {FIRST, SECOND, "contracts/site.yaml::site::home"} <= set(names)
    assert not (full.root / "reports").exists()
    again = full.pytest("--collect-only", "-q", *names)  # ids are what an editor gives back
    assert listed(again.output) == names


@pytest.mark.parametrize(
    ("asked", "names"), [("P0", [FIRST]), ("P1", [SECOND]), ("P0 or P1", [FIRST, SECOND])]
)
def test_a_priority_is_a_marker(full: Project, asked: str, names: list[str]) -> None:
    ended = full.pytest("--collect-only", "-q", "scenarios", "-m", asked)
    assert listed(ended.output) == names


def test_what_failed_last_runs_alone(full: Project) -> None:
    assert full.run().verdicts == [("failed", "PageFault"), ("passed", None)]
    assert full.run("--lf").verdicts == [("failed", "PageFault")]


def test_the_debugger_has_the_session_that_failed(full: Project) -> None:
    """And what runs for it still answers: a person may look at it as long as they want."""
    look = "import urllib.request\np('answers', urllib.request.urlopen(wang.session.url).status)\nc\n"
    ended = full.pytest(FIRST, "--pdb", typed=f"up\nup\n{look}")
    assert "entering PDB" in ended.output
    assert "('answers', 200)" in ended.output
    assert ended.verdicts == [("failed", "PageFault")]


def test_what_people_wait_for_is_said_meanwhile(full: Project) -> None:
    ended = full.run()
    header, _, rest = ended.output.partition("collected")
    assert f"harness: tiny, disposable, seed {ended.events[0].data.seed}, reports/runs/" in header
    starting, started = rest.index("starting site\n"), rest.index("started in ")
    assert starting < started < rest.index("FAILURES")
    assert "starting" not in full.run("-q").output
