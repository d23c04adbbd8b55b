"""What parsers find wrong is told in the reader's language."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from harness.core.parser_words import parser_words
from tests.support.languages import chinese, english

JSON = [
    "{",
    '{"a" 1}',
    '{"a": 1 "b": 2}',
    "{'a': 1}",
    '{"a": "b',
    '["\t"]',
    '["\\x"]',
    '["\\u12"]',
    "1 2",
    "[1,]",
]
YAML = [
    "a: [",
    "a: b: c",
    "a: 1\n b: 2",
    "- a\nb: c",
    "a: {b",
    "a: 'b",
    "a: @b",
    "a:\n\t- b",
    '"\\y"',
    "a\nb: c",
    "a: - b",
]


@pytest.mark.parametrize("text", JSON)
def test_of_json(text: str) -> None:
    with pytest.raises(json.JSONDecodeError) as refused:
        json.loads(text)
    said = parser_words(refused.value.msg)
    assert (said.en, chinese(said.en), english(said.zh)) == (refused.value.msg, None, None)
    assert chinese(said.zh), said


@pytest.mark.parametrize("loader", [yaml.CSafeLoader, yaml.SafeLoader])
@pytest.mark.parametrize("text", YAML)
def test_of_yaml(text: str, loader: Any) -> None:
    with pytest.raises(yaml.MarkedYAMLError) as refused:
        yaml.load(text, loader)
    said = parser_words(str(refused.value.problem))
    assert chinese(said.zh), said
    assert english(said.zh) is None
