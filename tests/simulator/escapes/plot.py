"""The folder around a hostile mini-program: what it is made of, and what beside it must not be reached."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

CANARY = "canary7f3a"
REPEATED = re.compile(r"<<<(.*?)\|(\d+)>>>", re.DOTALL)
SIZE = (37, 53)
"""Of the picture outside: an image that has it was read from there."""


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    text = b"Comment\0" + CANARY.encode()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"tEXt", text)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


APP = {
    "app.json": '{"pages": ["pages/home/home"]}',
    "app.js": "App({})",
    "pages/home/home.js": "Page({})",
    "pages/home/home.json": "{}",
    "pages/home/home.wxml": '<view id="home">home</view>',
}
OUTSIDE: Mapping[str, str | bytes] = {
    "canary.js": f"module.exports = '{CANARY}'",
    "worker.js": f"worker.postMessage({{ canary: '{CANARY}' }})",
    "canary.json": json.dumps({"canary": CANARY}),
    "canary.txt": CANARY,
    "canary.wxml": f'<template name="t"><view id="canary">{CANARY}</view></template><view>{CANARY}</view>',
    "canary.wxs": f"module.exports = {{ canary: '{CANARY}' }}",
    "canary.wxss": f"#home::after {{ content: '{CANARY}' }}",
    "canary.png": png(*SIZE),
    ".ssh/id_ed25519": f"-----BEGIN OPENSSH PRIVATE KEY-----\n{CANARY}\n-----END OPENSSH PRIVATE KEY-----\n",
    "app.json": json.dumps({"pages": ["pages/home/home"], "window": {"navigationBarTitleText": CANARY}}),
    "project.config.json": json.dumps({"appid": "wx00000000canary", "projectname": CANARY}),
    "package.json": json.dumps({"dependencies": {"kit": "1"}}),
    "kit/package.json": json.dumps({"main": "index.js", "description": CANARY}),
    "kit/index.js": f"module.exports = '{CANARY}'; Component({{}})",
    "kit/index.json": json.dumps({"component": True}),
    "kit/index.wxml": f"<view>{CANARY}</view>",
    "modules/kit/package.json": json.dumps({"main": "index.js"}),
    "modules/kit/index.js": f"module.exports = '{CANARY}'",
    "node_modules/kit/package.json": json.dumps({"miniprogram": "."}),
    "node_modules/kit/index.js": f"module.exports = '{CANARY}'",
    "page/page.js": f"Page({{ data: {{ canary: '{CANARY}' }} }})",
    "page/page.wxml": f"<view>{CANARY}</view>",
    **{
        f"app/{name}": f"{text} " if name.endswith("json") else f"{text}/*{CANARY}*/"
        for name, text in APP.items()
    },
}


class Plot:
    """The folders of an entry: ``shop``, the mini-program, and ``outside``."""

    def __init__(
        self, folder: Path, entry: Mapping[str, Any], values: Mapping[str, str] | None = None
    ) -> None:
        self.folder, self.shop, self.outside = folder, folder / "shop", folder / "outside"
        self._values = {"{outside}": str(self.outside), "CANARY": CANARY, **(values or {})}
        for name, content in OUTSIDE.items():
            self._write(f"outside/{name}", content)
        left_out = entry.get("without", [])
        self._app = {f"shop/{name}": text for name, text in APP.items() if name not in left_out}
        for name, text in (self._app | entry.get("files", {})).items():
            self._write(name, self.filled(text))
        for name in entry.get("fifos", []):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.mkfifo(folder / name)
        self._link(entry.get("links", {}))
        self._later = entry.get("later", {})

    def change(self) -> None:
        """Put links in the place of what stands there."""
        for name in self._later:
            (self.folder / name).rename(self.folder / f"was-{Path(name).name}")
        self._link(self._later)

    def filled(self, text: str) -> str:
        for name, value in self._values.items():
            text = text.replace(name, value)
        return REPEATED.sub(lambda part: part[1] * int(part[2]), text)

    def _link(self, links: Mapping[str, str]) -> None:
        for name, target in links.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).symlink_to(self.filled(target))

    def _write(self, name: str, content: str | bytes) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


@contextlib.contextmanager
def deadline(seconds: int) -> Iterator[None]:
    """A file that nobody writes to would be waited for until the end of time."""

    def end(*_: object) -> None:
        raise AssertionError(f"it took more than {seconds} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def planted(name: str) -> dict[str, Any]:
    """What a file beside holds, and which of it is not yet as it must be."""
    folder = Path(__file__).parent
    left = yaml.safe_load((folder / "left.yaml").read_text(encoding="utf-8"))
    return {**yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")), "left": left[name]}


def names(planted: Mapping[str, Any]) -> set[str]:
    found = [each["name"] for part in ("escapes", "kept") for each in planted.get(part, [])]
    assert len(set(found)) == len(found)
    return set(found)


def params(planted: Mapping[str, Any], part: str, **given: Any) -> list[Any]:
    """Those that have all that is given; who is left must fail."""
    mark = pytest.mark.xfail(reason="left", strict=True)
    return [
        pytest.param(
            each,
            id=each["name"].replace(" ", "-"),
            marks=[mark] if each["name"] in planted["left"] else [],
        )
        for each in planted[part]
        if all(each.get(key, False) == value for key, value in given.items())
    ]
