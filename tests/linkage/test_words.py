"""What findings say names what their readers have, and nothing of Python's."""

from __future__ import annotations

from harness.linkage.promises import words


def test_a_record_without_an_id_is_the_record() -> None:
    assert words.the_record("D2").en == "the record D2"
    assert (words.the_record(None).en, words.the_record(None).zh) == ("the record", "记录")


def test_what_an_effect_takes_is_told_by_no_entity_of_others() -> None:
    assert "stock" not in words.TAKES_NOTHING.en + words.TAKES_NOTHING.zh
