"""harness.toml: the settings of all packages put together, and the one place that reads it.

Every package owns the model of its own section; this module puts them together and sees that what they name
is there. What a file, a profile of it and environment variables say together is :mod:`harness.config.layers`'.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from harness.api.settings import LoginSettings, SignatureSettings, UserSettings
from harness.api.situation_settings import SituationSettings
from harness.config.reading import read
from harness.config.toml_lines import Keys
from harness.conformance.settings import ConformanceSettings
from harness.contracts.envelope import EnvelopeSettings
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.text import Language
from harness.platforms.settings import MiniProgramSettings, WebsiteSettings
from harness.processes.settings import EnvironmentClass, EnvironmentRules, ServiceSettings
from harness.reporting.settings import GateSettings, ReportingSettings


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


class ProjectService(ServiceSettings):
    """A service with what the contract tests need to know of it: who they are to it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    login: LoginSettings | None = Field(default=None, description="short for one user with this log-in")
    users: dict[str, UserSettings] = Field(default_factory=dict, description="the first is the default")
    envelope: EnvelopeSettings | None = Field(default=None, description="what every answer is wrapped in")


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
    environment_rules: EnvironmentRules = EnvironmentRules()
    services: dict[str, ProjectService] = {}
    website: WebsiteSettings | None = None
    miniprogram: MiniProgramSettings | None = None
    paths: PathSettings = PathSettings()
    people: PeopleSettings = PeopleSettings()
    conformance: ConformanceSettings = ConformanceSettings()
    signatures: tuple[SignatureSettings, ...] = ()
    situations: tuple[SituationSettings, ...] = ()
    reporting: ReportingSettings = ReportingSettings()
    gate: GateSettings = GateSettings()
    root: Path = Field(default=Path(), exclude=True, description="folder of harness.toml; not a key of it")
    profile: str | None = Field(default=None, exclude=True, description="the profile chosen; not a key of it")

    def contract(self, name: str) -> Path:
        return self.paths.contracts / name

    @property
    def ends(self) -> tuple[WebsiteSettings, MiniProgramSettings]:
        """Website and mini-program, which scenarios need; UsageError where either is not described."""
        if self.website is None or self.miniprogram is None:
            missing = "website" if self.website is None else "miniprogram"
            raise UsageError(f"scenarios need the table [{missing}]", where=str(self.root / "harness.toml"))
        if self.miniprogram.service is None:
            raise UsageError(
                "scenarios need miniprogram.service, the backend", where=str(self.root / "harness.toml")
            )
        return self.website, self.miniprogram

    @property
    def waivers(self) -> Path:
        return self.paths.waivers or self.contract("waivers.yaml")

    @property
    def linkage_map(self) -> Path:
        return self.paths.linkage or self.contract("linkage.yaml")


def load(
    path: Path, *, profile: str | None = None, environ: Mapping[str, str] = os.environ
) -> HarnessSettings:
    """Read and check ``path``, with ``profile`` (default: what HARNESS_PROFILE says) and ``environ`` over it.

    Errors: UsageError with file and line (or variable) and the nearest valid key.
    """
    settings, where, profile = read(path, HarnessSettings, profile, environ)
    root = path.resolve().parent
    settings = settings.model_copy(
        update={
            "root": root,
            "profile": profile,
            "paths": PathSettings.model_validate(
                {
                    name: (root / value).resolve() if value else None
                    for name, value in settings.paths.model_dump().items()
                }
            ),
            "miniprogram": settings.miniprogram
            and settings.miniprogram.model_copy(
                update={
                    name: (root / value).resolve()
                    for name in ("project", "devtools_record", "device_state")
                    if (value := getattr(settings.miniprogram, name)) is not None
                }
            ),
        }
    )
    _check_references(settings, where)
    return settings


def load_anyhow(path: Path, *, profile: str | None = None) -> HarnessSettings:
    """As :func:`load`, whether or not the contracts are there yet: for whoever fetches one."""
    settings, _, profile = read(path, HarnessSettings, profile, os.environ)
    root = path.resolve().parent
    contracts = (root / settings.paths.contracts).resolve()
    paths = settings.paths.model_copy(update={"contracts": contracts})
    return settings.model_copy(update={"root": root, "profile": profile, "paths": paths})


def place_of(path: Path, profile: str | None, keys: Keys) -> str:
    """Where a key of settings that were read before stands: file and line, or variable."""
    _, where, _ = read(path, HarnessSettings, profile, os.environ)
    return where(keys)


def _check_references(settings: HarnessSettings, where: Callable[[Keys], str]) -> None:
    """Every name of a service is one, and every file named is there."""
    if settings.environment == EnvironmentClass.PRODUCTION and settings.environment_rules.allow:
        raise UsageError(
            "environment_rules.allow: production is only read from: nothing can be allowed there",
            where=where(("environment_rules", "allow")),
        )
    named: list[tuple[Keys, str]] = []
    website, miniprogram = settings.website, settings.miniprogram
    if website is not None:
        named.append((("website", "service"), website.service))
    if miniprogram is not None:
        if miniprogram.service is not None:
            named.append((("miniprogram", "service"), miniprogram.service))
        named += [(("miniprogram", "hosts", host), name) for host, name in miniprogram.hosts.items()]
        if miniprogram.wechat:
            named.append((("miniprogram", "wechat"), miniprogram.wechat))
    for service, its in settings.services.items():
        named += [(("services", service, "environment"), name) for name in its.peers]
    for number, situation in enumerate(settings.situations):
        at = ("situations", str(number))
        named += [((*at, "services"), name) for name in situation.services]
        if situation.unreachable:
            named.append(((*at, "unreachable"), situation.unreachable))
    for keys, name in named:
        if name not in settings.services:
            raise UsageError(
                f"{'.'.join(keys)}: no service is called {name!r}",
                where=where(keys),
                nearest=nearest(name, settings.services, alike=ANY),
            )
    check_contracts(settings, lambda service: where(("services", service, "contracts")))
    record = miniprogram.devtools_record if miniprogram is not None else None
    if record is not None and not record.is_file():
        raise UsageError(
            f"miniprogram.devtools_record: no file {record.name!r}",
            where=where(("miniprogram", "devtools_record")),
        )
    if miniprogram is not None and not miniprogram.project.is_dir():
        raise UsageError(
            f"miniprogram.project: no folder {miniprogram.project.name!r}",
            where=where(("miniprogram", "project")),
        )


def check_contracts(settings: HarnessSettings, where: Callable[[str], str] = lambda _: "") -> None:
    """Every contract a service names is there. ``where`` gives the place of a service's list, for the error."""
    for service, its in settings.services.items():
        for name in its.contracts:
            if not settings.contract(name).is_file():
                have = sorted(file.name for file in settings.paths.contracts.glob("*.*"))
                raise UsageError(
                    f"services.{service}.contracts: no file {name!r} in {settings.paths.contracts.name}/",
                    where=where(service) or str(settings.paths.contracts),
                    nearest=nearest(name, have),
                )


def language_of(path: Path) -> Language:
    """The language a file asks for, whatever else is wrong with it."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8")).get("language")
    except (OSError, ValueError):
        return "zh"
    return "en" if said == "en" else "zh"
