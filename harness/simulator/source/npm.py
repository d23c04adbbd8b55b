"""npm packages of a mini-program, placed where WeChat's *build npm* would put them, without building.

A package made for mini-programs says in its package.json where its files are (field ``miniprogram``, else the
folder ``miniprogram_dist``); they appear at ``miniprogram_npm/<name>/``. Of any other package that a
package.json lists under ``dependencies``, the scripts its ``main`` reaches appear there, and those of the
packages they require.
https://developers.weixin.qq.com/miniprogram/dev/devtools/npm.html
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.simulator.source.json_text import line_of, read_json, read_text

PLACE = "miniprogram_npm"
LEFT_OUT = frozenset({"node_modules", ".git", ".svn", ".idea", ".vscode"})
_REQUIRE = re.compile(r"""(?:\brequire\s*\(\s*|\bfrom\s*|\bimport\s*)(['"])([^'"\n]+)\1""")


@dataclass(frozen=True, slots=True)
class Mount:
    """A mini-program package's folder and the place in the tree where it appears."""

    name: str
    folder: Path
    at: str


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with package.json and node_modules; its packages appear below ``at`` (empty: the root)."""

    folder: Path
    at: str


def homes(folder: Path, root: Path, config: Mapping[str, Any]) -> list[Home]:
    """Where packages are installed: below the project, and as project.config.json relates them."""
    setting = config.get("setting")
    related = setting.get("packNpmRelationList") if isinstance(setting, dict) else None
    found: dict[str, Home] = {}
    for entry in related if isinstance(related, list) else []:
        if isinstance(entry, dict):
            manifest = (folder / str(entry.get("packageJsonPath", "package.json"))).resolve()
            at = _below(root, (folder / str(entry.get("miniprogramNpmDistDir", "."))).resolve())
            if at is None or not manifest.is_relative_to(folder):
                raise UsageError(
                    f'"packNpmRelationList" leaves the mini-program: {entry}',
                    where=str(folder / "project.config.json"),
                )
            found.setdefault(at, Home(manifest.parent, at))
    for place, folders, _ in os.walk(root):
        if "node_modules" in folders:
            at = _below(root, Path(place)) or ""
            found.setdefault(at, Home(Path(place), at))
        folders[:] = sorted(set(folders) - LEFT_OUT - {PLACE})
    if folder != root:
        found.setdefault("", Home(folder, ""))
    return list(found.values())


def find_mounts(home: Home) -> Iterator[Mount]:
    """Every mini-program package installed in ``home``; UsageError on a broken package.json."""
    modules = home.folder / "node_modules"
    if not modules.is_dir():
        return
    for manifest in sorted([*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]):
        name = manifest.parent.relative_to(modules).as_posix()
        text = read_text(manifest)
        said = read_json(manifest, text).get("miniprogram")
        place = said if isinstance(said, str) else "miniprogram_dist"
        package = manifest.parent / place
        if package.is_dir():
            yield Mount(name, package, posixpath.join(home.at, PLACE, name))
        elif isinstance(said, str):
            raise UsageError(
                f'"miniprogram" names {place!r}, which is not a folder: reinstall the package',
                where=f"{manifest}:{line_of(text, 'miniprogram')}",
            )


def plain_packages(home: Home, taken: frozenset[str]) -> dict[str, str]:
    """Scripts of dependencies that were not made for mini-programs; ``taken`` names are there already."""
    manifest = home.folder / "package.json"
    if not manifest.is_file():
        return {}
    dependencies = read_json(manifest).get("dependencies")
    reach = _Reach(home, taken)
    for name in sorted(dependencies) if isinstance(dependencies, dict) else []:
        reach.package(name, home.folder, home.at)
    return reach.files


@dataclass(slots=True)
class _Reach:
    home: Home
    taken: frozenset[str]
    files: dict[str, str] = field(default_factory=dict)
    _packages: set[str] = field(default_factory=set)

    def package(self, name: str, user: Path, user_at: str) -> None:
        """Take the scripts of the package that ``name`` means in the folder ``user``."""
        for at_home, folder in ((False, user), (True, self.home.folder)):
            package = folder / "node_modules" / name
            if (package / "package.json").is_file():
                at = posixpath.join(self.home.at if at_home else user_at, PLACE, name)
                break
        else:
            return
        if name in self.taken or at in self._packages:
            return
        self._packages.add(at)
        main = read_json(package / "package.json").get("main")
        entry = self._script(package, main if isinstance(main, str) else "index.js", package, at)
        if entry is not None and entry != "index.js":
            self.files[f"{at}/index.js"] = f"module.exports = require('./{entry}')"

    def _script(self, folder: Path, request: str, package: Path, at: str) -> str | None:
        """Take a script and what it requires; its path in the package, or None when there is none."""
        base = Path(os.path.normpath(folder / request))
        candidates = (base, *(base.with_name(base.name + end) for end in (".js", ".json")), base / "index.js")
        file = next((each for each in candidates if each.is_file()), None)
        if file is None or file.suffix not in (".js", ".json") or not file.is_relative_to(package):
            return None
        name = file.relative_to(package).as_posix()
        if f"{at}/{name}" in self.files:
            return name
        text = self.files[f"{at}/{name}"] = read_text(file)
        if file.suffix == ".js":
            for _, needed in _REQUIRE.findall(text):
                if needed.startswith("."):
                    self._script(file.parent, needed, package, at)
                else:
                    parts = needed.split("/")
                    self.package("/".join(parts[: 2 if needed.startswith("@") else 1]), package, at)
        return name


def _below(root: Path, place: Path) -> str | None:
    return place.relative_to(root).as_posix().removeprefix(".") if place.is_relative_to(root) else None
