"""What findings say names what their readers have, and nothing of Python's."""

from __future__ import annotations

import re
from typing import Any

import pytest

from harness.api.client import Answer
from harness.core.text import Text
from harness.linkage.participants.record import Reading
from harness.linkage.promises import account_words, words


def test_a_record_without_an_id_is_the_record() -> None:
    assert words.the_record("D2").en == "the record D2"
    assert (words.the_record(None).en, words.the_record(None).zh) == ("the record", "记录")


@pytest.mark.parametrize("module", [words, account_words])
def test_no_message_names_a_record_by_an_id_that_it_may_not_have(module: Any) -> None:
    """It said "the record ", or "of None:": ``the_record`` alone knows whether there is one."""
    said = {name: text for name, text in vars(module).items() if isinstance(text, Text)}
    naming = {name for name, text in said.items() if re.search(r"\{id\}", text.en + text.zh)}
    assert naming <= {"_THE_RECORD", "SAME_AGAIN", "ANOTHER"}  # of which the last two compare ids


def test_a_reading_of_which_no_field_is_compared_is_the_record() -> None:
    answer = Answer(None, None, {}, "")  # type: ignore[arg-type]
    assert Reading({}, True, answer).words == words.RECORD


def test_what_an_effect_takes_is_told_by_no_entity_of_others() -> None:
    assert "stock" not in words.TAKES_NOTHING.en + words.TAKES_NOTHING.zh
