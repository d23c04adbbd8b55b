"""What pydantic found wrong first, in the words our errors use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from harness.core.text import Text

UNKNOWN_KEY = "extra_forbidden"
MISSING = "missing"
PLACED = Text(zh="{place}：{what}", en="{place}: {what}")
UNKNOWN = Text(zh="未知的键 {key!r}", en="unknown key {key!r}")
KEYS_HERE = Text(zh="{unknown}；此处的键有 {names}", en="{unknown}; keys here are {names}")
FEW = 16  # keys that one line may list
ABSENT = Text(zh="缺少 {key!r}", en="{key!r} is missing")
A_LIST = Text(zh="应为列表", en="Input should be a list")
KEYS = Text(zh="应为键和值", en="Input should be keys with values")
WORDS = {
    **dict.fromkeys(("tuple_type", "list_type", "set_type", "frozen_set_type"), A_LIST),
    **dict.fromkeys(
        ("dict_type", "mapping_type", "model_type", "model_attributes_type", "dataclass_type"), KEYS
    ),
}
"""What people write in YAML, TOML or JSON, where pydantic names types of Python."""
TRANSLATED = {
    **dict.fromkeys(("string_type", "string_sub_type"), "应为文本"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "应为整数"),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), "应为数字"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "应为 true 或 false"),
    **dict.fromkeys(("path_type", "path_not_file", "path_not_directory"), "应为路径"),
    **dict.fromkeys(("literal_error", "enum"), "应为 {expected}"),
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "string_too_short": "至少应有 {min_length} 个字符",
    "too_short": "至少应有 {min_length} 项",
    "string_pattern_mismatch": "应符合模式 {pattern}",
    "none_required": "应为空",
    "url_parsing": "不是地址：{error}",
}
"""pydantic's own messages, which are English, by type."""


class InvalidInput(ValueError):
    """What a validator of ours refuses, in both languages."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


@dataclass(frozen=True, slots=True)
class InvalidValue:
    """One problem. ``keys`` lead to the value, ``kind`` is pydantic's error type, ``message`` its words."""

    keys: tuple[str, ...]
    kind: str
    message: Text
    value: Any

    @property
    def place(self) -> str:
        """``cases.0.name``; "" where the whole is wrong."""
        return ".".join(self.keys)

    def said_of(self, place: str) -> Text:
        """What is wrong with ``place``; "" where the whole is wrong."""
        return PLACED.format(place=place, what=self.message) if place else self.message

    @property
    def text(self) -> Text:
        return self.said_of(self.place)

    def __str__(self) -> str:
        return self.text.en


def unknown(place: str, near: str | None, known: Iterable[str]) -> Text:
    """That a key is unknown, with those that are known where none is alike and they are few."""
    said, names = UNKNOWN.format(key=place), sorted(known)
    if near is not None or not 0 < len(names) <= FEW:
        return said
    return KEYS_HERE.format(unknown=said, names=", ".join(names))


def first_of(problems: Iterable[ErrorDetails]) -> ErrorDetails:
    """A misspelt key before the missing key it also is, since it is what the reader can see."""
    return min(problems, key=lambda details: details["type"] != UNKNOWN_KEY)


def message_of(problem: ErrorDetails) -> Text:
    """What is wrong, in words of those who wrote it; in English only where nobody has translated pydantic's."""
    kind, context = problem["type"], problem.get("ctx", {})
    if isinstance(ours := context.get("error"), InvalidInput):
        return ours.text
    if kind in WORDS:
        return WORDS[kind]
    said = problem["msg"].removeprefix("Value error, ")
    values = {name: str(value).replace(" or ", " 或 ") for name, value in context.items()}
    return Text(zh=TRANSLATED[kind].format(**values) if kind in TRANSLATED else said, en=said)


def first_invalid(
    error: ValidationError, matters: Callable[[ErrorDetails], bool] = lambda details: True
) -> InvalidValue:
    """The first problem that ``matters``."""
    first = first_of(details for details in error.errors() if matters(details))
    return InvalidValue(
        keys=tuple(map(str, first["loc"])),
        kind=first["type"],
        message=message_of(first),
        value=first["input"],
    )
