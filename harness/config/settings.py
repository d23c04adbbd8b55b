"""harness.toml: the settings of all packages put together, and the one place that reads it.

Every package owns the model of its own section; this module puts them together and sees that what they name
is there. What a file, a profile of it and environment variables say together is :mod:`harness.config.layers`'.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from harness.api.settings import LoginSettings, SignatureSettings, UserSettings
from harness.api.situation_settings import SituationSettings
from harness.config import words
from harness.config.reading import read
from harness.config.references import check_references
from harness.config.toml_lines import Keys
from harness.conformance.settings import ConformanceSettings
from harness.contracts.envelope import EnvelopeSettings
from harness.core.actors import Person
from harness.core.codec import PATTERN, CodecAddress
from harness.core.errors import UsageError
from harness.core.masking import MaskingSettings, declare
from harness.core.nearest import nearest
from harness.core.platforms import MINIPROGRAM, USUAL, WEBSITE, Platform, Platforms
from harness.core.text import Language
from harness.core.validation import PLACED, InvalidInput
from harness.linkage.settings import DatabaseSettings, DataStep
from harness.platforms.settings import (
    DeclaredMiniProgram,
    DeclaredSystem,
    EndSettings,
    MiniProgramSettings,
    PlatformSettings,
    WebsiteSettings,
)
from harness.processes.settings import EnvironmentClass, EnvironmentRules, ServiceSettings
from harness.reporting.settings import GateSettings, ReportingSettings
from harness.wechat import settings as wechat_stand_in


class PathSettings(BaseModel):
    """Where things are, relative to harness.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contracts: Path = Field(default=Path("contracts"), description="folder of the OpenAPI documents")
    scenarios: Path = Field(default=Path("scenarios"), description="folder of the scenarios")
    catalogue: Path = Field(
        default=Path("scenarios/catalogue.yaml"), description="list of the scenarios that were agreed on"
    )
    linkage: Path | None = Field(default=None, description="default: linkage.yaml among the contracts")
    tests: tuple[Path, ...] = Field(
        default=(), description="folders of other tests that use the system: MiniTest, Minium, plain pytest"
    )
    runs: Path = Field(default=Path("reports/runs"), description="folder that runs are written to")
    faults: Path | None = Field(default=None, description="catalogue of planted faults")
    waivers: Path | None = Field(default=None, description="default: waivers.yaml among the contracts")
    outside: tuple[Path, ...] = Field(
        default=(), description="folders outside the project that contracts may refer into"
    )

    def below(self, root: Path) -> PathSettings:
        """The same with every path absolute."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        return PathSettings.model_validate(
            {
                name: tuple((root / each).resolve() for each in value)
                if isinstance(value, tuple)
                else value and (root / value).resolve()
                for name, value in said.items()
            }
        )


class ProjectService(ServiceSettings):
    """A service with what the contract tests need to know of it: who they are to it; or a stand-in of the harness's
    own, of which everything else is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stand_in: Literal["wechat"] | None = Field(
        default=None,
        description="instead of command or url: the harness's own stand-in for WeChat's platform",
    )
    apps: dict[str, str] = Field(
        default_factory=dict, repr=False, description="of a stand-in: each appid, and its secret"
    )
    wechat: str | None = Field(
        default=None,
        description="stand-in that its requests to WeChat's own host names are led to, by HTTPS_PROXY and a CA in its "
        "environment; for a service that has those names written into it",
    )

    login: LoginSettings | None = Field(default=None, description="short for one user with this log-in")
    users: dict[str, UserSettings] = Field(
        default_factory=dict,
        description="by name; who acts is chosen by the security scheme an operation asks for",
    )
    envelope: EnvelopeSettings | None = Field(default=None, description="what every answer is wrapped in")
    codec: str | None = Field(
        default=None, pattern=PATTERN, description="module:function, opens and seals encrypted bodies"
    )

    @model_validator(mode="before")
    @classmethod
    def _of_stand_in(cls, given: Any) -> Any:
        """``stand_in`` says all that makes a service, beside its title, and its apps or where one runs already."""
        if not isinstance(given, dict) or "stand_in" not in given:
            return given
        keys, known = given.keys(), cls.model_fields.keys()
        if others := sorted(keys & (known - {"stand_in", "apps", "title", "url"})):
            raise InvalidInput(words.STAND_IN_ALONE.format(keys=", ".join(others)))
        apps, runs = given.get("apps"), "url" in given
        if runs and apps:
            raise InvalidInput(words.APPS_OF_ANOTHER)
        if not runs and not apps and keys <= known:  # else the unknown key is told
            raise InvalidInput(words.NO_APPS)
        started = apps if isinstance(apps, dict) else {}
        return {**wechat_stand_in.service(None if runs else started), **given}

    @model_validator(mode="after")
    def _apps_of_stand_in(self) -> Self:
        if self.apps and self.stand_in is None:
            raise InvalidInput(words.APPS_ALONE)
        if self.wechat is not None and self.url is not None:
            raise InvalidInput(words.NOT_LED)
        return self

    @property
    def peers(self) -> tuple[str, ...]:
        """Names of the services this one calls, those it is led to included."""
        return tuple(dict.fromkeys((*super().peers, *((self.wechat,) if self.wechat else ()))))

    @property
    def all_users(self) -> dict[str, UserSettings]:
        """By name, that of ``login`` first; ``login`` alone is one user."""
        short = {} if self.login is None else {"default": UserSettings(login=self.login)}
        return {**short, **self.users}


Phone = Annotated[str, Field(pattern=r"^\+?[0-9]{5,15}$")]


class FixedPersonSettings(BaseModel):
    """Who acts where a test cannot choose: the account that is signed in to WeChat DevTools."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phone: Phone = Field(description="the account's phone")
    nickname: str = Field(min_length=1, description="what the account is called in WeChat")
    openid: str = Field(min_length=1, description="the account's openid in the mini-program")
    unionid: str | None = Field(default=None, description="the account's unionid, where it has one")

    def person(self, alias: str) -> Person:
        return Person(alias, self.phone, self.nickname, self.openid, self.unionid)


class PeopleSettings(BaseModel):
    """How the scenarios' people get in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    one_time_code: str | None = Field(default=None, description="the code a test system always accepts")
    phones: tuple[Phone, ...] = Field(
        default=(),
        description="test phones, lent to one person of a scenario at a time; none: phones are invented",
    )
    fixed: FixedPersonSettings | None = Field(
        default=None,
        description="who the first person of a scenario is where a driver cannot choose (WeChat DevTools)",
    )
    phone_within: float = Field(
        default=60.0, gt=0, description="seconds to wait for a phone that others have"
    )

    @field_validator("phones")
    @classmethod
    def _each_once(cls, phones: tuple[str, ...]) -> tuple[str, ...]:
        twice = next((phone for phone in phones if phones.count(phone) > 1), None)
        if twice is not None:
            raise InvalidInput(words.PHONE_TWICE.format(number=phones.index(twice) + 1))
        return phones


class HarnessSettings(BaseModel):
    """The whole of harness.toml; paths are absolute after :func:`load`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="of the system, as reports say it")
    environment: EnvironmentClass = Field(
        description="how much a run may do to the system: nothing is guessed"
    )
    language: Language = Field(default="zh", description="of messages and reports")
    start_within: float = Field(default=30.0, gt=0, description="seconds the whole system may take to start")
    environment_rules: EnvironmentRules = Field(
        default=EnvironmentRules(), description="what may be sent to a system that is not disposable"
    )
    services: dict[str, ProjectService] = Field(default={}, description="the backends, by name")
    databases: dict[str, DatabaseSettings] = Field(
        default={}, description="what linkage contracts read by SQL or CSV, by name"
    )
    data: tuple[DataStep, ...] = Field(default=(), description="what seeds or resets data, in this order")
    website: WebsiteSettings | None = Field(default=None, description="how the website is opened")
    miniprogram: MiniProgramSettings | None = Field(default=None, description="who runs the mini-program")
    platforms: dict[str, PlatformSettings] = Field(
        default={}, description="further websites, mini-programs and systems, by name"
    )
    paths: PathSettings = Field(default=PathSettings(), description="where files are")
    people: PeopleSettings = Field(default=PeopleSettings(), description="how the scenarios' people get in")
    conformance: ConformanceSettings = Field(
        default=ConformanceSettings(), description="how much contract tests try"
    )
    signatures: tuple[SignatureSettings, ...] = Field(
        default=(), description="how signed requests are signed"
    )
    situations: tuple[SituationSettings, ...] = Field(
        default=(), description="states of the system that can be brought about"
    )
    reporting: ReportingSettings = Field(default=ReportingSettings(), description="how reports are made")
    gate: GateSettings = Field(default=GateSettings(), description="what the release gate lets pass")
    masking: MaskingSettings = Field(default=MaskingSettings(), description="what else is masked")
    root: Path = Field(default=Path(), exclude=True, description="folder of harness.toml; not a key of it")
    profile: str | None = Field(default=None, exclude=True, description="the profile chosen; not a key of it")

    def codec_of(self, service: str) -> CodecAddress | None:
        """Where the codec of a service is; None where its bodies are what they are."""
        name = self.services[service].codec
        where = f"services.{service}.codec"
        return None if name is None else CodecAddress(name=name, folder=self.root, where=where)

    def contract(self, name: str) -> Path:
        """The file of a contract: the project's, or else one that comes with the harness."""
        own = self.paths.contracts / name
        packaged = wechat_stand_in.DOCUMENT
        return packaged if name == packaged.name and not own.is_file() else own

    @property
    def readable(self) -> tuple[Path, ...]:
        """The folders that contracts may refer into: the project, where its contracts are, and those it allows."""
        return (self.root, self.paths.contracts, *self.paths.outside)

    @property
    def ends(self) -> dict[str, EndSettings]:
        """How each end that people use is driven, by name."""
        usual = {"website": self.website, "miniprogram": self.miniprogram}
        return {
            **{name: end for name, end in usual.items() if end is not None},
            **{name: end for name, end in self.platforms.items() if not isinstance(end, DeclaredSystem)},
        }

    @property
    def miniprograms(self) -> dict[str, MiniProgramSettings]:
        return {name: end for name, end in self.ends.items() if isinstance(end, MiniProgramSettings)}

    @property
    def known_platforms(self) -> Platforms:
        """Every platform that may be named: those declared, and the usual ones that need no declaration."""
        miniprogram = MINIPROGRAM
        if self.miniprogram is not None:
            miniprogram = replace(MINIPROGRAM, driver=self.miniprogram.driver)
        usual = (platform for platform in (WEBSITE, miniprogram) if platform.name not in self.platforms)
        declared = (Platform(name, table.title, table.driver) for name, table in self.platforms.items())
        return Platforms((*usual, *declared))

    @property
    def used_platforms(self) -> Platforms:
        """The platforms of this system: those with an end, a service or a database."""
        of_services = (name for service in self.services.values() for name in service.platform)
        of_databases = (name for database in self.databases.values() for name in database.platform)
        used = {*self.ends, *of_services, *of_databases}
        return Platforms(tuple(platform for platform in self.known_platforms if platform.name in used))

    def service_of(self, platform: str) -> str:
        """The service that answers a platform's people. Errors: UsageError where none is named."""
        where, end = str(self.root / "harness.toml"), self.ends.get(platform)
        if end is not None and end.service is not None:
            return end.service
        usual = platform in USUAL and platform not in self.platforms
        table = platform if usual else f"platforms.{platform}"
        if self.known_platforms.choose(platform).has_screen:
            if end is None:
                raise UsageError(words.TABLE_NEEDED.format(table=table), where=where)
            raise UsageError(words.SERVICE_NEEDED.format(table=table), where=where)
        for name, service in self.services.items():
            if platform in service.platform:
                return name
        raise UsageError(words.NOBODY_ANSWERS.format(table=table, platform=platform), where=where)

    def with_miniprogram(self, name: str, miniprogram: MiniProgramSettings) -> HarnessSettings:
        """The same with another mini-program in the place of ``name``."""
        if name in self.platforms:
            assert isinstance(miniprogram, DeclaredMiniProgram)
            return self.model_copy(update={"platforms": {**self.platforms, name: miniprogram}})
        return self.model_copy(update={"miniprogram": miniprogram})

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
            "paths": settings.paths.below(root),
        }
    )
    services = {
        name: its.model_copy(update={"tls": its.tls.below(root)}) if its.tls is not None else its
        for name, its in settings.services.items()
    }
    settings = settings.model_copy(update={"services": services})
    for name, miniprogram in settings.miniprograms.items():
        files = {
            key: (root / value).resolve()
            for key in ("project", "devtools_record", "device_state", "source_maps")
            if (value := getattr(miniprogram, key)) is not None
        }
        codes = {"wechat": miniprogram.wechat or _codes_from(settings, miniprogram)}
        settings = settings.with_miniprogram(name, miniprogram.model_copy(update={**files, **codes}))
    declare_masking(settings)
    check_references(settings, where)
    check_contracts(settings, lambda service: where(("services", service, "contracts")))
    return settings


def _codes_from(settings: HarnessSettings, miniprogram: MiniProgramSettings) -> str | None:
    """The one stand-in for WeChat there is, where a mini-program names none; DevTools has WeChat's own codes."""
    stand_ins = [name for name, service in settings.services.items() if service.stand_in is not None]
    return stand_ins[0] if miniprogram.driver == "simulator" and len(stand_ins) == 1 else None


def load_anyhow(path: Path, *, profile: str | None = None) -> HarnessSettings:
    """As :func:`load`, whether or not the contracts are there yet: for whoever fetches one."""
    settings, _, profile = read(path, HarnessSettings, profile, os.environ)
    root = path.resolve().parent
    declare_masking(settings)
    return settings.model_copy(update={"root": root, "profile": profile, "paths": settings.paths.below(root)})


def declare_masking(settings: HarnessSettings) -> None:
    """What the project calls its secrets is masked from now on, here and in every process of a run.

    Also what its users send to prove who they are. The fields that say in an envelope how a request went are no
    one-time codes.
    """
    services = settings.services.values()
    users = [user for service in services for user in service.all_users.values()]
    declare(
        settings.masking,
        headers=(name for user in users for name in user.headers or ()),
        cookies=(user.cookie.name for user in users if user.cookie is not None),
        codes=(each.envelope.code.rpartition("/")[2] for each in services if each.envelope is not None),
    )


def place_of(path: Path, profile: str | None, keys: Keys) -> str:
    """Where a key of settings that were read before stands: file and line, or variable."""
    _, where, _ = read(path, HarnessSettings, profile, os.environ)
    return where(keys)


def check_contracts(settings: HarnessSettings, where: Callable[[str], str] = lambda _: "") -> None:
    """Every contract a service names is there. ``where`` gives the place of a service's list, for the error."""
    for service, its in settings.services.items():
        for name in its.contracts:
            if not settings.contract(name).is_file():
                have = sorted(file.name for file in settings.paths.contracts.glob("*.*"))
                absent = words.NO_CONTRACT.format(name=name, folder=settings.paths.contracts.name)
                raise UsageError(
                    PLACED.format(place=f"services.{service}.contracts", what=absent),
                    where=where(service) or str(settings.paths.contracts),
                    nearest=nearest(name, have),
                )


def language_of(path: Path | None) -> Language:
    """The language that the environment or a file asks for, whatever else is wrong with it, or there is none."""
    if (asked := os.environ.get("HARNESS_LANGUAGE")) in ("zh", "en"):
        return "en" if asked == "en" else "zh"
    if path is None:
        return "zh"
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8")).get("language")
    except (OSError, ValueError, RecursionError):
        return "zh"
    return "en" if said == "en" else "zh"
