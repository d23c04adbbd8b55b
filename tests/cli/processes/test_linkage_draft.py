"""``harness linkage draft`` as a user types it, on the shop without its linkage contract."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.config.settings import load
from harness.linkage.contract.reading import read
from harness.runs.backends import backends_of
from harness.runs.linkage import explain, participants_of
from tests.cli.processes.test_commands import ROOT, USAGE, harness
from tests.support.draft_score import table


def _nowhere(*services: str) -> str:
    return ""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The shop's project without a linkage contract."""
    for name in ("contracts", "scenarios", "demo"):
        ignored = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copy(ROOT / "harness.toml", tmp_path)
    (tmp_path / "contracts" / "linkage.yaml").unlink()
    return tmp_path


def test_it_overwrites_nothing(tmp_path: Path) -> None:
    there = tmp_path / "linkage.yaml"
    there.write_text("mine\n", encoding="utf-8")
    code, said = harness("linkage", "draft", "--output", str(there), "--language", "en")
    assert (code, there.read_text(encoding="utf-8")) == (USAGE, "mine\n")
    assert "overwrites nothing" in said


@pytest.mark.full
def test_it_writes_where_the_environment_is_disposable_only(shop: Path) -> None:
    settings = shop / "harness.toml"
    text = settings.read_text(encoding="utf-8")
    text = text.replace('environment = "disposable"', 'environment = "shared"', 1)
    settings.write_text(f'{text}\n[environment_rules]\nallow = ["POST /api/session"]\n', encoding="utf-8")
    code, said = harness("linkage", "draft", "--language", "en", cwd=shop)
    assert code == USAGE, said
    assert 'needs environment = "disposable"' in said


@pytest.mark.full
def test_the_shops_contract_is_drafted_as_people_wrote_it(shop: Path) -> None:
    file = shop / "contracts" / "linkage.yaml"
    command = [sys.executable, "-m", "harness", "linkage", "draft", "--output", str(file), "--language", "en"]
    done = subprocess.run(command, cwd=shop, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "POST /api/orders ×" in done.stderr
    comments = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("    # ")]
    # It may leave nothing to decide; what it does is counted, and a comment of the draft.
    before, _, after = done.stderr.partition(" points for you to decide: ")
    left = after.splitlines()[1:]
    assert not left or before.rpartition("\n")[2] == str(len(left))
    assert not left or any(line.partition(": ")[2] in comment for line in left for comment in comments)
    settings = load(shop / "harness.toml")
    assert list(explain(settings))
    participants = participants_of(None, settings, backends_of(settings, _nowhere), _nowhere)
    drafted, wanted = (
        read(path, settings.known_platforms).contract for path in (file, ROOT / "contracts" / "linkage.yaml")
    )
    found = table(drafted, wanted, participants)
    assert found["entities"]["missing"] == 0
    # The refunds of an order, which an operation of their own answers ('reads').
    assert found["fields"]["missing"] <= 1
    assert {kind: count["wrong"] for kind, count in found.items()} == dict.fromkeys(found, 0)
    # refund-again and refund-all are one operation with other bodies: the draft has it once.
    assert found["calls"]["missing"] <= 4
    for entity in wanted.entities:
        assert (
            "appears" in drafted.entities.get(entity, wanted.entities[entity]).promises or entity == "points"
        )
