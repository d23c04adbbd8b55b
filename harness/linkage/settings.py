"""Settings of ``[databases.NAME]``: rows that the linkage contract reads instead of calling operations."""

from __future__ import annotations

import re
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.core.text import Text
from harness.core.validation import InvalidInput
from harness.processes.settings import PlatformNames

ONE_SOURCE = Text(
    zh="数据库只写 url 与存放 CSV 文件的 folder 之一",
    en="a database has either a url or a folder of CSV files",
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
