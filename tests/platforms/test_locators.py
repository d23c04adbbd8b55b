"""Locators: what is refused, how they are named, and what they are as selectors of Minium."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from pydantic import ValidationError

from harness.core.errors import UsageError
from harness.platforms.addresses import is_at
from harness.platforms.locators import Locator, there
from harness.platforms.miniprogram_elements import instead, selector


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "exactly one of role, label"),
        ({"role": "button", "css": "b"}, "exactly one of"),
        ({"css": "b", "name": "x"}, "name goes with role only"),
        ({"css": "b", "texts": "x"}, "Extra inputs"),
        ({"data": {}}, "at least 1"),
    ],
)
def test_a_locator_that_is_none(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Locator.model_validate(given)


def test_it_is_named_as_it_was_written() -> None:
    row = Locator(css="tr", has_text="茶", nth=1)
    assert str(Locator(role="button", name="删除", within=row)) == (
        "role=button name='删除' within css=tr has_text='茶' nth=1"
    )
    assert str(Locator(label="手机号", frame="#pay")) == "label=手机号 in frame #pay"


@pytest.mark.parametrize(
    ("locator", "expected"),
    [
        (Locator(id="add"), "#add"),
        (Locator(css=".row > button"), ".row > button"),
        (Locator(data={"id": "7"}), '[data-id="7"]'),
        (Locator(test_id="add"), '[data-testid="add"]'),
        (Locator(role="button"), '[role="button"]'),
        (Locator(label="保存", exact=True), '[aria-label="保存"]'),
        (Locator(css=".name", within=Locator(id="list")), "#list .name"),
        (Locator(xpath="//view[1]"), "//view[1]"),
        (
            Locator(text="保存"),
            '//*[contains(normalize-space(.), "保存") and not(*[contains(normalize-space(.), "保存")])]',
        ),
        (Locator(css="button", has_text="保存"), '//button[contains(normalize-space(.), "保存")]'),
        (
            Locator(css=".name", within=Locator(css=".card", nth=2)),
            "(//*[contains(concat(' ', normalize-space(@class), ' '), ' card ')])[3]"
            "//*[contains(concat(' ', normalize-space(@class), ' '), ' name ')]",
        ),
        (Locator(css=".name", within=Locator(css="view", nth=-1)), None),
        (Locator(css="a", within=Locator(text="x")), None),
    ],
)
def test_selectors_of_minium(locator: Locator, expected: str | None) -> None:
    found = selector(locator)
    if expected is not None:
        assert found == expected
    if found.startswith(("/", "(")):
        etree.XPath(found)  # it is one


PAGE = etree.fromstring(
    """<page><view id="list"><view class="card one"><text class="name">茶 "A"</text><button>买</button></view>
    <view class="card"><text class="name">咖啡</text><button data-n="2">买</button></view></view>
    <view class="tail">it's "both"</view></page>"""
)


@pytest.mark.parametrize(
    ("locator", "texts"),
    [
        (Locator(text='茶 "A"'), ['茶 "A"']),
        (Locator(text='it\'s "both"'), ['it\'s "both"']),
        (Locator(css=".name", within=Locator(css=".card", nth=1)), ["咖啡"]),
        (Locator(css=".name", within=Locator(css=".card", nth=-1)), ["咖啡"]),
        (Locator(css=".name", within=Locator(css=".card", nth=-2)), ['茶 "A"']),
        (Locator(css="button", within=Locator(css=".card", has_text="咖啡")), ["买"]),
        (Locator(css="#list > .card.one .name", has_text="茶"), ['茶 "A"']),
        (Locator(css="button[data-n='2']", has_text="买"), ["买"]),
        (Locator(css="button[data-n]", has_text="买"), ["买"]),
        (Locator(text="咖啡", within=Locator(id="list")), ["咖啡"]),
        (Locator(text="咖", exact=True), []),
    ],
)
def test_xpath_finds_what_is_meant(locator: Locator, texts: list[str]) -> None:
    found = selector(locator)
    nodes = PAGE.xpath(found) if found.startswith(("/", "(")) else PAGE.cssselect(found)
    assert ["".join(node.itertext()) for node in nodes] == texts


@pytest.mark.parametrize(
    ("locator", "told"),
    [
        (Locator(css="view:first-child", has_text="x"), "view:first-child: CSS like this cannot be combined"),
        (Locator(css="view", frame="#f"), "a mini-program has no iframes"),
    ],
)
def test_what_a_mini_program_has_not(locator: Locator, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        selector(locator)


def test_what_is_there_instead_is_told_the_most_alike_first() -> None:
    assert there("登录", ["注册", "登陆", "登陆"]).en == "the page has: '登陆', '注册'"
    assert there("x", [str(number) for number in range(9)]).en.endswith("'4' … (9)")
    assert there("x", ["", " "]).zh == "页面上没有任何此类元素"
    assert "13900000001" not in there("x", ["13900000001"]).en


@pytest.mark.parametrize(
    ("element", "told"),
    [
        ("#ad", "'add'"),
        (Locator(text="ad"), "'add to cart'"),
        (".crd", "'card'"),
        (Locator(data={"id": "8"}), "'data-id=\"7\"'"),
        (Locator(role="link"), "nothing of the kind"),
    ],
)
def test_a_mini_programs_page_is_told_by_its_source(element: Any, told: str) -> None:
    wxml = '<page>\n  <view id="add" class="row card" data-id="7">\n    add to cart\n  </view>\n</page>'
    assert told in instead(wxml, element).en


@pytest.mark.parametrize(
    ("url", "address", "there"),
    [
        ("http://h/shop/member", "/member", True),
        ("http://h/member?x=1#top", "/member", True),
        ("http://h/members", "/member", False),
        ("http://h/index.php?id=1&r=order%2Flist", "/index.php?r=order/list", True),
        ("http://h/index.php?r=order/view", "/index.php?r=order/list", False),
        ("http://h/#/orders?page=2", "/#/orders", True),
        ("http://h/#/orders/7", "/#/orders", False),
        ("http://h/#/orders/7", "/#/orders/{id}", True),
        ("http://h/goods/7", "/goods/{id}", True),
        ("http://h/goods/", "/goods/{id}", False),
        ("http://h/goods?id=7", "/goods?id={id}", True),
    ],
)
def test_where_a_browser_is(url: str, address: str, there: bool) -> None:
    assert is_at(url, address) is there
