from __future__ import annotations

import pytest

from harness.checks.item import without_repetition


@pytest.mark.parametrize(
    ("repetition", "test"),
    [
        ("l.yaml::points::a→b[appears][run12]", "l.yaml::points::a→b[appears]"),
        ("test_l01.py::test_met[run3]", "test_l01.py::test_met"),
        ("test_l01.py::test_met[run3-zh]", "test_l01.py::test_met[zh]"),
        ("test_l01.py::test_met[zh-run3]", "test_l01.py::test_met[zh]"),
        ("l.yaml::points::a→b[appears]", "l.yaml::points::a→b[appears]"),
    ],
)
def test_a_repetition_is_shown_by_the_test_it_repeats(repetition: str, test: str) -> None:
    assert without_repetition(repetition) == test
