"""harness.toml: the settings of all packages put together, and the one place that reads it.

Every package owns the model of its own section; this module owns the file: finding it, its placeholders'
rules, and one clear error with line and nearest key for whatever is wrong in it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from harness.conformance.settings import ConformanceSettings, SignatureSettings
from harness.conformance.situation_settings import SituationSettings
from harness.core.errors import UsageError
from harness.core.text import Language
from harness.platforms.settings import MiniProgramSettings, WebsiteSettings
from harness.reporting.settings import GateSettings, ReportingSettings
from harness.systems.settings import EnvironmentClass, ServiceSettings


class PathSettings(BaseModel):
    """Where things are, relative to harness.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contracts: Path = Path("contracts")
    scenarios: Path = Path("scenarios")
    catalogue: Path = Path("scenarios/catalogue.yaml")
    linkage: Path | None = Field(default=None, description="default: linkage.yaml among the contracts")
    runs: Path = Path("reports/runs")
    faults: Path | None = Field(default=None, description="catalogue of planted faults")
    waivers: Path | None = Field(default=None, description="default: waivers.yaml among the contracts")


class PeopleSettings(BaseModel):
    """How the scenarios' people get in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    one_time_code: str | None = Field(default=None, description="the code a test system always accepts")


class HarnessSettings(BaseModel):
    """The whole of harness.toml; paths are absolute after :func:`load`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    environment: EnvironmentClass
    language: Language = "zh"
    start_within: float = Field(default=30.0, gt=0, description="seconds the whole system may take to start")
    services: dict[str, ServiceSettings]
    website: WebsiteSettings
    miniprogram: MiniProgramSettings
    paths: PathSettings = PathSettings()
    people: PeopleSettings = PeopleSettings()
    conformance: ConformanceSettings = ConformanceSettings()
    signatures: tuple[SignatureSettings, ...] = ()
    situations: tuple[SituationSettings, ...] = ()
    reporting: ReportingSettings = ReportingSettings()
    gate: GateSettings = GateSettings()
    root: Path = Field(default=Path(), exclude=True, description="folder of harness.toml; not a key of it")

    def contract(self, name: str) -> Path:
        return self.paths.contracts / name

    @property
    def waivers(self) -> Path:
        return self.paths.waivers or self.contract("waivers.yaml")

    @property
    def linkage_map(self) -> Path:
        return self.paths.linkage or self.contract("linkage.yaml")


def load(path: Path) -> HarnessSettings:
    """Read and check ``path``. Errors: UsageError with file, line and nearest valid key."""
    try:
        text = path.read_text(encoding="utf-8")
        data = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise UsageError(f"not TOML: {error}", where=f"{path}:{found[1] if found else 1}") from None
    if "root" in data:
        raise UsageError("unknown key 'root'", where=f"{path}:{_line(text, ('root',))}")
    try:
        settings = HarnessSettings.model_validate(data)
    except ValidationError as error:
        raise _explain(path, text, error) from None
    root = path.resolve().parent
    settings = settings.model_copy(
        update={
            "root": root,
            "paths": PathSettings.model_validate(
                {
                    name: (root / value).resolve() if value else None
                    for name, value in settings.paths.model_dump().items()
                }
            ),
            "miniprogram": settings.miniprogram.model_copy(
                update={"project": (root / settings.miniprogram.project).resolve()}
            ),
        }
    )
    _check_references(path, text, settings)
    return settings


def _check_references(path: Path, text: str, settings: HarnessSettings) -> None:
    """Every name of a service is one, every file named is there, and the environment may be tested."""
    if settings.environment != EnvironmentClass.DISPOSABLE:
        # Generated tests write whatever they like: until they can hold back, they run on nothing else.
        raise UsageError(
            f"environment = {str(settings.environment)!r}: only a disposable system can be tested yet",
            where=f"{path}:{_line(text, ('environment',))}",
            nearest="disposable",
        )
    named: list[tuple[tuple[str, ...], str]] = [
        (("website", "service"), settings.website.service),
        (("miniprogram", "service"), settings.miniprogram.service),
        *((("miniprogram", "hosts", host), name) for host, name in settings.miniprogram.hosts.items()),
    ]
    if settings.miniprogram.wechat:
        named.append((("miniprogram", "wechat"), settings.miniprogram.wechat))
    for service, its in settings.services.items():
        named += [(("services", service, "environment"), name) for name in its.peers]
    for keys, name in named:
        if name not in settings.services:
            near = difflib.get_close_matches(name, settings.services, n=1, cutoff=0.0)
            raise UsageError(
                f"{'.'.join(keys)}: no service is called {name!r}",
                where=f"{path}:{_line(text, keys)}",
                nearest=near[0] if near else None,
            )
    check_contracts(settings, lambda service: f"{path}:{_line(text, ('services', service, 'contracts'))}")
    if not settings.miniprogram.project.is_dir():
        raise UsageError(
            f"miniprogram.project: no folder {settings.miniprogram.project.name!r}",
            where=f"{path}:{_line(text, ('miniprogram', 'project'))}",
        )


def check_contracts(settings: HarnessSettings, where: Callable[[str], str] = lambda _: "") -> None:
    """Every contract a service names is there. ``where`` gives the place of a service's list, for the error."""
    for service, its in settings.services.items():
        for name in its.contracts:
            if not settings.contract(name).is_file():
                have = sorted(file.name for file in settings.paths.contracts.glob("*.*"))
                near = difflib.get_close_matches(name, have, n=1)
                raise UsageError(
                    f"services.{service}.contracts: no file {name!r} in {settings.paths.contracts.name}/",
                    where=where(service) or str(settings.paths.contracts),
                    nearest=near[0] if near else None,
                )


def _explain(path: Path, text: str, error: ValidationError) -> UsageError:
    # A misspelt key is also a missing one: name the misspelling, it is what the reader can see.
    problems = sorted(error.errors(), key=lambda problem: problem["type"] != "extra_forbidden")
    first = problems[0]
    keys = tuple(str(part) for part in first["loc"])
    where = f"{path}:{_line(text, keys)}"
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(keys[-1], _fields(HarnessSettings, keys[:-1]), n=1)
        return UsageError(f"unknown key '{'.'.join(keys)}'", where=where, nearest=near[0] if near else None)
    if first["type"] == "missing":
        return UsageError(f"'{'.'.join(keys)}' is missing", where=where)
    if first["type"] in ("literal_error", "enum"):
        valid = re.findall(r"'([^']*)'", str(first.get("ctx", {}).get("expected", "")))
        near = difflib.get_close_matches(str(first["input"]), valid, n=1, cutoff=0.0)
        message = f"{'.'.join(keys)} = {first['input']!r}: must be one of {', '.join(valid)}"
        return UsageError(message, where=where, nearest=near[0] if near else None)
    return UsageError(f"{'.'.join(keys)}: {first['msg']}", where=where)


def _fields(model: Any, keys: tuple[str, ...]) -> list[str]:
    """The field names of the section ``keys`` leads to; a mapping's free key leads to its values' model."""
    for key in keys:
        if get_origin(model) is dict:
            model = get_args(model)[1]
        elif key in getattr(model, "model_fields", {}):
            model = model.model_fields[key].annotation
    return list(getattr(model, "model_fields", ()))


def _line(text: str, keys: tuple[str, ...]) -> int:
    """The line of a key in TOML text: inside its section if that stands as ``[a.b]``, else the section's."""
    section: tuple[str, ...] = ()
    best, at = 1, 0
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
        if header:
            section = tuple(part.strip().strip("'\"") for part in header[1].split("."))
            name = ""
        else:
            assigned = re.match(r"\s*([\w\"'./:-]+?)\s*=", line)
            name = assigned[1].strip("'\"") if assigned else ""
        here = (*section, *name.split(".")) if name else section
        shared = 0
        while shared < min(len(here), len(keys)) and here[shared] == keys[shared]:
            shared += 1
        if shared > at:
            best, at = number, shared
    return best
