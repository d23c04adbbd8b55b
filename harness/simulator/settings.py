"""What a simulator process can be told. Owns names, defaults and their validation; reads no files."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel

from harness.simulator.device.device_state import DeviceState
from harness.simulator.device.wechat_users import NOBODY, WeChatUser
from harness.simulator.network.domains import DomainLists


class Device(BaseModel):
    """The phone. Lengths in CSS pixels; 375 wide makes 1 px of two rpx."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)

    model: str = "iPhone SE"
    width: int = Field(default=375, ge=200, le=2000)
    height: int = Field(default=667, ge=200, le=4000)
    pixel_ratio: float = Field(default=2, ge=1, le=4)
    system: str = "iOS 17.5"
    status_bar_height: int = Field(default=20, ge=0, le=100)
    locale: str = "zh-CN"
    timezone: str = "Asia/Shanghai"

    def as_package(self) -> dict[str, object]:
        """The device as the page runtime takes it."""
        return {
            "model": self.model,
            "width": self.width,
            "height": self.height,
            "pixelRatio": self.pixel_ratio,
            "system": self.system,
            "statusBarHeight": self.status_bar_height,
        }


class Deadlines(BaseModel):
    """How long things may take, in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    boot: float = 30
    # minium's own limit is 60 s: the reason must reach it before it gives up without one.
    call: float = 50
    stuck: float = 3
    """After this long without an answer the page is asked whether it still runs at all."""
    stuck_at_boot: float = 12
    """The same for an app that starts: a big one reads its files for seconds without a pause."""
    probe: float = 4
    screenshot: float = 10


class SimulatorSettings(BaseModel):
    """Everything one simulator process is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    project: Path
    port: int = Field(default=9420, ge=0, le=65535)
    control_port: int = Field(default=0, ge=0, le=65535)
    hosts: dict[str, str] = {}
    """Origin the app asks for → where it is answered: an origin, or a path on one that goes before the app's."""
    allow_any_host: bool = False
    domains: DomainLists | None = None
    """The server domains of the app's account; None: the origins of ``hosts``."""
    check_domains: bool | None = None
    """Whether they are checked; None: as ``setting.urlCheck`` of project.config.json says."""
    wechat: str | None = None
    """Base URL of the WeChat stand-in that issues codes; None: opaque codes of our own."""
    person: WeChatUser = NOBODY
    device_state: DeviceState = DeviceState()
    """What everybody's state is like unless the test says otherwise."""
    answers: dict[str, Any] = {}
    people: dict[str, DeviceState] = {}
    """What is different for one person, by nickname or openid."""
    with_app: bool = True
    idle: float | None = Field(default=None, gt=0)
    """Seconds without any client after which the process ends; None: never."""
    source_maps: Path | None = None
    """The folder of the source maps; None: they are where the built files say, or beside them."""
    browser: Path | None = None
    headless: bool = True
    memory: int = Field(default=450, ge=0, le=1_000_000)
    """Megabytes the process of one app may take; 0: no limit."""
    device: Device = Device()
    deadlines: Deadlines = Deadlines()

    @field_validator("hosts")
    @classmethod
    def _origins(cls, hosts: dict[str, str]) -> dict[str, str]:
        return {_origin(asked): _base_url(answers) for asked, answers in hosts.items()}

    @field_validator("wechat")
    @classmethod
    def _wechat(cls, wechat: str | None) -> str | None:
        return None if wechat is None else _base_url(wechat)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not an http or https address")
    return f"{parts.scheme}://{parts.netloc}"


def _base_url(url: str) -> str:
    return _origin(url) + urlsplit(url).path.rstrip("/")
