"""The built-in components, each by its main interaction: a real finger, a real keyboard, and what the app hears."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.core.polling import poll
from tests.rigs.gallery import Gallery, open_gallery


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
