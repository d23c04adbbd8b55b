"""Whether whoever reads the records of others is staff, as a draft concludes it, or nothing protects the records."""

from __future__ import annotations

import pytest

from harness.core.text import text_of
from harness.linkage.draft.draft import people_of
from harness.linkage.draft.entry import Entry, Side
from harness.linkage.draft.rendering import render
from harness.linkage.draft.staff import staff
from tests.support.vendor_system import System
from tests.support.vendors import Vendors

USERS = ["owner", "clerk", "li", "han"]
STAFF = {"owner", "clerk"}


def concluded(
    shown: dict[str, set[str]], *, users: list[str] = USERS, more: frozenset[str] = frozenset(STAFF)
) -> tuple[str, ...]:
    """Who is excepted of orders of ``li``; ``shown``: whose orders each is shown beside their own; ``more``: who may
    do what all others are refused.
    """

    def private(entry: Entry) -> bool:
        others = {*users} - {entry.of, *entry.excepted}
        return not any(entry.of in shown.get(user, ()) for user in others)

    entry = Entry("order", text_of("order"), of="li", sides={"website": Side()})
    return staff(entry, users, lambda user, person: user in more and person not in more, private)


EVERYBODYS = {"li", "han"}


@pytest.mark.parametrize(
    ("shown", "excepted"),
    [
        ({"owner": EVERYBODYS}, ("owner",)),
        ({"owner": EVERYBODYS, "clerk": EVERYBODYS}, ("owner", "clerk")),
        ({"owner": EVERYBODYS, "han": {"li"}}, ()),  # another customer is shown them, too
        ({"owner": EVERYBODYS, "li": {"han"}}, ()),
        ({"han": {"li"}}, ()),
        ({"han": {"li"}, "li": {"han"}, "owner": EVERYBODYS, "clerk": EVERYBODYS}, ()),
        ({"owner": {"li"}}, ()),  # the records of one person only
    ],
)
def test_staff_is_who_is_shown_the_records_of_several_people(
    shown: dict[str, set[str]], excepted: tuple[str, ...]
) -> None:
    assert concluded(shown) == excepted


def test_two_customers_are_never_excepted() -> None:
    """One of them is shown all records, and may do no more than the other."""
    for more in (frozenset[str](), frozenset({"owner"})):
        assert concluded({"han": {"li", "owner"}}, users=["owner", "li", "han"], more=more) == ()


def test_with_one_customer_nothing_tells_staff_from_a_leak() -> None:
    assert concluded({"owner": {"li"}}, users=["owner", "li"], more=frozenset({"owner"})) == ()


def test_who_is_excepted_is_one_of_the_people() -> None:
    participants = System(Vendors(), ("", "")).participants
    entry = Entry("order", text_of("order"), of="li", sides={"website": Side()}, excepted=("owner",))
    entry.promises = {"private": None}
    people = people_of([entry], participants)
    assert people["owner"] == {"website": "owner"}
    text = render([entry], people, [], participants, seed=1, language="en")
    assert "private: {except: [owner]}" in text
