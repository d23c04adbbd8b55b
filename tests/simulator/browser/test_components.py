"""The built-in components, each by its main interaction: a real finger, a real keyboard, and what the app hears."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.core.polling import poll
from tests.support.app_gallery import SIDE_PX, Gallery, open_gallery


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    with open_gallery() as running:
        yield running


class TestForms:
    @pytest.fixture(autouse=True)
    def _page(self, gallery: Gallery) -> None:
        gallery.open("forms")

    def test_a_field_is_focused_typed_into_and_left(self, gallery: Gallery) -> None:
        gallery.focus("#name")
        assert gallery.event("focus", "name") == {"value": "", "height": 0}
        gallery.client.write("小明")
        assert gallery.event("input", "name")["value"] == "小明"
        gallery.client.press("Enter")
        assert gallery.event("confirm", "name") == {"value": "小明"}
        assert gallery.event("blur", "name") == {"value": "小明", "cursor": 2}

    @pytest.mark.parametrize(
        ("field", "typed", "kept"),
        [
            ("number", "12a.3", "123"),
            ("digit", "1x2.5", "12.5"),
            ("idcard", "11010119900101234X!", "11010119900101234X"),
            ("name", "一二三四五六七八九十", "一二三四五六七八"),
            ("password", "s3cret", "s3cret"),
        ],
    )
    def test_a_keyboard_types_only_what_it_has_keys_for(
        self, gallery: Gallery, field: str, typed: str, kept: str
    ) -> None:
        gallery.focus(f"#{field}")
        gallery.client.write(typed)
        seen = poll(lambda: gallery.property(f"#{field}", "value"), lambda value: value == kept, within=5)
        assert seen.satisfied, seen.value

    def test_the_handler_may_replace_the_text(self, gallery: Gallery) -> None:
        gallery.set({"focused": True})
        gallery.event("focus", "doubled")
        gallery.client.write("ab")
        gallery.event("double")
        seen = poll(lambda: gallery.property("#doubled", "value"), lambda value: value == "aabaab", within=5)
        assert seen.satisfied, seen.value

    def test_a_textarea_grows_with_its_lines(self, gallery: Gallery) -> None:
        low = gallery.dom("#words", "offsetHeight")[0]
        gallery.focus("#words")
        gallery.client.write("一")
        gallery.client.press("Enter")
        gallery.client.write("二")
        assert gallery.event("linechange", "words")["lineCount"] == 2
        assert gallery.dom("#words", "offsetHeight")[0] > low
        assert gallery.event("input", "words")["value"] == "一\n二"

    def test_switches_boxes_and_radios(self, gallery: Gallery) -> None:
        gallery.tap("#switch")
        assert gallery.event("change", "switch") == {"value": False}
        gallery.tap("#boxed")
        assert gallery.event("change", "boxed") == {"value": True}
        gallery.tap("#coffee-label")
        assert gallery.event("change", "boxes") == {"value": ["tea", "coffee"]}
        gallery.tap("#tea")
        assert gallery.events("change", "boxes")[-1] == {"value": ["coffee"]}
        gallery.tap("#gone")
        gallery.tap("#large")
        assert gallery.event("change", "radios") == {"value": "large"}
        assert len(gallery.events("change", "boxes")) == 2

    def test_the_knob_of_a_slider_goes_where_the_finger_is(self, gallery: Gallery) -> None:
        gallery.tap("#slider")
        gallery.forget()
        x, y = gallery.centre("#slider")
        gallery.client.touch((x, y), (x + 400, y))
        assert gallery.event("change", "slider") == {"value": 90}
        steps = [each["value"] for each in gallery.events("changing", "slider")]
        assert steps == sorted(steps)
        assert len(steps) > 2

    def test_a_form_collects_and_resets(self, gallery: Gallery) -> None:
        gallery.function("#name", "input.input", "小红")
        gallery.tap("#submit")
        submitted = gallery.event("submit", "form")
        assert submitted["target"]["dataset"] == {"from": "gallery"}
        assert submitted["value"] == {
            **{
                "name": "小红",
                "nick": "",
                "number": "",
                "digit": "",
                "idcard": "",
                "password": "",
                "words": "",
            },
            **{"switch": True, "boxed": False, "boxes": ["tea"], "radios": "small", "slider": 50},
        }
        gallery.tap("#reset")
        gallery.event("reset", "form")
        assert gallery.property("#name", "value") == ""
        assert gallery.property("#switch", "checked") is False


class TestWheelsInThePage:
    def test_a_wheel_is_turned_by_the_finger(self, gallery: Gallery) -> None:
        gallery.open("pickers")
        gallery.script("() => wx.pageScrollTo({ scrollTop: 400, duration: 0 })")
        gallery.tap("#months")
        gallery.forget()
        x, y = gallery.centre("#months")
        gallery.client.touch((x, y), (x, y - 120))
        moved = gallery.event("change", "view")["value"]
        assert moved[0] == 2
        assert moved[1] > 1
        assert gallery.event("pickend", "view") == {}
        assert gallery.events("pickstart", "view")


class TestMovable:
    @pytest.fixture(autouse=True)
    def _page(self, gallery: Gallery) -> None:
        gallery.open("scrolling")

    def test_a_piece_follows_the_finger_and_stays_in_its_area(self, gallery: Gallery) -> None:
        gallery.tap("#moved")
        gallery.drag("#moved", 60, 20)
        last = gallery.event("change", "moved")
        assert last == {"x": 80, "y": 30, "source": "touch"}
        gallery.drag("#moved", 400, 200)
        seen = poll(
            lambda: gallery.events("change", "moved")[-1],
            lambda at: at["x"] == 375 - 60 and at["y"] == 120 - 50,
            within=5,
        )
        assert seen.satisfied, seen.value

    def test_it_moves_along_its_direction_only_and_by_the_app(self, gallery: Gallery) -> None:
        gallery.tap("#across-only")
        gallery.drag("#across-only", 50, 30)
        assert gallery.event("change", "across-only") == {"x": 50, "y": 0, "source": "touch"}
        gallery.function("#across-only", "movable-view.moveTo", 12, 0)
        assert gallery.property("#across-only", "_translateX") == 12
        assert gallery.events("change", "across-only")[-1] == {"x": 12, "y": 0, "source": ""}


class TestCanvas:
    @pytest.fixture(autouse=True)
    def _page(self, gallery: Gallery) -> None:
        gallery.open("drawing")
        drawn = poll(lambda: gallery.data("said"), bool, within=5)
        assert drawn.value == "drawn 80x40"

    def test_pixels_are_what_was_drawn(self, gallery: Gallery) -> None:
        assert gallery.call("pixel", 5, 5) == [7, 193, 96, 255]
        # The picture's right half is blue.
        assert gallery.call("pixel", 110, 100) == [39, 130, 215, 255]
        assert gallery.call("offscreen") == [1, 2, 3, 255]
        assert gallery.call("dataUrl") == "data:image/png;base64,"

    def test_a_canvas_becomes_a_file_an_image_shows(self, gallery: Gallery) -> None:
        path = gallery.call("save")
        assert path.endswith(".png")
        # 300 by 150 pixels of the page, two of the screen for each.
        assert gallery.event("load", "copy") == {"width": 600, "height": 300}

    def test_the_old_interface_draws_and_saves_a_part(self, gallery: Gallery) -> None:
        gallery.event("draw")
        pixels = gallery.wx(
            "canvasGetImageData", {"canvasId": "legacy", "x": 20, "y": 20, "width": 1, "height": 1}
        )
        assert list(pixels["data"].values() if isinstance(pixels["data"], dict) else pixels["data"]) == [
            *(39, 130, 215, 255)
        ]
        assert gallery.call("saveLegacy").endswith(".jpg")
        assert gallery.event("load", "copy") == {"width": 60, "height": 40}

    def test_touches_are_told_in_the_canvas_own_pixels(self, gallery: Gallery) -> None:
        gallery.tap("#poster")
        assert gallery.event("touched") == {"x": 150, "y": 75}


class TestScrolling:
    @pytest.fixture(autouse=True)
    def _page(self, gallery: Gallery) -> None:
        gallery.open("scrolling")

    def test_a_finger_scrolls_to_the_end_and_back(self, gallery: Gallery) -> None:
        for _ in range(16):
            gallery.drag("#down", 0, -70)
            if gallery.events("scrolltolower", "down"):
                break
        assert gallery.event("scrolltolower", "down") == {"direction": "bottom"}
        scrolled = gallery.event("scroll", "down")
        assert scrolled["scrollTop"] > 0
        assert scrolled["scrollHeight"] == 20 * 40
        assert scrolled["deltaY"] < 0
        gallery.function("#down", "scroll-view.scrollTo", 0, 0)
        assert gallery.event("scrolltoupper", "down") == {"direction": "top"}

    def test_it_scrolls_to_a_child(self, gallery: Gallery) -> None:
        gallery.set({"target": "row-7"})
        seen = poll(
            lambda: gallery.function("#down", "scroll-view.scrollTop"), lambda top: top == 280, within=5
        )
        assert seen.satisfied, seen.value

    def test_pulling_refreshes_until_the_app_is_done(self, gallery: Gallery) -> None:
        gallery.drag("#down", 0, 60)
        assert gallery.event("refresherpulling", "down")["dy"] > 0
        assert gallery.events("refresherrefresh") == []
        gallery.drag("#down", 0, 130)
        assert gallery.event("refresherrefresh", "down")["dy"] >= 45
        assert gallery.event("refresherrestore", "down") == {}

    def test_a_swiper_follows_the_finger_round_and_round(self, gallery: Gallery) -> None:
        for current, way in ((2, 200), (1, 200), (2, -200), (0, -200)):
            gallery.forget()
            gallery.drag("#swiper", way, 0)
            assert gallery.event("change", "swiper") == {
                **{"current": current, "currentItemId": f"item-{current}", "source": "touch"}
            }
            assert gallery.event("transition", "swiper")["dx"] == -way
            assert gallery.event("animationfinish", "swiper")["current"] == current
            x, _ = gallery.centre(f".slide-{current}")
            assert x == SIDE_PX / 2

    def test_a_short_way_turns_nothing(self, gallery: Gallery) -> None:
        gallery.drag("#swiper", -25, 0)
        gallery.event("transition", "swiper")
        assert gallery.events("change", "swiper") == []

    def test_a_vertical_one_with_margins(self, gallery: Gallery) -> None:
        gallery.tap("#vertical")
        assert gallery.dom("#vertical .slide", "offsetHeight") == [50]
        gallery.drag("#vertical", 0, -40)
        assert gallery.event("change", "vertical")["current"] == 1


class TestMedia:
    @pytest.fixture(autouse=True)
    def _page(self, gallery: Gallery) -> None:
        gallery.open("media")

    def test_images_load_in_their_modes_and_fail(self, gallery: Gallery) -> None:
        assert gallery.event("load", "image-widthFix") == {"width": 80, "height": 40}
        assert gallery.dom("#image-widthFix", "offsetWidth", "offsetHeight") == [100, 50]
        assert gallery.dom("#image-heightFix", "offsetWidth", "offsetHeight") == [160, 80]
        assert "none.png" in gallery.event("error", "broken")["errMsg"]

    def test_a_lazy_image_loads_when_it_comes_near(self, gallery: Gallery) -> None:
        assert gallery.event("load", "lazy") == {"width": 80, "height": 40}

    def test_an_active_progress_runs_to_its_end(self, gallery: Gallery) -> None:
        assert gallery.event("activeend", "progress") == {"curPercent": 40}

    def test_texts(self, gallery: Gallery) -> None:
        assert gallery.dom("#decoded", "innerText") == ["a<b\u00a0c"]
        assert gallery.dom("#lines", "innerText") == ["第一行\n第二行"]
        assert gallery.style("#selectable", "user-select") == "text"
        # Those above take their heights as they load: what is below moves away from a finger.
        gallery.event("load", "image-widthFix")
        gallery.event("load", "image-heightFix")
        gallery.tap("#rich")
        gallery.event("tap", "rich")


class TestLayers:
    @pytest.fixture(autouse=True)
    def _page(self, gallery: Gallery) -> None:
        gallery.open("layers")

    def test_a_container_comes_and_goes(self, gallery: Gallery) -> None:
        gallery.tap("#open")
        gallery.event("afterenter")
        gallery.client.touch((SIDE_PX / 2, 100))
        gallery.event("afterleave")
        names = [each["type"] for each in gallery.data("events") if each["id"] == "container"]
        assert names == [
            *("beforeenter", "enter", "afterenter", "clickoverlay", "beforeleave", "leave", "afterleave")
        ]

    def test_going_back_takes_a_container_away_before_the_page(self, gallery: Gallery) -> None:
        gallery.tap("#open")
        gallery.event("afterenter")
        assert gallery.wx("navigateBack", {})["errMsg"] == "navigateBack:ok"
        gallery.event("afterleave")
        assert gallery.client.call("App.getCurrentPage")["path"] == "pages/layers/layers"
        # It was told, and set `show` to false: the container can come again.
        gallery.tap("#open")
        again = poll(lambda: len(gallery.events("afterenter")), lambda times: times == 2, within=5).satisfied
        assert again, "the container did not open a second time"

    def test_a_portal_is_out_of_reach_of_what_cuts(self, gallery: Gallery) -> None:
        gallery.tap("#lifted")
        gallery.event("tap", "lifted")
        gallery.set({"portal": False})
        assert gallery.count("#lifted") == 0

    def test_media_queries(self, gallery: Gallery) -> None:
        assert gallery.dom("#for-narrow", "offsetHeight")[0] > 0
        assert gallery.dom("#for-wide", "offsetHeight") == [0]

    def test_the_page_and_its_bar_are_set_by_components(self, gallery: Gallery) -> None:
        gallery.set({"top": 100})
        assert gallery.event("scroll")["scrollTop"] == 100
        gallery.set({"title": "新标题", "bar": "#000000"})
        gallery.tap("#away")
        seen = poll(
            lambda: gallery.client.call("App.getCurrentPage")["path"],
            lambda path: path == "pages/buttons/buttons",
            within=5,
        )
        assert seen.satisfied

    def test_a_link_to_nowhere_fails(self, gallery: Gallery) -> None:
        gallery.tap("#lost")
        assert gallery.event("fail", "lost")["errMsg"].startswith("navigateTo:fail")

    def test_covers(self, gallery: Gallery) -> None:
        gallery.tap("#cover")
        gallery.event("tap", "cover")
        gallery.event("load")


class TestButtons:
    @pytest.fixture(autouse=True)
    def _page(self, gallery: Gallery) -> None:
        gallery.open("buttons")

    def test_a_disabled_one_hears_nothing(self, gallery: Gallery) -> None:
        gallery.tap("#disabled")
        gallery.tap("#primary")
        gallery.event("tap", "primary")
        assert gallery.events("tap", "disabled") == []

    def test_the_phone_number_is_given_or_not(self, gallery: Gallery) -> None:
        gallery.tap("#phone")
        assert gallery.event("getphonenumber")["code"].startswith("sim-phone-")
        gallery.tap("#realtime")
        assert gallery.event("getrealtimephonenumber")["errMsg"] == "getRealtimePhoneNumber:ok"
        gallery.client.set_answer("getPhoneNumber", {"ask": True})
        gallery.forget()
        gallery.tap("#phone")
        assert poll(lambda: gallery.press("cancel"), bool, within=5).satisfied
        assert gallery.event("getphonenumber") == {"errMsg": "getPhoneNumber:fail user deny"}
        gallery.client.set_answer("getPhoneNumber", None)

    def test_an_avatar_is_chosen(self, gallery: Gallery) -> None:
        gallery.tap("#avatar")
        gallery.dialogue_over("#disabled")  # the simulator is asked first who answers for the person
        height = float(gallery.wx("getWindowInfo")["windowHeight"])
        gallery.client.touch((SIDE_PX / 2, height - 64 - 2.5 * 56))
        assert gallery.event("chooseavatar")["avatarUrl"].endswith(".png")

    def test_a_card_is_shared(self, gallery: Gallery) -> None:
        gallery.tap("#share")
        assert poll(lambda: gallery.press("confirm"), bool, within=5).satisfied
        assert gallery.event("shareappmessage")["from"] == "button"
        shared = poll(lambda: gallery.client.effects("shareAppMessage"), bool, within=5).value
        assert shared[-1]["detail"]["path"] == "/pages/buttons/buttons?from=share"

    def test_others(self, gallery: Gallery) -> None:
        gallery.tap("#contact")
        assert gallery.event("contact")["errMsg"] == "enterContact:ok"
        gallery.tap("#agree")
        assert gallery.event("agreeprivacyauthorization") == {"errMsg": "agreePrivacyAuthorization:ok"}
        gallery.tap("#app")
        assert gallery.event("error", "app") == {"errMsg": "invalid scene"}
        gallery.tap("#setting")
        assert gallery.event("opensetting")["errMsg"] == "openSetting:ok"


class TestPlaceholders:
    def test_they_say_what_they_are_and_are_counted(self, gallery: Gallery) -> None:
        gallery.open("missing")
        gaps = gallery.client.findings()["gaps"]
        for tag in ("map", "camera", "live-player", "ad", "editor", "official-account", "open-data"):
            assert gaps[f"<{tag}>"] > 0, tag
