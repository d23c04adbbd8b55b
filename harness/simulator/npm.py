"""npm packages of a mini-program, mounted where WeChat's *build npm* would put them.

A package made for mini-programs says in its package.json where its files are (field ``miniprogram``, else the
folder ``miniprogram_dist``); they appear at ``miniprogram_npm/<name>/``. Packages made for anything else are
left alone: DevTools bundles those, this does not.
https://developers.weixin.qq.com/miniprogram/dev/devtools/npm.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Mount:
    """A package's folder and the place in the tree where it appears."""

    name: str
    folder: Path
    at: str


def find_mounts(folder: Path) -> Iterator[Mount]:
    """Every mini-program package under ``folder``/node_modules; UsageError on a broken package.json."""
    modules = folder / "node_modules"
    if not modules.is_dir():
        return
    for manifest in sorted([*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]):
        name = manifest.parent.relative_to(modules).as_posix()
        try:
            said = json.loads(manifest.read_text("utf-8-sig")).get("miniprogram")
        except (ValueError, AttributeError) as error:
            raise UsageError(f"not a package description: {error}", where=str(manifest)) from error
        place = said if isinstance(said, str) else "miniprogram_dist"
        package = manifest.parent / place
        if package.is_dir():
            yield Mount(name, package, f"miniprogram_npm/{name}")
        elif isinstance(said, str):
            raise UsageError(f'"miniprogram" names {place!r}, which is not a folder', where=str(manifest))
