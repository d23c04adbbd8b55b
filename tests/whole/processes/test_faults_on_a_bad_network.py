"""On a network that loses one answer in twenty the catalogue's faults in contracts are found, and nothing else is."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest

from harness.config.settings import load
from harness.core.errors import BrokenError
from harness.core.events import read_events
from harness.core.payloads import PlantedFault, Verdict
from harness.runs import faults, warm_proof
from harness.runs.faults import Fault, Planting

pytestmark = pytest.mark.full
CONFIG = Path(__file__).parents[3] / "harness.toml"
UNSPOILED = ("/api/health", "/health", "/sync/outbox", "/__faults")  # what the harness itself asks
BACKENDS = {"WEBSITE": "demo.website", "MINIPROGRAM": "demo.miniprogram_backend"}


def behind_a_bad_network(module: str, seed: int) -> str:
    """The command of a backend, as harness.toml would say it."""
    network = ["{python}", "-m", "tests.support.bad_network", "--rate", "0.05", "--seed", str(seed)]
    for path in UNSPOILED:
        network += ["--except", path]
    return json.dumps([*network, "--", "{python}", "-m", module])


def verdicts_of(folder: Path) -> dict[str, list[Verdict]]:
    """By the fault that was planted."""
    found: dict[str, list[Verdict]] = {}
    planted = ""
    for event in read_events(folder, PlantedFault, Verdict):
        if isinstance(event.data, PlantedFault):
            planted = event.data.planted or ""
        else:
            found.setdefault(planted, []).append(event.data)
    return found


def is_found(fault: Fault, verdict: Verdict) -> bool:
    return fault.found_in(verdict)


def test_planted_faults_are_found_on_a_bad_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed, (name, module) in enumerate(BACKENDS.items(), 1):
        monkeypatch.setenv(f"HARNESS_SERVICES__{name}__COMMAND", behind_a_bad_network(module, seed))
    monkeypatch.setenv("HARNESS_CONFORMANCE__REQUEST_TIMEOUT", "3.0")
    settings = load(CONFIG)
    assert settings.paths.faults is not None
    planted = [
        fault
        for fault in faults.load(settings.paths.faults).values()
        if fault.kind == "contract" and not fault.cold
    ]
    folder: Path | None = None
    with suppress(
        BrokenError
    ):  # at the end, a test of the unspoilt system that got no answer; what was found counts
        for proof in warm_proof.prove_warm(CONFIG, [Planting((fault,)) for fault in planted], seed="7"):
            folder = settings.paths.runs / proof.run
    assert folder is not None
    verdicts = verdicts_of(folder)
    missed = {
        fault.id: [
            (each.verdict, each.test, each.message_in("en"))
            for each in verdicts.get(fault.id, ())
            if fault.names(each.id, each.test)
        ]
        for fault in planted
        if not any(is_found(fault, each) for each in verdicts.get(fault.id, ()))
    }
    blamed = [
        (fault.id, each.test, each.message_in("en"))
        for fault in planted
        for each in verdicts.get(fault.id, ())
        if each.verdict == "failed" and not fault.names(each.id, each.test)
    ]
    assert blamed == []
    assert missed == {}  # not even where a request that writes is judged by its second attempt
