"""What the harness collects: contracts and linkage checks as tests, and scenarios with their catalogue's entries.

The same where nothing is to run (``--collect-only``, which editors use to list tests).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import UsageError
from harness.linkage.catalogue import Catalogue
from harness.linkage.catalogue import load as load_catalogue
from harness.plugin.selection import comes_last
from harness.plugin.state import ENTRY
from harness.runs.data import steps
from harness.runs.run import Run


class Collecting:
    """Registered where there is a run to take part in, or one to list the tests of."""

    NAME = "harness-collecting"

    def __init__(self, config: pytest.Config, run: Run) -> None:
        self.config, self.run = config, run

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> Any:
        if file_path.suffix not in (".yaml", ".yml", ".json"):
            return None
        if self.run.settings.paths.contracts not in file_path.resolve().parents:
            return None
        if file_path.resolve() == self.run.settings.linkage_map.resolve():
            from harness.plugin.conformance import check_context
            from harness.plugin.linkage import collect_linkage

            return collect_linkage(file_path, parent, self.run, check_context(self.run))
        from harness.plugin.conformance import collect_contract

        return collect_contract(file_path, parent, self.run)

    @pytest.hookimpl(tryfirst=True)  # before -k selects: a scenario answers to its id, too
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Give every scenario its catalogue entry; an unknown id, or an entry nobody tests, is an error."""
        if wanted := self.config.getoption("harness_only"):
            self._leave_out(items, wanted, incomplete=bool(session.testsfailed))
        items.sort(key=comes_last)
        scenarios = [item for item in items if item.get_closest_marker("scenario")]
        if not scenarios and not self._asked_for_all():
            return
        try:
            entries = self.catalogue()
            reset = bool(steps(self.run.settings, "scenario"))  # under others it would take their data away
            for item in scenarios:
                marker = item.get_closest_marker("scenario")
                assert marker is not None
                file, line, _ = item.location
                entry = entries.entry(str(marker.args[0]), where=f"{file}:{(line or 0) + 1}")
                item.stash[ENTRY] = entry
                item.alone = entry.alone or reset  # type: ignore[attr-defined]
                item.extra_keyword_matches.add(entry.id)
                item.add_marker(entry.priority)  # -m P0
                item.harness_labels = {  # type: ignore[attr-defined]
                    "id": entry.id,
                    "title": entry.title.to_json(),
                    "group": entry.level,
                    "platforms": list(entry.platforms),
                    "priority": entry.priority,
                }
            if self._asked_for_all():
                entries.check_tested(item.stash[ENTRY].id for item in scenarios)
        except UsageError as error:
            raise pytest.UsageError(error.say(self.run.language)) from None

    def catalogue(self) -> Catalogue:
        """The project's catalogue. Errors: UsageError where it cannot be read."""
        settings = self.run.settings
        return load_catalogue(settings.paths.catalogue, settings.known_platforms)

    def _leave_out(self, items: list[pytest.Item], wanted: list[str], *, incomplete: bool) -> None:
        from harness.plugin.selection import select

        try:
            left_out = select(items, wanted, incomplete=incomplete)
        except UsageError as error:
            raise pytest.UsageError(error.say(self.run.language)) from None
        self.config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]

    def asked_for(self, file: Path) -> bool:
        """Whether a file is there and to be collected."""
        folder = self.config.invocation_params.dir
        asked = [(folder / arg.partition("::")[0]).resolve() for arg in self.config.args]
        return file.is_file() and any(arg in (file.resolve(), *file.resolve().parents) for arg in asked)

    def _asked_for_all(self) -> bool:
        """Whether all scenarios are to be run."""
        options, room = self.config.option, self.run.settings.paths.scenarios
        asked = [(self.config.invocation_params.dir / arg).resolve() for arg in self.config.args]
        # Of --lf, only what failed last is collected in the first place.
        chosen = options.keyword or options.markexpr or options.harness_only or getattr(options, "lf", False)
        return room in asked and not chosen
