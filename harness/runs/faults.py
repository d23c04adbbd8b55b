"""Planted faults (缺陷植入): the proof that each check can fail.

A catalogue names each fault, how it is planted and which check must find it. Owns reading the catalogue and
planting one fault into the settings of a run; the suite itself does not know that anything was planted.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.config.settings import HarnessSettings
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.payloads import Verdict
from harness.core.records import read_records
from harness.core.text import Language, Text
from harness.platforms.settings import MiniProgramSettings
from harness.processes.settings import EnvironmentClass

AND = "+"  # between the ids of faults that are planted at once


class Fault(BaseModel):
    """One fault. Planted by a service's environment, or by files laid over the mini-program."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: Literal["contract", "linkage", "account", "button", "exception"]
    title: Text
    notice: Text = Field(description="what a user would notice")
    service: str | None = None
    environment: dict[str, str] = Field(default_factory=dict)
    overlay: Path | None = Field(default=None, description="files that replace those of the mini-program")
    platform: str | None = Field(default=None, description="whose files; default: the first mini-program")
    found_by: tuple[str, ...] = Field(
        min_length=1, description="test ids or parts of node ids that must fail"
    )
    expect: str = Field(
        description="regular expression the failure message must match, in Chinese or in English"
    )
    missed: str | None = Field(
        default=None, description="why no check finds it yet; then it is told, and it is an error if one does"
    )
    cold: bool = Field(default=False, description="the service reads it at its start only")
    problems: int = Field(default=1, ge=1, description="as how many problems it must be told")
    because: str = Field(default="", description="why it is told as more than one")

    @model_validator(mode="after")
    def _planted_somehow(self) -> Fault:
        if (self.problems > 1) != bool(self.because):
            raise ValueError(
                "'problems' above 1 needs 'because', which says what else it breaks, and no other does"
            )
        if bool(self.environment) == bool(self.overlay):
            raise ValueError("a fault is planted by 'environment' (with 'service') or by 'overlay', not both")
        if self.environment and not self.service:
            raise ValueError("'environment' needs the 'service' it is for")
        return self

    @property
    def keywords(self) -> tuple[str, ...]:
        """Parts of names: the tests to run. Those of the other backends, which must not fail, are among them."""
        return tuple(name.rpartition("::")[2] for name in self.found_by)

    @property
    def concerned(self) -> tuple[str, ...]:
        """Parts of names: every test of the operations that its finders are about."""
        names = []
        for whole, last in zip(self.found_by, self.keywords, strict=True):
            operation, kind, _ = last.partition("[")
            several = kind and not whole.startswith("linkage.yaml") and operation != "situation"
            names.append(operation if several else last)
        return tuple(dict.fromkeys(names))

    def names(self, id: str | None, test: str) -> bool:
        """Whether a test (its id, its node id) is one that must fail."""
        return any(name == id or name in test for name in self.found_by)

    def found_in(self, verdict: Verdict) -> bool:
        """Whether the verdict on a test is that the fault is there, in the language of any report."""
        return (
            verdict.verdict == "failed"
            and self.names(verdict.id, verdict.test)
            and any(re.search(self.expect, verdict.message_in(language)) for language in get_args(Language))
        )


@dataclass(frozen=True, slots=True)
class Planting:
    """What is planted at once: one fault, or several."""

    faults: tuple[Fault, ...]

    @property
    def id(self) -> str:
        return AND.join(fault.id for fault in self.faults)

    @property
    def title(self) -> Text:
        titles = [fault.title for fault in self.faults]
        return Text(zh="；".join(title.zh for title in titles), en="; ".join(title.en for title in titles))

    @property
    def missed(self) -> str:
        """Why no check finds one of them yet."""
        return "; ".join(fault.missed for fault in self.faults if fault.missed)

    @property
    def problems(self) -> int:
        """As how many problems it must be told."""
        return sum(fault.problems for fault in self.faults)

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(str(fault.service) for fault in self.faults))

    def names(self, id: str | None, test: str) -> bool:
        """Whether a test is one that must find one of them."""
        return any(fault.names(id, test) for fault in self.faults)


def pairs(faults: Sequence[Fault], number: int, seed: str) -> list[Planting]:
    """``number`` different pairs, drawn by lot: the same of the same seed.

    Two that only the same scenarios find are no pair: a scenario stops at what it meets first. Nor are two that keep
    the same value from crossing on the same way: either shows what both show.
    """
    every = [Planting(pair) for pair in combinations(faults, 2) if not _hide_each_other(*pair)]
    return random.Random(seed).sample(every, min(number, len(every)))


def _hide_each_other(one: Fault, other: Fault) -> bool:
    if set(one.found_by) == set(other.found_by) and "::" not in one.found_by[0]:
        return True
    return one.expect == other.expect and bool(_ways(one) & _ways(other))


def _ways(fault: Fault) -> set[str]:
    """What crosses between whom, where the fault is in that: ``linkage.yaml::member::miniprogram→website``."""
    return {name.partition("[")[0] for name in fault.found_by if "→" in name}


def load(path: Path) -> dict[str, Fault]:
    """The catalogue by id. Errors: UsageError with file and line."""
    return read_records(path, Fault)


def choose(faults: dict[str, Fault], id: str, where: Path) -> Fault:
    if id not in faults:
        raise UsageError(
            f"no planted fault is called {id!r}", where=str(where), nearest=nearest(id, faults, alike=ANY)
        )
    return faults[id]


def require_disposable(settings: HarnessSettings) -> None:
    if settings.environment != EnvironmentClass.DISPOSABLE:
        raise UsageError(
            f"environment = {str(settings.environment)!r}: faults are planted in a disposable system only",
            where="harness.toml",
        )


def plant(settings: HarnessSettings, id: str, folder: Path) -> HarnessSettings:
    """The settings with fault ``id`` planted; a changed mini-program is a copy in ``folder``."""
    if settings.paths.faults is None:
        raise UsageError("paths.faults names no catalogue of planted faults", where="harness.toml")
    require_disposable(settings)
    fault = choose(load(settings.paths.faults), id, settings.paths.faults)
    if fault.overlay is not None:
        name, miniprogram = _miniprogram(settings, fault)
        project = folder / "planted" / fault.id
        if not project.exists():
            shutil.copytree(miniprogram.project, project)
            shutil.copytree(settings.paths.faults.parent / fault.overlay, project, dirs_exist_ok=True)
        return settings.with_miniprogram(name, miniprogram.model_copy(update={"project": project}))
    assert fault.service is not None
    if fault.service not in settings.services:
        raise UsageError(f"fault {fault.id}: no service {fault.service!r}", where=str(settings.paths.faults))
    service = settings.services[fault.service]
    planted = service.model_copy(update={"environment": {**service.environment, **fault.environment}})
    return settings.model_copy(update={"services": {**settings.services, fault.service: planted}})


def _miniprogram(settings: HarnessSettings, fault: Fault) -> tuple[str, MiniProgramSettings]:
    """The mini-program whose files a fault replaces."""
    found = settings.miniprograms
    name = fault.platform or next(iter(found), "")
    if name not in found:
        raise UsageError(f"fault {fault.id}: no mini-program {name!r}", where=str(settings.paths.faults))
    return name, found[name]
