"""``harness faults`` on a system whose fault switch works, is absent, does nothing, or does not go back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.core.events import read_events
from harness.core.payloads import ExchangeSummary, PlantedFault, Verdict

SYSTEM = Path(__file__).parents[2] / "fixture_faults"
PRODUCT, BROKEN = 1, 3


@pytest.fixture
def kiosk(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SYSTEM, tmp_path / "kiosk", ignore=shutil.ignore_patterns("reports")))


def plant(folder: Path, *arguments: str, switch: str = "works") -> tuple[int, str]:
    """Exit code and what was said."""
    given = {"HARNESS_SERVICES__KIOSK__ENVIRONMENT__SWITCH": switch, "COLUMNS": "300", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "harness", "faults", *arguments],
        cwd=folder,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


def runs(folder: Path) -> list[Path]:
    return sorted((folder / "reports" / "runs").iterdir())


def test_each_fault_is_judged_by_itself_and_planted_warm_where_it_can_be(kiosk: Path) -> None:
    code, said = plant(kiosk)
    assert re.findall(r"^(\w+) +([\w-]+) +(warm|cold) +[\d.]+ s", said, re.M) == [
        ("found", "price-text", "warm"),
        ("MISSED", "no-fault-at-all", "warm"),
        ("found", "stock-text", "warm"),
        ("found", "stock-text-at-start", "cold"),
    ], said
    assert "all 1 tests passed with the fault planted" in said
    assert "3 of 4 planted faults found; 3 warm, median" in said
    assert code == PRODUCT

    warm, _ = runs(kiosk)
    told = list(read_events(warm, PlantedFault, Verdict))
    assert [getattr(event.data, "planted", getattr(event.data, "verdict", None)) for event in told] == [
        *(None, "price-text", "failed"),
        *(None, "no-fault-at-all", "passed"),
        *(None, "stock-text", "failed"),
        *(None, "passed", "passed"),  # once more, without a fault
    ]
    recorded = {event.data.path for event in read_events(warm, ExchangeSummary)}
    assert not any("faults" in url for url in recorded)


def test_a_switch_that_does_not_go_back_is_said(kiosk: Path) -> None:
    code, said = plant(kiosk, "price-text", switch="sticks")
    assert re.search(
        r"broken: with all faults taken away contracts/kiosk.yaml::kiosk::getPrice is still failed: the fault "
        r"switch of kiosk does not go back \(planted: price-text\)",
        said,
    ), said
    assert code == BROKEN


@pytest.mark.full
def test_a_switch_that_does_nothing_finds_nothing(kiosk: Path) -> None:
    code, said = plant(kiosk, "price-text", switch="ignores")
    assert "MISSED price-text" in said
    assert "0 of 1 planted faults found" in said
    assert code == PRODUCT


def test_a_switch_that_is_not_there_is_broken(kiosk: Path) -> None:
    code, said = plant(kiosk, "price-text", "stock-text", switch="absent")
    assert re.search(
        r"broken: the fault switch of kiosk \(PUT http://127.0.0.1:\d+/faults\) answers 404", said
    )
    assert "found" not in said
    assert code == BROKEN


def test_cold_asks_no_switch(kiosk: Path) -> None:
    code, said = plant(kiosk, "price-text", "--cold", switch="absent")
    assert re.search(r"^found +price-text +cold", said, re.M), said
    assert code == 0


def test_nothing_is_planted_where_others_work(kiosk: Path) -> None:
    config = kiosk / "harness.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace('"disposable"', '"shared"'), encoding="utf-8"
    )
    code, said = plant(kiosk, "price-text")
    assert "faults are planted in a disposable system only" in said
    assert code == 2
