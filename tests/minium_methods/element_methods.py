"""Rows of the elements."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.minium_methods.registry import Context, method

RECT = """(s) => new Promise(r => wx.createSelectorQuery().select(s).boundingClientRect(r).exec())"""


def rect(w: Context, selector: str) -> dict[str, Any]:
    found: dict[str, Any] = w.js(RECT, selector)
    return found


@method("CustomElement.data", "Element.getData", "Element.setData")
def data_of_a_component(w: Context) -> None:
    box = w.page.get_element("#box")
    assert box.data["number"] == 3
    box.data = {"number": 8}
    assert w.page.get_element("#box >>> .number").inner_text == "8"


@method("CustomElement.call_method", "Element.callMethod")
def methods_of_a_component(w: Context) -> None:
    box = w.page.get_element("#box")
    assert box.call_method("times", [5]).result.result == 15
    box.call_method("plus")
    assert w.events("counted")[-1]["detail"] == {"number": 4}


@method(["BaseElement.data", "BaseElement.call_method"])
def what_only_components_have(w: Context) -> None:
    title = w.page.get_element("#title")
    assert title.data is None
    assert title.call_method("anything") is None


@method("BaseElement.size", "Element.getDOMProperties")
def size(w: Context) -> None:
    found = w.page.get_element("#pad").size
    assert (found.width, found.height) == (200, 60)
    assert (found.width, found.height) == (rect(w, "#pad")["width"], rect(w, "#pad")["height"])


@method(["BaseElement.offset", "BaseElement.rect"], "Element.getOffset")
def where_it_is(w: Context) -> None:
    w.js("() => wx.pageScrollTo({scrollTop: 30, duration: 0})")
    pad, seen = w.page.get_element("#pad"), rect(w, "#pad")
    scrolled = w.page.scroll_y
    assert (pad.offset.left, pad.offset.top) == (seen["left"], seen["top"] + scrolled)
    assert pad.rect == {**pad.offset, "width": 200, "height": 60}


@method("BaseElement.clientRect", "Element.getOffset", "Page.getWindowProperties")
def where_it_is_in_the_window(w: Context) -> None:
    w.js("() => wx.pageScrollTo({scrollTop: 200, duration: 0})")
    w.soon(lambda: w.page.scroll_y, 200)
    found, seen = w.page.get_element("#pad").clientRect, rect(w, "#pad")
    assert {name: found[name] for name in ("left", "top", "width", "height")} == {
        name: seen[name] for name in ("left", "top", "width", "height")
    }


@method(
    ["BaseElement.page_scroll_x", "BaseElement.page_scroll_y", "BaseElement.page_offset"],
    "Page.getWindowProperties",
)
def how_far_the_page_is_scrolled(w: Context) -> None:
    pad = w.page.get_element("#pad")
    w.js("() => wx.pageScrollTo({scrollTop: 120, duration: 0})")
    w.soon(lambda: pad.page_scroll_y, 120)
    assert pad.page_scroll_x == 0
    assert pad.page_offset == {"left": 0, "top": 120}


@method("BaseElement.value", "Element.getProperties", page="form")
def values(w: Context) -> None:
    name, slider = w.page.get_element("#name"), w.page.get_element("#slider")
    name.input("小明")
    slider.slide_to(44)
    assert (name.value, slider.value) == ("小明", 44)


@method(["BaseElement.inner_text", "BaseElement.text"], "Element.getDOMProperties")
def texts(w: Context) -> None:
    count = w.page.get_element("#count")
    assert (count.inner_text, count.text) == ("0", "0")
    w.js("() => getCurrentPages()[0].setData({count: 41})")
    assert count.inner_text == "41"


@method(["BaseElement.inner_wxml", "BaseElement.outer_wxml"], "Element.getWXML")
def wxml(w: Context) -> None:
    title = w.page.get_element("#title")
    assert title.inner_wxml == "Probe"
    assert (
        title.outer_wxml == '<view id="title" class="title big" data-kind="demo" data-number="7">Probe</view>'
    )
    rows = w.page.get_element(".list").inner_wxml
    assert rows.count('class="row"') == 3
    assert rows.count("<text>") == 3


@method("BaseElement.styles", "Element.getStyles")
def styles(w: Context) -> None:
    title = w.page.get_element("#title")
    assert title.styles(["color", "font-size"]) == ["rgb(255, 0, 0)", "20px"]
    assert title.styles("color") == ["rgb(255, 0, 0)"]


@method("BaseElement.call_func", "Element.callFunction", page="form")
def functions_of_built_in_components(w: Context) -> None:
    w.page.get_element("#name").call_func("input.input", ["typed", False])
    assert w.soon_event("input")["detail"]["value"] == "typed"
    with pytest.raises(Exception, match="unimplemented"):
        w.page.get_element("#last").call_func("input.input", ["no"])


@method(["BaseElement.tap", "BaseElement.click"], "Element.tap")
def tapping(w: Context) -> None:
    add = w.page.get_element("#add")
    add.tap()
    w.soon(lambda: w.data("count"), 1)
    add.click()
    w.soon(lambda: w.data("count"), 2)


@method("BaseElement.long_press", "Element.touchstart", "Element.touchend")
def long_press(w: Context) -> None:
    w.page.get_element("#pad").long_press()
    assert w.soon_event("longpress")["id"] == "pad"
    assert w.soon_event("touchend")["id"] == "pad"
    assert w.events("tap") == []


@method("BaseElement.move", "Element.touchstart", "Element.touchmove", "Element.touchend")
def moving_a_finger(w: Context) -> None:
    w.page.get_element("#pad").move(30, -20, move_delay=50)
    start, end = w.soon_event("touchstart"), w.soon_event("touchend")
    (from_x, from_y), (to_x, to_y) = start["touches"][0], end["changedTouches"][0]
    assert (to_x - from_x, to_y - from_y) == (30, -20)
    assert w.events("touchmove")


@method(
    ["BaseElement.touch_start", "BaseElement.touch_move", "BaseElement.touch_end"],
    "Element.touchstart",
    "Element.touchmove",
    "Element.touchend",
)
def touches(w: Context) -> None:
    pad = w.page.get_element("#pad")
    at = {"identifier": 0, "pageX": 20, "pageY": 90, "clientX": 20, "clientY": 90}
    moved = {**at, "pageX": 60, "clientX": 60}
    pad.touch_start([at], [at])
    assert w.soon_event("touchstart")["touches"] == [[20, 90]]
    pad.touch_move([moved], [moved])
    assert w.soon_event("touchmove")["changedTouches"] == [[60, 90]]
    pad.touch_end([moved])
    assert w.soon_event("touchend")["changedTouches"] == [[60, 90]]
    assert w.soon_event("touchend")["touches"] == []


@method("BaseElement.touch_cancel", "Element.touchcancel")
def touches_that_are_broken_off(w: Context) -> None:
    w.page.get_element("#pad").touch_cancel()
    assert w.soon_event("touchcancel")["id"] == "pad"


@method("BaseElement.get_element", "Element.getElements")
def one_child(w: Context) -> None:
    rows = w.page.get_element(".list")
    assert rows.get_element(".row", inner_text="three").attribute("data-row")[0] == "three"
    box = w.page.get_element("#box")
    assert box.get_element(".number").inner_text == "3"
    with pytest.raises(Exception, match="#count"):
        rows.get_element("#count")


@method("BaseElement.get_elements", "Element.getElements")
def all_children(w: Context) -> None:
    page = w.page
    assert [each.inner_text for each in page.get_element(".list").get_elements("view")] == w.data("rows")
    assert page.get_element(".list").get_elements(".box") == []


@method("BaseElement.attribute", "Element.getAttributes", page="form")
def attributes(w: Context) -> None:
    name = w.page.get_element("#name")
    assert name.attribute(["placeholder", "id", "name"]) == ["name", "name", "name"]
    assert name.attribute("absent") == [None]
    assert w.page.get_element("#slider").attribute("max") == ["90"]


@method("BaseElement.trigger", "Element.triggerEvent")
def triggering(w: Context) -> None:
    w.page.get_element("#pad").trigger("custom", {"n": 1})
    heard = w.soon_event("custom")
    assert (heard["detail"], heard["id"]) == ({"n": 1}, "pad")


@method("BaseElement.trigger_events", "Element.touchstart", "Element.touchend", "Element.triggerEvent")
def a_sequence_of_events(w: Context) -> None:
    at = [{"identifier": 0, "pageX": 20, "pageY": 90, "clientX": 20, "clientY": 90}]
    w.page.get_element("#pad").trigger_events(
        [
            {"type": "touchstart", "touches": at, "changedTouches": at},
            {"type": "touchend", "changedTouches": at},
            {"type": "custom", "detail": {"n": 2}},
        ]
    )
    assert w.soon_event("custom")["detail"] == {"n": 2}
    assert [event["type"] for event in w.events()] == ["touchstart", "touchend", "tap", "custom"]


@method("BaseElement.dispatch_event", "Element.dispatchEvent")
def dispatching(w: Context) -> None:
    at = [{"identifier": 0, "pageX": 7, "pageY": 8, "clientX": 7, "clientY": 8}]
    w.page.get_element("#pad").dispatch_event("touchstart", touches=at, change_touches=at, detail={"x": 1})
    heard = w.soon_event("touchstart")
    assert (heard["touches"], heard["changedTouches"], heard["detail"]) == ([[7, 8]], [[7, 8]], {"x": 1})


@method("BaseElement.scroll_to", "Element.dispatchEvent")
def a_scroll_event(w: Context) -> None:
    w.page.get_element("#pad").scroll_to(11, 12)
    assert w.soon_event("scroll")["detail"] == {"scrollTop": 11, "scrollLeft": 12}


@method("FormElement.input", "Element.callFunction", page="form")
def typing(w: Context) -> None:
    page = w.page
    page.get_element("#name").input("小明\n")
    assert [event["type"] for event in w.events()] == ["input", "confirm", "blur"]
    assert w.events("confirm")[0]["detail"]["value"] == "小明"
    page.get_element("#remark").input("two words")
    assert w.soon_event("input")["detail"]["value"] == "two words"
    page.get_element("#submit").tap()
    w.soon(lambda: bool(w.data("sent")), True)
    sent = json.loads(w.data("sent"))
    assert (sent["name"], sent["remark"]) == ("小明", "two words")


PICKS = [("picker", 2), ("columns", [1, 2]), ("date", "2026-11-24"), ("time", "12:30")]


@method("FormElement.pick", "Element.triggerEvent", page="form")
def picking(w: Context) -> None:
    page = w.page
    for name, value in [*PICKS, ("region", ["广东省", "广州市", "海珠区"])]:
        page.get_element(f"#{name}").pick(value)
        assert w.soon_event("change")["detail"]["value"] == value
    page.get_element("#submit").tap()
    w.soon(lambda: bool(w.data("sent")), True)
    sent = json.loads(w.data("sent"))
    assert [sent[name] for name, _ in PICKS] == [value for _, value in PICKS]


@method(["FormElement.tap", "FormElement.click"], "Element.tap", page="form")
def tapping_a_field(w: Context) -> None:
    name = w.page.get_element("#name")
    name.tap()
    name.click()
    assert w.events("focus") == []
    name.tap(force=True)
    assert w.soon_event("focus")["id"] == "name"


@method("FormElement.switch", "Element.callFunction", page="form")
def switching(w: Context) -> None:
    switch = w.page.get_element("#switch")
    switch.switch()
    assert w.soon_event("change")["detail"] == {"value": True}
    switch.switch()
    assert w.soon_event("change")["detail"] == {"value": False}


@method("FormElement.slide_to", "Element.callFunction", page="form")
def sliding(w: Context) -> None:
    w.page.get_element("#slider").slide_to(55)
    assert w.soon_event("change")["detail"] == {"value": 55}
    assert w.page.get_element("#slider").value == 55


@method(
    ["ViewElement.scroll_to", "ViewElement.scroll_top", "ViewElement.scroll_left"],
    "Element.callFunction",
    page="moving",
)
def scrolling_a_view(w: Context) -> None:
    view = w.page.get_element("#scroll")
    view.scroll_to(40, 90)
    assert w.soon_event("scroll")["detail"]["scrollTop"] == 90
    assert (view.scroll_left, view.scroll_top) == ({"result": 40}, {"result": 90})


@method(["ViewElement.scroll_width", "ViewElement.scroll_height"], page="moving")
def how_large_a_view_is_inside(w: Context) -> None:
    view = w.page.get_element("#scroll")
    # minium 1.6.1 asks and drops the answer of both.
    assert (view.scroll_width, view.scroll_height) == (None, None)
    assert view.call_func("scroll-view.scrollWidth")["result"] == 500
    assert view.call_func("scroll-view.scrollHeight")["result"] == 800


@method("ViewElement.swipe_to", "Element.callFunction", page="moving")
def swiping(w: Context) -> None:
    w.page.get_element("#swiper").swipe_to(2)
    heard = w.soon_event("change")["detail"]
    assert (heard["current"], heard["currentItemId"], heard["source"]) == (2, "s2", "touch")
    assert w.soon_event("animationfinish")["detail"]["current"] == 2


@method("ViewElement.move_to", "Element.callFunction", page="moving")
def moving_a_view(w: Context) -> None:
    movable = w.page.get_element("#movable")
    before = rect(w, "#movable")
    movable.move_to(60, 70)
    w.soon(lambda: rect(w, "#movable")["left"], before["left"] + 60)
    assert rect(w, "#movable")["top"] == before["top"] + 70
    assert w.soon_event("change")["detail"]["x"] == 60


@method("ViewElement.trigger", "Element.triggerEvent", page="moving")
def triggering_on_a_swiper(w: Context) -> None:
    w.page.get_element("#swiper").trigger("change", {"current": 1, "source": "touch"})
    assert w.soon_event("change")["detail"]["current"] == 1


STEERED = ("play", "pause", "stop", "seek", "playback_rate", "request_full_screen", "exit_full_screen")
SHOWN = ("send_danmu", "show_status_bar", "hide_status_bar")


@method([f"VideoElement.{name}" for name in STEERED + SHOWN], "Element.callContextMethod", page="media")
def steering_a_video(w: Context) -> None:
    def seen(name: str) -> Any:
        return w.view("(name) => document.querySelector('video')[name]", name)

    video = w.page.get_element("#video")
    assert seen("paused") is True
    video.play()
    assert w.soon_event("play")["id"] == "video"
    w.soon(lambda: seen("currentTime") > 0, True)
    video.pause()
    assert w.soon_event("pause")["id"] == "video"
    video.seek(0.5)
    assert w.soon_event("seekcomplete")["detail"] == {"position": 0.5}
    assert seen("currentTime") == 0.5
    video.playback_rate(1.5)
    assert seen("playbackRate") == 1.5
    video.stop()
    assert (seen("paused"), seen("currentTime")) == (True, 0)
    window = w.js("() => wx.getWindowInfo()")
    video.request_full_screen(90)
    assert w.soon_event("fullscreenchange")["detail"] == {"fullScreen": True, "direction": "horizontal"}
    assert rect(w, "#video")["height"] == window["windowHeight"]
    video.exit_full_screen()
    assert w.soon_event("fullscreenchange")["detail"]["fullScreen"] is False
    assert rect(w, "#video")["height"] == 150
    video.send_danmu("flies by", "#00ff00")
    danmu = "() => { const d = document.querySelector('.sim-danmu'); return [d.innerText, d.style.color] }"
    assert w.view(danmu) == ["flies by", "rgb(0, 255, 0)"]
    hidden = "() => document.querySelector('wx-video').classList.contains('sim-no-status-bar')"
    video.hide_status_bar()
    assert w.view(hidden) is True
    video.show_status_bar()
    assert w.view(hidden) is False
