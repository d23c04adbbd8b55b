"""What pytest collected, and what of it is to run: the run says so, since its figures count what should have run."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.checks.item import CheckItem
from harness.core.payloads import Selection
from harness.core.payloads.completeness import CatalogueScenario, CollectedTest, CollectionError
from harness.core.text import Text
from harness.linkage.catalogue import Catalogue
from harness.runs.documents import documents
from harness.runs.run import Run

INTERRUPTED = Text(zh="运行被中断", en="the run was interrupted")
FIRST_WORKER = "gw0"  # every worker of pytest-xdist collects the same, and its controller nothing


class Collected:
    """Registered where there is a run to take part in; ``read`` reads the project's catalogue."""

    NAME = "harness-collected"

    def __init__(self, config: pytest.Config, run: Run, read: Callable[[], Catalogue]) -> None:
        self.config, self.run, self._read = config, run, read
        self._items: dict[str, pytest.Item] = {}
        self._errors: list[CollectionError] = []

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        self._items.setdefault(item.nodeid, item)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            said = report.longreprtext.strip().splitlines()
            self._errors.append(CollectionError(node=report.nodeid, message=said[-1] if said else ""))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if getattr(self.config, "workerinput", {}).get("workerid", FIRST_WORKER) != FIRST_WORKER:
            return
        settings = self.run.settings
        selected = {item.nodeid for item in session.items}
        arguments = self.config.args
        base = self.config.invocation_params.dir
        entries = self._read().entries.values() if settings.paths.catalogue.exists() else ()
        self.run.log.write(
            Selection(
                arguments=[_shown(base, argument) for argument in arguments],
                options=deselecting_options(self.config),
                part=bool(self.config.getoption("harness_part")),
                catalogue=[
                    CatalogueScenario(
                        id=entry.id,
                        title=entry.title,
                        priority=entry.priority,
                        level=entry.level,
                        platforms=list(entry.platforms),
                    )
                    for entry in entries
                ],
                documents=documents(
                    settings, [base / argument for argument in arguments if "::" not in argument]
                ),
                tests=[_collected(item, node in selected) for node, item in self._items.items()],
                errors=self._errors,
            )
        )


def deselecting_options(config: pytest.Config) -> str:
    """The options of this run by which tests are left out, as they are typed."""
    option = config.option
    words: list[str] = []
    for name, values in (
        ("-k", [option.keyword] if option.keyword else []),
        ("-m", [option.markexpr] if option.markexpr else []),
        ("--deselect", option.deselect or []),
        ("--harness-only", option.harness_only),
    ):
        for value in values:
            words += [name, shlex.quote(value)]
    words += [name for name, on in (("--lf", getattr(option, "lf", False)),) if on]
    return " ".join(words)


def why_stopped(session: pytest.Session, exit_code: int, problems: int) -> Text | None:
    """Why a session ended before all that was selected ran; ``problems``: how many tests did not pass."""
    limit = session.config.getoption("maxfail")
    if limit and problems >= limit:
        return Text(
            zh=f"有 {problems} 个测试未通过后停止（-x 或 --maxfail）",
            en=f"stopped after {problems} test{'s' if problems > 1 else ''} that did not pass (-x, --maxfail)",
        )
    if exit_code == pytest.ExitCode.INTERRUPTED:
        return INTERRUPTED
    if exit_code == pytest.ExitCode.INTERNAL_ERROR:
        return Text(zh="pytest 内部出错", en="an internal error of pytest")
    if session.shouldstop:
        return Text(zh=f"运行停止：{session.shouldstop}", en=f"stopped: {session.shouldstop}")
    return None


def _collected(item: pytest.Item, selected: bool) -> CollectedTest:
    said: dict[str, str] = {}
    marker = item.get_closest_marker("scenario")
    if marker is not None and marker.args:
        said["scenario"] = str(marker.args[0])
    if isinstance(item, CheckItem):
        said |= {"document": item.test.document, "group": item.test.group}
    return CollectedTest.model_validate({"test": item.nodeid, "selected": selected, **said})


def _shown(base: Path, argument: str) -> str:
    """A path as people type it: nothing of this machine above the folder pytest was started in."""
    path, separator, node = argument.partition("::")
    if os.path.isabs(path):
        path = os.path.relpath(path, base)
    return path + separator + node
