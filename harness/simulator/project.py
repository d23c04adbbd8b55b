"""A mini-program's source tree on disk: its text files, its app id, and the files it may load.

Owns reading and the limits of reading: nothing outside the project's own folder is ever opened, symbolic
links included. What the files *mean* is the page runtime's; only what DevTools refuses before starting is
checked here (app.json, project.config.json, the page list), so that it fails in a second with file and line.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.simulator.npm import Mount, find_mounts

TEXT_SUFFIXES = frozenset({".js", ".ts", ".json", ".wxml", ".wxss", ".wxs"})
LEFT_OUT = frozenset({"node_modules", ".git", ".svn", ".idea", ".vscode"})
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
    mounts: tuple[Mount, ...]

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
    config = _read_config(folder / "project.config.json")
    root = _mini_program_root(folder, config)
    app_json = root / "app.json"
    if not app_json.is_file():
        inside = sorted(folder.glob("*/app.json"))
        hint = f"; {inside[0].parent} has one" if inside else ""
        raise UsageError(f"no app.json here: this is not a mini-program's folder{hint}", where=str(root))
    mounts = tuple(
        mount
        for home in dict.fromkeys((root, folder))
        for mount in find_mounts(home)
        if not (root / mount.at).exists()
    )
    files = dict(_texts(root, "", folder))
    for mount in mounts:
        files.update(_texts(mount.folder, mount.at + "/", folder))
    _check_sizes(files, folder)
    pages = _pages(app_json, files)
    app_id = config.get("appid")
    return Project(
        root=root,
        app_id=app_id if isinstance(app_id, str) and app_id.startswith("wx") else DEFAULT_APP_ID,
        files=files,
        pages=pages,
        digest=_digest(files),
        mounts=mounts,
    )


def read_json(path: Path, text: str | None = None) -> dict[str, Any]:
    """A JSON object from a file; UsageError ``file:line`` when it is none."""
    try:
        value = json.loads(path.read_text("utf-8-sig") if text is None else text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        where = f"{path}:{error.lineno}"
        raise UsageError(f"not valid JSON: {error.msg} (column {error.colno})", where=where) from error
    except UnicodeDecodeError as error:
        raise UsageError("not valid UTF-8", where=str(path)) from error
    if not isinstance(value, dict):
        raise UsageError("expected one JSON object", where=f"{path}:1")
    return value


def _read_config(path: Path) -> dict[str, Any]:
    return read_json(path) if path.is_file() else {}


def _mini_program_root(folder: Path, config: Mapping[str, Any]) -> Path:
    said = config.get("miniprogramRoot") or "."
    where = str(folder / "project.config.json")
    if not isinstance(said, str):
        raise UsageError('"miniprogramRoot" must be a string', where=where)
    root = (folder / said).resolve()
    if not root.is_relative_to(folder):
        raise UsageError(f'"miniprogramRoot" {said!r} leaves the project folder', where=where)
    if not root.is_dir():
        raise UsageError(f'"miniprogramRoot" {said!r} is not a folder', where=where)
    return root


def _texts(base: Path, prefix: str, inside: Path) -> Iterator[tuple[str, str]]:
    for folder, folders, names in os.walk(base):
        folders[:] = sorted(set(folders) - LEFT_OUT)
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix not in TEXT_SUFFIXES or not path.is_file():
                continue
            if not path.resolve().is_relative_to(inside):
                raise UsageError("a symbolic link leaves the project folder", where=str(path))
            relative = path.relative_to(base).as_posix()
            if relative.startswith("project.") and relative.endswith("config.json") and not prefix:
                continue
            try:
                yield prefix + relative, path.read_text("utf-8-sig")
            except UnicodeDecodeError as error:
                raise UsageError("not valid UTF-8", where=str(path)) from error


def _check_sizes(files: Mapping[str, str], folder: Path) -> None:
    total = sum(map(len, files.values()))
    if len(files) > MAX_FILES or total > MAX_TEXT:
        raise UsageError(
            f"{len(files)} source files with {total // 1024} KB are more than a mini-program has "
            f"(at most {MAX_FILES} and {MAX_TEXT // 1024} KB): is this its folder?",
            where=str(folder),
        )


def _pages(app_json: Path, files: Mapping[str, str]) -> tuple[str, ...]:
    text = files["app.json"]
    app = read_json(app_json, text)
    pages = [page for page in _list(app.get("pages")) if isinstance(page, str)]
    for package in _list(app.get("subPackages", app.get("subpackages"))):
        if isinstance(package, dict) and isinstance(package.get("root"), str):
            root = package["root"].strip("/")
            pages += [f"{root}/{page}" for page in _list(package.get("pages")) if isinstance(page, str)]
    if not pages:
        raise UsageError('"pages" names no page', where=f"{app_json}:{_line(text, 'pages')}")
    for page in pages:
        missing = [
            name
            for name, there in (
                (f"{page}.wxml", f"{page}.wxml" in files),
                (f"{page}.js", f"{page}.js" in files or f"{page}.ts" in files),
            )
            if not there
        ]
        if missing:
            stem = missing[0].rsplit(".", 1)[1]
            close = difflib.get_close_matches(missing[0], [f for f in files if f.endswith(stem)], 1)
            raise UsageError(
                f"page {page!r} has no file {missing[0]}",
                where=f"{app_json}:{_line(text, page)}",
                nearest=close[0] if close else None,
            )
    return tuple(pages)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _line(text: str, token: str) -> int:
    """The line of a JSON string in ``text``; a sub-package's page is written without its root."""
    while token:
        at = text.find(json.dumps(token, ensure_ascii=False))
        if at >= 0:
            return text.count("\n", 0, at) + 1
        token = token.partition("/")[2]
    return 1


def _digest(files: Mapping[str, str]) -> str:
    whole = hashlib.sha256()
    for name, text in sorted(files.items()):
        whole.update(f"{len(name)}:{name}{len(text)}:".encode("utf-8", "surrogatepass"))
        whole.update(text.encode("utf-8", "surrogatepass"))
    return whole.hexdigest()
