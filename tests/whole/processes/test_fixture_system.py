"""A system that is not ours in any way (tests/fixture_system), tested by its configuration alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from harness.core.events import read_events
from harness.core.payloads import ExchangeRecord, Verdict

SYSTEM = Path(__file__).parents[2] / "fixture_system"
PACKAGES = Path(__file__).resolve().parents[3] / "reports"


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """A copy of the system's folder: its runs are left there."""
    return Path(shutil.copytree(SYSTEM, tmp_path / "clinic", ignore=shutil.ignore_patterns("reports")))


def harness(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "harness", *arguments]
    given = {**os.environ, "HARNESS_REPORTING__PACKAGES": str(PACKAGES), **environment}
    return subprocess.run(command, cwd=folder, env=given, capture_output=True, text=True, timeout=120)


def run_folder(folder: Path) -> Path:
    return max(path for path in (folder / "reports" / "runs").iterdir() if path.is_dir())


def verdicts(folder: Path) -> dict[str, str]:
    events = read_events(run_folder(folder), Verdict)
    return {event.data.test.rpartition("::")[2]: event.data.verdict for event in events}


def passed_on(folder: Path) -> Counter[str]:
    """Methods of the requests the recording proxy let through to the backend."""
    exchanges = [event.data for event in read_events(run_folder(folder), ExchangeRecord)]
    sent = [data for data in exchanges if data.target == "clinic" and not data.refused]
    return Counter(f"{data.method} {data.path.partition('?')[0]}" for data in sent)


def test_the_first_run_is_green(clinic: Path) -> None:
    done = harness(clinic, "check", "--seed", "7")
    assert done.returncode == 0, done.stdout + done.stderr
    said = verdicts(clinic)
    assert said.pop("not-applicable") == "not run"  # parity: it serves both platforms
    assert set(said.values()) == {"passed"}
    kinds = {
        "",
        "[statuses]",
        "[object_level_authorization]",
        "[pagination]",
        "[filters]",
        "[reads-back]",
        "[exactness]",
    }
    assert {f"[{name.partition('[')[2]}" if "[" in name else "" for name in said} == kinds
    assert len(said) >= 25


@pytest.mark.parametrize(
    ("faults", "guilty", "words"),
    [
        (
            "fee-as-text anybodys",
            {
                "getDoctor",
                "getDoctor[exactness]",
                "getAppointment[object_level_authorization]",
                "cancelAppointment[object_level_authorization]",
            },
            ("Doctor/properties/fee/type", "li is let through"),
        ),
        pytest.param(
            *("not-kept", {"makeAppointment[reads-back]"}, ("HTTP 200, code 40400 (no such appointment)",)),
            marks=pytest.mark.full,
        ),
    ],
)
def test_the_first_red_is_honest(clinic: Path, faults: str, guilty: set[str], words: tuple[str, ...]) -> None:
    done = harness(clinic, "check", "--seed", "7", HARNESS_SERVICES__CLINIC__ENVIRONMENT__FAULT=faults)
    assert done.returncode == 1
    assert {name for name, verdict in verdicts(clinic).items() if verdict == "failed"} == guilty
    assert set(verdicts(clinic).values()) == {"passed", "failed", "not run"}
    for word in words:
        assert word in done.stdout


@pytest.mark.full
def test_a_code_nobody_declared_is_found(clinic: Path) -> None:
    fault = {"HARNESS_SERVICES__CLINIC__ENVIRONMENT__FAULT": "unknown-code"}
    done = harness(clinic, "check", "--operation", "getMe", **fault)
    assert done.returncode == 1
    assert "a code the envelope knows: 0, 40000, 40100" in done.stdout
    assert "response.body/code: 40199" in done.stdout


@pytest.mark.full
def test_on_a_shared_system_nothing_is_sent_that_its_class_forbids(clinic: Path) -> None:
    done = harness(clinic, "check", "--profile", "shared", "--seed", "7")
    assert done.returncode == 0, done.stdout + done.stderr
    sent = passed_on(clinic)
    assert sent["GET /api/appointments"] > 0
    methods = {request.partition(" ")[0] for request in sent}
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST"}
    assert {request for request in sent if request.startswith("POST")} == {"POST /open/login"}
    assert not [request for request in sent if request.startswith("GET /api/doctors/")]
    said = verdicts(clinic)
    assert (
        said["makeAppointment"]
        == said["cancelAppointment[object_level_authorization]"]
        == said["getDoctor"]
        == "not run"
    )


def test_production_is_refused(clinic: Path) -> None:
    done = harness(clinic, "check", "--profile", "production")
    assert done.returncode == 2
    assert "production" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.full
def test_a_budget_for_all_tests_leaves_the_rest_not_run(clinic: Path) -> None:
    done = harness(clinic, "check", HARNESS_CONFORMANCE__TOTAL_SECONDS="1")
    said = Counter(verdicts(clinic).values())
    assert said["passed"] > 0
    assert said["not run"] > 0
    assert "the 1 s of [conformance] total_seconds are over" in (run_folder(clinic) / "junit.xml").read_text(
        "utf-8"
    )
    assert "Traceback" not in done.stdout + done.stderr
