"""The npm part of the tests: two UI libraries for mini-programs, and WeChat's own compilers."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "libraries"
PACKAGES = FOLDER / "node_modules"

#: Each library with the folder of it that a mini-program takes.
LIBRARIES = {"tdesign-miniprogram": "miniprogram_dist", "@vant/weapp": "lib"}


def library(name: str) -> Path:
    """Where the mini-program's part of an installed library lies."""
    folder = PACKAGES / name / LIBRARIES[name]
    if not folder.is_dir():
        pytest.fail(f"{name} is not installed; run: npm ci --prefix tests/libraries", pytrace=False)
    return folder
