"""Shops of ten pages built by uni-app (Vue 2 and 3) and Taro (React): driven by minium, as they were built."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.polling import poll
from tests.support.compiled_shops import FOLDER, SHOPS, CompiledShop, build, opened
from tests.support.shop_backend import ShopBackend
from tests.support.shopper import Shopper

PAGES = ["home", "list", "cart", "me", "detail", "search", "checkout", "address", "orders", "order"]
# WeChat's framework says so, too: components of uni-app (Vue 2) are drawn once before they have their properties.
BEFORE_ITS_PROPERTIES = re.compile(
    r"received type-incompatible value: expected <\w+> but (got|get) (non-number|null) "
)
PANEL = "//*[contains(@class, 'panel')][.//*[contains(., '{name}')]]"


@pytest.fixture(scope="module", params=SHOPS)
def shop(request: pytest.FixtureRequest) -> CompiledShop:
    return SHOPS[request.param]


@pytest.fixture(scope="module")
def built(shop: CompiledShop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(shop, tmp_path_factory.mktemp("built"))


@pytest.fixture
def visit(shop: CompiledShop, built: Path) -> Iterator[tuple[Shopper, ShopBackend]]:
    with opened(shop, built) as visit:
        yield visit


def test_the_lock_files_name_no_server() -> None:
    """They are as `omit-lockfile-registry-resolved` leaves them."""
    for name in SHOPS:
        packages = json.loads((FOLDER / name / "package-lock.json").read_text("utf-8"))["packages"]
        assert len(packages) > 100
        assert [path for path, package in packages.items() if "resolved" in package] == []


@pytest.mark.full
def test_a_whole_visit(visit: tuple[Shopper, ShopBackend], tmp_path: Path, shop: CompiledShop) -> None:
    shopper, backend = visit
    looks: dict[str, bytes] = {}

    def look(name: str) -> None:
        looks[name] = shopper.app.screenshot()
        (tmp_path / f"{name}.png").write_bytes(looks[name])

    shopper.sees("大家在买")
    shopper.sees("杯01号")
    look("home")
    shopper.part("to-search").tap()
    shopper.is_on("search")
    shopper.fill("words", "壶0")
    shopper.press("搜索")
    shopper.sees("壶08号")
    look("search")

    shopper.press("壶02号")
    shopper.is_on("detail")
    shopper.sees("数量")
    for count in ("2", "3"):
        shopper.press("＋")
        shopper.part_says("count", count)
    look("detail")
    shopper.press("加入购物车")
    shopper.sees("购物车里有 3 件")

    shopper.tab("list")
    shopper.sees("上拉加载更多")
    look("list")
    for last in ("壶20号", "共 23 件"):
        shopper.to_the_end()
        shopper.sees(last)
    shopper.mini.app.call_wx_method("startPullDownRefresh")
    shopper.misses("壶20号")
    shopper.find("//*[text()='壶']").tap()
    shopper.sees("共 8 件")
    shopper.press("壶05号")
    shopper.is_on("detail")
    shopper.press("加入购物车")
    shopper.sees("购物车里有 4 件")

    shopper.tab("cart")
    shopper.sees("合计 4 件")
    shopper.sees("¥137.50")
    shopper.find(PANEL.format(name="壶05号") + "//*[text()='＋']").tap()
    shopper.sees("合计 5 件")
    look("cart")
    shopper.find(PANEL.format(name="壶05号") + "//*[text()='删除']").tap()
    shopper.choose("确定")
    shopper.misses("壶05号")
    shopper.sees("¥75.00")

    shopper.press("去结算")
    shopper.is_on("checkout")
    shopper.press("请填写收货地址")
    shopper.is_on("address")
    shopper.press("保存")
    for problem in ("请填写姓名", "手机号应为 11 位", "请选择城市", "地址太短"):
        shopper.sees(problem)
    for part, text in (("name", "小明"), ("phone", "19900000001"), ("detail", "文一西路 1 号")):
        shopper.fill(part, text)
    shopper.part("city").pick(2)
    shopper.sees("杭州")
    shopper.part("standard").switch()
    look("address")
    shopper.press("保存")
    shopper.is_on("checkout")
    shopper.sees("小明 杭州文一西路 1 号")
    shopper.part("way").pick(1)
    shopper.sees("自提")
    shopper.fill("message", "轻放")
    look("checkout")

    shopper.press("提交订单")
    shopper.choose("微信支付")
    shopper.is_on("order")
    shopper.sees("订单 A1001")
    shopper.sees("壶02号 ×3")
    look("order")
    assert [(order["cents"], order["way"], order["words"]) for order in backend.orders] == [
        (7500, "自提", "轻放")
    ]
    shopper.press("全部订单")
    shopper.is_on("orders")
    shopper.press("已完成")
    shopper.sees("没有订单")
    shopper.find("//*[text()='全部']").tap()
    shopper.sees("A1001")
    look("orders")
    shopper.press("A1001")
    shopper.is_on("order")
    shopper.tab("me")
    shopper.part_says("ordered", "1")
    look("me")

    assert sorted(looks) == sorted(PAGES)
    assert len(set(looks.values())) == len(PAGES)
    clean(shopper, shop)


@pytest.mark.full
def test_each_page_is_entered_by_its_own_path(visit: tuple[Shopper, ShopBackend], shop: CompiledShop) -> None:
    shopper, backend = visit
    ordered = backend.order(
        {"lines": [{"id": 7, "count": 1}], "address": {"name": "小红", "phone": "", "city": "", "detail": ""}}
    )
    seen = {
        "home": "大家在买",
        "list": "上拉加载更多",
        "cart": "购物车是空的",
        "me": "我的订单",
        "detail": "杯07号",
        "search": "搜索",
        "checkout": "请填写收货地址",
        "address": "保存",
        "orders": ordered["id"],
        "order": "小红",
    }
    assert list(seen) == PAGES
    for page, words in seen.items():
        query = {"detail": "?id=7", "order": f"?id={ordered['id']}"}.get(page, "")
        shopper.mini.app.relaunch(f"/pages/{page}/{page}{query}")
        shopper.is_on(page)
        shopper.sees(words)
    clean(shopper, shop)


def clean(shopper: Shopper, shop: CompiledShop) -> None:
    """Nothing was found but what WeChat finds, too."""
    found = shopper.app.findings()
    assert (found["exceptions"], found["faults"], found["gaps"]) == ([], [], {})
    assert [line for line in found["console"] if line["type"] == "error"] == []
    assert warnings(shopper, shop) == []


def warnings(shopper: Shopper, shop: CompiledShop) -> list[str]:
    told: list[str] = shopper.app.findings()["warnings"]
    return [each for each in told if shop.name != "uni-vue2" or not BEFORE_ITS_PROPERTIES.search(each)]


@pytest.mark.full
def test_its_parts_are_found_though_their_ids_are_made(
    visit: tuple[Shopper, ShopBackend], shop: CompiledShop
) -> None:
    shopper, _ = visit
    shopper.mini.app.relaunch("/pages/address/address")
    shopper.sees("保存")
    page = shopper.page
    if shop.name == "taro":
        selectors = ["#phone", "input[placeholder='11 位手机号']", "[placeholder^='11']"]
    else:
        # In a slot a field belongs to the page, wherever it is drawn.
        selectors = ["[data-part=phone]", "input[aria-label='手机']", "[placeholder^='11']"]
    for selector in [*selectors, "//input[@placeholder='11 位手机号']"]:
        shopper.fill("phone", "")
        page.get_element(selector).input("1990")
        shopper.until(lambda: shopper.part("phone").value == "1990", f"what was typed into {selector}")
    assert page.get_element("button", inner_text="保存").inner_text == "保存"
    assert page.get_element("button", text_contains="保").inner_text == "保存"
    assert page.get_element("//button[contains(text(), '保存')]").inner_text == "保存"
    assert [element.inner_text for element in page.get_elements("//*[text()='默认']")] == ["默认"]


@pytest.mark.full
def test_what_is_inside_of_a_component_is_found(
    visit: tuple[Shopper, ShopBackend], shop: CompiledShop
) -> None:
    shopper, _ = visit
    shopper.tab("list")
    shopper.sees("上拉加载更多")
    if shop.name == "taro":
        # Components of React are none in WeChat: what they draw is the page's.
        names = [element.inner_text for element in shopper.page.get_elements(".card .name")]
    else:
        cards = shopper.page.get_elements("product-card >>> [data-product]")
        names = [card.get_element(".name").inner_text for card in cards]
        first = shopper.page.get_element("product-card").get_element("[data-product='1']")
        assert first.get_element(".name").inner_text == "杯01号"
    assert names[:3] == ["杯01号", "壶02号", "茶03号"]
    assert len(names) == 10


@pytest.mark.full
def test_what_is_thrown_is_told_where_it_was_written(
    visit: tuple[Shopper, ShopBackend], shop: CompiledShop
) -> None:
    shopper, _ = visit
    shopper.tab("me")
    shopper.sees("我的订单")
    for button in ("报告问题", "稍后报告", "核对购物车"):
        shopper.press(button)

    def stacks() -> list[str]:
        """What was thrown; Vue 3 catches that, and prints it."""
        found = shopper.app.findings()
        printed = [arg for line in found["console"] if line["type"] == "error" for arg in line["args"]]
        return [each["stack"] for each in [*found["exceptions"], *printed]]

    seen = poll(stacks, lambda found: len(found) == 3, within=10)
    assert seen.satisfied, seen.value
    tops = [re.search(r"\(?(\S+\.\w+:\d+):\d+\)?$", stack.split("\n")[1]) for stack in seen.value]
    told = sorted(top[1].removeprefix("src/") for top in tops if top)
    assert told == sorted(shop.planted().values())
    assert warnings(shopper, shop) == []
