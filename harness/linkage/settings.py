"""Settings of ``[databases.NAME]``, whose rows the linkage contract reads, and of ``[[data]]``: tests begin with it."""

from __future__ import annotations

import re
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.core.text import Text
from harness.core.validation import InvalidInput
from harness.processes.settings import EnvironmentClass, PlatformNames

ONE_SOURCE = Text(
    zh="数据库只写 url 与存放 CSV 文件的 folder 之一",
    en="a database has either a url or a folder of CSV files",
)

ONE_WAY = Text(zh="[[data]] 的一个步骤只写 {ways} 之一", en="a step of [[data]] has exactly one of {ways}")
SQL_OF_DATABASE = Text(zh="sql 需要 database，反之亦然", en="sql needs database, and the other way round")
PRODUCTION = Text(
    zh="生产环境只读，不执行 [[data]]", en="production is only read from: no step of [[data]] is done there"
)


class DatabaseSettings(BaseModel):
    """A database by its ``url``, or a ``folder`` of CSV files. It is only read.

    ``{env:NAME}`` keeps a password out of the file, ``{data:SERVICE}`` is the folder of a service that the harness
    started.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str | None = Field(
        default=None,
        pattern=r"^[\w+]+://",
        repr=False,
        description="SQLAlchemy's: dialect://user:password@host/name",
    )
    folder: str | None = Field(default=None, description="of CSV files, relative to harness.toml")
    encoding: str = Field(default="utf-8", description="of the CSV files: utf-8, gbk")
    platform: PlatformNames = Field(default=(), description="whose data it holds")
    service: str | None = Field(
        default=None, description="which fills it; absent: the service whose {data:SERVICE} it is in"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.url is None) == (self.folder is None):
            raise InvalidInput(ONE_SOURCE)
        return self

    @property
    def filled_by(self) -> str | None:
        """The service whose data it is: what is on its way here is delivered there."""
        within = re.search(r"\{data:([^}]+)\}", self.url or self.folder or "")
        return self.service or (within[1] if within else None)


class DataRequest(BaseModel):
    """A request to a service itself: no proxy records it. It must be answered with 2xx."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str = Field(description="a name of [services]")
    path: str = Field(pattern="^/", description="below its address")
    method: Literal["POST", "PUT", "PATCH", "DELETE"] = Field(default="POST", description="of the request")
    body: Any = Field(default=None, description="sent as JSON; absent: no body")
    headers: dict[str, str] = Field(default_factory=dict, repr=False, description="sent with it")


class DataStep(BaseModel):
    """``[[data]]``: one step that seeds or resets data, in the order of the file.

    ``command`` and ``sql`` take ``{python}``, ``{data:SERVICE}`` and ``{address:SERVICE}``, the address of the service
    itself. A hook is called without arguments.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    when: Literal["run", "scenario"] = Field(
        default="run", description="before a run's first test, or before every scenario, which is then alone"
    )
    request: DataRequest | None = Field(default=None, description="sent to a service")
    command: tuple[str, ...] | None = Field(default=None, min_length=1, description="must end with 0")
    sql: str | tuple[str, ...] | None = Field(
        default=None, description="statements, done together or not at all"
    )
    database: str | None = Field(default=None, description="of sql: a name of [databases]")
    hook: str | None = Field(
        default=None, pattern=r"^[\w.]+:\w+$", description="module:function of the project"
    )
    within: float = Field(default=30.0, gt=0, description="seconds it may take")
    environments: tuple[EnvironmentClass, ...] = Field(
        default=(EnvironmentClass.DISPOSABLE,),
        description="where it is done; in any other it is left out. Never production",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = ("request", "command", "sql", "hook")
        if sum(getattr(self, name) is not None for name in ways) != 1:
            raise InvalidInput(ONE_WAY.format(ways=", ".join(ways)))
        if (self.sql is None) != (self.database is None):
            raise InvalidInput(SQL_OF_DATABASE)
        if EnvironmentClass.PRODUCTION in self.environments:
            raise InvalidInput(PRODUCTION)
        return self

    @property
    def statements(self) -> tuple[str, ...]:
        return (self.sql,) if isinstance(self.sql, str) else self.sql or ()
