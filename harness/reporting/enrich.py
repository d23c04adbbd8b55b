"""Allure results told in product language: what allure-pytest wrote, completed from the events of the run.

allure-pytest's own files stay as they are; the enriched copies go to a folder of their own, so a report can
be made again, in the other language too. The verdict, the steps and every number come from
events. Owns the mapping; running Allure is ``allure``'s.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.core.text import Language
from harness.reporting.describe import Describer
from harness.reporting.event_records import Step, Verdict
from harness.reporting.figures import RunFigures
from harness.reporting.language import CATEGORIES, GROUPS, platform_name, words
from harness.reporting.view import title_of

# Checks whose finding lets anybody in, loses what was written, or brings a service down.
GRAVE = {
    "not_a_server_error",
    "ignored_auth",
    "object_level_authorization",
    "documented_refusal",
    "reads_back",
    "idempotency",
    "exactness",
}
TEST_LABEL = "harnessTest"
RESULTS, ENRICHED = "allure-results", "allure-enriched"
SEVERITY = {"P0": "blocker", "P1": "critical", "P2": "normal", "P3": "minor"}
# Allure knows no flaky verdict: such a test proves nothing, like a broken one, and carries the flaky flag.
STATUS = {"passed": "passed", "failed": "failed", "broken": "broken", "flaky": "broken", "not run": "skipped"}
REPLACED_LABELS = {
    "epic",
    "feature",
    "story",
    "severity",
    "parentSuite",
    "suite",
    "subSuite",
    "package",
    "tag",
    TEST_LABEL,
}


def enrich(figures: RunFigures, language: Language) -> Path:
    """Write the enriched results of a run; returns their folder.

    A test whose result allure-pytest could not write (its process was killed) gets one from its events.
    """
    folder = figures.records.folder
    source, target = folder / RESULTS, folder / ENRICHED
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in source.glob("*-attachment*"):
        shutil.copyfile(path, target / path.name)
    writer = _Writer(figures, language, target)
    by_test, by_name = _index(figures.tests)
    met: set[str] = set()
    for path, result in _read(source, "*-result.json"):
        test = by_test.get(_labelled(result)) or by_test.get(node_id(result))
        test = test or by_name.get(result.get("fullName") or "")
        if test is not None:
            met.add(test.test)
            writer.complete(result, test)
        writer.save(path.name, result)
    for test in figures.tests:
        if test.test not in met:
            result = _from_events(figures, test)
            writer.complete(result, test)
            writer.save(f"{result['uuid']}-result.json", result)
    for path, container in _read(source, "*-container.json"):
        for side in ("befores", "afters"):
            container[side] = [item for item in container.get(side) or [] if item.get("status") != "passed"]
        if container["befores"] or container["afters"]:
            writer.save(path.name, container)
    return target


def node_id(result: dict[str, Any]) -> str:
    """The pytest node id of a result, from its title path (file, then classes) and its name."""
    path: list[str] = list(result.get("titlePath") or [])
    end = next((i for i, part in enumerate(path, 1) if Path(part).suffix), len(path))
    return "::".join(["/".join(path[:end]), *path[end:], result.get("name") or ""])


def _labelled(result: dict[str, Any]) -> str:
    """The node id a contract test gives its result; "" where there is none."""
    labels = result.get("labels") or []
    return next((str(label.get("value")) for label in labels if label.get("name") == TEST_LABEL), "")


class _Writer:
    """Completes results of one run in one language."""

    def __init__(self, figures: RunFigures, language: Language, target: Path) -> None:
        self.figures, self.language, self.target = figures, language, target
        self.describer = Describer(figures, language)

    def complete(self, result: dict[str, Any], test: Verdict) -> None:
        """Put the words and the verdict of ``test`` into an Allure result."""
        result["name"] = title_of(test, self.language)
        result["status"] = STATUS[test.verdict]
        result.update(_times(test))
        result["statusDetails"] = self._details(result.get("statusDetails") or {}, test)
        result["labels"] = self._labels(result.get("labels") or [], test)
        result.pop("description", None)
        result["descriptionHtml"] = self.describer.describe(test)
        attachments = list(result.get("attachments") or [])
        evidence = self._evidence(test)
        if steps := self.figures.steps(test.test):
            attachments += [item for step in result.get("steps") or [] for item in _attachments(step)]
            result["steps"] = [self._step(step) for step in steps]
        # The pictures of the evidence may also have been attached live.
        same = {self._digest(item) for item in evidence}
        result["attachments"] = [item for item in attachments if self._digest(item) not in same] + evidence

    def save(self, name: str, data: dict[str, Any]) -> None:
        (self.target / name).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")

    def _details(self, raw: dict[str, Any], test: Verdict) -> dict[str, Any] | None:
        if test.verdict == "passed":
            return None
        category = CATEGORIES[test.verdict].say(self.language)
        message = test.message.say(self.language) if test.message else raw.get("message") or ""
        colon = words("：", ": ").say(self.language)
        return {
            **raw,
            "message": f"{category}{colon}{message}" if message else category,
            "flaky": test.verdict == "flaky",
        }

    @cached_property
    def _gravest(self) -> dict[str, str]:
        """How bad the worst finding of each contract test is: a crash or an open door before all else."""
        found: dict[str, str] = {}
        for item, finding in self.figures.findings:
            if item.test is not None and found.get(item.test) != "critical":
                found[item.test] = "critical" if finding.check in GRAVE else "normal"
        return found

    def _labels(self, raw: list[dict[str, str]], test: Verdict) -> list[dict[str, str]]:
        scenario = self.figures.scenario(test.test)
        platforms = " + ".join(map(self._platform, self.figures.platforms.in_order(test.platforms)))
        chosen = {
            # Allure sorts chapters by name.
            "epic": f"{list(GROUPS).index(test.group) + 1} {GROUPS[test.group].say(self.language)}",
            "feature": platforms,
            "story": ", ".join(scenario.entities) if scenario else _value(raw, "story"),
            "severity": SEVERITY.get(test.priority or "", "") or self._gravest.get(test.test, ""),
            "tag": test.priority or "",
        }
        kept = [label for label in raw if label.get("name") not in REPLACED_LABELS]
        return kept + [{"name": name, "value": value} for name, value in chosen.items() if value]

    def _step(self, step: Step) -> dict[str, Any]:
        stop = round(step.at.timestamp() * 1000)
        where = self._platform(step.platform)
        text = step.text.say(self.language)
        return {
            "name": f"{where} · {text}" if where else text,
            "status": step.outcome,
            "start": stop - round(step.seconds * 1000),
            "stop": stop,
            "steps": [],
            "attachments": [],
            "parameters": [],
        }

    def _platform(self, name: str | None) -> str:
        return platform_name(self.figures.platforms, name, self.language)

    def _digest(self, attachment: dict[str, Any]) -> str:
        path = self.target / attachment["source"]
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else attachment["source"]

    def _evidence(self, test: Verdict) -> list[dict[str, str]]:
        attached = []
        for item in self.figures.evidence(test.test):
            path = self.figures.records.folder / (item.file or "")
            if item.file is None or not path.is_file():
                continue
            name = f"{hashlib.sha256(item.file.encode()).hexdigest()[:32]}-attachment{path.suffix}"
            shutil.copyfile(path, self.target / name)
            where = self._platform(item.platform)
            title = " · ".join(filter(None, [where, item.title.say(self.language)]))
            attached.append({"name": title, "source": name, "type": item.type})
        return attached


def _value(labels: list[dict[str, str]], name: str) -> str:
    return next((label.get("value", "") for label in labels if label.get("name") == name), "")


def _index(tests: tuple[Verdict, ...]) -> tuple[dict[str, Verdict], dict[str, Verdict]]:
    """Tests by node id; and by Allure's full name where only one test has it (it may carry its own title)."""
    by_test = {test.test: test for test in tests}
    names: dict[str, list[Verdict]] = {}
    for test in tests:
        names.setdefault(_full_name(test.test), []).append(test)
    return by_test, {name: several[0] for name, several in names.items() if len(several) == 1}


def _full_name(test: str) -> str:
    """Allure's full name of a node id: ``package.module.Class#function``, without parameters."""
    path, *classes, function = test.partition("[")[0].split("::")
    return ".".join([*Path(path).with_suffix("").parts, *classes]) + f"#{function}"


def _from_events(figures: RunFigures, test: Verdict) -> dict[str, Any]:
    return {
        "uuid": hashlib.sha256(f"{figures.run}/{test.test}".encode()).hexdigest()[:32],
        "historyId": hashlib.sha256(test.test.encode()).hexdigest()[:32],
        "fullName": test.test,
    }


def _times(test: Verdict) -> dict[str, int]:
    stop = round(test.at.timestamp() * 1000)
    return {"start": stop - round((test.seconds or 0.0) * 1000), "stop": stop}


def _attachments(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from step.get("attachments") or []
    for child in step.get("steps") or []:
        yield from _attachments(child)


def _read(folder: Path, pattern: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Results that can be read; one cut off by a kill is left out, its test is told from events instead."""
    for path in sorted(folder.glob(pattern)):
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        yield path, data
