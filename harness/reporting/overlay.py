"""What is laid over the result of one test: what allure-pytest cannot know.

That is the product's words in the language of the report, the verdict, the severity, and the evidence of other
processes. All else is the author's and stays: steps, attachments, links, parameters, the description.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from harness.checks.table import check_of
from harness.core.text import Language, Text
from harness.reporting import raw_results
from harness.reporting.describe import Describer
from harness.reporting.event_records import Evidence, Verdict
from harness.reporting.figures import RunFigures
from harness.reporting.language import CATEGORIES, GROUPS, platform_name, words
from harness.reporting.raw_results import Item
from harness.reporting.step_overlay import StepOverlay
from harness.reporting.view import title_of

SEVERITY = {"P0": "blocker", "P1": "critical", "P2": "normal", "P3": "minor"}
# Allure knows no flaky verdict: such a test proves nothing, like a broken one, and carries the flaky flag.
STATUS = {"passed": "passed", "failed": "failed", "broken": "broken", "flaky": "broken", "not run": "skipped"}
# The tree is made of epic and feature: a second of either would show a test twice.
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
}
REPLACED_LABELS.add(raw_results.TEST_LABEL)
OTHER: dict[Language, Language] = {"zh": "en", "en": "zh"}


class Overlay:
    """The overlay of one test; ``target`` is the folder its attachments are in."""

    def __init__(self, figures: RunFigures, describer: Describer, target: Path, test: Verdict) -> None:
        self.figures, self.describer, self.target, self.test = figures, describer, target, test
        self.language: Language = describer.language
        self._steps = StepOverlay(figures.steps(test.test), test.message, self.language)

    def fixture(self, fixture: Item) -> Item:
        """A fixture of this test only: its author's steps, and ours where it took some."""
        return {**fixture, "steps": self._steps.lay_over(raw_results.steps(fixture))}

    def result(self, raw: Item) -> Item:
        """The result as the report shows it; its fixtures come first, for they may hold some of our steps."""
        steps = self._steps.with_missing(self._steps.lay_over(raw_results.steps(raw)))
        said = self._without_evidence({**raw, "steps": steps})
        return {
            **said,
            "name": self._title(raw),
            "status": STATUS[self.test.verdict],
            "statusDetails": self._details(raw.get("statusDetails") or {}),
            "labels": self._labels(raw),
            "descriptionHtml": self.describer.describe(
                self.test, html=raw.get("descriptionHtml") or "", markdown=raw.get("description") or ""
            ),
            "attachments": [*raw_results.attachments(said), *map(self._attached, self._evidence)],
        }

    def _title(self, raw: Item) -> str:
        """The catalogue's or the contract's; of a test that has none, the one its author gave it."""
        title = title_of(self.test, self.language)
        own = raw.get("name") if self.test.group == "other" else None
        return str(own) if own and title == self.test.test.rpartition("::")[2] else title

    def _details(self, raw: Item) -> Item | None:
        test = self.test
        if test.verdict == "passed":
            return None
        category = CATEGORIES[test.verdict].say(self.language)
        message = test.message.say(self.language) if test.message else raw.get("message") or ""
        colon = words("：", ": ").say(self.language)
        said = {
            **raw,
            "message": f"{category}{colon}{message}" if message else category,
            "flaky": test.verdict == "flaky",
        }
        if test.message and raw.get("trace"):
            said["trace"] = _in_language(raw["trace"], test.message, self.language)
        return said

    def _labels(self, raw: Item) -> list[dict[str, Any]]:
        test = self.test
        scenario = self.figures.scenario(test.test)
        ends = sorted(test.platforms, key=lambda name: (name != "website", name != "miniprogram"))
        priority = test.priority or ""
        chosen = {
            # Allure sorts chapters by name.
            "epic": f"{list(GROUPS).index(test.group) + 1} {GROUPS[test.group].say(self.language)}",
            "feature": " + ".join(platform_name(platform, self.language) for platform in ends),
            "story": ", ".join(scenario.entities) if scenario else raw_results.label(raw, "story"),
            "severity": SEVERITY.get(priority) or self._worst_finding or raw_results.label(raw, "severity"),
            "tag": priority,
        }
        kept = [
            label
            for label in raw_results.labels(raw)
            if label.get("name") not in REPLACED_LABELS
            or (label["name"] == "tag" and label.get("value") not in test.platforms)
        ]
        return kept + [{"name": name, "value": value} for name, value in chosen.items() if value]

    @property
    def _worst_finding(self) -> str:
        """How grave the worst finding of a contract test is; "" where it has none."""
        checks = [
            check_of(found.check) for item, found in self.figures.findings if item.test == self.test.test
        ]
        severities = {check.severity for check in checks}
        return "critical" if "critical" in severities else "normal" if severities else ""

    @cached_property
    def _evidence(self) -> list[tuple[Evidence, Path]]:
        """What the run's processes showed of this test, with its file; what could not be taken is left out."""
        folder = self.figures.records.folder
        found = [(item, folder / item.file) for item in self.figures.evidence(self.test.test) if item.file]
        return [(item, path) for item, path in found if path.is_file()]

    @cached_property
    def _shown(self) -> set[tuple[str, str]]:
        """Titles and contents of the evidence, which the plugin also attached, in the language of the run."""
        return {
            (title, _digest(path))
            for item, path in self._evidence
            for title in (item.title.zh, item.title.en)
        }

    def _without_evidence(self, item: Item) -> Item:
        """A result or step without what :attr:`_evidence` adds in the language of the report."""
        if not self._shown:
            return item
        kept = [each for each in raw_results.attachments(item) if not self._is_evidence(each)]
        steps = [self._without_evidence(step) for step in raw_results.steps(item)]
        return {**item, "attachments": kept, "steps": steps}

    def _is_evidence(self, attachment: Mapping[str, str]) -> bool:
        path, name = self.target / attachment["source"], attachment.get("name", "")
        return any(name == title for title, _ in self._shown) and (
            path.is_file() and (name, _digest(path)) in self._shown
        )

    def _attached(self, evidence: tuple[Evidence, Path]) -> dict[str, str]:
        item, path = evidence
        name = f"{sha256((item.file or '').encode()).hexdigest()[:32]}-attachment{path.suffix}"
        shutil.copyfile(path, self.target / name)
        where = platform_name(item.platform, self.language)
        title = " · ".join(filter(None, [where, item.title.say(self.language)]))
        return {"name": title, "source": name, "type": item.type}


def _in_language(trace: str, message: Text, language: Language) -> str:
    """A traceback whose error lines quote ``message``: they quote it in ``language``."""
    chosen, other = (text.splitlines() for text in (message.say(language), message.say(OTHER[language])))
    lines = trace.splitlines()
    for number, line in enumerate(lines):
        for before, after in zip(other, chosen, strict=False):
            if line.startswith("E ") and before.strip() and line.endswith(before):
                lines[number] = line.removesuffix(before) + after
                break
    return "\n".join(lines)


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
