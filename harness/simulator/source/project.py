"""A mini-program's source tree on disk: its text files, its app id, and the files it may load.

Owns reading and the limits of reading: nothing outside the project's own folder is ever opened, symbolic
links included. What DevTools refuses before starting is refused here, too (project.config.json here, app.json
in ``manifest``), in a second, with file and line; what the other files *mean* is the page runtime's.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.simulator.source import npm
from harness.simulator.source.json_text import line_of, read_json, read_text
from harness.simulator.source.manifest import check_manifest

TEXT_SUFFIXES = frozenset({".js", ".ts", ".json", ".wxml", ".wxss", ".wxs"})
MAX_FILES, MAX_TEXT = 20_000, 64 * 1024 * 1024
DEFAULT_APP_ID = "wxsimulated0000000"


@dataclass(frozen=True, slots=True)
class Project:
    """A mini-program as the simulator runs it.

    ``root`` is the folder of app.json, ``files`` maps POSIX paths below it (npm packages mounted) to text,
    ``digest`` is a SHA-256 over them: equal digests mean equal compiled templates.
    """

    root: Path
    app_id: str
    files: Mapping[str, str]
    pages: tuple[str, ...]
    digest: str
    mounts: tuple[npm.Mount, ...]
    checks_domains: bool = True
    """``setting.urlCheck``: whether server domains are checked (校验合法域名)."""

    def asset(self, path: str) -> Path | None:
        """The file an app loads as ``/path``, or None when the project has none there."""
        path = path.lstrip("/")
        candidates = [(self.root, self.root / path)]
        candidates += [
            (mount.folder, mount.folder / path[len(mount.at) + 1 :])
            for mount in self.mounts
            if path.startswith(mount.at + "/")
        ]
        for home, candidate in candidates:
            try:
                real = candidate.resolve(strict=True)
            except (OSError, ValueError):
                continue
            if real.is_file() and real.is_relative_to(home.resolve()):
                return real
        return None


def load_project(folder: Path) -> Project:
    """Read a project folder; UsageError with file and line when it cannot be a mini-program."""
    folder = folder.resolve()
    if not folder.is_dir():
        raise UsageError("the mini-program's folder does not exist", where=str(folder))
    config = _read_config(folder)
    root = _miniprogram_root(folder, config)
    app_json = root / "app.json"
    if not app_json.is_file():
        inside = sorted(folder.glob("*/app.json"))
        hint = (
            f"; {inside[0].parent} has one: name that folder" if inside else ": name the folder that has one"
        )
        raise UsageError(f"no app.json here, this is not a mini-program's folder{hint}", where=str(root))
    places = npm.homes(folder, root, config)
    mounts = tuple(
        mount for home in places for mount in npm.find_mounts(home) if not (root / mount.at).exists()
    )
    files = dict(_texts(root, "", folder))
    for mount in mounts:
        files.update(_texts(mount.folder, mount.at + "/", folder))
    taken = frozenset(mount.name for mount in mounts)
    for home in places:
        files = npm.plain_packages(home, taken) | files
    _check_sizes(files, folder)
    project = Project(
        root=root,
        app_id=_app_id(config),
        files=files,
        pages=(),
        digest=_digest(files),
        mounts=mounts,
        checks_domains=_url_check(config),
    )
    return replace(project, pages=check_manifest(app_json, files, project.asset))


def app_id_of(folder: Path) -> str:
    """The app's own id. Errors: UsageError where its configuration cannot be read."""
    return _app_id(_read_config(folder.resolve()))


def _app_id(config: dict[str, Any]) -> str:
    app_id = config.get("appid")
    return app_id if isinstance(app_id, str) and app_id.startswith("wx") else DEFAULT_APP_ID


def _read_config(folder: Path) -> dict[str, Any]:
    """project.config.json with what project.private.config.json sets anew."""
    shared, private = (
        read_json(path) if path.is_file() else {}
        for path in (folder / "project.config.json", folder / "project.private.config.json")
    )
    settings = [each["setting"] for each in (shared, private) if isinstance(each.get("setting"), dict)]
    return shared | private | {"setting": {key: value for each in settings for key, value in each.items()}}


def _miniprogram_root(folder: Path, config: Mapping[str, Any]) -> Path:
    said = config.get("miniprogramRoot") or "."
    path = folder / "project.config.json"
    where = f"{path}:{line_of(read_text(path), 'miniprogramRoot')}" if path.is_file() else str(path)
    if not isinstance(said, str):
        raise UsageError('"miniprogramRoot" must be a string', where=where)
    root = (folder / said).resolve()
    if not root.is_relative_to(folder):
        raise UsageError(f'"miniprogramRoot" {said!r} leaves the project folder', where=where)
    if not root.is_dir():
        folders = [path.name for path in folder.iterdir() if path.is_dir()]
        raise UsageError(
            f'"miniprogramRoot" {said!r} is not a folder',
            where=where,
            nearest=nearest(said.strip("./"), folders),
        )
    return root


def _url_check(config: Mapping[str, Any]) -> bool:
    setting = config.get("setting")
    return not (isinstance(setting, Mapping) and setting.get("urlCheck") is False)


def _texts(base: Path, prefix: str, inside: Path) -> Iterator[tuple[str, str]]:
    for folder, folders, names in os.walk(base):
        folders[:] = sorted(set(folders) - npm.LEFT_OUT)
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix not in TEXT_SUFFIXES or not path.is_file():
                continue
            if not path.resolve().is_relative_to(inside):
                raise UsageError(
                    "a symbolic link leaves the project folder: put the file itself there", where=str(path)
                )
            relative = path.relative_to(base).as_posix()
            if relative.startswith("project.") and relative.endswith("config.json") and not prefix:
                continue
            yield prefix + relative, read_text(path)


def _check_sizes(files: Mapping[str, str], folder: Path) -> None:
    total = sum(map(len, files.values()))
    if len(files) > MAX_FILES or total > MAX_TEXT:
        raise UsageError(
            f"{len(files)} source files with {total // 1024} KB are more than a mini-program has "
            f"(at most {MAX_FILES} and {MAX_TEXT // 1024} KB): is this its folder?",
            where=str(folder),
        )


def _digest(files: Mapping[str, str]) -> str:
    whole = hashlib.sha256()
    for name, text in sorted(files.items()):
        whole.update(f"{len(name)}:{name}{len(text)}:".encode("utf-8", "surrogatepass"))
        whole.update(text.encode("utf-8", "surrogatepass"))
    return whole.hexdigest()
