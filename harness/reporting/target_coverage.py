"""How much of what the contracts document a run has shown: statuses, and keywords of schemas met and broken.

From ``coverage-targets.json`` (what there is, written when the run started) and the coverage events of the
recording proxies (what was shown). Owns these counts; of operations as a whole, see ``coverage``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.core.events import read_events
from harness.core.payloads import Coverage
from harness.core.text import Language, Text
from harness.reporting import run_files

FILE = run_files.TARGETS
STATUS, INVALID = "status", "invalid"


@dataclass(frozen=True, slots=True)
class Share:
    """``shown`` of ``total`` targets; ``traffic`` of them by people and services, not by contract tests."""

    shown: int
    total: int
    traffic: int

    @property
    def percent(self) -> float:
        return 100.0 * self.shown / self.total if self.total else 100.0


@dataclass(frozen=True, slots=True)
class Missing:
    """A documented status that nothing brought about. ``document`` is file and line of its operation."""

    backend: str
    operation: str
    status: str
    document: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of the list of statuses that cannot be brought about."""

    id: str
    operation: str
    status: str
    backend: str | None
    reason: str

    def speaks_of(self, missing: Missing) -> bool:
        same = (self.operation, self.status) == (missing.operation, missing.status)
        return same and self.backend in (None, missing.backend)


@dataclass(frozen=True, slots=True)
class BackendTargets:
    """The coverage of one backend's contracts. ``unmet`` are keyword targets nothing showed, by operation."""

    backend: str
    statuses: Share
    valid: Share
    invalid: Share
    missing: tuple[Missing, ...]
    unmet: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TargetCoverage:
    """The coverage of a run. ``whole`` where all contract tests ran and nothing was held back: only then is
    something missing.
    """

    whole: bool = False
    backends: tuple[BackendTargets, ...] = ()
    listed: tuple[Listed, ...] = ()
    _stale: tuple[Listed, ...] = field(default=())

    @property
    def unlisted(self) -> tuple[Missing, ...]:
        """Statuses that were not brought about and are not on the list."""
        missing = [item for backend in self.backends for item in backend.missing]
        return tuple(item for item in missing if not any(entry.speaks_of(item) for entry in self.listed))

    @property
    def stale(self) -> tuple[Listed, ...]:
        """Entries of the list whose status was brought about on every backend they speak of."""
        return self._stale

    @property
    def excused(self) -> float | None:
        """Percent of all documented statuses that the list excuses; None where there is none."""
        total = sum(backend.statuses.total for backend in self.backends)
        missing = sum(len(backend.missing) for backend in self.backends)
        return 100.0 * (missing - len(self.unlisted)) / total if total else None


def read(folder: Path) -> TargetCoverage:
    """The coverage of a run folder; empty where the run did not write down what there is."""
    data: dict[str, Any] | None = run_files.read(folder, FILE)
    if data is None:
        return TargetCoverage()
    shown: dict[tuple[str, str], set[str]] = {}
    traffic: dict[tuple[str, str], set[str]] = {}
    generated: dict[tuple[str, str], set[str]] = {}
    for event in read_events(folder, Coverage):
        new = event.data
        key = (new.service, new.operation)
        shown.setdefault(key, set()).update(new.hits)
        by_source = generated if new.source == "generated" else traffic
        by_source.setdefault(key, set()).update(new.hits)
    backends = tuple(
        _backend(name, operations, shown, traffic) for name, operations in data["backends"].items()
    )
    listed = tuple(Listed(**entry) for entry in data["not_producible"])
    # The list speaks of contract tests: that a scenario brings a status about does not make it untrue.
    untested = [
        item
        for name, operations in data["backends"].items()
        for item in _backend(name, operations, generated, {}).missing
    ]
    stale = tuple(entry for entry in listed if not any(entry.speaks_of(item) for item in untested))
    return TargetCoverage(data.get("whole", False), backends, listed, stale)


def coverage_lines(folder: Path, language: Language) -> list[str]:
    """One line per backend for the terminal; none where nothing was shown."""
    return [
        Text(
            zh=f"覆盖率 {item.backend}：状态码 {item.statuses.shown}/{item.statuses.total}，"
            f"合法取值 {item.valid.shown}/{item.valid.total}，非法取值 {item.invalid.shown}/{item.invalid.total}",
            en=f"coverage {item.backend}: statuses {item.statuses.shown}/{item.statuses.total}, "
            f"keywords met {item.valid.shown}/{item.valid.total}, "
            f"broken {item.invalid.shown}/{item.invalid.total}",
        ).say(language)
        for item in read(folder).backends
        if item.statuses.shown
    ]


def _backend(
    name: str,
    operations: Mapping[str, Any],
    shown: Mapping[tuple[str, str], set[str]],
    traffic: Mapping[tuple[str, str], set[str]],
) -> BackendTargets:
    kinds: dict[str, list[tuple[str, str]]] = {STATUS: [], "valid": [], INVALID: []}
    missing, unmet = [], dict[str, tuple[str, ...]]()
    for pointer, operation in operations.items():
        hits = shown.get((name, pointer), set())
        left = []
        for target in operation["targets"]:
            kind = _kind(target)
            kinds[kind].append((pointer, target))
            if target in hits:
                continue
            if kind == STATUS:
                status = target.rpartition("|")[2]
                missing.append(Missing(name, operation["operation"], status, operation["document"]))
            else:
                left.append(target.partition("|")[2])
        if left:
            unmet[operation["operation"]] = tuple(left)

    def share(targets: Iterable[tuple[str, str]]) -> Share:
        items = list(targets)
        return Share(
            sum(target in shown.get((name, pointer), ()) for pointer, target in items),
            len(items),
            sum(target in traffic.get((name, pointer), ()) for pointer, target in items),
        )

    return BackendTargets(
        name, share(kinds[STATUS]), share(kinds["valid"]), share(kinds[INVALID]), tuple(missing), unmet
    )


def _kind(target: str) -> str:
    if target.split("|")[1] == STATUS:
        return STATUS
    return INVALID if target.endswith((f"|{INVALID}", "|absent")) else "valid"
