"""Rows of ``Page``."""

from __future__ import annotations

import time

import pytest

from tests.minium_methods.registry import Context, method


@method("Page.data", "Page.getData", "Page.setData")
def data_of_a_page(w: Context) -> None:
    page = w.page
    w.js("() => getCurrentPages()[0].setData({count: 5})")
    assert page.data["count"] == 5
    page.data = {"count": 6, "deep.list[0].name": "changed"}
    assert w.data("count") == 6
    assert w.data("deep") == {"list": [{"name": "changed"}]}


@method(["Page.inner_size", "Page.scroll_width"], "Page.getWindowProperties")
def the_window(w: Context) -> None:
    window = w.js("() => wx.getWindowInfo()")
    size = w.page.inner_size
    assert (size["width"], size["height"]) == (window["windowWidth"], window["windowHeight"])
    assert w.page.scroll_width == window["windowWidth"]


@method("Page.scroll_height", "Page.getWindowProperties")
def how_tall_the_page_is(w: Context) -> None:
    assert w.page.scroll_height > 1500


@method(["Page.scroll_to", "Page.scroll_y", "Page.scroll_x"], "App.callWxMethod", "Page.getWindowProperties")
def scrolling_a_page(w: Context) -> None:
    page = w.page
    assert (page.scroll_x, page.scroll_y) == (0, 0)
    page.scroll_to(400, 50)
    asked = "() => new Promise(r => wx.createSelectorQuery().selectViewport().scrollOffset(r).exec())"
    w.soon(lambda: w.js(asked)["scrollTop"], 400)
    assert page.scroll_y == 400


@method("Page.navigation_style", "Page.callFunction", page="second")
def navigation_style(w: Context) -> None:
    assert w.page.navigation_style == "custom"


@method("Page.call_function", "Page.callFunction")
def scripts_in_the_view(w: Context) -> None:
    w.js("() => getCurrentPages()[0].setData({count: 41})")
    read = "async (id, more) => Number(document.getElementById(id).innerText) + more"
    assert w.page.call_function(read, ["count", 1]).result.result == 42
    assert w.page.call_function("function () { return typeof getApp };").result.result == "undefined"


@method("Page.is_webview", "Page.getElements")
def whether_it_is_a_web_page(w: Context) -> None:
    page = w.page
    page._is_webview = None
    type(page).WEB_VIEW_MAP.clear()
    assert page.is_webview is False
    assert "/pages/start/start" in type(page).WEB_VIEW_MAP


@method("Page.wxml", "Page.getElements", "Element.getWXML")
def the_pages_wxml(w: Context) -> None:
    wxml = w.page.wxml
    assert '<view id="count">' in wxml
    assert "Probe" in wxml
    w.js("() => getCurrentPages()[0].setData({late: true})")
    assert 'id="late"' not in wxml
    assert 'id="late"' in w.page.wxml


@method("Page.wait_data_contains", "Page.getData")
def waiting_for_data(w: Context) -> None:
    page = w.page
    assert page.wait_data_contains("deep.list", ["count"], max_timeout=2) is True
    assert page.wait_data_contains("absent", max_timeout=1) is False
    w.js("() => { setTimeout(() => getCurrentPages()[0].setData({come: 1}), 300) }")
    assert page.wait_data_contains("come", max_timeout=5) is True


@method("Page.element_is_exists", "Page.getElements")
def whether_an_element_is_there(w: Context) -> None:
    page = w.page
    assert page.element_is_exists("#count", max_timeout=1) is True
    assert page.element_is_exists("#late", max_timeout=0) is False
    assert page.element_is_exists("view", inner_text="Probe", max_timeout=1) is True
    assert page.element_is_exists(xpath="//view[@id='count']", max_timeout=1) is True
    w.js("() => getCurrentPages()[0].later()")
    assert page.element_is_exists("#late", max_timeout=5) is True


@method("Page.get_element", "Page.getElements")
def one_element(w: Context) -> None:
    page = w.page
    assert page.get_element("#title").attribute("class")[0] == "title big"
    assert page.get_element(".row", inner_text="two").attribute("data-row")[0] == "two"
    assert page.get_element(".row", text_contains="thr").attribute("data-row")[0] == "three"
    with pytest.raises(Exception, match="#absent"):
        page.get_element("#absent")


@method("Page.get_elements", "Page.getElements")
def all_elements(w: Context) -> None:
    page = w.page
    assert [each.inner_text for each in page.get_elements(".row")] == w.data("rows")
    assert len(page.get_elements("#title, #count")) == 2
    assert len(page.get_elements(".row", index=0)) == 1
    assert [each.inner_text for each in page.get_elements("counter >>> .number")] == ["3"]
    assert [each.inner_text for each in page.get_elements(".box >>> .deeper >>> .label")] == ["deep"]
    assert page.get_elements(".number") == []


@method("Page.get_element_by_xpath", "Page.getElementByXpath")
def one_element_by_xpath(w: Context) -> None:
    page = w.page
    assert page.get_element_by_xpath("//view[@id='title']", max_timeout=1).inner_text == "Probe"
    assert page.get_element_by_xpath("/page/view[1]", max_timeout=1).inner_text == "Probe"
    assert page.get_element_by_xpath("//view[@class='row']/text", max_timeout=1, inner_text="two") is not None
    with pytest.raises(Exception, match="absent"):
        page.get_element_by_xpath("//absent", max_timeout=0)


@method("Page.get_elements_by_xpath", "Page.getElementsByXpath")
def all_elements_by_xpath(w: Context) -> None:
    found = w.page.get_elements_by_xpath("//view[@class='row']", max_timeout=1)
    assert [each.inner_text for each in found] == w.data("rows")
    assert w.page.get_elements_by_xpath("//absent", max_timeout=0) == []


@method("Page.call_method", "Page.callMethod")
def methods_of_a_page(w: Context) -> None:
    page = w.page
    assert page.call_method("double", [21]).result.result == 42
    assert page.call_method("double", [21, 1]).result.result == 43
    page.call_method("add")
    assert w.data("count") == 1
    with pytest.raises(Exception, match=r"page\.absent not exists"):
        page.call_method("absent")


@method("Page.wait_for", "Page.getElements")
def waiting(w: Context) -> None:
    page = w.page
    began = time.monotonic()
    w.js("() => getCurrentPages()[0].later()")
    assert page.wait_for("#late", max_timeout=5) is True
    assert time.monotonic() - began > 0.2
    assert page.wait_for("#absent", max_timeout=1) is False
    assert page.wait_for(lambda: w.data("late"), max_timeout=1) is True
