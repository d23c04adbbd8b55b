"""The catalogue of scenarios (场景清单): what must be tested, agreed before anybody writes a test.

Owns loading ``scenarios/catalogue.yaml`` and the two-way rule: an entry without a test, or a test without an
entry, is an error. It runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.platforms import USUAL, Platforms
from harness.core.records import read_records
from harness.core.text import Text
from harness.linkage.platform_names import PlatformOrApi


class Entry(BaseModel):
    """One scenario: ``id`` like ``L01``, words in both languages, what crosses, how much it matters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(
        pattern=r"^[A-Z]\d{2,3}$",
        description="one letter and two or three digits, such as L01: what @scenario names",
    )
    title: Text = Field(description="what must hold, in both languages")
    priority: Literal["P0", "P1", "P2"] = Field(
        description="P0 before every release; also a marker: pytest -m P0"
    )
    level: Literal["platform", "linkage", "experience"] = Field(
        description="of one platform, of several (linkage), or of the experience"
    )
    platforms: tuple[PlatformOrApi, ...] = Field(min_length=1, description="which it needs")
    entities: tuple[str, ...] = Field(
        default=(), description="what crosses, as the linkage contract calls it"
    )
    needs: tuple[str, ...] = Field(default=(), description="capabilities a driver must have")
    alone: bool = Field(
        default=False, description="it changes what every scenario meets: no other runs beside it"
    )
    without_traffic: bool = Field(default=False, description="it sends no request, on purpose")


NOT_THERE = Text(zh="场景 {id!r} 不在 {file} 中", en="scenario {id!r} is not in {file}")
NOT_TESTED = Text(zh="没有测试带有 @scenario：{ids}", en="no test carries @scenario for {ids}")


class Catalogue:
    """All entries by id."""

    def __init__(self, path: Path, entries: Iterable[Entry]) -> None:
        self.path = path
        self.entries = {entry.id: entry for entry in entries}

    def entry(self, id: str, *, where: str) -> Entry:
        """The entry of a test. Errors: UsageError naming the nearest id."""
        if id not in self.entries:
            raise UsageError(
                NOT_THERE.format(id=id, file=self.path.name),
                where=where,
                nearest=nearest(id, self.entries, alike=ANY),
            )
        return self.entries[id]

    def check_tested(self, tested: Iterable[str]) -> None:
        """Every entry has a test. Errors: UsageError naming those that have none."""
        missing = sorted(set(self.entries) - set(tested))
        if missing:
            raise UsageError(NOT_TESTED.format(ids=", ".join(missing)), where=str(self.path))


def load(path: Path, platforms: Platforms = USUAL) -> Catalogue:
    """Read a catalogue, whose entries may name ``platforms``. Errors: UsageError with file and line."""
    return Catalogue(path, read_records(path, Entry, context=platforms).values())
