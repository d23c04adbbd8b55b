"""npm packages of a mini-program, placed where WeChat's *build npm* would put them, without building.

A package made for mini-programs says in its package.json where its files are (field ``miniprogram``, else the
folder ``miniprogram_dist``); they appear at ``miniprogram_npm/<name>/``. Of any other package that a
package.json, the project's or that of such a package, lists under ``dependencies``, the scripts its ``main``
reaches appear there, and those of the packages they require.
https://developers.weixin.qq.com/miniprogram/dev/devtools/npm.html
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.simulator.source import words
from harness.simulator.source.json_text import line_of, parse
from harness.simulator.source.project_folder import LEFT_OUT, ProjectFolder

PLACE = "miniprogram_npm"
NAME = re.compile(r"(@[^/\\\0]+/)?[^/\\\0@][^/\\\0]*")
_REQUIRE = re.compile(r"""(?:\brequire\s*\(\s*|\bfrom\s*|\bimport\s*)(['"])([^'"\n]+)\1""")


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with package.json and node_modules; its packages appear below ``at`` (empty: the root)."""

    folder: Path
    at: str


@dataclass(frozen=True, slots=True)
class Mount:
    """A mini-program package: the folder of its files, the place in the tree where they appear, and its own folder.

    ``home`` is where it is installed, or the package that has it installed.
    """

    name: str
    folder: Path
    at: str
    package: Path
    home: Home


def homes(project: ProjectFolder, root: Path, config: Mapping[str, Any], related_at: str) -> list[Home]:
    """Where packages are installed: below the project, and as project.config.json relates them (at ``related_at``)."""
    setting = config.get("setting")
    by_hand = setting if isinstance(setting, dict) and setting.get("packNpmManually") is True else {}
    related = by_hand.get("packNpmRelationList")
    found: dict[str, Home] = {}
    for entry in related if isinstance(related, list) else []:
        if isinstance(entry, dict):
            home = _related(project.path, root, entry, related_at)
            found.setdefault(home.at, home)
    for place, folders, _ in os.walk(root):
        if "node_modules" in folders:
            at = _below(root, Path(place)) or ""
            found.setdefault(at, Home(Path(place), at))
        folders[:] = sorted(set(folders) - LEFT_OUT - {PLACE})
    if project.path != root:
        found.setdefault("", Home(project.path, ""))
    return list(found.values())


def _related(folder: Path, root: Path, entry: Mapping[str, Any], where: str) -> Home:
    try:
        manifest = (folder / str(entry.get("packageJsonPath", "package.json"))).resolve()
        at = _below(root, (folder / str(entry.get("miniprogramNpmDistDir", "."))).resolve())
    except (OSError, ValueError, RuntimeError):
        at = None
    if at is None or not manifest.is_relative_to(folder):
        raise UsageError(words.RELATION_LEAVES.format(entry=entry), where=where)
    return Home(manifest.parent, at)


def find_mounts(project: ProjectFolder, home: Home, above: tuple[Path, ...] = ()) -> Iterator[Mount]:
    """Every mini-program package installed in ``home``, or in one of those; UsageError on a broken package.json."""
    modules = project.package(home.folder / "node_modules")
    if modules is None:
        return
    for manifest in sorted([*modules.glob("*/package.json"), *modules.glob("@*/*/package.json")]):
        name = manifest.parent.relative_to(modules).as_posix()
        package = project.package(home.folder / "node_modules" / name)
        folder = None if package is None else _part_for_mini_programs(project, manifest, package)
        # A package that has a link to itself, or to one above, would never end.
        if package is not None and folder is not None and package not in above:
            mount = Mount(name, folder, posixpath.join(home.at, PLACE, name), package, home)
            yield mount
            yield from find_mounts(project, Home(package, mount.at), (*above, package))


def _part_for_mini_programs(project: ProjectFolder, manifest: Path, package: Path) -> Path | None:
    """The folder of a package that a mini-program takes, where it was made for one."""
    file = project.file(package / "package.json", inside=package)
    if file is None:
        return None
    text = project.text(file)
    said = parse(manifest, text).get("miniprogram")
    where = f"{manifest}:{line_of(text, 'miniprogram')}"
    if not isinstance(said, str):
        return project.folder(package / "miniprogram_dist", inside=package)
    try:
        folder = project.folder(package / said, inside=package, named=where)
    except UsageError:
        raise UsageError(words.PACKAGE_LEAVES.format(said=said), where=where) from None
    if folder is None:
        raise UsageError(words.PACKAGE_NO_FOLDER.format(said=said), where=where)
    return folder


def plain_packages(project: ProjectFolder, home: Home, mounts: Sequence[Mount]) -> dict[str, str]:
    """Scripts of dependencies that were not made for mini-programs; the ``mounts`` are there already."""
    reach = _Reach(project, home, frozenset(mount.at for mount in mounts))
    reach.dependencies(home.folder / "package.json", home.folder, home.at, inside=None)
    for mount in mounts:
        if mount.home.at == home.at or mount.home.at.startswith(posixpath.join(home.at, PLACE) + "/"):
            manifest = mount.home.folder / "node_modules" / mount.name / "package.json"
            reach.dependencies(manifest, mount.package, mount.at, inside=mount.package)
    reach.scripts()
    return reach.files


@dataclass(slots=True)
class _Reach:
    """What packages need of each other, beginning with the dependencies of the project."""

    project: ProjectFolder
    home: Home
    taken: frozenset[str]
    files: dict[str, str] = field(default_factory=dict)
    _packages: set[str] = field(default_factory=set)
    _folders: set[str] = field(default_factory=set)
    """Those whose package.json was read: a ``main`` may lead around."""
    _needed: list[_Needed] = field(default_factory=list)

    def dependencies(self, manifest: Path, user: Path, user_at: str, *, inside: Path | None) -> None:
        """Take the scripts of the packages that the package.json of ``user`` depends on."""
        file = self.project.file(user / "package.json", inside=inside)
        if file is None:
            return
        text = self.project.text(file)
        dependencies = parse(manifest, text).get("dependencies")
        for name in sorted(dependencies) if isinstance(dependencies, dict) else []:
            if not NAME.fullmatch(name) or ".." in name.split("/"):
                where = f"{manifest}:{line_of(text, 'dependencies', name)}"
                raise UsageError(words.NO_PACKAGE_NAME.format(name=name), where=where)
            self.package(name, user, user_at)

    def package(self, name: str, user: Path, user_at: str) -> None:
        """Take the scripts of the package that ``name`` means in the folder ``user``."""
        places = [(False, user / "node_modules"), (True, self.home.folder / "node_modules")]
        if user != self.home.folder:  # pnpm installs what a package depends on beside it
            around = (user.parent, user.parent.parent)
            places += [(False, folder) for folder in around if folder.name == "node_modules"]
        for at_home, folder in places:
            given = folder / name
            package = self.project.package(given)
            manifest = package and self.project.file(package / "package.json", inside=package)
            if package is not None and manifest is not None:
                at = posixpath.join(self.home.at if at_home else user_at, PLACE, name)
                break
        else:
            return
        if at in self.taken or at in self._packages:
            return
        self._packages.add(at)
        self._main(package, given / "package.json", _Needed(package, "", package, at, ""))

    def scripts(self) -> None:
        """Take what the scripts taken so far require, and so on to the end."""
        while self._needed:
            self._script(self._needed.pop())

    def _script(self, needed: _Needed) -> str | None:
        """Take a script, and say what it requires; its path in the package, or None when there is none."""
        package, at = needed.package, needed.at
        base = os.path.normpath(needed.folder / needed.request)
        files = (self._file(Path(base + end), needed) for end in ("", ".js", ".json"))
        file = next((each for each in files if each is not None), None)
        if file is None:
            if self._file(Path(base, "package.json"), needed) is not None and base not in self._folders:
                return self._main(Path(base), Path(base, "package.json"), needed)
            file = self._file(Path(base, "index.js"), needed)
        if file is None or file.suffix not in (".js", ".json"):
            return None
        name = file.relative_to(package).as_posix()
        if f"{at}/{name}" in self.files:
            return name
        text = self.files[f"{at}/{name}"] = self.project.text(file)
        if file.suffix == ".js":
            for match in _REQUIRE.finditer(text):
                self._require(match[2], file, f"{file}:{text.count(chr(10), 0, match.start()) + 1}", needed)
        return name

    def _main(self, folder: Path, manifest: Path, of: _Needed) -> str | None:
        """Take what the package.json of a folder names, and let the folder's ``index.js`` be that."""
        self._folders.add(str(folder))
        file = self.project.file(folder / "package.json", inside=of.package)
        text = "{}" if file is None else self.project.text(file)
        main = parse(manifest, text).get("main")
        where = f"{manifest}:{line_of(text, 'main')}"
        request = main if isinstance(main, str) else "index.js"
        script = self._script(_Needed(folder, request, of.package, of.at, where))
        if script is None:
            return None
        index = (folder / "index.js").relative_to(of.package).as_posix()
        if script != index:
            path = posixpath.relpath(script, posixpath.dirname(index) or ".")
            self.files[f"{of.at}/{index}"] = f"module.exports = require('./{path}')"
        return index

    def _file(self, path: Path, needed: _Needed) -> Path | None:
        try:
            return self.project.file(path, inside=needed.package, named=needed.where)
        except UsageError:
            raise UsageError(
                words.SCRIPT_LEAVES.format(request=needed.request, path=path),
                where=needed.where,
            ) from None

    def _require(self, request: str, file: Path, where: str, of: _Needed) -> None:
        if request.startswith("."):
            self._needed.append(_Needed(file.parent, request, of.package, of.at, where))
            return
        parts = request.split("/")
        name = "/".join(parts[: 2 if request.startswith("@") else 1])
        if NAME.fullmatch(name) and ".." not in name.split("/"):
            self.package(name, of.package, of.at)


@dataclass(frozen=True, slots=True)
class _Needed:
    """A script that a package of ``at`` names at ``where``, as seen from ``folder``."""

    folder: Path
    request: str
    package: Path
    at: str
    where: str


def _below(root: Path, place: Path) -> str | None:
    return place.relative_to(root).as_posix().removeprefix(".") if place.is_relative_to(root) else None
