"""An expression that is nothing where it stands is an error with its line, in every place that takes expressions."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.linkage.contract.lint import lint
from tests.linkage.test_lint import PARTICIPANTS, document

MAKE = "make: {call: createProduct, as: staff}"
REFUNDED = 'sets: {refunded: "= old.refunded + 7"}'
ORDER = "body: {product_id: $product.id, quantity: 2, gift: $product-2.id, points: 3}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # make: the record is not there yet
        (MAKE, "make: {call: createProduct, as: staff, body: {name: $same}}", r"\$same is not there yet: 'make'"),
        (MAKE, "make: {call: createProduct, as: staff, body: {name: $id}}", r"\$id is not there yet"),
        (MAKE, "make: {call: createProduct, as: staff, body: {name: 'TEA-1${price}'}}", r"\$price is not there yet"),
        (MAKE, "make: {call: createProduct, as: staff, body: {name: $person}}", r"\$person is nobody"),
        (MAKE, "make: {call: createProduct, as: staff, body: {name: $uniqe}}", r"\$uniqe .*did you mean 'unique'"),
        (MAKE, "make: {call: createProduct, as: staff, body: {name: TEA-$unique}}", r"is written \$\{unique\}"),
        (MAKE, "make: {call: createProduct, as: staff, body: {name: '${unique'}}", r"is no expression"),
        (MAKE, "make: {call: createProduct, as: staff, body: {name: $a.b.c}}", r"'\$a\.b\.c' is no expression"),
        (ORDER, ORDER.replace("$product.id", "$produkt.id"), r"does not name 'produkt'; did you mean 'product'"),
        (ORDER, ORDER.replace("$product.id", "$product.sku"), r"product has no 'sku'"),
        (ORDER, ORDER.replace("$product.id", "$stock.same"), r"stock has no 'same'"),
        # change, remove, acts
        ("body: {on_sale: true}}\n", "body: {name: $nme}}\n", r"\$nme is no field of it; did you mean 'name'"),
        ("body: {on_sale: false}", "body: {name: 'x $name'}", r"is written \$\{name\}"),
        ("body: {amount: $total}", "body: {amount: $totl}", r"\$totl is no field of it; did you mean 'total'"),
        ("body: {amount: $total}", "body: {amount: $same}", r"order has no 'same'"),
        # read, find, list, reads
        ("read: getProduct", "read: {call: getProduct, path: {product_id: $unique}}", r"in 'read' it is nothing"),
        ("read: getProduct", "read: {call: getProduct, path: {product_id: $name}}", r"\$name is not known yet"),
        ("query: {outerId: $same}", "query: {outerId: $sme}", r"\$sme is no field of it; did you mean 'same'"),
        ("query: {outerId: $same}", "query: {outerId: $id}", r"'find' is there to learn it"),
        ("query: {sku: $product.same}", "query: {sku: $id}", r"stock has no 'id'"),
        ("list: {call: listOrders,", "list: {call: listOrders, query: {no: $unique},", r"in 'list' it is nothing"),
        ("billRefunds, query: {no: $id}", "billRefunds, query: {no: $noo}", r"\$noo is no field of it"),
        # accounts, and what comes first there
        ("body: {phone: $phone}", "body: {phone: $fone}", r"yaml:8: \$fone is nothing that is known of a new person"),
        ('sendSms, body: {mobile: "+86${phone}"', 'sendSms, body: {mobile: "+86$phone"', r"is written \$\{phone\}"),
        # promises
        ("query: {user: li}", "query: {user: $balanc}", r"\$balanc is no field of it; did you mean 'balance'"),
        # values
        ("stock: {left: 90}, product-2", "stock: {left: $left}, product-2", r"'\$left': values stand here"),
        ("removed: {on_sale: false}", "removed: {on_sale: '${on_sale}'}", r"values stand here"),
        ("sets: {status: paid}", "sets: {status: $status}", r"values stand here"),
        (REFUNDED, 'sets: {refunded: "= old.refundd + 7"}', r"order has no field 'refundd'"),
        (REFUNDED, 'sets: {refunded: "= product.price"}', r"order has no field 'product'"),
        (REFUNDED, 'sets: {refunded: "= old.refunded +"}', r"is no arithmetic"),
        ("removed: {on_sale: false}", 'removed: {on_sale: "= old.price"}', r"is calculated only in 'sets'"),
        # effects, always
        ("pay: {points.balance: \"+ earned\"}", "pay: {points.balance: \"+ ${earned}\"}", r"is no arithmetic"),
        ("pay: {points.balance: \"+ earned\"}", "pay: {points.balance: \"+ old\"}", r"'old' is the values before"),
        ('always: ["left >= 0"]', 'always: ["$left >= 0"]', r"is no arithmetic"),
        ('always: ["left >= 0"]', 'always: ["lft >= 0"]', r"no field 'lft'.*did you mean 'left'"),
        ('always: ["left >= 0"]', 'always: ["sum >= 0"]', r"'sum' is of a list"),
    ],
)  # fmt: skip
def test_what_is_nothing_there_is_said_with_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(
        UsageError, match=rf"(?s)linkage\.yaml:\d+: .*{message}" if "yaml" not in message else message
    ):
        lint(document(tmp_path, old, new), PARTICIPANTS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (MAKE, 'make: {call: createProduct, as: staff, body: {name: "Tea ${unique}"}}'),
        (MAKE, "make: {call: createProduct, as: staff, body: {name: $$same}}"),
        (MAKE, "make: {call: createProduct, as: staff, body: {name: 5 $ off}}"),
        (ORDER, ORDER.replace("quantity: 2", "quantity: $product.price")),
    ],
)
def test_what_is_something_is_silent(tmp_path: Path, old: str, new: str) -> None:
    lint(document(tmp_path, old, new), PARTICIPANTS)
