"""Making a waiver from a finding of a run: the entry, with its case, appended to the project's list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from harness.checks.waivers import Waiver, load
from harness.core.errors import UsageError
from harness.core.events import read_events
from harness.core.nearest import nearest
from harness.core.payloads import CheckResult, Finding, Verdict

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


def waive(path: Path, run: Path, name: str, *, reason: str, owner: str, expires: date) -> Waiver:
    """Append a waiver for the finding called ``name``. UsageError where there is none, or it is waived."""
    found = {offer.name: offer for offer in offers(run)}
    if name not in found:
        raise UsageError(
            f"the run {run.name} has no finding {name!r}; it has {', '.join(found) or 'none'}",
            nearest=nearest(name, found),
        )
    offer, known = found[name], load(path)
    for listed in known.entries:
        if listed.identity == offer.finding.identity and listed.test == offer.test:
            raise UsageError(f"{listed.id} waives this finding already", where=str(path))
    data = {
        "id": _free(known.entries),
        "test": offer.test,
        "identity": offer.finding.identity,
        "reason": reason,
        "owner": owner,
        "expires": expires,
        "case": offer.finding.case,
    }
    waiver = Waiver.model_validate({key: value for key, value in data.items() if value is not None})
    entry = waiver.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    text = path.read_text(encoding="utf-8") if path.exists() else HEADER
    added = yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(text + added, encoding="utf-8")
    return waiver


def _free(entries: tuple[Waiver, ...]) -> str:
    taken = {entry.id for entry in entries}
    return next(name for number in range(1, len(taken) + 2) if (name := f"W{number}") not in taken)
