"""Making a waiver from what a run found: the entry, appended to the project's list.

Of a finding it holds the case that shows it; of an operation that no document holds, method and path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from harness.checks.waivers import OPERATION, Entry, load, model_of
from harness.core.errors import UsageError
from harness.core.events import read_events
from harness.core.nearest import nearest
from harness.core.payloads import CheckResult, Finding, Verdict
from harness.reporting.figures import RunFigures
from harness.reporting.undocumented import UndocumentedOperation

HEADER = "# 豁免: known violations. One that is not listed fails; one that is listed and gone fails, too.\n"


@dataclass(frozen=True, slots=True)
class Offer:
    """A finding of a run, under the short name by which it can be waived."""

    name: str
    test: str
    finding: Finding


def offers(run: Path) -> Iterator[Offer]:
    """The findings of a run in the order of its tests: F1, F2, …"""
    number = 0
    ids = {event.scenario: event.data.id for event in read_events(run, Verdict)}
    for event in read_events(run, CheckResult):
        test = event.data.test
        for finding in event.data.findings:
            if finding.check != "waiver":
                number += 1
                yield Offer(f"F{number}", ids.get(test) or test or "", finding)


def undocumented(run: Path) -> dict[str, UndocumentedOperation]:
    """The undocumented operations of a run that no waiver accepts: U1, U2, …"""
    found = RunFigures.read(run).undocumented.counted
    return {f"U{number}": operation for number, operation in enumerate(found, 1)}


def waive(path: Path, run: Path, name: str, *, reason: str, owner: str, expires: date) -> Entry:
    """Append a waiver for a finding (F1), an undocumented operation (U1), or for every operation that
    ``name`` stands for: method and path, ``{…}`` for any one segment.

    Errors: UsageError where the run has nothing called so, or where it is waived.
    """
    known, subject = load(path), _subject(run, name)
    case = subject.pop("case", None)
    for listed in known.all:
        if subject.items() <= listed.model_dump().items():
            raise UsageError(f"{listed.id} waives this already", where=str(path))
    data = {
        "id": _free(known.all),
        **subject,
        "reason": reason,
        "owner": owner,
        "expires": expires,
        **({"case": case} if case is not None else {}),
    }
    waiver = model_of(data).model_validate(data)
    dumped = waiver.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    text = path.read_text(encoding="utf-8") if path.exists() else HEADER
    entry = {key: dumped[key] for key in data if key in dumped}
    added = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(text + added, encoding="utf-8")
    return waiver


def _subject(run: Path, name: str) -> dict[str, Any]:
    """What the waiver is of: its own fields of the entry."""
    if re.match(OPERATION, name):
        return {"undocumented": name}
    findings, operations = {offer.name: offer for offer in offers(run)}, undocumented(run)
    if name in findings:
        offer = findings[name]
        return {"test": offer.test, "identity": offer.finding.identity, "case": offer.finding.case}
    if name in operations:
        return {"undocumented": operations[name].operation, "service": operations[name].service}
    known = [*findings, *operations]
    raise UsageError(
        f"the run {run.name} has no {name!r}; it has {', '.join(known) or 'none'}",
        nearest=nearest(name, known),
    )


def _free(entries: tuple[Entry, ...]) -> str:
    taken = {entry.id for entry in entries}
    return next(name for number in range(1, len(taken) + 2) if (name := f"W{number}") not in taken)
