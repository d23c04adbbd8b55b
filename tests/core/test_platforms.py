from __future__ import annotations

import pytest

from harness.core.errors import UsageError
from harness.core.payloads import RunStart
from harness.core.platforms import MINIPROGRAM, USUAL, WEBSITE, Platform, Platforms
from harness.core.text import Text

STAFF = Platform("staff", Text(zh="店员后台", en="staff site"), "website")
ERP = Platform("erp", Text(zh="ERP", en="ERP"), "none")
FOUR = Platforms((WEBSITE, MINIPROGRAM, STAFF, ERP))


def test_only_a_system_has_no_screen() -> None:
    assert [platform.name for platform in FOUR if platform.has_screen] == ["website", "miniprogram", "staff"]
    assert [platform.caller for platform in FOUR] == ["browser", "phone", "browser", "harness"]


def test_a_title_stands_in_a_sentence_and_alone() -> None:
    assert FOUR.title("staff") == Text(zh="店员后台", en="staff site")
    assert (FOUR.label("staff", "zh"), FOUR.label("staff", "en")) == ("店员后台", "Staff site")
    assert FOUR.label("erp", "en") == "ERP"
    assert (FOUR.label("wechat", "en"), FOUR.label(None, "en")) == ("wechat", "")
    assert FOUR.title("wechat") == Text(zh="wechat", en="wechat")


def test_the_order_is_the_declared_one_and_others_come_last() -> None:
    assert FOUR.in_order(["wechat", "erp", "staff", "erp", "website"]) == [
        "website",
        "staff",
        "erp",
        "wechat",
    ]


@pytest.mark.parametrize(
    ("platforms", "zh", "en"),
    [
        (FOUR, "网站、小程序、店员后台与ERP", "Website, mini-program, staff site and ERP"),
        (USUAL, "网站与小程序", "Website and mini-program"),
        (Platforms((MINIPROGRAM,)), "小程序", "Mini-program"),
        (Platforms(()), "", ""),
    ],
)
def test_all_together_are_one_phrase(platforms: Platforms, zh: str, en: str) -> None:
    assert (platforms.together("zh"), platforms.together("en")) == (zh, en)


def test_what_a_run_announces_is_read_back() -> None:
    announced = RunStart(name="shop", platforms=list(FOUR))
    assert RunStart.model_validate_json(announced.model_dump_json()).platforms == list(FOUR)


def test_a_name_nobody_declared_is_told_with_the_nearest() -> None:
    assert FOUR.choose("staff") is STAFF
    with pytest.raises(UsageError, match="no platform is called 'webiste'; did you mean 'website'"):
        FOUR.choose("webiste")
