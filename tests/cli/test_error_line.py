"""The line that tells why a command ended is in one language: that of who reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.text import Text as RichText

from harness.cli.error_line import error_line
from harness.core.errors import BrokenError, HarnessError, UsageError
from harness.core.text import Text

NONE = Text(zh="没有 [databases.NAME]", en="there is no [databases.NAME]")


def shown(error: HarnessError, *arguments: str) -> str:
    return RichText.from_markup(error_line(error, arguments)).plain


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("linkage", "try", "order"), "用法错误：没有 [databases.NAME]；是不是 'order'？"),
        (
            ("linkage", "--language", "en"),
            "usage: there is no [databases.NAME]; did you mean 'order'?",
        ),
        (("linkage", "--language=en"), "usage: there is no [databases.NAME]; did you mean 'order'?"),
        (("--language", "fr"), "用法错误：没有 [databases.NAME]；是不是 'order'？"),
    ],
)
def test_it_is_in_the_language_asked_for_or_else_chinese(
    arguments: tuple[str, ...], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown(UsageError(NONE, nearest="order"), *arguments) == line


@pytest.mark.parametrize("option", ["--config FILE", "--config=FILE", "here"])
def test_it_is_in_the_language_of_the_project(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "harness.toml"
    file.write_text('language = "en"\nunknown = 1', encoding="utf-8")
    if option == "here":
        monkeypatch.chdir(tmp_path)
    assert shown(BrokenError(NONE), *option.replace("FILE", str(file)).split()).startswith(
        "broken: there is no"
    )


def test_what_nobody_translated_is_english_as_a_whole() -> None:
    assert shown(UsageError("no such file", nearest="a"), "--language", "zh") == (
        "usage: no such file; did you mean 'a'?"
    )
