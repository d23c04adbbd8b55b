"""What stands behind an expression is written as the schema of the body takes it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.api.client import Request
from harness.contracts import load
from harness.core.text import text_of
from harness.linkage.participants import conflicts, spelling
from tests.support.vendor_system import FOLDER

BUY = next(one for one in load(FOLDER / "mall.yaml").operations if one.id == "buy")


@pytest.mark.parametrize(
    ("member", "value", "taken"),
    [
        ("sku", 106, "106"),
        ("sku", "106", "106"),
        ("n", "3", 3),
        ("n", 3, 3),
        ("n", "3.0", "3.0"),
        ("n", "some", "some"),
        ("n", "007", "007"),
        ("n", 9, 9),  # more than it may be, in any spelling
        ("sku", None, None),
        ("sku", True, True),
        ("nothing", 1, 1),
    ],
)
def test_a_value_is_written_as_its_member_takes_it(member: str, value: Any, taken: Any) -> None:
    """A list was asked for 106, which its document calls "106": it was refused, and the product said to be lost."""
    found = spelling.for_member(BUY, (member,), value)
    assert (found, type(found)) == (taken, type(taken))


@pytest.mark.parametrize(
    ("said", "advised"), [({"sku": "$product.same"}, False), ({"sku": "TEA"}, True), (None, True)]
)
def test_what_a_conflict_says_of_another_record_is_no_key(said: Any, advised: bool) -> None:
    """A course that was sold out was said to have been booked with a key sent before."""
    request = Request(body={"sku": f"sku-{said}", "n": 1})
    for _ in range(2):
        conflicts.note("mall", BUY, request)
    told = conflicts.in_words(text_of("409"), "mall", BUY, request, said, "sku is sold out")
    assert ("$unique" in told.en) == advised
