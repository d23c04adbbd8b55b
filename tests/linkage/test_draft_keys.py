"""Keys that the client gives, as a draft makes its records: drawn at first, and found where a second one is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.contracts import Operation, load
from harness.linkage.draft.keys import Keys
from harness.linkage.draft.session import NotAccepted

DOCUMENT = """
openapi: 3.1.0
info: {title: Tea, version: '1'}
paths:
  /products:
    post:
      operationId: createProduct
      requestBody:
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              required: [productCode, barcode, currencyCode, kind]
              properties:
                productCode: {type: string, pattern: '^TEA-[0-9]{3,6}$'}
                barcode: {type: string, pattern: '^[0-9]{13}$'}
                currencyCode: {type: string}
                kind: {type: string, enum: [green, black]}
      responses: {'201': {description: made}}
"""
EXAMPLE = {"productCode": "TEA-100", "barcode": "6901234567892", "currencyCode": "CNY", "kind": "green"}


@pytest.fixture
def operation(tmp_path: Path) -> Operation:
    file = tmp_path / "tea.yaml"
    file.write_text(DOCUMENT, encoding="utf-8")
    return next(iter(load(file).operations))


class Service:
    """Takes each value of a member once."""

    def __init__(self, operation: Operation, unique: str, says: str = "this {unique} exists") -> None:
        self.operation, self.unique, self.says = operation, unique, says
        self.made: list[dict[str, Any]] = []
        self.asked = 0

    def write(self, body: Any) -> Any:
        self.asked += 1
        if any(one[self.unique] == body[self.unique] for one in self.made):
            raise NotAccepted(self.operation, self.says.format(unique=self.unique), 409)
        self.made.append(body)
        return body


def make(keys: Keys, service: Service) -> Any:
    body = keys.drawn(service.operation, keys.marked(service.operation, "products", EXAMPLE, EXAMPLE))
    try:
        return service.write(body)
    except NotAccepted as refused:
        return keys.find(service.operation, body, EXAMPLE, refused, service.write)


def test_what_is_called_like_a_key_marks_the_record(operation: Operation) -> None:
    body = Keys("site", 1).marked(operation, "products", EXAMPLE, EXAMPLE)
    assert body["productCode"] != EXAMPLE["productCode"]
    assert {name for name in EXAMPLE if body[name] == EXAMPLE[name]} == {"barcode", "currencyCode", "kind"}


@pytest.mark.parametrize("unique", ["productCode", "barcode", "currencyCode"])
@pytest.mark.parametrize("says", ["this {unique} exists", "conflict"])
def test_what_nobody_may_have_twice_is_found(operation: Operation, unique: str, says: str) -> None:
    keys, service = Keys("site", 1), Service(operation, unique, says)
    for _ in range(3):
        make(keys, service)
    assert len({one[unique] for one in service.made}) == 3
    assert keys.found == {"createProduct": (f"/{unique}",)}
    assert keys.said(operation, None) == {unique: "$unique"}
    if unique in says.format(unique=unique):
        assert service.asked == 4  # one was refused


def test_another_conflict_is_said_as_it_is(operation: Operation) -> None:
    keys = Keys("site", 1)
    refused = NotAccepted(operation, "the shop is closed", 409)

    def write(body: Any) -> Any:
        raise refused

    with pytest.raises(NotAccepted, match="the shop is closed"):
        keys.find(operation, EXAMPLE, EXAMPLE, refused, write)
    assert keys.found == {}


def test_a_change_says_the_record_s_own_key(operation: Operation) -> None:
    keys = Keys("site", 1, found={"createProduct": ("/productCode",)})
    shown = {"productCode": "TEA-7", "barcode": "1"}
    assert keys.own(operation, EXAMPLE, shown) == {**EXAMPLE, "productCode": "TEA-7"}
