"""The clinic's pages: what a patient sees, and what each page fault changes of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page

from tests.whole.browser.foreign.system import (
    TESTS,
    chromium,
    free_port,
    lines,
    overlaid,
    page_of,
    phone,
    picture,
    processes,
)

pytestmark = pytest.mark.full
FAULTS = yaml.safe_load((TESTS / "fixture_gateway" / "page-faults.yaml").read_text(encoding="utf-8"))
DOCTORS = ["吴晓明 ￥15.50 20 预约", "何静 ￥30.00 8 预约", "林国栋 ￥50.80 0 已约满"]
WEBSITE = {
    "refused": "账号或密码不正确",
    "doctors": DOCTORS,
    "listed": ["A1 吴晓明 2026-12-08 周二 已预约 取消预约"],
    "asked": "确定取消预约 A1 吗？",
    "notice": "预约 A1 已取消",
    "cancelled": ["A1 吴晓明 2026-12-08 周二 已取消"],
}
CHANGED: dict[str, dict[str, Any]] = {
    "cancel-button-dead": {"notice": "预约成功", "cancelled": WEBSITE["listed"]},
    "wrong-price-shown": {"doctors": ["吴晓明 ￥15.00 20 预约", DOCTORS[1], "林国栋 ￥50.00 0 已约满"]},
    "status-not-refreshed": {"cancelled": WEBSITE["listed"]},
    "appointment-listed-twice": {
        "listed": [*WEBSITE["listed"], *WEBSITE["listed"]],
        "cancelled": [*WEBSITE["cancelled"], *WEBSITE["cancelled"]],
    },
}
PHONE = {
    "doctors": ["吴晓明", "何静", "林国栋"],
    "prices": ["￥15.50", "￥30.00", "￥50.80"],
    "booked": ["已预约", "已取消"],
    "revoked": ["已取消", "已取消"],
}
CHANGED_ON_PHONE = {"mini-status-not-refreshed": {"revoked": ["已预约", "已取消"]}}


@contextmanager
def clinic(fault: str) -> Iterator[str]:
    gateway, records, desk = (free_port() for _ in range(3))
    urls = {
        name: f"http://127.0.0.1:{port}"
        for name, port in (("gateway", gateway), ("RECORDS", records), ("DESK", desk))
    }
    with processes(
        "gateway",
        (["node", "server.mjs", "gateway"], gateway, {**urls, "PAGE_FAULT": fault}),
        (["node", "server.mjs", "records"], records, {"PEER": urls["DESK"], "SAMPLES": "1"}),
        (["node", "server.mjs", "desk"], desk, {"PEER": urls["RECORDS"]}),
    ):
        yield urls["gateway"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def log_in(page: Page, address: str, password: str = "wang-2026") -> None:
    page.goto(address)
    page.get_by_label("账号").fill("wang")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def on_the_website(page: Page, address: str, name: str) -> dict[str, Any]:
    """An appointment that is made and cancelled."""
    seen: dict[str, Any] = {}
    log_in(page, address, "wrong")
    seen["refused"] = page.get_by_role("alert").inner_text()
    log_in(page, address)
    page.wait_for_url("**/doctors.html")
    seen["doctors"] = lines(page, "#doctors tr", *WEBSITE["doctors"])
    picture(page, f"{name}-doctors")
    page.get_by_role("row", name="吴晓明").get_by_role("link", name="预约").click()
    assert not page.get_by_alt_text("证件照预览").is_visible()
    page.get_by_label("就诊日期").select_option("2026-12-08 周二")
    picture(page, f"{name}-appoint")
    page.get_by_role("button", name="确认预约").click()
    page.get_by_text("预约成功").wait_for()
    lines(page, "#mine li", *WEBSITE["listed"])
    page.reload()  # the front desk may have heard of it only now
    seen["listed"] = lines(page, "#mine li", *CHANGED.get(name, {}).get("listed", WEBSITE["listed"]))
    page.get_by_role("button", name="取消预约").first.click()
    seen["asked"] = page.get_by_role("dialog").locator("p").first.inner_text()
    picture(page, f"{name}-dialog")
    page.get_by_role("button", name="确定取消").click()
    seen["cancelled"] = lines(page, "#mine li", *WEBSITE["cancelled"])
    seen["notice"] = page.get_by_role("status").inner_text()
    picture(page, f"{name}-mine")
    return seen


@pytest.mark.parametrize("fault", ["", *(one["id"] for one in FAULTS if "service" in one)])
def test_an_appointment_on_the_website(browser: Browser, fault: str) -> None:
    with clinic(fault) as address, page_of(browser) as page:
        seen = on_the_website(page, address, fault or "clinic")
    assert seen == WEBSITE | CHANGED.get(fault, {})


@pytest.mark.parametrize("fault", ["", *(one["id"] for one in FAULTS if "overlay" in one)])
def test_a_booking_in_the_mini_program(tmp_path: Path, fault: str) -> None:
    project = overlaid("gateway", "miniprogram", fault, tmp_path)
    with clinic("") as address, phone(project, {"https://clinic.example": address}) as mini:
        seen: dict[str, Any] = {}
        mini.at("pages/login/login")
        account, password = mini.page.get_elements("input")
        account.input("wang")
        password.input("wang-2026")
        mini.picture("clinic-mini-login")
        mini.tap("button")
        seen["doctors"] = mini.shows(".name", *PHONE["doctors"])
        seen["prices"] = mini.texts(".money")
        mini.picture("clinic-mini-doctors")
        for day in (0, 2):
            mini.page.get_elements("picker")[0].pick(day)
            mini.at("pages/bookings/bookings")
            status = ".card .line:first-child text:last-child"
            if day == 0:
                mini.shows(status, "已预约")
                mini.tap(".quiet")
                mini.app.minium.app.native.handle_modal("确定")
            else:
                break
            mini.app.minium.app.switch_tab("/pages/doctors/doctors")
        seen["booked"] = mini.shows(status, *PHONE["booked"])
        mini.tap(".quiet")
        mini.picture("clinic-mini-modal")
        mini.app.minium.app.native.handle_modal("确定")
        seen["revoked"] = mini.shows(status, *PHONE["revoked"])
        mini.picture("clinic-mini-bookings")
    assert seen == PHONE | CHANGED_ON_PHONE.get(fault, {})


def test_each_fault_is_tried() -> None:
    assert {one["id"] for one in FAULTS} == CHANGED.keys() | CHANGED_ON_PHONE.keys()
