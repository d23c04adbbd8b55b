"""A fault's overlay is laid over the mini-program it names, and over no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.config.settings import load
from harness.core.errors import UsageError
from harness.runs.faults import plant
from tests.support.project import GOOD

KIOSK = """
[platforms.kiosk]
title = {zh = "自助机", en = "kiosk"}
driver = "simulator"
service = "phone"
project = "app"

[paths]
faults = "faults/catalogue.yaml"
"""
FAULT = """\
- id: dead
  kind: button
  title: {zh: 甲, en: a}
  notice: {zh: 乙, en: b}
  overlay: files
  found_by: [L01]
  expect: x
"""


@pytest.mark.parametrize(
    ("named", "changed", "other"),
    [("", "miniprogram", "kiosk"), ("  platform: kiosk\n", "kiosk", "miniprogram")],
)
def test_one_miniprogram_is_changed(project: Path, named: str, changed: str, other: str) -> None:
    root = project.parent
    project.write_text(GOOD + KIOSK, encoding="utf-8")
    (root / "faults" / "files").mkdir(parents=True)
    (root / "faults" / "files" / "app.js").write_text("planted", encoding="utf-8")
    (root / "faults" / "catalogue.yaml").write_text(FAULT + named, encoding="utf-8")
    planted = plant(load(project), "dead", root / "run").miniprograms
    assert (planted[changed].project / "app.js").read_text(encoding="utf-8") == "planted"
    assert planted[other].project == (root / "app").resolve()


def test_a_miniprogram_there_is_not_is_told(project: Path) -> None:
    project.write_text(GOOD + KIOSK, encoding="utf-8")
    (project.parent / "faults").mkdir()
    (project.parent / "faults" / "catalogue.yaml").write_text(FAULT + "  platform: kisk\n", encoding="utf-8")
    with pytest.raises(UsageError, match="fault dead: no mini-program 'kisk'"):
        plant(load(project), "dead", project.parent / "run")
