"""Linkage of three systems unlike the shop, by configuration alone: clean, and each planted fault found by its cell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from harness.config.settings import load
from harness.core.events import read_events
from harness.core.payloads import Verdict
from harness.linkage.contract.reading import read
from harness.runs.backends import backends_of
from harness.runs.databases import databases_of
from harness.runs.linkage import explain, participants_of
from tests.support.draft_score import table

TESTS = Path(__file__).parents[2]
PACKAGES = TESTS.parent / "reports"
SYSTEMS = ("gateway", "brands", "erp")
FAULTS = [
    (system, fault)
    for system in SYSTEMS
    for fault in yaml.safe_load((TESTS / f"fixture_{system}" / "faults.yaml").read_text(encoding="utf-8"))
]


def verdicts(folder: Path, system: str, *arguments: str, **environment: str) -> dict[str, str]:
    """What a run on a copy of the system came to, by cell."""
    project = folder / "project"
    shutil.copytree(
        TESTS / f"fixture_{system}", project, ignore=shutil.ignore_patterns("reports", "__pycache__")
    )
    return checked(project, "--kind", "linkage", "--kind", "parity", *arguments, **environment)


def checked(project: Path, *arguments: str, **environment: str) -> dict[str, str]:
    """What a run of a project's checks came to, by cell."""
    done = harness(project, "check", *arguments, **environment)
    runs = [path for path in (project / "reports" / "runs").iterdir() if path.is_dir()]
    events = read_events(max(runs), Verdict)
    found = {
        event.data.test.partition("linkage.yaml::")[2]: event.data.verdict
        for event in events
        if "linkage.yaml::" in event.data.test
    }
    assert found, done.stdout + done.stderr
    return found


def harness(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {**os.environ, "HARNESS_REPORTING__PACKAGES": str(PACKAGES), **environment}
    command = [sys.executable, "-m", "harness", *arguments]
    return subprocess.run(command, cwd=project, env=given, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_linkage_is_configuration_alone_and_short(system: str) -> None:
    lines = (
        (TESTS / f"fixture_{system}" / "contracts" / "linkage.yaml").read_text(encoding="utf-8").splitlines()
    )
    assert len(lines) <= 120
    assert max(map(len, lines)) <= 100
    assert not list((TESTS / f"fixture_{system}").glob("scenarios"))


@pytest.mark.full
@pytest.mark.parametrize("seed", [str(seed) for seed in range(1, 6)])
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_that_keeps_its_promises_is_clean(tmp_path: Path, system: str, seed: str) -> None:
    said = verdicts(tmp_path, system, "--seed", seed)
    assert {cell: verdict for cell, verdict in said.items() if verdict not in ("passed", "not run")} == {}
    assert sum(verdict == "passed" for verdict in said.values()) > len(said) / 2


@pytest.mark.full
@pytest.mark.parametrize(
    ("system", "fault"), FAULTS, ids=lambda value: value["id"] if isinstance(value, dict) else value
)
def test_a_planted_fault_is_found_by_the_cell_that_was_named_before(
    tmp_path: Path, system: str, fault: dict[str, str]
) -> None:
    planted = {f"HARNESS_SERVICES__{fault['service'].upper()}__ENVIRONMENT__FAULT": fault["id"]}
    said = verdicts(tmp_path, system, "--seed", "7", **planted)
    assert said[fault["found_by"]] == "failed"
    assert "broken" not in said.values()


MISSED = {"gateway": 0, "brands": 2, "erp": 1}
"""Calls that a person wrote and the draft does not: how an item is taken off, of which nothing but a name tells (a
comment proposes it); where the ERP has an id of its own.
"""


OTHER_WORDS = {"gateway": 0, "brands": 0, "erp": 3}
"""Translations into words that a person chose: 'unpaid' is what no participant says."""


@pytest.mark.full
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_draft_says_what_a_person_wrote_and_holds(tmp_path: Path, system: str) -> None:
    project = tmp_path / "project"
    ignored = shutil.ignore_patterns("reports", "__pycache__", "linkage.yaml")
    shutil.copytree(TESTS / f"fixture_{system}", project, ignore=ignored)
    file = project / "contracts" / "linkage.yaml"
    done = harness(project, "linkage", "draft", "--seed", "7", "--output", str(file))
    assert done.returncode == 0, done.stdout + done.stderr
    settings = load(project / "harness.toml")
    by_hand = TESTS / f"fixture_{system}" / "contracts" / "linkage.yaml"
    drafted, wanted = (read(path, settings.known_platforms).contract for path in (file, by_hand))
    databases = databases_of(settings, lambda: project)
    participants = participants_of(None, settings, backends_of(settings, str), str, databases)
    found = table(drafted, wanted, participants)
    assert [found[kind]["missing"] for kind in ("entities", "fields")] == [0, 0], found
    assert [found[kind]["wrong"] for kind in ("calls", "fields")] == [0, 0], found
    assert found["calls"]["missing"] <= MISSED[system], found
    others = found["translations"]["wrong"] + found["translations"]["missing"]
    assert others <= OTHER_WORDS[system], found
    said = checked(project, "--kind", "linkage", "--seed", "3")
    assert {cell: verdict for cell, verdict in said.items() if verdict not in ("passed", "not run")} == {}
    assert any("[private]" in cell for cell in said)
    not_run = {one.id for one in explain(settings) if one.not_run is not None}
    assert {cell for cell, verdict in said.items() if verdict == "not run"} == not_run
