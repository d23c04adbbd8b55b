"""What a finger can reach: an element is touched where it is, or the reason why it cannot be is said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.errors import ProtocolError
from harness.core.polling import poll
from tests.support.app_gallery import SIDE_PX, Gallery, open_gallery
from tests.support.miniprograms import OpenApp, Workshop, write_tree


@pytest.fixture(scope="module")
def running() -> Iterator[Gallery]:
    with open_gallery() as gallery:
        yield gallery


@pytest.fixture
def gallery(running: Gallery) -> Gallery:
    running.open("covered")
    return running


def refusal(gallery: Gallery, selector: str) -> str:
    with pytest.raises(ProtocolError) as raised:
        gallery.tap(selector)
    assert gallery.events("tap") == []
    return str(raised.value).removeprefix("Element.tap: element cannot be tapped: ")


@pytest.mark.parametrize(
    ("selector", "reason"),
    [
        ("#below", '<view id="lid" class="lid"> is in front of it'),
        ("#none", "it is not displayed"),
        ("#hidden", "it is not displayed"),
        ("#in-none", 'it is not displayed, as <view class="none"> is not'),
        ("#invisible", "its visibility is hidden"),
        ("#empty", "it has no visible area: its size is 0 × 0"),
        ("#untouchable", "it takes no touches: pointer-events is none"),
        ("#clipped", 'it is cut off by <view class="clip">'),
        ("#gone", "it is outside the screen, at -200, 0"),
        ("#under-bar", '<view id="bar" class="fixed-bar"> is in front of it'),
        ("#other-slide", "it is cut off by <swiper"),
    ],
)
def test_the_reason_is_said(gallery: Gallery, selector: str, reason: str) -> None:
    assert refusal(gallery, selector).startswith(reason)


@pytest.mark.parametrize("selector", ["#free", "#through", "#transparent", "#line-9", "#line-0", "#last"])
def test_what_can_be_reached_is_touched(gallery: Gallery, selector: str) -> None:
    gallery.tap(selector)
    gallery.event("tap", selector.removeprefix("#"))


def test_what_a_bar_covers_is_scrolled_out_from_under_it(gallery: Gallery) -> None:
    gallery.tap("#in-reach")
    gallery.event("tap", "in-reach")


def test_a_disabled_button_is_touched_and_does_nothing(gallery: Gallery) -> None:
    gallery.tap("#disabled")
    gallery.tap("#free")
    gallery.event("tap", "free")
    assert gallery.events("tap", "disabled") == []


def test_a_dialogue_is_in_front_of_everything(gallery: Gallery) -> None:
    gallery.tap("#modal")
    assert refusal(gallery, "#free").startswith(
        'the dialogue "问" of wx.showModal is in front of it. To close it:'
    )
    assert gallery.press("confirm")
    gallery.tap("#free")
    gallery.event("tap", "free")


def test_a_page_below_is_not_on_top(gallery: Gallery) -> None:
    below = gallery.element("#free")
    gallery.wx("navigateTo", {"url": "/pages/buttons/buttons"})
    with pytest.raises(ProtocolError, match="its page is not on top"):
        gallery.client.call("Element.tap", below)


def test_the_menu_button_is_over_a_page_without_a_bar(gallery: Gallery) -> None:
    gallery.open("immersive")
    assert refusal(gallery, "#menu") == "WeChat's menu button is in front of it"
    gallery.tap("#clear")
    gallery.event("tap", "clear")


AREA = "width: 80px; height: 20px"
PARTS = {
    "display: contents": f'<view id="#" style="display: contents" bindtap="heard"><view style="{AREA}"/></view>',
    "text of contents": '<view id="#" style="display: contents" bindtap="heard">words</view>',
    "contents of contents": (
        '<view id="#" style="display: contents" bindtap="heard">'
        '<view style="display: contents"><text>words</text></view></view>'
    ),
    "a float": f'<view id="#" bindtap="heard"><view style="float: left; {AREA}"/></view><view style="clear: both"/>',
    "an absolute child": (
        '<view style="position: relative; height: 20px"><view id="#" bindtap="heard">'
        f'<view style="position: absolute; {AREA}"/></view></view>'
    ),
    "a fixed child": f'<view id="#" bindtap="heard"><view style="position: fixed; top: 0; right: 0; {AREA}"/></view>',
    "no height of its own": f'<view id="#" style="height: 0" bindtap="heard"><image style="{AREA}"/></view>',
    "a component around a float": '<own-part id="#" bindtap="heard"/><view style="clear: both"/>',
    "a button around a float": (
        '<button id="#" bindtap="heard" style="all: unset; display: block">'
        f'<view style="float: left; {AREA}"/></button><view style="clear: both"/>'
    ),
    "a navigator of contents": (
        f'<navigator id="#" style="display: contents" bindtap="heard"><view style="{AREA}"/></navigator>'
    ),
    "visible in what is not": (
        '<view id="#" style="visibility: hidden" bindtap="heard">'
        f'<view style="visibility: visible; {AREA}"/></view>'
    ),
    "touched in what is not": (
        '<view id="#" style="pointer-events: none; height: 90px" bindtap="heard">'
        f'<view style="pointer-events: auto; {AREA}"/></view>'
    ),
    "below the screen": (
        '<view style="height: 2000px"/><view id="#" style="display: contents" bindtap="heard">'
        f'<view style="{AREA}"/></view>'
    ),
    "slides in": (
        '<view id="#" style="height: 0" bindtap="heard"><view style="animation: slide 200ms; '
        f'position: fixed; top: 0; right: 0; {AREA}"/></view>'
    ),
}
NOTHING = {
    "no child": ('<view id="#" style="display: contents"/>', "it has no visible area: its size is 0 × 0"),
    "a hidden child": (
        '<view id="#" style="height: 0"><view style="visibility: hidden">words</view></view>',
        "it has no visible area",
    ),
    "a child that is cut off": (
        '<view style="height: 9px; overflow: hidden"><view style="height: 20px"/>'
        f'<view id="#" style="display: contents"><view style="margin-top: 9px; {AREA}"/></view></view>',
        "it is cut off by <view>",
    ),
    "a child below another": (
        '<view style="position: relative"><view id="#" style="display: contents">'
        f'<view style="{AREA}"/></view><view class="lid" style="position: absolute; inset: 0"/></view>',
        '<view class="lid"> is in front of it',
    ),
}


@pytest.fixture(scope="module")
def shapes(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenApp]:
    """A page for each way in which what is to be seen of an element is in it."""
    wxml = [*PARTS.values(), *(given for given, _ in NOTHING.values())]
    routes = [f"pages/p{number}/p{number}" for number, _ in enumerate(wxml)]
    files = {
        "app.json": json.dumps({"pages": routes, "usingComponents": {"own-part": "/part"}}),
        "app.wxss": "@keyframes slide { from { transform: translateX(300px) } }",
        "part.json": '{"component": true}',
        "part.js": "Component({})",
        "part.wxml": f'<view style="float: left; {AREA}"/>',
    }
    for route, source in zip(routes, wxml, strict=True):
        files[f"{route}.wxml"] = source.replace('id="#"', 'id="it"')
        files[f"{route}.js"] = (
            "const heard = []\nPage({ heard(e) { heard.push(e.detail) }, told: () => heard.splice(0) })"
        )
    with workshop.open(write_tree(tmp_path_factory.mktemp("shapes"), files)) as opened:
        yield opened


@pytest.mark.parametrize("name", PARTS)
def test_an_element_is_touched_where_it_is_seen(shapes: OpenApp, name: str) -> None:
    number = list(PARTS).index(name)
    shapes.wx("reLaunch", url=f"/pages/p{number}/p{number}")
    shapes.tap("#it")
    assert len(poll(lambda: shapes.page_method("told"), bool, within=2).value) == 1


def test_a_touch_that_is_only_told_is_there_too(shapes: OpenApp) -> None:
    number = list(PARTS).index("a fixed child")
    shapes.wx("reLaunch", url=f"/pages/p{number}/p{number}")
    for method in ("Element.touchstart", "Element.touchend"):
        shapes.call(method, **shapes.element("#it"))
    [at] = shapes.page_method("told")
    assert (at["x"], at["y"]) == (SIDE_PX - 40, 10)


@pytest.mark.parametrize("name", NOTHING)
def test_the_reason_is_said_of_what_is_seen(shapes: OpenApp, name: str) -> None:
    number = len(PARTS) + list(NOTHING).index(name)
    shapes.wx("reLaunch", url=f"/pages/p{number}/p{number}")
    with pytest.raises(ProtocolError, match=re.escape(f"element cannot be tapped: {NOTHING[name][1]}")):
        shapes.tap("#it")


def test_a_finger_beside_a_field_does_not_touch_the_field(workshop: Workshop, tmp_path: Path) -> None:
    files = {
        "pages/home/home.wxml": '<input bindfocus="told" id="field" style="height: 40px"/>'
        '<view id="below" bindtap="told" style="height: 16px"/>',
        "pages/home/home.js": "Page({ told({ currentTarget: { id } }) { this.heard = [...(this.heard || []), id] } })",
    }
    with workshop.open(write_tree(tmp_path, files)) as app:
        app.tap("#below")
        assert app.evaluate("() => getCurrentPages()[0].heard") == ["below"]
