"""Allure results in product language: what allure-pytest wrote, with an overlay from the events of the run.

allure-pytest's own files stay as they are; the enriched copies go to a folder of their own, so a report can
be made again, in the other language too. Owns which overlay belongs to which result; what an overlay says is
:mod:`harness.reporting.overlay`'s, running Allure is :mod:`harness.reporting.allure`'s.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

from harness.core.text import Language
from harness.reporting import raw_results
from harness.reporting.describe import Describer
from harness.reporting.event_records import Verdict
from harness.reporting.figures import RunFigures
from harness.reporting.overlay import Overlay
from harness.reporting.raw_results import Item, RawResults

ENRICHED = "allure-enriched"


def enrich(figures: RunFigures, language: Language) -> Path:
    """Write the enriched results of a run; returns their folder.

    A test whose result allure-pytest could not write (its process was killed) gets one from its events.
    """
    folder = figures.records.folder
    target = folder / ENRICHED
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    raw = RawResults.read(folder)
    for path in raw.others:
        shutil.copyfile(path, target / path.name)
    describer = Describer(figures, language)
    overlays = {test.test: Overlay(figures, describer, target, test) for test in figures.tests}
    tests = {result.get("uuid"): raw_results.test_of(result) for result in raw.results.values()}
    for name, container in raw.containers.items():
        only = [tests.get(child) or "" for child in container.get("children") or ()]
        fixtures = _fixtures(container, overlays.get(only[0]) if len(only) == 1 else None)
        if any(fixtures.values()):
            _save(target / name, {**container, **fixtures})
    written = {test for test in tests.values() if test in overlays}
    from_events = {
        f"{result['uuid']}-result.json": (test, result)
        for test in figures.tests
        if test.test not in written
        for result in [_from_events(figures, test)]
    }
    for name, (test, result) in from_events.items():
        _save(target / name, overlays[test.test].result(result))
    for name, result in raw.results.items():
        overlay = overlays.get(raw_results.test_of(result))
        _save(target / name, overlay.result(result) if overlay else result)
    return target


def _fixtures(container: Item, overlay: Overlay | None) -> dict[str, list[Item]]:
    """The fixtures worth showing: that went wrong, or in which their author told something."""
    return {
        side: [
            overlay.fixture(fixture) if overlay else fixture
            for fixture in container.get(side) or ()
            if fixture.get("status") not in (None, "passed")
            or raw_results.steps(fixture)
            or raw_results.attachments(fixture)
        ]
        for side in ("befores", "afters")
    }


def _from_events(figures: RunFigures, test: Verdict) -> Item:
    stop = round(test.at.timestamp() * 1000)
    return {
        "uuid": hashlib.sha256(f"{figures.run}/{test.test}".encode()).hexdigest()[:32],
        "historyId": hashlib.sha256(test.test.encode()).hexdigest()[:32],
        "fullName": test.test,
        "start": stop - round((test.seconds or 0.0) * 1000),
        "stop": stop,
    }


def _save(path: Path, document: Item) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
