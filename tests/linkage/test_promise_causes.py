"""Promises that break for one reason say one cause; each direction and each field has its own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from harness.core.causes import Cause
from harness.core.text import Text
from harness.linkage.contract import translate
from harness.linkage.contract.model import Entity, FieldRule
from harness.linkage.contract.plan import Cell
from harness.linkage.contract.translate import Value, value
from harness.linkage.participants.record import Record
from harness.linkage.promises.cause import lost, old_again, why_lost, wrong_effect
from harness.reporting.problems import problems_of
from harness.reporting.symptoms import FINDING, Symptom

FIELDS = {"name": FieldRule(), "price": FieldRule(at={"shop": "/fen", "till": "/amount"})}
ENTITY: Any = Entity.model_construct(fields=FIELDS)
OPERATION = SimpleNamespace(pointer="shared.yaml#/paths/~1p/get")
READING: Any = SimpleNamespace(answer=SimpleNamespace(checked=SimpleNamespace(operation=OPERATION)))


def cause(promise: str, writer: str, reader: str, *fields: str) -> Any:
    return lost(Cell("product", promise, writer, reader, 5.0), ENTITY, READING, fields)


def test_every_promise_that_needs_a_write_to_cross_says_the_same() -> None:
    assert cause("appears", "shop", "till", "name") == cause("nothing-lost", "shop", "till", "name")
    assert cause("appears", "shop", "till").name == "crossing product shop till record"


def test_the_other_direction_and_another_field_are_other_causes() -> None:
    names = {
        cause("appears", "shop", "till", "name").name,
        cause("appears", "till", "shop", "name").name,
        cause("appears", "shop", "till", "price").name,
    }
    assert len(names) == 3


def test_what_backends_differ_in_anyway_explains_it_where_the_reader_shows_it() -> None:
    found = cause("appears", "shop", "till", "price", "name")
    assert found.explained_by == (
        f"unlike {OPERATION.pointer} /amount",
        f"unlike {OPERATION.pointer} /name",
        "crossing product shop till name",
    )
    assert found.covers == ("crossing product shop till",)  # as a scenario knows it


PLACED = FieldRule(at="/placed", time={"miniprogram": "epoch-s"})
TIMED: Any = Entity.model_construct(fields={"placed": PLACED, **FIELDS})


def shown(rule: FieldRule, participant: str, raw: object) -> Value:
    return value(rule, participant, raw)


@pytest.mark.parametrize(
    ("one", "other", "coarser"),
    [
        ("2026-11-30T08:00:00.734Z", 1796025600, True),  # whole seconds
        ("2026-11-30T08:00:00.734Z", 1796025601, True),  # rounded up
        ("2026-11-30T08:00:00.734Z", 1796025602, False),
        ("2026-11-30T08:00:00Z", 1796025600, False),  # which is no difference
        (None, 1796025600, False),
    ],
)
def test_what_is_only_coarser(one: object, other: object, coarser: bool) -> None:
    assert (
        translate.only_coarser(PLACED, shown(PLACED, "shop", one), shown(PLACED, "miniprogram", other))
        is coarser
    )


@pytest.mark.parametrize(
    ("one", "other", "coarser"),
    [
        ("2026-11-30T08:00:00.734561+00:00", "2026-11-30T08:00:00.734Z", True),
        (
            "2026-11-30T08:00:00.734+00:00",
            "2026-11-30T08:00:00Z",
            True,
        ),  # of which nobody said that it is a time
        ("2026-11-30T08:00:00.734Z", "2026-11-30T08:00:00.321Z", False),
        ("0.5", "1", False),
        (39.8, 39.0, False),
    ],
)
def test_what_is_only_coarser_without_being_called_a_time(one: object, other: object, coarser: bool) -> None:
    rule = FieldRule()
    assert translate.only_coarser(rule, shown(rule, "shop", one), shown(rule, "till", other)) is coarser


def test_a_field_of_another_precision_is_one_cause_in_all_directions_and_promises() -> None:
    """``tolerance`` was missing, and three problems were told."""
    found = set()
    for promise, writer, reader in (
        ("appears", "shop", "till"),
        ("nothing-lost", "shop", "till"),
        ("appears", "till", "shop"),
    ):
        its = lost(Cell("order", promise, writer, reader, 5.0), TIMED, READING, ["placed"], ["placed"])  # type: ignore[arg-type]
        found.add(its.name)
    assert found == {"precision order placed"}


def test_what_is_lost_beside_it_is_the_cause() -> None:
    its = lost(Cell("order", "appears", "shop", "till", 5.0), TIMED, READING, ["placed", "name"], ["placed"])
    assert its.name == "crossing order shop till name"
    assert not any("precision" in name for name in its.explained_by)


ORDER: Any = Entity.model_construct(fields={"status": FieldRule(), "refunded": FieldRule()})


def shows(**fields: object) -> Any:
    return {name: Value(word, word) for name, word in fields.items()}


def why(promise: str, seen: Any = None, /, entity: str = "order", **circumstances: bool) -> Cause:
    """Of an order that was created and is paid now; ``seen``: what its reader shows, None: no such order."""
    record = Record(entity, seen=shows(status="paid", refunded=0), old=shows(status="created", refunded=0))
    reading: Any = SimpleNamespace(
        found=seen is not None, absent=seen is None, fields=seen or {}, answer=READING.answer
    )
    return why_lost(Cell(entity, promise, "shop", "till", 5.0), ORDER, record, reading, **circumstances)  # type: ignore[arg-type]


OLD = shows(status="created", refunded=0)


def problems(*causes: Cause) -> int:
    """As how many problems findings with these causes are told."""
    symptoms = [
        Symptom(test=f"t{number}", kind=FINDING, cause=cause, title=Text(zh="", en=""))
        for number, cause in enumerate(causes)
    ]
    return len(problems_of(symptoms, []).all)


def test_what_is_lost_now_and_then_is_one_problem_whatever_is_lost() -> None:
    """Every fifth message was lost, and three problems were told."""
    some = why("nothing-lost", some=True)
    assert problems(why("last-write-wins", OLD), some, why("exactly-once", OLD)) == 1
    assert problems(why("last-write-wins", OLD), some, why("converges", outage=True)) == 1


def test_what_never_crosses_is_not_lost_now_and_then() -> None:
    never = why("appears", OLD)
    assert problems(never, why("exactly-once", OLD)) == 1
    assert problems(never, why("exactly-once", OLD), why("nothing-lost", some=True)) == 2


def test_what_nothing_shows_to_be_lost_now_and_then_stays_apart() -> None:
    assert problems(why("last-write-wins", OLD), why("nothing-lost")) == 2


def test_another_direction_entity_or_value_is_not_what_is_lost_now_and_then() -> None:
    some = why("nothing-lost", some=True)
    assert problems(some, why("exactly-once", OLD, entity="member")) == 2
    assert problems(some, why("exactly-once", shows(status="PAID", refunded=0))) == 2


def test_what_an_outage_loses_on_one_way_is_one_problem() -> None:
    """A message was given up after three attempts, and a problem was told for each entity."""
    lost = [why("converges", entity=entity, outage=True) for entity in ("order", "product", "member")]
    assert problems(*lost) == 1
    # Of several changes the reader may show what was there before the first, or any of them.
    assert (
        problems(*lost, why("converges", shows(status="begun", refunded=0), entity="cart", outage=True)) == 1
    )
    before = why("converges", entity="category")  # the way was not cut yet
    assert problems(*lost, before) == 2


def test_what_never_crosses_is_not_lost_by_an_outage() -> None:
    member = why("converges", OLD, entity="member", outage=True)
    never = why("appears", OLD, entity="member")
    assert problems(member, never) == 1
    assert problems(member, never, why("converges", outage=True)) == 2
    assert (
        problems(
            why("converges", outage=True), member, never, why("converges", entity="product", outage=True)
        )
        == 2
    )


TILL: Any = SimpleNamespace(name="till", service="till-backend")


def effect(promise: str, writer: str, moved: int, participant: Any = None, wanted: int = -51) -> Cause:
    reader = "till" if writer == "shop" else "shop"
    cell = Cell("order", promise, writer, reader, 5.0)  # type: ignore[arg-type]
    return wrong_effect(cell, "make", "points.balance", wanted, moved, participant)


def test_an_effect_is_one_cause_for_every_promise_and_for_all_who_show_the_same() -> None:
    assert problems(effect("conserved", "shop", -30), effect("exactly-once", "shop", -30)) == 1
    assert problems(effect("conserved", "shop", -30), effect("conserved", "till", -50)) == 1


def test_too_much_too_little_and_shown_by_one_alone_are_other_causes() -> None:
    wrong = effect("conserved", "shop", -30), effect("conserved", "shop", -102)
    assert problems(*wrong, effect("conserved", "shop", -30, TILL)) == 3
    assert (
        problems(effect("conserved", "shop", 20, wanted=10), effect("conserved", "shop", 7, wanted=10)) == 2
    )


def test_an_effect_of_what_did_not_cross_is_its_consequence() -> None:
    lost = why("nothing-lost", some=True)
    assert problems(lost, effect("conserved", "shop", 0, TILL)) == 1
    assert problems(lost, effect("conserved", "shop", -30, TILL)) == 2
    assert problems(lost, effect("conserved", "till", 0, TILL)) == 2


def test_an_old_value_that_comes_and_goes_may_be_one_that_stays() -> None:
    """A message that was applied once more was told as two problems: it stayed, and it came and went."""
    cell, till = (
        Cell("product", "monotonic-reads", "shop", "till", 5.0),
        SimpleNamespace(name="till", service="tills"),
    )
    its: Any = till
    at_times, for_good = old_again(cell, its, "name"), old_again(cell, its, "name", for_good=True)
    assert at_times.name != for_good.name
    assert problems(at_times, for_good) == 1
    assert problems(old_again(cell, its, "price"), for_good) == 2
    assert {at_times.service, for_good.service} == {"tills"}


def test_what_is_lost_after_a_delivery_failed_is_one_problem_whatever_it_is() -> None:
    """A message was noted before it was applied, so that its repetition was ignored: a problem for each entity."""
    failed = [why("nothing-lost", entity=entity, repetition=True) for entity in ("order", "product")]
    assert problems(*failed) == 1
    assert problems(*failed, why("nothing-lost", some=True)) == 1  # of orders, which may be lost without that
    assert problems(*failed, why("nothing-lost", some=True, entity="member")) == 2
    assert problems(*failed, why("appears", OLD, entity="member")) == 2
