"""Whether what harness.toml names is there: services, platforms, files of the mini-programs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from harness.config import words
from harness.config.toml_lines import Keys
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.platforms import API, NO_PLATFORM, USUAL
from harness.core.text import alternatives
from harness.core.validation import PLACED
from harness.platforms.settings import MiniProgramSettings
from harness.processes.settings import EnvironmentClass

if TYPE_CHECKING:
    from harness.config.settings import HarnessSettings

NAME = re.compile(r"[a-z][a-z0-9_-]*")
RESERVED = (API, "both")


def check_references(settings: HarnessSettings, where: Callable[[Keys], str]) -> None:
    """Every name of a service is one, and every file named is there."""
    if settings.environment == EnvironmentClass.PRODUCTION and settings.environment_rules.allow:
        raise UsageError(
            words.ONLY_READ,
            where=where(("environment_rules", "allow")),
        )
    _check_platforms(settings, where)
    _check_tested(settings, where)
    _check_databases(settings, where)
    _check_file_names(settings, where)
    for number, folder in enumerate(settings.paths.outside):
        if not folder.is_dir():
            absent = PLACED.format(place="paths.outside", what=words.NO_FOLDER.format(name=str(folder)))
            raise UsageError(absent, where=where(("paths", "outside", str(number))))
    named: list[tuple[Keys, str]] = []
    for name, end in settings.ends.items():
        table = _table(settings, name)
        if end.service is not None:
            named.append(((*table, "service"), end.service))
        named += [((*table, "hosts", host), service) for host, service in end.hosts.items()]
        if isinstance(end, MiniProgramSettings) and end.wechat:
            named.append(((*table, "wechat"), end.wechat))
    for service, its in settings.services.items():
        if its.wechat is not None:
            named.append((("services", service, "wechat"), its.wechat))
        named += [(("services", service, "environment"), name) for name in its.peers]
        named += [(("services", service, "behind", platform), name) for platform, name in its.behind.items()]
    for number, situation in enumerate(settings.situations):
        at = ("situations", str(number))
        named += [((*at, "services"), name) for name in situation.services]
        if situation.unreachable:
            named.append(((*at, "unreachable"), situation.unreachable))
    for number, step in enumerate(settings.data):
        if step.request is not None:
            named.append((("data", str(number), "request", "service"), step.request.service))
    for keys, name in named:
        if name not in settings.services:
            raise UsageError(
                PLACED.format(place=".".join(keys), what=words.NO_SERVICE.format(name=name)),
                where=where(keys),
                nearest=nearest(name, settings.services, alike=ANY),
            )
    stand_ins = [
        name for name, its in settings.services.items() if its.stand_in is not None and its.url is None
    ]
    for service, its in settings.services.items():
        if its.wechat is not None and its.wechat not in stand_ins:
            keys = ("services", service, "wechat")
            no_stand_in = words.NOT_STAND_IN.format(name=its.wechat)
            raise UsageError(
                PLACED.format(place=".".join(keys), what=no_stand_in),
                where=where(keys),
                nearest=nearest(its.wechat, stand_ins, alike=ANY),
            )
    for name, miniprogram in settings.miniprograms.items():
        table, record = _table(settings, name), miniprogram.devtools_record
        if record is not None and not record.is_file():
            raise UsageError(
                PLACED.format(
                    place=f"{'.'.join(table)}.devtools_record", what=words.NO_FILE.format(name=record.name)
                ),
                where=where((*table, "devtools_record")),
            )
        for key in ("project", "source_maps"):
            given: Path | None = getattr(miniprogram, key)
            if given is not None and not given.is_dir():
                raise UsageError(
                    PLACED.format(
                        place=f"{'.'.join(table)}.{key}", what=words.NO_FOLDER.format(name=given.name)
                    ),
                    where=where((*table, key)),
                )


def _check_file_names(settings: HarnessSettings, where: Callable[[Keys], str]) -> None:
    """No two contracts have one file name, as those of two teams may (``site/openapi.yaml``, ``app/openapi.yaml``)."""
    paths: dict[str, str] = {}
    for service, its in settings.services.items():
        for path in its.contracts:
            first = paths.setdefault(PurePath(path).name, path)
            if settings.contract(first) != settings.contract(path):
                twice = words.ONE_FILE_NAME.format(first=first, second=path)
                key = f"services.{service}.contracts"
                raise UsageError(
                    PLACED.format(place=key, what=twice), where=where(("services", service, "contracts"))
                )


def _check_platforms(settings: HarnessSettings, where: Callable[[Keys], str]) -> None:
    """Every platform is declared once, under a name that can stand for it, and services name only such."""
    for name in settings.platforms:
        keys = ("platforms", name)
        if not NAME.fullmatch(name) or name in RESERVED:
            raise UsageError(
                PLACED.format(
                    place=f"platforms.{name}", what=words.PLATFORM_NAME.format(reserved=" ".join(RESERVED))
                ),
                where=where(keys),
            )
        if name in USUAL and getattr(settings, name) is not None:
            twice = words.DECLARED_TWICE.format(name=name)
            raise UsageError(PLACED.format(place=f"platforms.{name}", what=twice), where=where(keys))
    known = settings.known_platforms
    tables = [("services", name, table.platform) for name, table in settings.services.items()]
    tables += [("databases", name, table.platform) for name, table in settings.databases.items()]
    for kind, name, platforms in tables:
        for platform in platforms:
            if platform not in known:
                raise UsageError(
                    PLACED.format(place=f"{kind}.{name}.platform", what=NO_PLATFORM.format(name=platform)),
                    where=where((kind, name, "platform")),
                    nearest=nearest(platform, known.names, alike=ANY),
                )
    for service, described in settings.services.items():
        for platform in described.behind:
            if platform not in described.platform:
                raise UsageError(
                    PLACED.format(
                        place=f"services.{service}.behind", what=words.NOT_ITS_PLATFORM.format(name=platform)
                    ),
                    where=where(("services", service, "behind", platform)),
                    nearest=nearest(platform, described.platform, alike=ANY),
                )


def _check_databases(settings: HarnessSettings, where: Callable[[Keys], str]) -> None:
    """A platform's data is in one database, and what is done by SQL names one that is there."""
    for number, step in enumerate(settings.data):
        if (name := step.database) is not None and (
            name not in settings.databases or settings.databases[name].url is None
        ):
            keys = ("data", str(number), "database")
            raise UsageError(
                PLACED.format(place=".".join(keys), what=words.NO_DATABASE.format(name=name)),
                where=where(keys),
                nearest=nearest(name, settings.databases, alike=ANY),
            )
    held: dict[str, str] = {}
    for name, table in settings.databases.items():
        for platform in table.platform:
            if platform in held:
                raise UsageError(
                    PLACED.format(
                        place=f"databases.{name}.platform",
                        what=words.HELD_TWICE.format(other=held[platform], platform=platform),
                    ),
                    where=where(("databases", name, "platform")),
                )
            held[platform] = name
        if table.service is not None and table.service not in settings.services:
            raise UsageError(
                PLACED.format(
                    place=f"databases.{name}.service", what=words.NO_SERVICE.format(name=table.service)
                ),
                where=where(("databases", name, "service")),
                nearest=nearest(table.service, settings.services, alike=ANY),
            )
    for service, its in settings.services.items():
        database = its.drain.database if its.drain is not None else None
        if database is not None and (
            database not in settings.databases or settings.databases[database].url is None
        ):
            urls = [name for name, table in settings.databases.items() if table.url is not None]
            raise UsageError(
                PLACED.format(
                    place=f"services.{service}.drain.database", what=words.NO_DATABASE.format(name=database)
                ),
                where=where(("services", service, "drain", "database")),
                nearest=nearest(database, urls, alike=ANY),
            )


def _check_tested(settings: HarnessSettings, where: Callable[[Keys], str]) -> None:
    """A service with contracts says whose backend it is: without a platform nothing would test it."""
    for name, service in settings.services.items():
        if service.contracts and "platform" not in service.model_fields_set:
            names = [f'"{platform}"' for platform in settings.known_platforms.names]
            ends = alternatives(names)
            raise UsageError(
                words.NO_PLATFORM.format(name=name, ends=ends),
                where=where(("services", name, "contracts")),
            )


def _table(settings: HarnessSettings, platform: str) -> Keys:
    """The table of harness.toml that declares an end."""
    return ("platforms", platform) if platform in settings.platforms else (platform,)
