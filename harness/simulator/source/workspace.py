"""The workspace a project belongs to: a folder above whose manifest lists the project among its packages.

pnpm says so in ``pnpm-workspace.yaml``, npm and Yarn in ``workspaces`` of ``package.json``. They link the packages
of such a project from above it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Self

import yaml

LONGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Workspace:
    """``patterns`` are those of its packages' folders, below ``root``."""

    root: Path
    project: Path
    patterns: tuple[str, ...]

    @classmethod
    def of(cls, project: Path) -> Self | None:
        """The nearest one that lists the project, or a folder that the project lies in."""
        for root in project.parents:
            patterns = tuple(_patterns(root))
            found = cls(root, project, patterns)
            if any(found._lists(folder) for folder in (project, *project.parents) if root in folder.parents):
                return found
        return None

    def holds(self, folder: Path) -> bool:
        """Whether a package may lie there: one of the workspace's own, or one that it has installed."""
        if not folder.is_relative_to(self.root) or self.project.is_relative_to(folder):
            return False
        return "node_modules" in folder.relative_to(self.root).parts[:-1] or self._lists(folder)

    def _lists(self, folder: Path) -> bool:
        name = folder.relative_to(self.root).as_posix()
        return any(fnmatchcase(name, pattern) for pattern in self.patterns)


def _patterns(root: Path) -> list[str]:
    said = _manifest(root / "pnpm-workspace.yaml").get("packages")
    if said is None:
        said = _manifest(root / "package.json").get("workspaces")
        said = said.get("packages") if isinstance(said, dict) else said
    given = said if isinstance(said, list) else []
    return [each.removeprefix("./").rstrip("/") for each in given if isinstance(each, str)]


def _manifest(path: Path) -> dict[str, Any]:
    """What it says; nothing where it cannot be read, for then it lists no project."""
    try:
        if not path.is_file() or path.stat().st_size > LONGEST:
            return {}
        text = path.read_text("utf-8")
        said = yaml.safe_load(text) if path.suffix == ".yaml" else json.loads(text)
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}
    return said if isinstance(said, dict) else {}
