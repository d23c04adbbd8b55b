from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import pytest

from harness.conformance.kinds.declared.idempotency import identity_of
from harness.core.errors import BrokenError
from tests.support.backend_market import Open, opened, operation, run, the_test

__all__ = ["opened"]
ORDER, PRICE, NAME = "createOrder[reads-back]", "setPrice[reads-back]", "renameMe[reads-back]"
KEYS, EXACT, PRICES = "createOrder[idempotency]", "createOrder[exactness]", "setPrice[exactness]"
CREATED = "/paths/~1orders/post/responses/201/content/application~1json/schema/allOf/1/properties/created_at"
AT_SCHEMAS = "/components/schemas"


@pytest.mark.parametrize("name", [ORDER, PRICE, NAME, KEYS, EXACT, PRICES, "getOrder[exactness]"])
def test_writes_that_keep_their_word(opened: Open, name: str) -> None:
    outcome = run(opened(), name)
    assert outcome.findings == ()
    assert outcome.not_run == ()
    assert outcome.cases["declared"] > 3


@pytest.mark.parametrize(
    ("name", "fault", "words", "seen", "place"),
    [
        (PRICE, "price-not-stored", "/price is not read back", "read: 100", "/same"),
        (ORDER, "not-readable", "cannot be read with getOrder", "404", "/operation"),
        (ORDER, "other-total", "/total is not read back", "read: 95", "/same/1"),
        (NAME, "keeps-name", "/nickname is not read back", 'read: "Ann"', "/same"),
        (NAME, "counts-visits", "/visits is not read back", "read: ", "/same"),
        (KEYS, "new-each-time", "gives another object", '/order_id = "o_', ""),
        (KEYS, "refuses-again", "under the same key is refused", "422", ""),
        (KEYS, "any-content", "is not a conflict", "200", "/conflict"),
        (KEYS, "one-for-all", "keys of their own give one object", '/order_id = "o_0" twice', "/header"),
        (KEYS, "racy", "at once make two objects", '/order_id = "o_', "/header"),
        (KEYS, "fails-at-once", "at once fails", "500", "/header"),
    ],
)
def test_writes_that_do_not(opened: Open, name: str, fault: str, words: str, seen: str, place: str) -> None:
    found = [finding for finding in run(opened(fault), name).findings if words in finding.title.en]
    assert found
    assert seen in found[0].seen.en
    id, _, declaration = name[:-1].partition("[")
    assert found[0].pointer == f"{operation(id).pointer}/x-{declaration}{place}"
    assert found[0].curl.count("curl -i") >= 2
    again = [finding for finding in run(opened(fault), name).findings if words in finding.title.en]
    assert [finding.identity for finding in again] == [finding.identity for finding in found]


@pytest.mark.parametrize(
    ("name", "fault", "words", "seen", "place"),
    [
        (EXACT, "money-fraction", "not written as a whole number: /total", "90.0", "/Money/x-money"),
        (EXACT, "money-exponent", "not written as a whole number: /total", "90.0", "/Money/x-money"),
        (EXACT, "money-text", "not written as a whole number: /total", '"90"', "/Money/x-money"),
        (
            EXACT,
            "money-huge",
            "too large to be read exactly: /discount",
            "9007199254740993",
            "/Money/x-money",
        ),
        (EXACT, "wrong-sum", "not the sum of its terms: /total", "91", "/Order/properties/total/x-sum"),
        ("getOrder[exactness]", "wrong-sum", "not the sum", "91", "/Order/properties/total/x-sum"),
        (EXACT, "local-time", "not in UTC: /created_at", "+08:00", f"{CREATED}/x-now"),
        (EXACT, "bare-time", "not RFC 3339 with its offset", "T", f"{CREATED}/x-now"),
        (EXACT, "late-clock", "not that of the request", "3600 s off", f"{CREATED}/x-now"),
        (EXACT, "time-cut", "A time changes between write and read", ".000Z", f"{CREATED}/x-now"),
        (EXACT, "other-total", "Money changes between write and read: /total", "95", "/Money/x-money"),
        (PRICES, "price-as-float", "not read back as it was sent", "114", "/Money/x-money"),
        (PRICES, "price-of-32-bits", "not read back as it was sent", "2147483647", "/Money/x-money"),
    ],
)
def test_values_that_are_not_exact(
    opened: Open, name: str, fault: str, words: str, seen: str, place: str
) -> None:
    found = [finding for finding in run(opened(fault), name).findings if words in finding.title.en]
    assert found
    assert seen in found[0].seen.en
    assert found[0].check == "exactness"
    home = "" if place.startswith("/paths") else AT_SCHEMAS
    assert found[0].pointer == f"market.yaml#{home}{place}"


def test_a_write_that_is_never_taken_is_broken(opened: Open) -> None:
    with pytest.raises(BrokenError, match=r"POST /orders: none of \d+ right requests was taken: 404"):
        the_test(opened("empty"), ORDER).execute()


def test_no_marked_value_in_any_answer_is_not_run(opened: Open) -> None:
    outcome = run(opened("empty"), "listGoods[exactness]")
    assert [reason.en for reason in outcome.not_run] == [
        "no answer of GET /goods had money, sums or times in it"
    ]


def test_a_spent_budget_is_told(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = opened()
    test = the_test(backend, KEYS)
    clock = SimpleNamespace(monotonic=_Clock())
    monkeypatch.setattr("harness.conformance.kinds.declared.declared_check.time", clock)
    outcome = test.execute()
    assert outcome.out_of_time


class _Clock:
    """Every look at it is a minute later."""

    now = 0.0

    def __call__(self) -> float:
        self.now += 60
        return self.now


def test_what_tells_one_object_from_another() -> None:
    create = operation("createOrder")
    assert identity_of(create) == "/order_id"  # as it is read back by
    declared = {key: value for key, value in create.place.value.items() if key != "x-reads-back"}
    bare = dataclasses.replace(create, place=dataclasses.replace(create.place, value=declared))
    assert identity_of(bare) == "/order_id"  # as the paths below it say
    named = {**declared, "x-idempotency": {"conflict": 409, "identity": "/total"}}
    told = dataclasses.replace(create, place=dataclasses.replace(create.place, value=named))
    assert identity_of(told) == "/total"
    assert identity_of(operation("renameMe")) is None
