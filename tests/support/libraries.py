"""The npm part of the tests: UI libraries for mini-programs, packages used beside them, WeChat's own compilers."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "libraries"
PACKAGES = FOLDER / "node_modules"

#: Each library with the folder of it that a mini-program takes.
LIBRARIES = {
    "tdesign-miniprogram": "miniprogram_dist",
    "@vant/weapp": "lib",
    "weui-miniprogram": "miniprogram_dist",
    "wux-weapp": "packages/lib",
    "lin-ui": "dist",
}
#: What is used beside a library, and what it needs itself.
BESIDE = {
    "miniprogram-computed": ("fast-deep-equal", "rfdc"),
    "miniprogram-recycle-view": (),
    "mobx-miniprogram": (),
    "mobx-miniprogram-bindings": ("mobx-miniprogram",),
    "wxml-to-canvas": ("widget-ui", "eventemitter3"),
}


def library(name: str) -> Path:
    """Where the mini-program's part of an installed library lies."""
    folder = PACKAGES / name / LIBRARIES[name]
    if not folder.is_dir():
        pytest.fail(f"{name} is not installed; run: npm ci --prefix tests/libraries", pytrace=False)
    return folder
