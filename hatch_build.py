"""Build hook: a wheel carries the page runtime and Allure, so that it needs no npm where it is installed.

An editable install has neither: it builds the one on first use, and finds the other in ``reports/``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ALLURE_IN_WHEEL = "harness/reporting/npm"
LICENCES = (
    "licen",
    "notice",
    "copying",
    "author",
)  # how such files are called: they go along, whatever their ending
NOT_RUN_BY_NODE = {
    ".map",
    ".ts",
    ".mts",
    ".cts",
    ".flow",
    ".md",
    ".markdown",
    ".txt",
    ".yml",
    ".yaml",
    ".lock",
    ".html",
}
FOR_DEVELOPERS = {
    ".bin",
    ".github",
    "test",
    "tests",
    "docs",
    "example",
    "examples",
    "benchmark",
    "man",
    "amd",
    "umd",
}
PAGE = "dist/static/report.tar"  # the page of a kind of report, 2 MB each; of these we make one kind
PAGE_MADE = "@allurereport/plugin-awesome/"


class RuntimeBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("building a wheel needs npm: the simulator's page runtime is TypeScript")
        root = Path(self.root)
        runtime, reports = root / "harness" / "simulator" / "runtime", root / "reports"
        install(npm, runtime)
        subprocess.run([npm, "--prefix", str(runtime), "run", "build"], check=True)
        install(npm, reports)
        included = {str(reports / name): f"{ALLURE_IN_WHEEL}/{name}" for name in needed(reports)}
        licences = reports / "node_modules" / ".third-party.json"
        licences.write_text(json.dumps(third_party(reports), indent=1, sort_keys=True), encoding="utf-8")
        included[str(licences)] = f"{ALLURE_IN_WHEEL}/third-party.json"
        build_data["force_include"] |= included


def install(npm: str, folder: Path) -> None:
    """What a lock file says, unless it is there."""
    # npm writes this file last: older than the lock file means an install that is out of date or unfinished.
    installed, lock = folder / "node_modules" / ".package-lock.json", folder / "package-lock.json"
    if not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run([npm, "--prefix", str(folder), "ci", "--no-audit", "--no-fund"], check=True)


def needed(reports: Path) -> Iterator[str]:
    """The files of Allure and its packages that node reads, and their licences; a third of all."""
    for path in sorted((reports / "node_modules").rglob("*")):
        name = path.relative_to(reports).as_posix()
        if path.is_symlink() or not path.is_file() or FOR_DEVELOPERS.intersection(path.parts[-6:-1]):
            continue
        if path.name.lower().startswith(LICENCES):
            yield name
        elif path.suffix in NOT_RUN_BY_NODE or (name.endswith(PAGE) and PAGE_MADE not in name):
            continue
        else:
            yield name


def third_party(reports: Path) -> dict[str, str]:
    """Package and version → licence, of everything that is not ours in the wheel's ``node_modules``."""
    packages = json.loads((reports / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return {
        f"{place.removeprefix('node_modules/')} {about['version']}": about["license"]
        for place, about in packages.items()
        if place
    }
