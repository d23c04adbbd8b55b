from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.config.settings import load
from harness.core.errors import UsageError

ROOT = Path(__file__).parents[2]


def written(tmp_path: Path, section: str) -> Path:
    path = tmp_path / "harness.toml"
    shop = (ROOT / "harness.toml").read_text(encoding="utf-8")
    without_gate = re.sub(r"\[gate\]\n[^\[]*", "", shop)  # a table stands in a file once
    path.write_text(without_gate + section, encoding="utf-8")
    return path


@pytest.mark.parametrize(("section", "message"), [
    ("\n[gate]\nviolatons = 1\n", r"unknown key 'gate.violatons'; did you mean 'violations'\?"),
    ("\n[gate]\nminimum_test = 9\n", r"did you mean 'minimum_tests'\?"),
    ("\n[gate]\np0_passed = 101\n", r"gate.p0_passed: .*less than or equal to 100"),
    ("\n[gate]\nminimum_tests = 0\n", r"gate.minimum_tests: .*greater than or equal to 1"),
    ("\n[reporting]\nhistroy = 3\n", r"did you mean 'history'\?"),
    ("\n[reporting]\nlanguage = 'fr'\n", r"reporting.language = 'fr': must be one of zh, en"),
])  # fmt: skip
def test_a_wrong_key_or_value_is_said_with_its_place(tmp_path: Path, section: str, message: str) -> None:
    with pytest.raises(UsageError, match=rf"harness.toml:\d+: .*{message}"):
        load(written(tmp_path, section))
