"""The pages of the shop, its staff and the outlet: what people see, and what each page fault changes of it."""

from __future__ import annotations

import re
import sys
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
FAULTS = yaml.safe_load((TESTS / "fixture_brands" / "page-faults.yaml").read_text(encoding="utf-8"))
WEBSITES = {
    "staff": "i-1 橡木台灯 199.50 12 在售 编辑",
    "price": "¥199.50",
    "buttons": ["退出", "立即购买"],
    "bought": ["橡木台灯 3 ¥598.50 待发货 取消订单"],
    "cancelled": ["橡木台灯 3 ¥598.50 已取消"],
    "outlet": ["橡木台灯 ×3 598.50 元 已关闭"],
    "left": "还剩 12",
}
CHANGED: dict[str, dict[str, Any]] = {
    "buy-button-renamed": {"buttons": ["退出", "加入心愿单"]},
    "total-of-one-piece": {
        name: [WEBSITES[name][0].replace("598.50", "199.50")] for name in ("bought", "cancelled")
    },
    "edited-price-not-saved": {
        "staff": "i-1 橡木台灯 249.00 12 在售 编辑",
        "price": "¥249.00",
        "bought": ["橡木台灯 3 ¥747.00 待发货 取消订单"],
        "cancelled": ["橡木台灯 3 ¥747.00 已取消"],
        "outlet": ["橡木台灯 ×3 747.00 元 已关闭"],
    },
    "cancelled-shown-as-open": {"outlet": ["橡木台灯 ×3 598.50 元 备货中"]},
}
PHONE = {"total": "¥498.00", "ordered": ["橡木台灯 ×2", "待发货"], "cancelled": ["橡木台灯 ×2", "已取消"]}
CHANGED_ON_PHONE = {"mini-total-of-one-piece": {"total": "¥249.00"}}


@contextmanager
def brands(folder: Path, fault: str = "", **shop_only: str) -> Iterator[tuple[str, str]]:
    """The addresses of shop and outlet."""
    shop, outlet = free_port(), free_port()
    both = {"DATA": str(folder), "FAULT": "", "PAGE_FAULT": fault, "SAMPLES": "1"}
    with processes(
        "brands",
        ([sys.executable, "service.py", "shop"], shop, {**both, **shop_only}),
        ([sys.executable, "service.py", "outlet"], outlet, both),
    ):
        yield f"http://127.0.0.1:{shop}", f"http://127.0.0.1:{outlet}"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def edit_as_staff(page: Page, shop: str, name: str) -> dict[str, Any]:
    page.goto(f"{shop}/admin.php?r=goods/list")
    page.get_by_placeholder("请输入工号").fill("clerk")
    page.get_by_placeholder("请输入口令").fill("clerk-2026")
    page.get_by_role("button", name="进入").click()
    page.get_by_role("row", name="橡木台灯").get_by_role("link", name="编辑").click()
    page.locator("input[name=price][form=f]").fill("199.50")
    picture(page, f"{name}-staff")
    page.get_by_role("button", name="保存").click()
    page.get_by_text("保存成功").wait_for()
    return {"staff": " ".join(page.get_by_role("row", name="橡木台灯").inner_text().split())}


def buy_and_cancel(page: Page, shop: str, name: str) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    page.goto(f"{shop}/index.php?r=user/login")
    page.get_by_label("用户名").fill("li")
    page.get_by_label("密码").fill("li-2026")
    page.get_by_role("button", name="登 录").click()
    picture(page, f"{name}-shop")
    page.get_by_role("link", name="橡木台灯").click()
    seen["price"] = page.locator(".price").inner_text()
    seen["buttons"] = page.get_by_role("button").all_inner_texts()
    picture(page, f"{name}-item")
    page.get_by_label("数量").select_option("3")
    page.get_by_role("button").last.click()
    page.get_by_text("下单成功").wait_for()
    seen["bought"] = orders(page)
    picture(page, f"{name}-orders")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="取消订单").click()
    page.get_by_text("订单已取消").wait_for()
    seen["cancelled"] = orders(page)
    return seen


def orders(page: Page) -> list[str]:
    """Without number and time."""
    found = lines(page, "tr:has(td)", "")
    return [re.sub(r"^o\d+ | \d{4}-\d\d-\d\d \d\d:\d\d", "", text) for text in found]


def look_at_the_outlet(page: Page, outlet: str, name: str) -> dict[str, Any]:
    page.goto(f"{outlet}/")
    picture(page, f"{name}-outlet")
    page.get_by_text("已购清单").click()
    page.get_by_placeholder("会员名").fill("li")
    page.get_by_placeholder("密码").fill("li-2026")
    page.get_by_role("button", name="进入奥莱").click()
    seen = lines(page, ".line", "")
    picture(page, f"{name}-purchases")
    page.get_by_role("link", name="今日特卖").click()
    page.locator(".line", has_text="橡木台灯").get_by_role("link").click()
    return {"outlet": seen, "left": page.locator(".big + p").inner_text()}


@pytest.mark.parametrize("fault", ["", *(one["id"] for one in FAULTS if "service" in one)])
def test_an_item_and_its_order_on_three_sites(tmp_path: Path, browser: Browser, fault: str) -> None:
    with brands(tmp_path, fault, CAPTCHA="off") as (shop, outlet), page_of(browser) as page:
        name = fault or "brands"
        seen = edit_as_staff(page, shop, name)
        seen |= buy_and_cancel(page, shop, name)
        seen |= look_at_the_outlet(page, outlet, name)
        cookies = {cookie["name"]: cookie["httpOnly"] for cookie in page.context.cookies()}
    assert seen == WEBSITES | CHANGED.get(fault, {})
    assert cookies == {"INDEXSESSID": True, "ADMINSESSID": True, "OUTLETSESSID": True}


def test_forms_and_log_in_are_guarded(tmp_path: Path, browser: Browser) -> None:
    with brands(tmp_path) as (shop, _), page_of(browser) as page:
        page.goto(f"{shop}/admin.php")
        page.get_by_placeholder("请输入工号").fill("clerk")
        page.get_by_placeholder("请输入口令").fill("clerk-2026")
        picture(page, "brands-captcha")
        page.get_by_role("textbox", name="验证码").fill("none")
        page.get_by_role("button", name="进入").click()
        page.get_by_text("验证码错误").wait_for()
        forged = {"LoginForm[username]": "li", "LoginForm[password]": "li-2026"}
        answer = page.request.post(f"{shop}/index.php?r=user/login", form=forged)
        assert answer.status == 400
        assert page.request.get(f"{shop}/index.php?r=item/view&id=i-99").status == 404


@pytest.mark.parametrize("fault", ["", *(one["id"] for one in FAULTS if "overlay" in one)])
def test_an_order_in_the_mini_program(tmp_path: Path, fault: str) -> None:
    project = overlaid("brands", "miniprogram", fault, tmp_path)
    with brands(tmp_path) as (shop, _), phone(project, {"https://mp.guangmu.example": shop}) as mini:
        seen: dict[str, Any] = {}
        mini.picture("brands-mini-home")
        mini.page.get_element("input").input("i-1")
        mini.tap("button", 1)
        mini.at("pages/item/item")
        mini.tap("button", 1)
        mini.shows("#quantity", "2")
        [seen["total"]] = mini.texts("#total")
        mini.picture("brands-mini-item")
        mini.tap("button.brown")
        mini.at("pages/mine/mine")
        mini.page.get_element("input").input("li")
        mini.tap("button.brown")
        mini.at("pages/item/item")
        mini.tap("button.brown")
        mini.at("pages/mine/mine")
        seen["ordered"] = mini.shows(".order .row:first-child text", *PHONE["ordered"])
        mini.picture("brands-mini-mine")
        mini.app.call("setAnswer", api="showActionSheet", answer={"tapIndex": 1})
        mini.tap("button")
        seen["cancelled"] = mini.shows(".order .row:first-child text", *PHONE["cancelled"])
    assert seen == PHONE | CHANGED_ON_PHONE.get(fault, {})


def test_each_fault_is_tried() -> None:
    assert {one["id"] for one in FAULTS} == CHANGED.keys() | CHANGED_ON_PHONE.keys()
