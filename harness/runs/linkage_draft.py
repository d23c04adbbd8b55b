"""``harness linkage draft``: a linkage contract from the OpenAPI documents and one run of the system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.contracts import pointers
from harness.core.errors import UsageError
from harness.core.exchange import SAFE_METHODS
from harness.core.platforms import HARNESS
from harness.linkage.draft.confirming import Confirmation
from harness.linkage.draft.draft import Drafter, people_of
from harness.linkage.draft.rendering import render
from harness.processes.settings import EnvironmentClass
from harness.runs.backends import backends_of_run
from harness.runs.linkage import participants_of
from harness.runs.run import Run
from harness.traffic import exchanges_of


@dataclass(frozen=True, slots=True)
class Draft:
    """``text`` is the linkage contract, of so many ``entities``."""

    text: str
    entities: int


def draft(run: Run, entity: str | None, *, within: float, progress: Callable[[str], None]) -> Draft:
    """Draft every entity, or one with what it needs. UsageError where it cannot be done here."""
    settings = run.settings
    if settings.environment != EnvironmentClass.DISPOSABLE:
        raise UsageError("'draft' writes, so it needs environment = \"disposable\"")
    participants = participants_of(None, settings, backends_of_run(run), run.url)
    if len(participants) < 2:
        raise UsageError("a linkage contract is between platforms; harness.toml has not two with a service")
    timeout, seed = settings.conformance.request_timeout, int(run.seed)
    drafter = Drafter(participants, seed, timeout, within, progress)
    drafter.run(entity)
    confirmation = Confirmation(participants, settings.known_platforms, seed, timeout, within, progress)
    confirmation.confirm(drafter.entries, drafter.reader_writes)
    text = render(
        confirmation.confirmed,
        people_of(confirmation.confirmed, participants),
        [*drafter.left_out, *confirmation.left_out],
        participants,
        seed=seed,
        language=run.language,
    )
    return Draft(text, len(confirmation.confirmed))


def written(folder: Path) -> dict[str, int]:
    """What the run of ``folder`` wrote to the services, as they were recorded: how often each operation was taken."""
    found: Counter[str] = Counter()
    for seen in exchanges_of(folder):
        exchange, place = seen.exchange, seen.record.operation
        taken = exchange.status is not None and 200 <= exchange.status < 300
        if exchange.source == HARNESS and exchange.method not in SAFE_METHODS and taken:
            path = pointers.split(place.partition("#")[2])[1] if place else exchange.path
            found[f"{exchange.target}: {exchange.method} {path}"] += 1
    return dict(found)
