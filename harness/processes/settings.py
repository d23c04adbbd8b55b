"""Settings of the system under test: one table per service, and what the environment it runs in allows.

Owns the shape of ``[services.*]`` and its placeholders. What the contract files mean and how outboxes are
drained belongs to those who do it: here they are only carried. How one signs in is added by ``runs``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.core.platforms import USUAL
from harness.core.text import Text
from harness.core.tls import TLSSettings
from harness.core.validation import InvalidInput

# Narrow on purpose: JSON in an environment variable is no placeholder.
PLACEHOLDER = re.compile(r"\{([a-z]+(?::[\w.-]+)?)\}")

# 'POST /api/orders/{id}', or an operationId: one word that is no path.
ENTRY = re.compile(r"[A-Z]+ /\S*|[^\s/]+")

NO_OPERATION = Text(
    zh="{entry!r} 既不是 operationId，也不是 'POST /path' 的写法",
    en="{entry!r} is neither an operationId nor written as 'POST /path'",
)
ONE_OF = Text(zh="只写 {names} 之一", en="one of {names}")
SQL_OF_DATABASE = Text(zh="'sql' 与 'database' 要一起写", en="'sql' and 'database' go together")
ONE_WAY = Text(
    zh="服务只写 command（由测试工具启动）与 url（连接已有的）之一",
    en="a service has either a command (it is started) or a url (it is attached to)",
)
NO_ENVIRONMENT = Text(
    zh="连接已有的服务不能写 environment：它已在运行",
    en="an attached service takes no environment: it is already running",
)
NO_HTTPS = Text(zh="tls 只用于 https:// 的 url", en="tls goes with a url of https:// only")
NO_CLOCK = Text(
    zh="连接已有的服务无法设置时钟：它已在运行",
    en="the clock of an attached service cannot be set: it is already running",
)
NO_PLACEHOLDER = Text(zh="未知的占位符 {{{name}}}", en="unknown placeholder {{{name}}}")


def _several(given: Any) -> Any:
    """One platform is a list of one; ``both`` is short for the website and the mini-program."""
    if given == "both":
        return USUAL.names
    return (given,) if isinstance(given, str) else given


def _path_alone(given: Any) -> Any:
    return {"path": given} if isinstance(given, str) else given


PlatformNames = Annotated[
    tuple[str, ...], BeforeValidator(_several, json_schema_input_type=str | tuple[str, ...])
]


class EnvironmentClass(StrEnum):
    """What may be done to the system under test."""

    DISPOSABLE = "disposable"
    """Started for this run and thrown away: everything is allowed."""
    SHARED = "shared"
    """Others work on it. The harness itself reads, and writes only what is allowed by name; scenarios act as
    people do, on data of their own. No fault is planted."""
    PRODUCTION = "production"
    """Real people use it: reading only, by whomever, and no scenario."""


class EnvironmentRules(BaseModel):
    """``[environment_rules]``: what may be done where the environment is not disposable.

    An entry is an ``operationId`` or ``POST /path/{id}``; in ``exclude`` also a path alone, for every method.
    What is excluded is never sent, reads included.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow: tuple[str, ...] = Field(default=(), description="what may be written on a shared environment")
    exclude: tuple[str, ...] = Field(default=(), description="what is never sent, allowed or not")
    requests_per_second: float | None = Field(
        default=None, gt=0, description="to each service, by the harness and its scenarios together"
    )

    @field_validator("allow", "exclude")
    @classmethod
    def _entries(cls, entries: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for entry in entries:
            alone = info.field_name == "exclude" and entry.startswith("/")
            if not alone and not ENTRY.fullmatch(entry):
                raise InvalidInput(NO_OPERATION.format(entry=entry))
        return entries


class DrainSettings(BaseModel):
    """How one learns how much data a service still has to deliver; ``"/path"`` is short for ``{path = "/path"}``.

    ``path`` of the service, or a ``url`` of anything else (a queue), gives JSON with the number at ``pending``. ``sql``
    reads it from one of the ``[databases]``, ``command`` prints it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str | None = Field(default=None, pattern=r"^/", description="of the service itself, answering JSON")
    url: str | None = Field(default=None, pattern=r"^https?://", description="answering JSON, elsewhere")
    pending: str = Field(
        default="/pending", pattern=r"^/", description="JSON pointer (RFC 6901) to the number"
    )
    headers: dict[str, str] = Field(default_factory=dict, repr=False, description="sent with the request")
    sql: str | None = Field(default=None, description="one SELECT statement, with one number")
    database: str | None = Field(default=None, description="of sql: a name of [databases]")
    command: tuple[str, ...] | None = Field(default=None, min_length=1, description="prints a number")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = ("path", "url", "sql", "command")
        if sum(getattr(self, name) is not None for name in ways) != 1:
            raise InvalidInput(ONE_OF.format(names=", ".join(ways)))
        if (self.sql is None) != (self.database is None):
            raise InvalidInput(SQL_OF_DATABASE)
        return self


def _without_slash(url: str | None) -> str | None:
    return url and url.rstrip("/")


class ServiceSettings(BaseModel):
    """One service: started by ``command``, or attached to at ``url``.

    Placeholders in ``command`` and ``environment``: ``{python}`` this interpreter, ``{port}`` the port to
    listen on, ``{data}`` an empty folder of its own, ``{data:NAME}`` that of service NAME, ``{url:NAME}`` the
    address under which this service reaches service NAME (the recording proxy of that edge).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Text = Field(description="what people call it")
    command: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="starts it in the folder of harness.toml"
    )
    url: Annotated[str | None, AfterValidator(_without_slash)] = Field(
        default=None,
        pattern=r"^https?://[^/?#]+(/[^?#]*)?$",
        description="where it is; what is asked of it comes after a path in it (a gateway's)",
    )
    tls: TLSSettings | None = Field(
        default=None, description="private CA and client certificate of an https url"
    )
    health: str = Field(pattern=r"^/", description="path that answers 2xx when the service is ready")
    platform: PlatformNames = Field(
        default=(), description="whose backend this is: a platform, a list, or both; []: nobody's"
    )
    contracts: tuple[str, ...] = Field(
        default=(), description="OpenAPI documents that it serves, in the folder of contracts"
    )
    api: tuple[str, ...] = Field(
        default=("/",), description="paths under which the API lies; what else is read is a page or a file"
    )
    drain: Annotated[
        DrainSettings | None,
        BeforeValidator(
            _path_alone, json_schema_input_type=Annotated[str, Field(pattern="^/")] | DrainSettings
        ),
    ] = Field(default=None, description='path that answers {"pending": n}, or a url, sql, a command')
    behind: dict[str, str] = Field(
        default_factory=dict,
        description="of a gateway: each platform, and the service behind it that keeps its data",
    )
    sources: tuple[Path, ...] = Field(
        default=(),
        description="folders and files it is made of: 'harness up' starts the system again when one changes; "
        "absent: whatever lies beside harness.toml",
    )
    relay: bool = Field(default=False, description="passes on what other services say: a queue, a hub")
    faults: str | None = Field(
        default=None,
        pattern=r"^/",
        description="path of its fault switch: takes what is planted while it runs",
    )
    clock: bool = Field(
        default=False, description="scenarios may set its clock (world.clock); needs libfaketime, Linux"
    )
    environment: dict[str, str] = Field(
        default_factory=dict,
        description='variables of its process; "{port}" and "{url:SERVICE}" are filled in',
    )

    @model_validator(mode="after")
    def _one_way_to_reach_it(self) -> Self:
        if (self.command is None) == (self.url is None):
            raise InvalidInput(ONE_WAY)
        if self.url is not None and self.environment:
            raise InvalidInput(NO_ENVIRONMENT)
        if self.url is not None and self.clock:
            raise InvalidInput(NO_CLOCK)
        if self.tls is not None and not (self.url or "").startswith("https://"):
            raise InvalidInput(NO_HTTPS)
        return self

    @property
    def program(self) -> str:
        """What its command runs; empty where it is attached to."""
        first = self.command[0] if self.command else ""
        return sys.executable if first == "{python}" else first

    @property
    def peers(self) -> tuple[str, ...]:
        """Names of the services this one calls, in the order in which they are mentioned."""
        texts = (*(self.command or ()), *self.environment.values())
        found = [name for text in texts for name in PLACEHOLDER.findall(text)]
        return tuple(dict.fromkeys(name[4:] for name in found if name.startswith("url:")))

    def filled(self, values: Mapping[str, str], *, where: str) -> tuple[tuple[str, ...], dict[str, str]]:
        """Command and environment with every placeholder replaced; ``where`` names the table in errors."""
        command = tuple(fill(part, values, where=f"{where}.command") for part in self.command or ())
        environment = {
            name: fill(text, values, where=f"{where}.environment.{name}")
            for name, text in self.environment.items()
        }
        return command, environment


def fill(text: str, values: Mapping[str, str], *, where: str) -> str:
    """Replace ``{name}`` by ``values[name]``; an unknown name is a UsageError with the nearest known one."""

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            close = nearest(name, values, alike=0.4)
            raise UsageError(
                NO_PLACEHOLDER.format(name=name), where=where, nearest=f"{{{close}}}" if close else None
            )
        return values[name]

    return PLACEHOLDER.sub(replace, text)
