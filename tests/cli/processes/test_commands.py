"""The commands as a user types them: exit codes, and one clear line for wrong input."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sample import Sample

ROOT = Path(__file__).resolve().parents[3]
USAGE, BROKEN = 2, 3


def harness(*arguments: str, cwd: Path = ROOT) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--config", "nowhere.toml"), "nowhere.toml: 没有这个文件"),
        (("gate", "no-such-run"), "no run is called 'no-such-run'"),
        (("faults", "buton-dead"), "did you mean 'button-dead'?"),
        (("run", "--seed", "x7", "--language", "en"), "a seed is a whole number, not 'x7'"),
        (("rnu",), "No such command 'rnu'"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(arguments: tuple[str, ...], message: str) -> None:
    code, said = harness(*arguments)
    assert message in said
    assert "Traceback" not in said
    assert code == USAGE


def test_outside_a_project_it_says_what_is_missing(tmp_path: Path) -> None:
    code, said = harness("gate", cwd=tmp_path)
    assert "没有 harness.toml；请用 --config 指定" in said
    assert code == USAGE


def test_a_wrong_key_is_named_with_its_line(tmp_path: Path) -> None:
    text = (ROOT / "harness.toml").read_text(encoding="utf-8").replace("[people]", "[poeple]")
    (tmp_path / "harness.toml").write_text(text, encoding="utf-8")
    code, said = harness("run", cwd=tmp_path)
    assert "未知的键 'poeple'；是不是 'people'？" in said
    assert code == USAGE


def test_a_system_that_does_not_start_is_broken_and_says_its_last_words(tmp_path: Path) -> None:
    for room in ("contracts", "scenarios", "demo"):
        os.symlink(ROOT / room, tmp_path / room)
    text = (ROOT / "harness.toml").read_text(encoding="utf-8").replace('"demo.website"', '"demo.nothing"')
    (tmp_path / "harness.toml").write_text(text, encoding="utf-8")
    code, said = harness("run", "scenarios", "-k", "L02", "-q", cwd=tmp_path)
    assert "demo.nothing" in said
    assert "website" in said
    assert code == BROKEN


def a_run(root: Path, name: str, test: str) -> Path:
    sample = Sample(root / "reports" / "runs" / name)
    sample.started(fault=None)
    sample.verdict(test, title={"zh": "甲", "en": "first"})
    sample.finished()
    sample.log.close()
    return sample.folder


def test_report_and_gate_draw_every_output_and_say_which_they_could_not(project: Path) -> None:
    """There is no Allure where this project says."""
    root = project.parent
    with project.open("a", encoding="utf-8") as settings:
        settings.write('\n[reporting]\npackages = "."\n')
    folder = a_run(root, "r1", "a.py::b")
    code, said = harness("report", "--language", "en", cwd=root)
    assert "broken: Allure: the report generator Allure is not installed" in said
    assert code == BROKEN
    for file in ("junit.xml", "gate.json", "gate.md", "report/index.html"):
        assert (folder / file).is_file(), said
        (folder / file).unlink()
    code, said = harness("gate", "--language", "en", cwd=root)
    assert "Passed, of what was run" in said
    assert "not written: Allure: the report generator Allure is not installed" in said
    assert code == 0, "a report that cannot be drawn changes no verdict"
    for file in ("junit.xml", "gate.json", "gate.md", "report/index.html"):
        assert (folder / file).is_file(), said


def test_runs_made_one_are_drawn_as_one(project: Path) -> None:
    root = project.parent
    parts = [str(a_run(root, name, test)) for name, test in (("r1", "a.py::b"), ("r2", "a.py::c"))]
    harness("report", "--merge", parts[0], "--merge", parts[1], cwd=root)
    junit = (root / "reports" / "runs" / "r1-merged" / "junit.xml").read_text(encoding="utf-8")
    assert 'tests="2"' in junit
