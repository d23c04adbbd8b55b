"""Optional members that no example has, as a draft tries them: what makes a write refused is left out by null."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from harness.api.client import Request
from harness.contracts import Operation, load
from harness.linkage.draft.places import in_no_example
from harness.linkage.draft.session import NotAccepted
from harness.linkage.draft.writer import Writer

DOCUMENT = """
openapi: 3.1.0
info: {title: Tea, version: '1'}
paths:
  /orders:
    get:
      operationId: getOrders
      responses: {'200': {description: they}}
    post:
      operationId: createOrder
      requestBody:
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              required: [sku, count]
              properties:
                sku: {type: string}
                count: {type: integer, minimum: 1, maximum: 5}
                gift: {type: string}
                note: {type: string}
                points: {type: integer, minimum: 0}
                remark: {type: [string, 'null']}
            example: {sku: s1, count: 1, remark: now}
      responses: {'201': {description: made}}
"""
EXAMPLE = {"sku": "s1", "count": 1, "remark": "now"}


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Operation]:
    file = tmp_path_factory.mktemp("optional") / "tea.yaml"
    file.write_text(DOCUMENT, encoding="utf-8")
    return {operation.id: operation for operation in load(file).operations}


class Service:
    """Takes no body that has one of ``refused``."""

    name = "site"
    users = ()
    participant = SimpleNamespace(backend=SimpleNamespace(name="site"))

    def __init__(self, *refused: str) -> None:
        self.refused, self.asked = refused, list[Any]()

    def request(self, operation: Operation, user: str | None) -> Request:
        return Request(body=EXAMPLE)

    def write(self, operation: Operation, request: Request, users: Any) -> Any:
        self.asked.append(request.body)
        if any(name in request.body for name in self.refused):
            raise NotAccepted(operation, "no such gift", 404)
        return SimpleNamespace(user=None, request=request)


def writer(operations: dict[str, Operation], service: Service) -> Writer:
    resource: Any = SimpleNamespace(
        make=operations["createOrder"], read=operations["getOrders"], name="orders", id=None
    )
    return Writer(resource, service, lambda name: [], (), 1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("refused", "said", "kept", "asked"),
    [
        ((), None, {"gift", "note", "points"}, 1),
        (("gift",), {"gift": None}, {"note", "points"}, 2),
        (("gift", "points"), {"gift": None, "note": None, "points": None}, set(), 5),
    ],
)
def test_what_makes_a_write_refused_is_left_out(
    operations: dict[str, Operation], refused: tuple[str, ...], said: Any, kept: set[str], asked: int
) -> None:
    """One member that is to blame, else all that no example has; the next record is made so at once."""
    service = Service(*refused)
    its = writer(operations, service)
    sent, template = its.send(operations["createOrder"], None, 1)
    assert template == said
    assert {*sent.request.body} == {*EXAMPLE} | kept
    assert len(service.asked) == asked
    again, template = its.send(operations["createOrder"], None, 2)
    assert template == said
    assert {*again.request.body} == {*EXAMPLE} | kept
    assert len(service.asked) == asked + 1


def test_what_an_example_has_is_never_left_out(operations: dict[str, Operation]) -> None:
    its = writer(operations, Service("remark"))
    with pytest.raises(NotAccepted, match="no such gift"):
        its.send(operations["createOrder"], None, 1)


def test_what_no_example_has_and_nothing_requires(operations: dict[str, Operation], tmp_path: Path) -> None:
    create = operations["createOrder"]
    assert in_no_example(create, None) == ["gift", "note", "points"]
    assert in_no_example(create, {"points": 3}) == ["gift", "note"]
    assert in_no_example(operations["getOrders"], None) == []
