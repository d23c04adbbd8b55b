"""Promises that break for one reason say one cause; each direction and each field has its own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from harness.linkage.contract.model import Entity, FieldRule
from harness.linkage.contract.plan import Cell
from harness.linkage.promises.cause import lost

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
