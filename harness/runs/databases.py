"""The databases that harness.toml describes, as the linkage contract reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from harness.config.settings import HarnessSettings
from harness.linkage.participants.csv_folder import CsvFolder
from harness.linkage.participants.database import Database
from harness.linkage.participants.row_source import RowSource
from harness.processes.settings import fill
from harness.runs.plan import data_of


def databases_of(settings: HarnessSettings, folder: Callable[[], Path]) -> dict[str, RowSource]:
    """By name. ``folder``, that of the run, is asked when rows are read first."""
    return {name: _database(settings, name, folder) for name in settings.databases}


def of_platform(
    settings: HarnessSettings, platform: str, databases: Mapping[str, RowSource]
) -> RowSource | None:
    """The database that holds a platform's data; None where it is not among ``databases``."""
    names = (name for name, its in settings.databases.items() if platform in its.platform)
    return next((databases[name] for name in names if name in databases), None)


def filled_by(settings: HarnessSettings, platform: str) -> str | None:
    """The service that fills the database with a platform's data, where that is known."""
    return next((its.filled_by for its in settings.databases.values() if platform in its.platform), None)


def _database(settings: HarnessSettings, name: str, folder: Callable[[], Path]) -> RowSource:
    its = settings.databases[name]

    def filled(text: str) -> str:
        data = {f"data:{service}": str(data_of(folder()) / service) for service in settings.services}
        return fill(text, data, where=f"databases.{name}")

    if its.folder is not None:
        of_files = its.folder
        return CsvFolder(name, lambda: settings.root / filled(of_files), its.encoding)
    assert its.url is not None
    return Database(name, partial(filled, its.url), settings.root)
