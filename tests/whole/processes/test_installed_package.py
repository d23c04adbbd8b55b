"""The package in an environment of its own, used as its users do: in a folder that has nothing of ours."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import wheel

TESTS = Path(__file__).parents[2]
FAULTS = """\
- id: fee-as-text
  kind: contract
  title: {zh: 金额是文本, en: the fee is a text}
  notice: {zh: 金额无法计算, en: sums are wrong}
  service: clinic
  environment: {FAULT: fee-as-text}
  found_by: [getDoctor]
  expect: Doctor/properties/fee/type
"""
MINIUM = """\
def test_counts(miniprogram):
    page = miniprogram.app.get_current_page()
    page.get_element("#add").tap()
    assert page.get_element("#count").inner_text == "1"
"""


@pytest.fixture(scope="module")
def bin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    return wheel.environment(folder / "environment", wheel.build(folder))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backend and a mini-program, and nothing that only a clone has."""
    root = tmp_path_factory.mktemp("a project")
    shutil.copytree(
        TESTS / "fixture_system", root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("reports")
    )
    shutil.copytree(TESTS / "fixture_apps" / "counter", root / "counter")
    settings = (root / "harness.toml").read_text(encoding="utf-8").replace('packages = "../../reports"\n', "")
    more = '[paths]\nfaults = "faults.yaml"\n[miniprogram]\nservice = "clinic"\nproject = "counter"\n'
    (root / "harness.toml").write_text(settings + more, encoding="utf-8")
    (root / "faults.yaml").write_text(FAULTS, encoding="utf-8")
    (root / "test_counter.py").write_text(MINIUM, encoding="utf-8")
    return root


def run(bin: Path, folder: Path, command: str, expected: int = 0) -> str:
    """What a command said; it may know PATH, and nothing of ours."""
    program, *words = command.split()
    kept = {
        name: os.environ[name]
        for name in ("PATH", "LANG", "TMPDIR", "HARNESS_CHROMIUM")
        if name in os.environ
    }
    given = kept | {"PATH": f"{bin}{os.pathsep}{kept['PATH']}", "HOME": str(folder)}
    given["PYTHONDONTWRITEBYTECODE"] = (
        "1"  # its dependencies are linked: what is compiled would say this folder
    )
    done = subprocess.run(
        [str(bin / program), *words], cwd=folder, env=given, capture_output=True, text=True, timeout=120
    )
    said = done.stdout + done.stderr
    assert done.returncode == expected, said
    assert str(wheel.ROOT) not in said, "it knows where it was built"
    return said


def test_contract_tests_in_two_processes_end_in_both_reports(bin: Path, project: Path) -> None:
    said = run(bin, project, "harness check -n 2 --seed 7")
    assert "not written" not in said
    (folder,) = {path.resolve() for path in (project / "reports" / "runs").iterdir() if path.is_dir()}
    assert "allure.html" in (folder / "report" / "index.html").read_text(encoding="utf-8")
    page = (folder / "report" / "allure.html").read_text(encoding="utf-8")
    assert any(
        b"getDoctor" in base64.b64decode(data) for data in re.findall(r"[A-Za-z0-9+/]{200,}={0,2}", page)
    )


def test_a_planted_fault_is_found(bin: Path, project: Path) -> None:
    assert "found" in run(bin, project, "harness faults fee-as-text --cold")


def test_a_mini_program_is_driven_by_plain_minium(bin: Path, project: Path) -> None:
    assert "1 passed" in run(bin, project, "python -m pytest test_counter.py -p no:cacheprovider")


def test_the_doctor_finds_nothing_missing(bin: Path, project: Path) -> None:
    said = run(bin, project, "harness doctor")
    assert "Allure reports: allure 3" in said
    assert "problem" not in said


def test_editors_are_served(bin: Path, project: Path) -> None:
    run(bin, project, "harness schema harness.toml --write harness.schema.json")
    assert (project / "harness.schema.json").stat().st_size > 10_000
    assert run(bin, project, "harness schema --example").startswith("#:schema ./harness.schema.json")


def test_the_demo_is_not_in_it_and_it_says_so_in_one_line(bin: Path, project: Path) -> None:
    (said,) = run(bin, project, "harness demo", expected=2).splitlines()
    assert "the demo shop is in the harness's source" in said
    assert said.endswith("then harness run")


def test_it_says_its_version(bin: Path, tmp_path: Path) -> None:
    assert run(bin, tmp_path, "harness --version").startswith("linkage-harness ")
