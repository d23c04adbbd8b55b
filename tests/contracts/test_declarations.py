from __future__ import annotations

from pathlib import Path

import pytest

from harness.contracts import Contract, fields, load
from harness.contracts.declarations import declarations
from harness.contracts.expressions import Exchanged, evaluate
from harness.contracts.schema_extensions import Finder, marked_operation
from harness.core.errors import UsageError
from tests.support.backend_market import CONTRACTS, operation, the_contract

# What is written in market.yaml, what is made of it, and what the reader is told.
PAGINATION = "x-pagination: {limit: limit, offset: offset, items: /items, total: /total}"
SORTING = "x-sorting: {parameter: sort, by: {price: /price, made_at: /made_at}, default: -made_at}"
KEYS = "x-idempotency: {header: Idempotency-Key, conflict: 409}"
BACK = "{operation: getMe, same: {'request:/nickname': /nickname, /visits: /visits}}"
MONEY = "Money: {type: integer, minimum: 0, maximum: 9000000000, x-money: fen}"
BROKEN = {
    "misspelt": ("x-sorting:", "x-sortin:", "'x-sortin' is not a declaration; did you mean 'x-sorting'?"),
    "unknown key": (PAGINATION, PAGINATION.replace("offset:", "ofset:"), "x-pagination "),
    "extra key": (
        PAGINATION,
        PAGINATION.replace("total:", "totl:"),
        "x-pagination has no 'totl'; did you mean 'total'?",
    ),
    "not a pointer": (PAGINATION, PAGINATION.replace("/items", "items"), "x-pagination: items: "),
    "no place of a page": (
        PAGINATION,
        PAGINATION.replace(" offset: offset,", ""),
        "x-pagination: value: either 'offset' or 'page' says which page is meant",
    ),
    "two places of a page": (
        PAGINATION,
        PAGINATION.replace("limit: limit,", "limit: limit, page: q,"),
        "either 'offset' or",
    ),
    "unknown page": (
        PAGINATION,
        PAGINATION.replace("offset: offset", "page: ofset"),
        "'ofset' is not a query parameter of GET /goods; did you mean 'offset'?",
    ),
    "unknown parameter": (
        PAGINATION,
        PAGINATION.replace("limit: limit", "limit: limt"),
        "'limt' is not a query parameter of GET /goods; did you mean 'limit'?",
    ),
    "no such field": (
        PAGINATION,
        PAGINATION.replace("/items", "/itms"),
        "an answer of GET /goods has no /itms; did you mean '/items'?",
    ),
    "not a list": (PAGINATION, PAGINATION.replace("/items", "/total"), "/total is not a list"),
    "not a number": (
        PAGINATION,
        PAGINATION.replace("total: /total", "total: /items"),
        "/items is not a whole",
    ),
    "filter of no parameter": ("min_price: {field", "min_prise: {field", "did you mean 'min_price'?"),
    "filter of no field": (
        "{field: /kind, is: equal}",
        "{field: /kin, is: equal}",
        "an item of GET /goods has no /kin; did you mean '/kind'?",
    ),
    "unknown rule": ("is: at-least", "is: at-leest", "did you mean 'at-least'?"),
    "sort value not taken": (
        SORTING,
        SORTING.replace("by: {price", "by: {prices"),
        "the parameter 'sort' does not take 'prices'; did you mean 'price'?",
    ),
    "sort by no field": (
        SORTING,
        SORTING.replace(": /price", ": /prices"),
        "has no /prices; did you mean '/price'?",
    ),
    "unknown default": (
        SORTING,
        SORTING.replace("default: -made_at", "default: -made"),
        "default '-made' is not under by; did you mean 'made_at'?",
    ),
    "unknown operation": (
        "operation: getMe",
        "operation: getMee",
        "no operation 'getMee' here; did you mean 'getMe'?",
    ),
    "parameter of no operation": (
        "parameters: {order_id:",
        "parameters: {ordr_id:",
        "did you mean 'order_id'?",
    ),
    "needed parameter": (
        "parameters: {order_id: $response.body#/order_id}",
        "parameters: {}",
        "needs the parameter 'order_id'",
    ),
    "expression into nothing": (
        "$response.body#/order_id",
        "$response.body#/ordr_id",
        "did you mean '/order_id'?",
    ),
    "no expression": ("$response.body#/order_id", "$respons.body#/order_id", "is not a runtime expression"),
    "same of no field": (
        "same: [/lines, /total]",
        "same: [/lines, /totl]",
        "an answer of GET /orders/{order_id} has no /totl; did you mean '/total'?",
    ),
    "same of no body field": (
        BACK,
        BACK.replace("request:/nickname", "request:/nick"),
        "the body of PATCH /me has no /nick; did you mean '/nickname'?",
    ),
    "header": (KEYS, KEYS.replace("Idempotency-Key", "Idempotence-Key"), "did you mean 'Idempotency-Key'?"),
    "conflict": (KEYS, KEYS.replace("409", "419"), "POST /orders does not document 419"),
    "conflict that is none": (KEYS, KEYS.replace("409", "200"), "x-idempotency: conflict: "),
    "identity": (KEYS, KEYS.replace("409}", "409, identity: /id}"), "an answer of POST /orders has no /id"),
    "unit": ("x-money: fen", "x-money: yuan", "x-money names the unit, fen, cent, minor-unit, not 'yuan'"),
    "money with fractions": (MONEY, MONEY.replace("integer", "number"), "x-money is for a whole number"),
    "sum of no field": (
        "/lines/*/subtotal",
        "/lines/*/subtotl",
        "x-sum: 'subtotl' of /lines/*/subtotl is not in the schema; did you mean '/lines/*/subtotal'?",
    ),
    "sum of words": (
        "x-sum: ['/lines/*/subtotal', -/discount]",
        "x-sum: total",
        "x-sum is a list of pointers",
    ),
    "now": ("x-now: true", "x-now: yes", "x-now is true or not there"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_declaration_that_names_nothing_is_refused(case: str, tmp_path: Path) -> None:
    right, wrong, message = BROKEN[case]
    text = (CONTRACTS / "market.yaml").read_text(encoding="utf-8")
    assert right in text
    broken = text.replace(right, wrong, 1)
    (tmp_path / "a.yaml").write_text(broken, encoding="utf-8")
    line = 1 + [one == other for one, other in zip(text.split("\n"), broken.split("\n"), strict=True)].index(
        False
    )
    with pytest.raises(UsageError) as caught:
        load(tmp_path / "a.yaml")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert abs(int(str(caught.value).split("a.yaml:")[1].split(":")[0]) - line) <= 2


def test_filters_need_to_know_their_list(tmp_path: Path) -> None:
    text = (CONTRACTS / "market.yaml").read_text(encoding="utf-8")
    text = text.replace(PAGINATION, "description: none").replace(
        "total: {type: integer}\n", "total: {type: array, items: {}}\n", 1
    )
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"which list of GET /goods is meant\? Add x-pagination"):
        load(tmp_path / "a.yaml")


def test_declarations_as_read() -> None:
    declared = declarations(operation("listGoods"))
    assert declared.items == "/items"
    assert declared.filters["min_price"].rule == "at-least"
    assert declared.sorting is not None
    assert declared.sorting.order("-made_at") == ("/made_at", True)
    assert declared.sort_values == ["price", "-price", "made_at", "-made_at"]
    back = declarations(operation("renameMe")).reads_back
    assert back is not None
    assert back.pairs == [("request:/nickname", "/nickname"), ("/visits", "/visits")]


def test_a_name_of_its_own_may_sort_downwards() -> None:
    declared = declarations(operation("listGoods"))
    assert declared.sorting is not None
    sorting = declared.sorting.model_copy(update={"by": {"cheapest": "/price", "newest": "-/made_at"}})
    assert sorting.order("cheapest") == ("/price", False)
    assert sorting.order("newest") == ("/made_at", True)
    assert sorting.order("-newest") == ("/made_at", False)


@pytest.mark.parametrize(
    ("pointer", "found"), [("/items/*/price", 1), ("/items/3/good_id", 1), ("/total", 1), ("", 1)]
)
def test_fields_of_a_schema(pointer: str, found: int) -> None:
    goods = operation("listGoods")
    schema = fields.answer_schemas(goods)["200"]
    assert len(fields.find(goods.contract.library, schema, pointer)) == found


def test_a_field_that_is_not_there_is_told_from_one_that_is_left_open() -> None:
    contract = _contract({"type": "object", "properties": {"a": {"type": "object"}, "b": {}}})
    schema = contract.library.root.down("components", "schemas", "A")
    assert fields.find(contract.library, schema, "/a/anything") == []
    with pytest.raises(fields.NoField) as caught:
        fields.find(contract.library, schema, "/aa/x")
    assert caught.value.nearest == "/a"


def _contract(schema: object) -> Contract:
    contract = the_contract()
    contract.document["components"]["schemas"]["A"] = schema
    return contract


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$response.body#/order_id", "o_1"),
        ("$response.body#/lines/0/n", 2),
        ("$request.body#/note", "hi"),
        ("$request.path.id", 7),
        ("$request.query.page", 3),
        ("$request.header.X-One", "1"),
        ("$response.header.location", "/orders/o_1"),
        ("$statusCode", 201),
        ("constant", "constant"),
        ({"amount": "$response.body#/lines/0/n"}, {"amount": 2}),
    ],
)
def test_runtime_expressions(expression: object, value: object) -> None:
    exchanged = Exchanged(
        path={"id": 7},
        query={"page": 3},
        headers={"x-one": "1"},
        body={"note": "hi"},
        status=201,
        answered_headers={"Location": "/orders/o_1"},
        answered={"order_id": "o_1", "lines": [{"n": 2}]},
    )
    assert evaluate(expression, exchanged) == value


def test_marked_values_with_their_places() -> None:
    create = operation("createOrder")
    schema = fields.answer_schemas(create)["201"]
    order = {
        "order_id": "o_1",
        "lines": [{"subtotal": 5}, {"subtotal": 6}],
        "discount": 1,
        "total": 10,
        "created_at": "2026-01-01T00:00:00Z",
    }
    found = {(item.mark, item.at) for item in Finder(create.contract).marked(schema, order)}
    assert found == {
        ("x-money", "/lines/0/subtotal"),
        ("x-money", "/lines/1/subtotal"),
        ("x-money", "/discount"),
        ("x-money", "/total"),
        ("x-sum", "/total"),
        ("x-now", "/created_at"),
    }
    total = next(item for item in Finder(create.contract).marked(schema, order) if item.mark == "x-sum")
    assert total.parent == order
    assert total.pointer == "market.yaml#/components/schemas/Order/properties/total/x-sum"


def test_an_alternative_the_value_does_not_keep_to_marks_nothing(tmp_path: Path) -> None:
    text = (CONTRACTS / "market.yaml").read_text(encoding="utf-8")
    text = text.replace(
        "discount: {$ref: '#/components/schemas/Money'}",
        "discount: {oneOf: [{$ref: '#/components/schemas/Money'}, {type: 'null'}]}",
    )
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    contract = load(tmp_path / "a.yaml")
    schema = contract.library.root.down("components", "schemas", "Order")
    assert not [
        item for item in Finder(contract).marked(schema, {"discount": None}) if item.at == "/discount"
    ]
    assert [item for item in Finder(contract).marked(schema, {"discount": 3}) if item.at == "/discount"]


def test_which_operations_answer_with_marks() -> None:
    names = [item.id for item in the_contract().operations if marked_operation(item)]
    assert names == ["listGoods", "setPrice", "getGood", "listOrders", "createOrder", "getOrder"]
