"""What of a run should have run: the tests that were selected, and the scenarios that were left out, with the reason.

Of a merged run it is what all its parts selected together: what one of them left out another may have run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from harness.core.payloads import Selection
from harness.core.payloads.completeness import CatalogueScenario, CollectedTest, CollectionError, Document
from harness.core.text import Text
from harness.reporting.language import words

DOCUMENTS = (".yaml", ".yml", ".json")
SHOWN = 3  # paths or errors named in a reason


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A scenario of the catalogue of which no test was selected."""

    scenario: CatalogueScenario
    reason: Text


class Selected:
    """All that the parts of a run say of their selection."""

    def __init__(self, parts: Sequence[Selection]) -> None:
        self.known = bool(parts)
        """Runs of older versions do not say what they selected."""
        self.part = len(parts) == 1 and parts[0].part
        """The run is one of several that are merged."""
        self._parts = parts
        self.scenarios = {entry.id: entry for part in parts for entry in part.catalogue}
        self.errors: list[CollectionError] = [error for part in parts for error in part.errors]
        self.collected: dict[str, CollectedTest] = {}
        for test in (test for part in parts for test in part.tests):
            if test.selected or test.test not in self.collected:
                self.collected[test.test] = test

    @cached_property
    def tests(self) -> dict[str, CollectedTest]:
        """The tests that were to run, by node id."""
        return {name: test for name, test in self.collected.items() if test.selected}

    @cached_property
    def documents(self) -> dict[str, Document]:
        """The project's OpenAPI documents, by name."""
        found: dict[str, Document] = {}
        for document in (document for part in self._parts for document in part.documents):
            before = found.get(document.name)
            if before is None or (document.asked and not before.asked):
                found[document.name] = document
        return found

    @property
    def asks_for_scenarios(self) -> bool:
        """Whether scenarios were among what was asked for: some were collected, or failed to be."""
        errors = (error.node.partition("::")[0] for error in self.errors)
        return any(test.scenario for test in self.collected.values()) or any(
            not file.endswith(DOCUMENTS) for file in errors
        )

    @property
    def options(self) -> str:
        """The options that left tests out, as typed."""
        return " / ".join(dict.fromkeys(part.options for part in self._parts if part.options))

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The scenarios of which no test was selected, by id."""
        selected = {test.scenario for test in self.tests.values()}
        return tuple(
            LeftOut(scenario, self._reason(id))
            for id, scenario in sorted(self.scenarios.items())
            if id not in selected
        )

    def _reason(self, id: str) -> Text:
        if any(test.scenario == id for test in self.collected.values()):
            if self.options:
                return words(f"被 {self.options} 排除", f"deselected by {self.options}")
            return words("被插件或 conftest.py 排除", "deselected by a plugin or a conftest.py")
        if self.errors:
            nodes = _few([error.node for error in self.errors])
            return words(f"未收集到，因为收集失败：{nodes}", f"not collected: {nodes} could not be")
        paths = _few(list(dict.fromkeys(path for part in self._parts for path in part.arguments)))
        return words(f"未收集到：本次只指定了 {paths}", f"not collected: only {paths} was asked for")


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
