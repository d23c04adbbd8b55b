"""Everything that is planted is sent from both ends; then a name is looked for that is another."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness import Actor, MiniProgramSession, Text, WebsiteSession, scenario, shows, step
from harness.automator.client import SimulatorClient

PASSWORD, OTHER = "pw-fake-step-0001", "13899998000"  # a traceback quotes the lines of a test


class OnWebsite(Actor[WebsiteSession]):
    @step(zh="{who} 发送 password={password}", en="{who} sends password={password}")
    def sends(self, password: str) -> None:
        self.session.open("/")
        self.session.fill("name", "王大假")
        self.session.tap("send")
        sent = Text(zh="发送", en="what is sent")
        shows(
            self.stage,
            sent,
            on="website",
            read=lambda: self.session.text("said"),
            expected="sent",
            within=120,
        )

    @step(zh="{who} 看到 {phone}", en="{who} sees {phone}")
    def sees(self, phone: str) -> None:
        what = Text(zh="手机", en="the phone")
        read = lambda: {"realName": self.session.text("holder"), "phone": "13800138000"}  # noqa: E731
        shows(
            self.stage,
            what,
            on="website",
            read=read,
            expected={"realName": "李二虚", "phone": phone},
            within=0.2,
        )

    @step(zh="{who} 看到收货地址", en="{who} sees the address")
    def sees_address(self) -> None:
        self.session.open("/")
        shows(
            self.stage,
            Text(zh="收货地址", en="the address"),
            on="website",
            read=lambda: {"address": self.session.text("place")},
            expected={"address": "有名街2号"},
            within=0.2,
        )


class OnMiniProgram(Actor[MiniProgramSession]):
    @step(zh="{who} 在小程序发送", en="{who} sends from the mini-program")
    def sends(self) -> None:
        self.session.tap("#send")
        sent = Text(zh="发送", en="what is sent")
        shows(
            self.stage,
            sent,
            on="miniprogram",
            read=lambda: self.session.text("#said"),
            expected="sent",
            within=120,
        )


@scenario("K01")
def test_everything_is_sent(stage: Any, open_end: Callable[..., Any]) -> None:
    person = stage.person("li")
    website = OnWebsite(stage, person, open_end("website", person))
    phone = OnMiniProgram(stage, person, open_end("miniprogram", person))
    website.sends(PASSWORD)
    with SimulatorClient(f"ws://127.0.0.1:{phone.session.port}", deadline=60) as simulator:
        simulator.start_tracing()
        phone.sends()
        simulator.stop_tracing(Path("trace.zip").absolute())
    sys.stderr.write("captured token=tk-fake-captured-01\n")
    website.sees(OTHER)


@scenario("K02")
def test_an_address_is_another(stage: Any, open_end: Callable[..., Any]) -> None:
    person = stage.person("li")
    OnWebsite(stage, person, open_end("website", person)).sees_address()
