"""A mini-program's source tree on disk: its text files, its app id, and the files it may load.

Every file is read through :mod:`harness.simulator.source.project_folder`, so nothing outside is ever opened. What
DevTools refuses before starting is refused here, too (project.config.json here, app.json in ``manifest``), in a
second, with file and line; what the other files *mean* is the page runtime's.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.simulator.source import npm, preprocessors, words
from harness.simulator.source.json_text import NotUtf8, line_of, parse
from harness.simulator.source.manifest import check_manifest
from harness.simulator.source.project_folder import LEFT_OUT, ProjectFolder
from harness.simulator.source.source_errors import SourceError
from harness.simulator.source.source_maps import SourceMaps

TEXT_SUFFIXES = frozenset({".js", ".ts", ".json", ".wxml", ".wxss", ".wxs"})
# What a mini-program may contain besides its code, as WeChat lists it, and what else pages show.
ASSET_SUFFIXES = frozenset(
    {
        *(".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".ico", ".avif"),
        *(".mp3", ".aac", ".m4a", ".mp4", ".m4v", ".mov", ".webm", ".wav", ".ogg", ".silk"),
        *(".ttf", ".otf", ".woff", ".woff2", ".wasm", ".br", ".cer", ".cert", ".json", ".txt"),
    }
)
SETTINGS = ("project.config.json", "project.private.config.json")
NEEDED = frozenset({"app.json", "app.js", "app.ts"})
"""Without these no app starts; any other file it can do without."""
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
    folder: ProjectFolder
    checks_domains: bool = True
    """``setting.urlCheck``: whether server domains are checked (校验合法域名)."""
    preprocessors: Mapping[str, list[str]] = field(default_factory=dict)
    """Scripts of the packages that build its LESS and SASS, for the page."""
    errors: tuple[SourceError, ...] = ()
    """What is wrong with files that the app starts without."""
    maps: SourceMaps = field(kw_only=True)
    """Of what its files were built from."""

    def asset(self, path: str, named: str | None = None) -> bytes | None:
        """The file an app loads as ``/path``, or None when the project has none there.

        UsageError where the path leads to what is not the mini-program's; ``named`` is the place that names it.
        """
        path = path.lstrip("/")
        places = [(self.root, self.folder.path, path)]
        places += [
            (mount.folder, mount.folder, path[len(mount.at) + 1 :])
            for mount in self.mounts
            if path.startswith(mount.at + "/")
        ]
        for home, inside, below in places:
            try:
                file = self.folder.file(home / below, inside=inside)
            except UsageError:
                raise self._refused(path, named) from None
            if file is None:
                continue
            real = file.relative_to(home if file.is_relative_to(home) else inside)
            above = posixpath.normpath(below).startswith("../")
            if above or not _is_part(below) or not _is_part(real.as_posix()):
                raise self._refused(path, named)
            return self.folder.asset(file)
        return None

    def _refused(self, path: str, named: str | None) -> UsageError:
        where = named or self._place_of(path) or str(self.root / path)
        return UsageError(words.NOT_ITS_FILE.format(path=path), where=where)

    def _place_of(self, text: str) -> str | None:
        """The first line of the source that contains a text."""
        for name, content in self.files.items():
            if (at := content.find(text)) >= 0:
                return f"{name}:{content.count(chr(10), 0, at) + 1}"
        return None


def _is_part(path: str) -> bool:
    """Whether a mini-program contains a file of this name: no settings of tools, packages as installed or keys."""
    *_, name = parts = path.split("/")
    hidden = any(part in LEFT_OUT or (part.startswith(".") and part.strip(".")) for part in parts)
    return not hidden and name not in SETTINGS and posixpath.splitext(name)[1].lower() in ASSET_SUFFIXES


def load_project(path: Path, source_maps: Path | None = None) -> Project:
    """Read a project folder; UsageError with file and line when it cannot be a mini-program.

    ``source_maps``: the folder of its source maps, where they are in one of their own.
    """
    project = ProjectFolder(path)
    folder = project.path
    if not folder.is_dir():
        raise UsageError(words.NO_FOLDER, where=str(folder))
    config = _read_config(project)
    root = _miniprogram_root(project, config)
    app_json = root / "app.json"
    if project.file(app_json) is None:
        inside = sorted(folder.glob("*/app.json"))
        said = words.APP_JSON_BELOW.format(folder=inside[0].parent) if inside else words.NO_APP_JSON
        raise UsageError(said, where=str(root))
    related_at = _place_of_setting(project, "setting", "packNpmRelationList")
    places = npm.homes(project, root, config, related_at)
    mounts = tuple(
        mount for home in places for mount in npm.find_mounts(project, home) if not (root / mount.at).exists()
    )
    unreadable: list[SourceError] = []
    suffixes = TEXT_SUFFIXES | preprocessors.suffixes(config)
    files = dict(_texts(project, root, "", folder, unreadable, suffixes))
    for mount in mounts:
        files.update(_texts(project, mount.folder, mount.at + "/", mount.folder, unreadable))
    for home in places:
        files = npm.plain_packages(project, home, mounts) | files
    made = Project(
        root=root,
        app_id=_app_id(config),
        files=files,
        pages=(),
        digest=_digest(files),
        mounts=mounts,
        folder=project,
        preprocessors=preprocessors.scripts(project, root, [home.folder for home in places], files),
        checks_domains=_url_check(config),
        maps=SourceMaps(root, project, files, source_maps),
    )
    pages, errors = check_manifest(app_json, files, made.asset)
    return replace(made, pages=pages, errors=(*errors, *unreadable))


def app_id_of(folder: Path) -> str:
    """The app's own id. Errors: UsageError where its configuration cannot be read."""
    return _app_id(_read_config(ProjectFolder(folder)))


def _app_id(config: dict[str, Any]) -> str:
    app_id = config.get("appid")
    return app_id if isinstance(app_id, str) and app_id.startswith("wx") else DEFAULT_APP_ID


def _read_config(project: ProjectFolder) -> dict[str, Any]:
    """project.config.json with what project.private.config.json sets anew."""
    shared, private = (
        parse(path, text) if (text := _text(project, path)) is not None else {}
        for path in (project.path / name for name in SETTINGS)
    )
    settings = [each["setting"] for each in (shared, private) if isinstance(each.get("setting"), dict)]
    return shared | private | {"setting": {key: value for each in settings for key, value in each.items()}}


def _text(project: ProjectFolder, path: Path) -> str | None:
    file = project.file(path)
    return None if file is None else project.text(file)


def _miniprogram_root(project: ProjectFolder, config: Mapping[str, Any]) -> Path:
    said = config.get("miniprogramRoot") or "."
    where = _place_of_setting(project, "miniprogramRoot")
    if not isinstance(said, str):
        raise UsageError(words.ROOT_NO_TEXT, where=where)
    try:
        root = project.folder(project.path / said, named=where)
    except UsageError:
        raise UsageError(words.ROOT_LEAVES.format(said=said), where=where) from None
    if root is None:
        folders = [path.name for path in project.path.iterdir() if path.is_dir()]
        raise UsageError(
            words.ROOT_NO_FOLDER.format(said=said),
            where=where,
            nearest=nearest(said.strip("./"), folders),
        )
    return root


def _place_of_setting(project: ProjectFolder, *keys: str) -> str:
    """The line that sets it, in the last of the files that do."""
    for path in (project.path / file for file in reversed(SETTINGS)):
        text = _text(project, path)
        if text is not None and keys[0] in parse(path, text):
            return f"{path}:{line_of(text, *keys)}"
    return str(project.path / SETTINGS[0])


def _url_check(config: Mapping[str, Any]) -> bool:
    setting = config.get("setting")
    return not (isinstance(setting, Mapping) and setting.get("urlCheck") is False)


def _texts(
    project: ProjectFolder,
    base: Path,
    prefix: str,
    inside: Path,
    unreadable: list[SourceError],
    suffixes: frozenset[str] = TEXT_SUFFIXES,
) -> Iterator[tuple[str, str]]:
    """Path and text of each source file; one that is no text counts as empty and joins the ``unreadable``."""
    for path in project.walk(base, inside=inside):
        if path.suffix not in suffixes:
            continue
        relative = path.relative_to(base).as_posix()
        if relative.startswith("project.") and relative.endswith("config.json") and not prefix:
            continue
        if (file := project.file(path, inside=inside)) is None:
            continue
        name, text = prefix + relative, ""
        try:
            text = project.text(file)
        except NotUtf8 as error:
            if name in NEEDED:
                raise
            unreadable.append(SourceError(name, error.line, words.NO_UTF8, name))
        yield name, text


def _digest(files: Mapping[str, str]) -> str:
    whole = hashlib.sha256()
    for name, text in sorted(files.items()):
        whole.update(f"{len(name)}:{name}{len(text)}:".encode("utf-8", "surrogatepass"))
        whole.update(text.encode("utf-8", "surrogatepass"))
    return whole.hexdigest()
