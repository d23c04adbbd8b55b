"""A planted fault differs from the shop in what it plants, and in nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOP = ROOT / "demo" / "miniprogram"
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
