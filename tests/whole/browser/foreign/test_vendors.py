"""The two vendors' pages, started as they run: what people see, and what each page fault changes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page, Route

from tests.whole.browser.foreign.system import TESTS, chromium, lines, overlaid, page_of, phone, picture

pytestmark = pytest.mark.full
FAULTS = yaml.safe_load((TESTS / "fixture_erp" / "page-faults.yaml").read_text(encoding="utf-8"))
API = "https://api.site-vendor.example"
SITE = {
    "refused": "Invalid access key 密钥无效",
    "products": ["¥19.90", "¥168.00", "¥45.50"],
    "placed": ["S000001 C1 × 3 ¥59.70 Unpaid 待付款 Pay now 去支付"],
    "paid": ["S000001 C1 × 3 ¥59.70 Paid 已付款"],
    "refreshed": ["S000001 C1 × 3 ¥59.70 Paid 已付款"],
}
CHANGED: dict[str, dict[str, Any]] = {
    "pay-button-dead": {"paid": SITE["placed"], "refreshed": SITE["placed"]},
    "wrong-price-shown": {
        "products": ["¥20", "¥168", "¥46"],
        **{name: [SITE[name][0].replace("59.70", "60")] for name in ("placed", "paid", "refreshed")},
    },
    "status-not-refreshed": {"paid": SITE["placed"]},
    "order-listed-twice": {
        "paid": [*SITE["placed"], *SITE["paid"]],
        "refreshed": [*SITE["placed"], *SITE["paid"], *SITE["paid"]],
    },
}
PHONE = {
    "titles": ["Green Tea", "Clay Teapot", "Bamboo Tray"],
    "before": ["待付款"],
    "payment": ["¥39.80"],
    "after": ["已付款"],
}
CHANGED_ON_PHONE = {"mini-paid-shown-as-unpaid": {"after": ["待付款"]}}


@contextmanager
def vendors(fault: str = "") -> Iterator[dict[str, str]]:
    """Their addresses, by name; they end with SIGTERM, and nothing is left of them."""
    process = subprocess.Popen(
        [sys.executable, "start.py"],
        cwd=TESTS / "fixture_erp",
        env={**os.environ, "PAGE_FAULT": fault},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield dict(process.stdout.readline().split() for _ in range(3))
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        process.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def send_to(page: Page, site: str) -> None:
    """What the bundle asks of the host that is fixed in it goes to the site."""

    def passed_on(route: Route) -> None:
        route.fulfill(response=route.fetch(url=route.request.url.replace(API, site)))

    page.route(f"{API}/**", passed_on)


def sign_in(page: Page, key: str) -> None:
    page.get_by_placeholder("Access key").fill(key)
    page.get_by_role("button", name="Sign in").click()


def shown_orders(page: Page, *wanted: str) -> list[str]:
    """Without the time."""
    page.locator(".order").first.wait_for()
    found = lines(page, ".order", *wanted)
    return [" ".join(part for part in text.split() if "/" not in part and ":" not in part) for text in found]


def on_the_site(page: Page, name: str) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    sign_in(page, "nobody")
    seen["refused"] = page.locator(".message").inner_text()
    sign_in(page, "li")
    page.get_by_text("Bamboo Tray").wait_for()
    page.wait_for_function("document.querySelectorAll('article').length === 3")
    seen["products"] = page.locator(".price").all_inner_texts()
    picture(page, f"{name}-products")
    page.get_by_label("Pieces of Green Tea").fill("3")
    page.get_by_role("article").filter(has_text="Green Tea").get_by_role("button", name="Buy").click()
    page.get_by_text("Order S000001 placed").wait_for()
    seen["placed"] = shown_orders(page)
    picture(page, f"{name}-orders")
    page.get_by_role("button", name="Pay now").click()
    if name != "pay-button-dead":
        page.get_by_text("Payment received").wait_for()
    seen["paid"] = shown_orders(page)
    page.get_by_role("button", name="Refresh").click()
    seen["refreshed"] = shown_orders(page)
    picture(page, f"{name}-paid")
    return seen


@pytest.mark.parametrize("fault", ["", *(one["id"] for one in FAULTS if "service" in one)])
def test_an_order_on_the_site(browser: Browser, fault: str) -> None:
    with vendors(fault) as urls, page_of(browser) as page:
        send_to(page, urls["site"])
        page.goto(urls["website"])
        seen = on_the_site(page, fault or "vendors")
    assert seen == SITE | CHANGED.get(fault, {})


def test_an_editor_publishes_a_product(browser: Browser) -> None:
    with vendors() as urls, page_of(browser) as page:
        send_to(page, urls["site"])
        page.goto(urls["website"])
        sign_in(page, "editor")
        page.get_by_placeholder("Name").fill("Rice Bowl")
        page.get_by_placeholder("Price").fill("29.90")
        page.get_by_role("button", name="Publish").click()
        page.get_by_role("article").filter(has_text="Rice Bowl").get_by_text("¥29.90").wait_for()
        picture(page, "vendors-editor")


def test_the_api_may_be_asked_by_pages_of_other_hosts(browser: Browser) -> None:
    """Without anybody between: a page elsewhere, the preflight, and an answer that it may read."""
    with vendors() as urls, page_of(browser) as page:
        page.goto(urls["mall"] + "/health")
        asked = "url => fetch(url, {headers: {'X-Key': 'li'}}).then((answer) => answer.json())"
        assert page.evaluate(asked, urls["site"] + "/orders") == {"orders": []}


@pytest.mark.parametrize("fault", ["", *(one["id"] for one in FAULTS if "overlay" in one)])
def test_an_order_in_the_mini_program_that_is_paid_on_the_site(
    tmp_path: Path, browser: Browser, fault: str
) -> None:
    project = overlaid("erp", "miniprogram", fault, tmp_path)
    with vendors() as urls, phone(project, {"https://mall-vendor.example": urls["mall"]}) as mini:
        seen: dict[str, Any] = {}
        seen["titles"] = mini.shows("goods-card >>> .split:first-child text:first-child", *PHONE["titles"])
        mini.picture("vendors-mini-goods")
        mini.tap("goods-card >>> .go")
        mini.at("pages/auth/auth")
        mini.page.get_element("input").input("13900000011")
        mini.picture("vendors-mini-auth")
        mini.tap("button")
        mini.at("pages/index/index")
        mini.shows("goods-card >>> .split:first-child text:first-child", *PHONE["titles"])
        mini.page.get_element("goods-card >>> input").input("2")
        mini.tap("goods-card >>> .go")
        mini.at("pages/trades/trades")
        seen["before"] = mini.shows(".state", "待付款")
        seen["payment"] = mini.texts(".price")
        with page_of(browser) as page:
            send_to(page, urls["site"])
            page.goto(urls["website"])
            sign_in(page, "li")
            page.get_by_role("link", name="Orders").click()
            page.get_by_role("button", name="Pay now").click()
            page.get_by_text("Payment received").wait_for()
            picture(page, "vendors-other")
        mini.app.minium.app.relaunch("/pages/trades/trades")
        mini.shows(".price", "¥39.80")
        seen["after"] = mini.shows(".state", *PHONE["after"])
        mini.picture("vendors-mini-trades")
    assert seen == PHONE | CHANGED_ON_PHONE.get(fault, {})


def test_each_fault_is_tried() -> None:
    assert {one["id"] for one in FAULTS} == CHANGED.keys() | CHANGED_ON_PHONE.keys()
