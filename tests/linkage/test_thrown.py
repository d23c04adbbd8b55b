"""What was thrown on a platform: the product's exception, or a fault of what runs the product."""

from __future__ import annotations

import pytest

from harness.core.errors import AppException, BrokenError, HarnessFault
from harness.core.platforms import MINIPROGRAM
from harness.linkage.thrown import exception_of
from harness.platforms.session import Thrown

MINE = Thrown(
    "TypeError: x is undefined", "pages/mine/mine.js:23", "TypeError: x\n    at tap (pages/mine/mine.js:23:4)"
)
OURS = Thrown(
    "Error: the component has no DOM node",
    "src/builtins/control.ts:99",
    "Error: the component has no DOM node\n    at get dom (src/builtins/control.ts:99)",
    fault=True,
    page="pages/goods/goods",
)


def test_what_the_app_throws_is_the_products() -> None:
    error = exception_of([MINE], "miniprogram", MINIPROGRAM.title)
    assert isinstance(error, AppException)
    assert "The mini-program's own code threw at pages/mine/mine.js:23" in error.say("en")


@pytest.mark.parametrize("found", [[OURS], [MINE, OURS], [OURS, MINE]], ids=["alone", "last", "first"])
def test_what_the_simulator_throws_is_ours_whatever_else_was_thrown(found: list[Thrown]) -> None:
    error = exception_of(found, "miniprogram", MINIPROGRAM.title)
    assert isinstance(error, HarnessFault)
    assert isinstance(error, BrokenError)
    assert not isinstance(error, AssertionError)
    said = error.say("en")
    assert "a fault of the harness's simulator, not of the mini-program" in said
    assert "at src/builtins/control.ts:99, on the page pages/goods/goods" in said
    assert "please send this message" in said
    assert (MINE in found) == ("thrown at the same time: TypeError" in said)


def test_it_is_told_in_chinese_too() -> None:
    said = exception_of([OURS], "miniprogram", MINIPROGRAM.title).say("zh")
    assert "这是测试工具的模拟器的故障，不是小程序的问题" in said
    assert "please" not in said
