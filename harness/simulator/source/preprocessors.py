"""LESS and SASS, which DevTools' compiler plugins (``setting.useCompilerPlugins``) make style sheets of.

The packages ``less`` and ``sass`` that the project has installed do it, in the page of the app, where they reach no
more than it does. Here is what of them the page is given, and that they are there at all.
https://developers.weixin.qq.com/miniprogram/dev/devtools/compilets.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.simulator.source import words
from harness.simulator.source.project_folder import ProjectFolder


@dataclass(frozen=True, slots=True)
class Plugin:
    """``scripts`` of the package and of what it needs, in the order in which they run: package and file."""

    suffixes: tuple[str, ...]
    scripts: tuple[tuple[str, str], ...]


PLUGINS: Mapping[str, Plugin] = {
    "less": Plugin((".less",), (("less", "dist/less.js"),)),
    "sass": Plugin((".scss", ".sass"), (("immutable", "dist/immutable.js"), ("sass", "sass.dart.js"))),
}


def suffixes(config: Mapping[str, Any]) -> frozenset[str]:
    """Endings of the sheets that a project's plugins make style sheets of; of others DevTools takes no notice."""
    setting = config.get("setting")
    asked = setting.get("useCompilerPlugins") if isinstance(setting, Mapping) else None
    names = asked if isinstance(asked, list) else []
    return frozenset(
        suffix for name, plugin in PLUGINS.items() if name in names for suffix in plugin.suffixes
    )


def scripts(
    project: ProjectFolder, root: Path, folders: Iterable[Path], files: Mapping[str, str]
) -> dict[str, list[str]]:
    """Plugin → what the page is given, for those that have sheets; UsageError where a package is not installed.

    ``folders`` are those with a ``node_modules``.
    """
    found: dict[str, list[str]] = {}
    missing: dict[str, str] = {}
    for name, plugin in PLUGINS.items():
        sheets = (file for file in sorted(files) if file.endswith(plugin.suffixes))
        sheet = next((file for file in sheets if _is_used(file, files)), None)
        if sheet is None:
            continue
        home = next((each for folder in folders if (each := _package(project, folder, name))), None)
        texts = (
            []
            if home is None
            else [_script(project, home, package, file) for package, file in plugin.scripts]
        )
        known = [text for text in texts if text is not None]
        if len(known) < len(plugin.scripts):
            missing[name] = sheet
        found[name] = known
    if missing:
        said = words.NO_PREPROCESSOR.format(packages=" ".join(missing))
        raise UsageError(said, where=f"{root / next(iter(missing.values()))}:1")
    return found


def _is_used(sheet: str, files: Mapping[str, str]) -> bool:
    """Whether it is the sheet of the app, a page or a component; one that was built beforehand is used as it is."""
    path = sheet.rpartition(".")[0]
    return (path == "app" or f"{path}.wxml" in files) and f"{path}.wxss" not in files


def _package(project: ProjectFolder, folder: Path, name: str) -> Path | None:
    return project.package(folder / "node_modules" / name)


def _script(project: ProjectFolder, home: Path, package: str, file: str) -> str | None:
    """A script of the package at ``home``, or of one beside it or in it, as npm and pnpm place them."""
    places = [home] if package == home.name else [home.parent / package, home / "node_modules" / package]
    for place in places:
        folder = project.package(place)
        script = None if folder is None else project.file(folder / file, inside=folder)
        if script is not None:
            return project.asset(script).decode("utf-8", "replace")
    return None
