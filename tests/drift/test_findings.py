from __future__ import annotations

from pathlib import Path

import pytest

from harness.drift import findings
from harness.drift.comparison import compare
from harness.drift.sarif import log
from harness.drift.summary import exit_code, lines
from tests.drift.cases import CONTRACT, archive, entry


def test_what_is_kept_is_bounded_and_what_is_left_out_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MOST", 1)
    path = archive(
        tmp_path / "a.har",
        entry(body='{"id": "x", "price": "x"}'),
        entry("/coupons", body="{}"),
        entry("/gifts", body="{}"),
    )
    drift = compare([path], [CONTRACT])
    assert (len(drift.findings), len(drift.undocumented), drift.left_out) == (1, 1, 2)
    assert "2 more are not listed" in "\n".join(lines(drift, "en"))


def test_an_operation_that_a_flaw_of_the_contract_reaches_is_not_judged(tmp_path: Path) -> None:
    document = CONTRACT.read_text(encoding="utf-8").replace("price: {type: number}", "price: {type: numbr}")
    contract = tmp_path / "shop.yaml"
    contract.write_text(document, encoding="utf-8")
    path = archive(tmp_path / "a.har", entry(body='{"id": "x"}'))
    drift = compare([path], [contract])
    assert (drift.judged, drift.findings, dict(drift.unchecked)) == (0, [], {"unread": 1})
    assert exit_code(drift) == 3
    assert "unknown type 'numbr'" in "\n".join(lines(drift, "en"))


def test_a_flaw_that_leaves_nothing_unread_is_no_limit(tmp_path: Path) -> None:
    document = CONTRACT.read_text(encoding="utf-8").replace("price: {", "price: {title: 5, ")
    contract = tmp_path / "shop.yaml"
    contract.write_text(document, encoding="utf-8")
    drift = compare([archive(tmp_path / "a.har", entry(body='{"id": 1}'))], [contract])
    assert [len(each.flaws) for each in drift.contracts] == [1]
    assert "flaws" not in "\n".join(lines(drift, "en"))


QUERIES = """\
openapi: 3.0.3
info: {title: Shop, version: "1"}
servers: [{url: https://api.shop.example/v1}]
security: [{key: []}]
paths:
  /products:
    get:
      operationId: listProducts
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: where, in: query, style: deepObject, schema: {type: object, properties: {size: {type: string}}}}
      responses: {"200": {description: found}, "400": {description: refused}}
  /rest?method=orders&v={v}:
    get: {operationId: orders, responses: {"200": {description: found}}}
components: {securitySchemes: {key: {type: apiKey, in: query, name: api_key}}}
"""


def test_query_parameters_that_no_contract_has_are_told_and_break_none(tmp_path: Path) -> None:
    contract = tmp_path / "queries.yaml"
    contract.write_text(QUERIES, encoding="utf-8")
    archived = archive(
        tmp_path / "a.har",
        entry("/products?page=1&utm=a&where[size]=m&api_key=k"),
        entry("/products?utm=b&%E9%A1%B5=2&utm=c"),
        entry("/products?refused=1", status=400),
        entry("/rest?method=orders&v=2&sign=x"),
    )
    drift = compare([archived], [contract])
    assert [(each.operation.id, each.name, each.count) for each in drift.undeclared] == [
        ("listProducts", "utm", 2),
        ("listProducts", "页", 1),
        ("orders", "sign", 1),
    ]
    assert (drift.findings, exit_code(drift)) == ([], 0)
    said = "\n".join(lines(drift, "en"))
    assert (
        "query parameters that no contract has (they break none)\n  listProducts: 'utm'  2 ×, first at"
        in said
    )
    (first, *_) = log(drift, "en")["runs"][0]["results"]
    assert (first["ruleId"], first["level"], first["occurrenceCount"]) == (
        "undeclared-query-parameter",
        "note",
        2,
    )
