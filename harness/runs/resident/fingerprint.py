"""What a running system was made of: settings, OpenAPI documents, sources. A run compares before it uses one.

Files are told apart by time of change and size, settings by a digest: what they hold is secret.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from harness.config.settings import HarnessSettings
from harness.core.chromium import VARIABLE as CHROMIUM
from harness.reporting.run_files import BESIDE_RUNS

# Variables that differ between terminals and test runs, and mean nothing to a service.
OF_A_SHELL = tuple(
    "COLUMNS DBUS_ DISPLAY HARNESS_ ITERM KONSOLE LINES LINKAGE_HARNESS_ NO_PROXY OLDPWD PS1 PWD PYTEST_ SHLVL "
    "SSH_ TERM TMUX VIRTUAL_ENV VSCODE_ VTE_ WAYLAND_ WINDOWID XDG_ _ no_proxy".split()
)
Fingerprint = Mapping[str, str]
"""By name of a table or path of a file, below the project's folder where it is."""

NO_SOURCES = {"__pycache__", "node_modules"}
# What programs write while they run.
WRITTEN = (
    ".db",
    ".db-journal",
    ".db-shm",
    ".db-wal",
    ".lock",
    ".log",
    ".pid",
    ".pyc",
    ".sqlite",
    ".sqlite3",
    ".tmp",
)
PACKAGES = ("linkage-harness", "playwright")


def fingerprint(settings: HarnessSettings) -> Fingerprint:
    """Of the system that these settings describe, as its files are now."""
    found = {"Python": _digest([sys.prefix, sys.version, *map(version, PACKAGES)])}
    found["environment"] = _digest([settings.environment, settings.environment_rules.model_dump(mode="json")])
    found["[masking]"] = _digest(settings.masking.model_dump(mode="json"))
    for name, service in settings.services.items():
        # Whom tests act as, too: what those send is masked by the proxies.
        found[f"[services.{name}]"] = _digest(service.model_dump(mode="json"))
    for name, end in settings.ends.items():
        found[_table(name, settings)] = _digest(end.model_dump(mode="json"))
    for name, value in os.environ.items():  # services inherit it
        if name == CHROMIUM or not name.startswith(OF_A_SHELL):
            found[f"${name}"] = _digest(value)
    for file, stat in _files(settings):
        found[_name(file, settings.root)] = f"{stat.st_mtime_ns}-{stat.st_size}"
    return found


def differences(one: Fingerprint, other: Fingerprint) -> list[str]:
    """The names of what is not the same in both, tables first."""
    names = [name for name in dict.fromkeys((*one, *other)) if one.get(name) != other.get(name)]
    return sorted(names, key=lambda name: (not name.startswith(("[", "$")), name))


def _table(name: str, settings: HarnessSettings) -> str:
    return f"[platforms.{name}]" if name in settings.platforms else f"[{name}]"


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _name(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()


def _files(settings: HarnessSettings) -> Iterator[tuple[Path, os.stat_result]]:
    paths = settings.paths
    # What only tests read; what runs write.
    skip = {
        paths.scenarios,
        paths.catalogue,
        paths.runs,
        *(paths.runs.parent / name for name in BESIDE_RUNS),
        settings.linkage_map,
        settings.contract("not-producible.yaml"),
    }
    roots = [paths.contracts, settings.waivers, *paths.outside, *settings.root.glob("*.toml")]
    for miniprogram in settings.miniprograms.values():
        given = (miniprogram.project, miniprogram.source_maps, miniprogram.device_state)
        roots += [path for path in given if path is not None]
    for service in settings.services.values():
        if service.sources:
            roots += [settings.root / source for source in service.sources]
        elif service.command is not None:
            roots.append(settings.root)
    seen: set[Path] = set()
    own = _own_output()
    for root in roots:
        for file, stat in _below(root.resolve(), skip, own):
            if file not in seen:
                seen.add(file)
                yield file, stat


def _below(
    root: Path, skip: Iterable[Path], own: set[tuple[int, int]]
) -> Iterator[tuple[Path, os.stat_result]]:
    if root in skip:
        return
    try:
        if not root.is_dir():
            yield root, root.stat()
            return
        entries = list(os.scandir(root))
    except OSError:  # gone meanwhile: a difference all the same
        return
    if any(entry.name == "pyvenv.cfg" for entry in entries):
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in NO_SOURCES or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _below(Path(entry.path), skip, own)
        elif Path(entry.path) not in skip and not entry.name.endswith(WRITTEN):
            try:
                stat = entry.stat()
            except OSError:
                continue
            if (stat.st_dev, stat.st_ino) not in own:
                yield Path(entry.path), stat


def _own_output() -> set[tuple[int, int]]:
    """The files that this process itself writes its output to."""
    found = set()
    for descriptor in (1, 2):
        try:
            stat = os.fstat(descriptor)
        except OSError:  # it has none
            continue
        found.add((stat.st_dev, stat.st_ino))
    return found
