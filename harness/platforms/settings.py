"""Settings of the platforms: ``[website]``, ``[miniprogram]`` and ``[platforms.NAME]`` of harness.toml.

``[website]`` and ``[miniprogram]`` are short for the platforms of these names. Any other is declared in
``[platforms.NAME]``, with the same keys, its title, and the driver that says what kind it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.core.text import Text


class WebsiteSettings(BaseModel):
    """``service`` names the service whose address the browser opens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str = Field(description="a name of [services]: whose address the browser opens")
    headless: bool = Field(default=True, description="without a window to be seen")
    locale: str = Field(default="zh-CN", description="of the browser, as in Accept-Language")
    timezone: str = Field(default="Asia/Shanghai", description="IANA name, the same as the simulator's phone")
    width: int = Field(default=1180, gt=0, description="CSS pixels")
    height: int = Field(default=860, gt=0, description="CSS pixels")
    patience: float = Field(default=5.0, gt=0, description="seconds a page may take to do what was asked")
    slow: float = Field(
        default=30.0, gt=0, description="seconds it may take while a request of it is under way"
    )
    test_id_attribute: str = Field(
        default="data-testid", pattern=r"^[A-Za-z][\w-]*$", description="attribute of what a text alone names"
    )
    hosts: dict[str, str] = Field(
        default_factory=dict, description="address fixed in the website's scripts → service that answers it"
    )


class MiniProgramSettings(BaseModel):
    """``driver`` chooses who runs the mini-program: our simulator, or WeChat DevTools already started."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str | None = Field(default=None, description="its backend; scenarios need it, MiniTest does not")
    project: Path = Field(description="folder with project.config.json or app.json")
    driver: Literal["simulator", "devtools"] = Field(
        default="simulator", description="our simulator, or WeChat DevTools already started"
    )
    hosts: dict[str, str] = Field(
        default_factory=dict,
        description="address in the mini-program's source → service that answers it (simulator only)",
    )
    domains: dict[Literal["request", "uploadFile", "downloadFile", "socket"], tuple[str, ...]] = Field(
        default_factory=dict,
        description="server domains of the app's account; absent: those of hosts (simulator only)",
    )
    check_domains: bool | None = Field(
        default=None,
        description="whether they are checked; absent: as urlCheck of project.config.json says",
    )
    source_maps: Path | None = Field(
        default=None,
        description="folder of the source maps of a build that has them in one of their own (simulator only)",
    )
    device_state: Path | None = Field(
        default=None,
        description="TOML or JSON file: what people answer and their phones report (simulator only)",
    )
    wechat: str | None = Field(
        default=None,
        description="service that stands in for WeChat's platform; log-in codes are asked from it. "
        "Absent: the service with stand_in, if there is one (simulator only)",
    )
    devtools_port: int = Field(default=9420, description="--auto-port of a DevTools already started")
    devtools_record: Path | None = Field(
        default=None,
        description="record of 'harness simulator check-endpoint' against DevTools, which confirms the simulator",
    )
    headless: bool = Field(default=True, description="without a window to be seen")
    patience: float = Field(default=5.0, gt=0, description="seconds a page may take to do what was asked")


class DeclaredWebsite(WebsiteSettings):
    """``[platforms.NAME] driver = "website"``: one more website; several may share one service."""

    title: Text = Field(description="what people call it")
    driver: Literal["website"] = Field(description="what kind of platform it is")


class DeclaredMiniProgram(MiniProgramSettings):
    """``[platforms.NAME] driver = "simulator"`` (or ``"devtools"``): one more mini-program."""

    title: Text = Field(description="what people call it")
    driver: Literal["simulator", "devtools"] = Field(description="who runs it")


class DeclaredSystem(BaseModel):
    """``[platforms.NAME] driver = "none"``: a system without a screen; its service says ``platform = NAME``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Text = Field(description="what people call it")
    driver: Literal["none"] = Field(description="it has no screen")


EndSettings = WebsiteSettings | MiniProgramSettings
PlatformSettings = Annotated[
    DeclaredWebsite | DeclaredMiniProgram | DeclaredSystem, Field(discriminator="driver")
]
