"""The files of a small mini-program, to be written and changed by a test."""

from __future__ import annotations

from pathlib import Path


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def tree(**more: str) -> dict[str, str]:
    files = {
        "app.json": '{\n  "pages": [\n    "pages/home/home"\n  ]\n}',
        "app.js": "App({})",
        "pages/home/home.js": "Page({})",
        "pages/home/home.wxml": "<view/>",
    }
    return files | more
