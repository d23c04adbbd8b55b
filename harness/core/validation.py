"""What pydantic found wrong first, in the words our errors use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

UNKNOWN_KEY = "extra_forbidden"
MISSING = "missing"
A_LIST, KEYS = "Input should be a list", "Input should be keys with values"
WORDS = {
    **dict.fromkeys(("tuple_type", "list_type", "set_type", "frozen_set_type"), A_LIST),
    **dict.fromkeys(
        ("dict_type", "mapping_type", "model_type", "model_attributes_type", "dataclass_type"), KEYS
    ),
}
"""What people write in YAML, TOML or JSON, where pydantic names types of Python."""


@dataclass(frozen=True, slots=True)
class InvalidValue:
    """One problem. ``keys`` lead to the value, ``kind`` is pydantic's error type, ``message`` its words."""

    keys: tuple[str, ...]
    kind: str
    message: str
    value: Any

    @property
    def place(self) -> str:
        """``cases.0.name``; "" where the whole is wrong."""
        return ".".join(self.keys)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.keys else self.message


def first_of(problems: Iterable[ErrorDetails]) -> ErrorDetails:
    """A misspelt key before the missing key it also is, since it is what the reader can see."""
    return min(problems, key=lambda details: details["type"] != UNKNOWN_KEY)


def message_of(problem: ErrorDetails) -> str:
    """What is wrong, in words of those who wrote it."""
    return WORDS.get(problem["type"], problem["msg"].removeprefix("Value error, "))


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
