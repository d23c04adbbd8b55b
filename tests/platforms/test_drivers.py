"""Each platform is opened by the driver that harness.toml says, at the address of its edge."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.actors import invent
from harness.core.errors import NotRun, UsageError
from harness.core.platforms import USUAL, Platform, Platforms
from harness.core.text import Text
from harness.platforms import capabilities, devtools
from harness.platforms.devtools import DevToolsDriver
from harness.platforms.drivers import Drivers
from harness.platforms.settings import MiniProgramSettings, WebsiteSettings
from harness.platforms.simulator import SimulatorDriver
from harness.platforms.system import SystemDriver
from harness.platforms.website import WebsiteDriver

STAFF = Platform("staff", Text(zh="店员后台", en="staff site"), "website")
KIOSK = Platform("kiosk", Text(zh="自助机", en="kiosk"), "devtools")
ERP = Platform("erp", Text(zh="ERP", en="ERP"), "none")
LI = invent("li", "drivers")


@pytest.fixture
def drivers(tmp_path: Path) -> Drivers:
    return Drivers(
        Platforms((*USUAL, STAFF, KIOSK, ERP)),
        {
            "website": WebsiteSettings(service="shop"),
            "staff": WebsiteSettings(service="shop"),
            "miniprogram": MiniProgramSettings(
                project=tmp_path, hosts={"https://a": "mall"}, wechat="wechat"
            ),
            "kiosk": MiniProgramSettings(project=tmp_path, driver="devtools", devtools_port=9421),
        },
        service_of=lambda name: "books" if name == "erp" else "shop",
        url=lambda caller, service: f"http://{caller}-{service}",
        folder=tmp_path,
    )


def test_each_platform_has_one_driver_of_its_kind(drivers: Drivers) -> None:
    website, staff, erp = drivers.choose("website"), drivers.choose("staff"), drivers.choose("erp")
    assert isinstance(website, WebsiteDriver)
    assert isinstance(staff, WebsiteDriver)
    assert isinstance(erp, SystemDriver)
    assert website.base_url == staff.base_url == "http://browser-shop"
    assert staff.about is STAFF
    assert erp.base_url == "http://harness-books"
    assert drivers.choose("staff") is staff
    simulator, kiosk = drivers.choose("miniprogram"), drivers.choose("kiosk")
    assert isinstance(simulator, SimulatorDriver)
    assert simulator._hosts == {"https://a": "http://phone-mall"}
    assert simulator._wechat == "http://phone-wechat"
    assert isinstance(kiosk, DevToolsDriver)
    drivers.close()


def test_a_driver_says_what_it_can_do(drivers: Drivers) -> None:
    everything = set(capabilities.CAPABILITIES)
    assert drivers.choose("website").capabilities == drivers.choose("erp").capabilities == everything
    assert "several-users" in drivers.choose("miniprogram").capabilities
    assert "several-users" not in drivers.choose("kiosk").capabilities
    capabilities.require("website", *everything)


def test_a_platform_of_another_kind_or_none_is_refused(drivers: Drivers) -> None:
    with pytest.raises(UsageError, match="no platform is called 'stuff'; did you mean 'staff'"):
        drivers.choose("stuff")
    with pytest.raises(UsageError, match="staff is no mini-program"):
        drivers.miniprogram("staff")
    with pytest.raises(UsageError, match="kiosk is no website"):
        drivers.website("kiosk")


def test_the_window_of_devtools_is_for_one_person_at_a_time(
    drivers: Drivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Session:
        def __init__(self, settings: MiniProgramSettings, port: int, *_: object) -> None:
            self.port, self.closed = port, False

        def close(self) -> None:
            self.closed = True

    monkeypatch.setattr(devtools, "MiniProgramSession", Session)
    kiosk = drivers.miniprogram("kiosk")
    first = kiosk.open(LI)
    assert first.port == kiosk.open_app(LI) == 9421
    with pytest.raises(NotRun, match="devtools cannot several-users"):
        kiosk.open(LI)
    first.close()
    kiosk.open(LI)
    assert kiosk.death() is None
