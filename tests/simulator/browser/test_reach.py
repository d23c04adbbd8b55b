"""What a finger can reach: an element is touched where it is, or the reason why it cannot be is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.core.errors import ProtocolError
from tests.support.app_gallery import Gallery, open_gallery


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
    assert refusal(gallery, "#free") == 'the dialogue "问" is in front of it'
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
