from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.conformance.kinds.parity_cause import broken, cause_of
from harness.conformance.kinds.parity_difference import Difference
from harness.contracts import load
from harness.contracts.violations import Code, violation
from harness.core import causes


@pytest.mark.parametrize(
    ("code", "what", "blamed"),
    [
        ("response-body", "status", False),  # what a body is like decides no status
        ("undocumented-content-type", "status", False),
        ("undocumented-status", "status", True),
        ("response-body", "value", True),
        ("undocumented-content-type", "value", True),
    ],
)
def test_only_a_violation_that_makes_the_difference_is_its_cause(code: Code, what: str, blamed: bool) -> None:
    wrong = violation(code, "a.yaml#/paths/~1a", "response", "this", "that", subject="GET /a → 200")
    answer = SimpleNamespace(
        exchange=SimpleNamespace(target="shop"), status=200, checked=SimpleNamespace(violations=(wrong,))
    )
    operation = SimpleNamespace(pointer="a.yaml#/paths/~1a/get")
    found = broken(cast("Any", operation), cast("Any", answer), Difference("", what, 200, 404))
    assert (found is not None) == blamed


DOCUMENT = """\
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /orders:
    get:
      operationId: listOrders
      parameters:
        - {name: size, in: query, schema: {type: integer}}
        - {name: page, in: query, schema: {type: integer}}
        - {name: state, in: query, schema: {type: string}}
      x-pagination: {limit: size, page: page, items: /items, total: /total}
      responses:
        '200':
          description: Orders.
          content:
            application/json:
              schema:
                type: object
                properties: {items: {type: array, items: {type: string}}, total: {type: integer}}
"""


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"size", "page"}),  # what the backend takes where nobody says which page
        ("?state=paid", {"state", "size", "page"}),
        ("?size=2", {"size", "page"}),
        ("?page=2", {"page", "size"}),
        ("?page=&size=2&state=", {"page", "size", "state"}),
    ],
)
def test_a_default_page_may_explain_another_list(tmp_path: Path, query: str, names: set[str]) -> None:
    (tmp_path / "a.yaml").write_text(DOCUMENT, encoding="utf-8")
    (operation,) = load(tmp_path / "a.yaml").operations
    answers = [
        SimpleNamespace(
            exchange=SimpleNamespace(target=target, path=f"/orders{query}"),
            status=200,
            checked=SimpleNamespace(violations=()),
        )
        for target in ("shop", "app")
    ]
    for difference in (Difference("/items", "number of entries", 2, 3), Difference("/total", "value", 2, 3)):
        found = cause_of(operation, *cast("Any", answers), difference)
        maybe = {
            causes.parameter(service, operation.pointer, name)
            for service in ("shop", "app")
            for name in names
        }
        values = {causes.value(service, operation.pointer, difference.general) for service in ("shop", "app")}
        assert set(found.explained_by) == maybe | values
    other = cause_of(operation, *cast("Any", answers), Difference("/items/0", "value", "a", "b"))
    assert not [name for name in other.explained_by if name in maybe]
