"""What WeChat draws itself: dialogues, sheets and the wheels of pickers, touched by a finger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.core.errors import ProtocolError
from harness.core.polling import poll
from tests.support.app_gallery import SIDE_PX, Gallery, open_gallery

WHEEL_ITEM = 48
# From the bottom of the screen: a margin, and five items of a wheel with the chosen one in the middle.
WHEEL_CENTRE = 16 + 120


@pytest.fixture(scope="module")
def gallery() -> Iterator[Gallery]:
    with open_gallery() as running:
        yield running


def height(gallery: Gallery) -> float:
    return float(gallery.wx("getWindowInfo")["windowHeight"])


class TestDialogues:
    @pytest.fixture(autouse=True)
    def _page(self, gallery: Gallery) -> None:
        gallery.open("dialogs")

    @pytest.mark.parametrize(
        ("button", "confirmed", "refused"),
        [
            ("modal", {"confirm": True, "cancel": False}, {"confirm": False, "cancel": True}),
            ("prompt", {"confirm": True, "cancel": False, "content": ""}, {"confirm": False}),
            ("authorize", {"errMsg": "authorize:ok"}, {"errMsg": "authorize:fail auth deny"}),
            ("payment", {"errMsg": "requestPayment:ok"}, {"errMsg": "requestPayment:fail cancel"}),
        ],
    )
    def test_the_person_agrees_or_refuses(
        self, gallery: Gallery, button: str, confirmed: dict[str, object], refused: dict[str, object]
    ) -> None:
        for action, expected in (("cancel", refused), ("confirm", confirmed)):
            gallery.client.call("Tool.clearAuth")
            gallery.forget()
            gallery.tap(f"#{button}")
            assert poll(lambda: gallery.press(action), bool, within=5).satisfied  # noqa: B023
            assert expected.items() <= gallery.event(button).items()

    def test_a_finger_chooses_from_the_action_sheet(self, gallery: Gallery) -> None:
        gallery.tap("#sheet")
        # 取消 is 64 px high, 删除 above it 56.
        gallery.client.touch((SIDE_PX / 2, height(gallery) - 64 - 28))
        assert gallery.event("sheet")["tapIndex"] == 2

    def test_what_is_under_a_dialogue_cannot_be_touched_and_the_bars_are_dark(self, gallery: Gallery) -> None:
        gallery.tap("#modal")
        with pytest.raises(
            ProtocolError, match=r'the dialogue "弹窗标题" of wx\.showModal is in front of it'
        ):
            gallery.tap("#toast")
        gallery.press("cancel")
        gallery.tap("#toast")
        assert gallery.event("toast") == {"errMsg": "showToast:ok"}

    def test_a_masked_loading_sign_takes_touches_until_it_is_hidden(self, gallery: Gallery) -> None:
        gallery.tap("#masked")
        with pytest.raises(ProtocolError, match=r'the loading prompt "处理中" of wx\.showLoading is in'):
            gallery.tap("#toast")
        gallery.wx("hideLoading")
        gallery.tap("#toast")
        assert gallery.event("toast") == {"errMsg": "showToast:ok"}


class TestPickers:
    @pytest.fixture(autouse=True)
    def _page(self, gallery: Gallery) -> None:
        gallery.open("pickers")

    def touch_item(self, gallery: Gallery, column: int, of: int, away: int) -> None:
        """Touch an item of a wheel, so many below the chosen one."""
        x = SIDE_PX * (column + 0.5) / of
        gallery.client.touch((x, height(gallery) - WHEEL_CENTRE + away * WHEEL_ITEM))

    @pytest.mark.parametrize(
        ("picker", "column", "of", "away", "expected"),
        [
            ("selector", 0, 1, 1, {"value": 2}),
            ("time", 0, 2, -1, {"value": "11:30"}),
            ("date", 0, 3, 1, {"value": "2025-02-28"}),
            ("month", 1, 2, 2, {"value": "2024-04"}),
            (
                "region",
                1,
                3,
                1,
                {
                    "value": ["广东省", "深圳市", "罗湖区"],
                    "code": ["440000", "440300", "440303"],
                    "postcode": "518000",
                },
            ),
        ],
    )
    def test_a_wheel_is_turned_and_confirmed(
        self, gallery: Gallery, picker: str, column: int, of: int, away: int, expected: dict[str, object]
    ) -> None:
        gallery.tap(f"#{picker}")
        self.touch_item(gallery, column, of, away)
        assert gallery.press("confirm")
        assert gallery.event("change", picker) == expected

    def test_a_wheel_follows_the_finger(self, gallery: Gallery) -> None:
        gallery.tap("#time")
        x, y = SIDE_PX * 0.75, height(gallery) - WHEEL_CENTRE
        gallery.client.touch((x, y), (x, y - 2 * WHEEL_ITEM))
        # A touch while the wheel still turns only stops it, as on a phone.
        assert poll(lambda: gallery.press("confirm"), bool, within=5).satisfied
        minutes = int(gallery.event("change", "time")["value"].split(":")[1])
        assert minutes >= 31

    def test_the_app_changes_a_column_while_another_is_turned(self, gallery: Gallery) -> None:
        gallery.tap("#multi")
        self.touch_item(gallery, 0, 2, 1)
        assert gallery.event("columnchange", "multi") == {"column": 0, "value": 1}
        self.touch_item(gallery, 1, 2, 1)
        assert poll(lambda: gallery.events("columnchange"), lambda seen: len(seen) == 2, within=5).satisfied
        assert gallery.press("confirm")
        assert gallery.event("change", "multi") == {"value": [1, 1]}
        assert gallery.data("columns[1]") == ["大冰", "小冰"]

    def test_cancelled_and_disabled(self, gallery: Gallery) -> None:
        gallery.tap("#selector")
        assert gallery.press("cancel")
        assert gallery.event("cancel", "selector") == {}
        gallery.tap("#off")
        assert gallery.press("cancel") is False
        assert gallery.events("change") == []
