from __future__ import annotations

from types import SimpleNamespace

from harness.core.errors import BrokenError
from harness.core.text import Text, text_of


def test_a_text_in_a_text_is_said_in_the_same_language() -> None:
    one = Text(zh="没有", en="nothing")
    both = Text(zh="{where} 处{seen}", en="{seen} at {where}").format(where="/id", seen=one)
    assert both == Text(zh="/id 处没有", en="nothing at /id")


def test_a_change_is_made_to_both() -> None:
    assert Text(zh="一", en="one").map(lambda text: f"{text}!") == Text(zh="一!", en="one!")


def test_a_value_is_the_same_in_both_and_nothing_is_false() -> None:
    assert text_of("GET /me") == Text(zh="GET /me", en="GET /me")
    assert text_of(text_of("x")) == Text(zh="x", en="x")
    assert not Text(zh="", en="")
    assert str(Text(zh="一", en="one")) == "one"


def test_what_has_words_is_said_in_its_language() -> None:
    part = SimpleNamespace(words=Text(zh="一段", en="a range"))
    assert Text(zh="只有{part}", en="only {part}").format(part=part) == Text(zh="只有一段", en="only a range")


def test_an_error_inside_a_text_is_in_its_language() -> None:
    """``{error}`` of an error that has both languages was English in both."""
    error = BrokenError(Text(zh="没有响应", en="no answer"))
    said = Text(zh="失败：{error}", en="failed: {error}").format(error=error)
    assert said == Text(zh="失败：没有响应", en="failed: no answer")
