from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from harness.core.text import Text
from harness.core.validation import MISSING, UNKNOWN_KEY, InvalidInput, InvalidValue, first_invalid


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    level: Literal["low", "high"] = "low"
    sizes: list[int] = []

    @field_validator("id")
    @classmethod
    def _short(cls, id: str) -> str:
        if len(id) > 3:
            raise ValueError("an id has at most 3 characters")
        return id


def invalid(data: Any) -> InvalidValue:
    with pytest.raises(ValidationError) as raised:
        Entry.model_validate(data)
    return first_invalid(raised.value)


def test_a_misspelt_key_comes_before_the_missing_one_it_also_is() -> None:
    found = invalid({"idd": "a"})
    assert (found.kind, found.place) == (UNKNOWN_KEY, "idd")


def test_place_words_and_value() -> None:
    assert invalid({}).kind == MISSING
    found = invalid({"id": "a", "sizes": [1, "x"]})
    assert (found.place, found.value) == ("sizes.1", "x")
    assert str(invalid({"id": "abcd"})) == "id: an id has at most 3 characters"


def test_what_is_wrong_as_a_whole_has_no_place() -> None:
    found = invalid("text")
    assert found.place == ""
    assert found.text == found.message


@pytest.mark.parametrize(
    ("data", "zh"),
    [
        ({"id": "a", "sizes": [1, "x"]}, "sizes.1：应为整数"),
        ({"id": "a", "level": "middle"}, "level：应为 'low' 或 'high'"),
        ({"id": "a", "sizes": 3}, "sizes：应为列表"),
        ("text", "应为键和值"),
    ],
)
def test_what_pydantic_says_is_there_in_chinese(data: Any, zh: str) -> None:
    assert invalid(data).text.zh == zh


def test_a_refusal_of_ours_keeps_both_languages() -> None:
    class Own(BaseModel):
        id: str

        @field_validator("id")
        @classmethod
        def _never(cls, id: str) -> str:
            raise InvalidInput(Text(zh="不行", en="never"))

    with pytest.raises(ValidationError) as raised:
        Own.model_validate({"id": "a"})
    assert first_invalid(raised.value).text == Text(zh="id：不行", en="id: never")


def test_only_what_matters_is_looked_at() -> None:
    with pytest.raises(ValidationError) as raised:
        Entry.model_validate({"id": "a", "level": "middle", "more": 1})
    found = first_invalid(raised.value, lambda details: details["type"] == "literal_error")
    assert found.place == "level"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("sequence", "sequence: Input should be a list"),
        ("items", "items: Input should be a list"),
        ("unique", "unique: Input should be a list"),
        ("pairs", "pairs: Input should be keys with values"),
        ("inner", "inner: Input should be keys with values"),
        ("frozen", "frozen: Input should be keys with values"),
    ],
)
def test_no_word_of_python_is_said(key: str, said: str) -> None:
    """People write lists and keys with values, in YAML, TOML or JSON."""

    @dataclass(frozen=True)
    class Frozen:
        size: int = 0

    class Inner(BaseModel):
        size: int = 0

    class Several(BaseModel):
        sequence: tuple[str, ...] = ()
        items: list[str] = []
        unique: frozenset[str] = frozenset()
        pairs: Mapping[str, str] = {}
        inner: Inner = Inner()
        frozen: Frozen = Frozen()

    with pytest.raises(ValidationError) as caught:
        Several.model_validate({key: "text"})
    assert str(first_invalid(caught.value)) == said
