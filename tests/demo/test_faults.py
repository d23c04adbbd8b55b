"""A planted fault differs from the shop in what it plants, and in nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SHOP = ROOT / "demo" / "miniprogram"
CATALOGUE = yaml.safe_load((ROOT / "demo" / "faults" / "catalogue.yaml").read_text(encoding="utf-8"))
FOLDERS = {"website": "website", "miniprogram": "miniprogram_backend"}
OVERLAYS = sorted(file for file in (ROOT / "demo" / "faults").rglob("miniprogram/**/*") if file.is_file())


@pytest.mark.parametrize("overlay", OVERLAYS, ids=lambda file: file.name)
def test_an_overlay_changes_one_line_of_the_file_it_replaces(overlay: Path) -> None:
    inside = overlay.parts[overlay.parts.index("miniprogram") + 1 :]
    shop = SHOP.joinpath(*inside).read_text(encoding="utf-8").splitlines()
    planted = overlay.read_text(encoding="utf-8").splitlines()
    assert len(planted) == len(shop)
    assert sum(a != b for a, b in zip(shop, planted, strict=True)) == 1


def test_there_are_overlays_to_compare() -> None:
    assert len(OVERLAYS) == 2


@pytest.mark.parametrize("service", FOLDERS)
def test_a_service_asks_for_each_of_its_faults_and_for_no_other(service: str) -> None:
    # Where it is not asked for, a fault is planted and nothing happens.
    mine = {entry["environment"]["FAULTS"] for entry in CATALOGUE if entry.get("service") == service}
    listed = ROOT / "demo" / FOLDERS[service] / ("settings.py" if service == "website" else "config.py")
    texts = [file.read_text(encoding="utf-8") for file in listed.parent.glob("*.py") if file != listed]
    asked = set(re.findall(r'"((?:linkage|contract|sync|account)-[a-z-]+)"', "".join(texts)))
    assert mine == asked
