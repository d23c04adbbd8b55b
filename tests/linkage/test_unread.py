"""No key of a linkage contract stands where nothing reads it: each says what it means there, or is an error."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from harness.core.errors import UsageError
from harness.linkage.checks.linkage_test import LinkageTest
from harness.linkage.contract import model
from harness.linkage.contract.lint import lint
from harness.linkage.contract.model import LinkageContract
from harness.linkage.contract.reading import Document, read
from harness.linkage.contract.unread_lint import not_promised
from tests.linkage.test_lint import PARTICIPANTS, TEXT

LINKAGE = Path(__file__).parents[2] / "harness" / "linkage"
# What only declares: it is told to people or to editors, not read by a check.
CONTRACT = LINKAGE / "contract"
READS_NOTHING = [*CONTRACT.glob("*lint.py"), CONTRACT / "model.py", CONTRACT / "account.py"]


def document(folder: Path, *changes: tuple[str, str]) -> Document:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    file = folder / "linkage.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file)


# every key of every model


def models(kind: Any, found: dict[str, type[BaseModel]]) -> dict[str, type[BaseModel]]:
    """``kind`` and all models it is made of, by name."""
    for each in (kind, *get_args(kind)):
        for part in get_args(each) if not isinstance(each, type) else (each,):
            if isinstance(part, type) and issubclass(part, BaseModel) and part.__name__ not in found:
                found[part.__name__] = part
                for field in part.model_fields.values():
                    models(field.annotation, found)
            elif part is not each:
                models(part, found)
    return found


MODELS = models(LinkageContract, {})
KEYS = sorted({(name, key) for name, one in MODELS.items() for key in one.model_fields})


def attributes() -> set[str]:
    """The attributes that the product takes of anything, and the names by which it gets them."""
    found: set[str] = set()
    for file in LINKAGE.rglob("*.py"):
        if file not in READS_NOTHING and "draft" not in file.parts:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute):
                    found.add(node.attr)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)  # getattr(entity, act)
    return found


def test_the_models_are_found() -> None:
    assert {"Entity", "ParticipantTable", "FieldRule", "Promise", "Read", "Act", "SignIn"} <= MODELS.keys()


def test_every_key_is_read_somewhere() -> None:
    """``notice`` was taken, and nobody was ever told."""
    read = attributes() | {"linkage"}  # the version, which is compared before the model is made
    assert [(name, key) for name, key in KEYS if key not in read] == []


CALLS = {
    "make": "make: {call: createProduct, as: staff",
    "change": "change: {call: updateProduct, as: staff",
    "remove": "remove: {call: updateProduct, as: staff",
    "restore": "restore: {call: updateProduct, as: staff",
    "find": "find: {call: goodsList",
    "read": "read: {call: goodsDetail",
    "list": "list: {call: listOrders",
    "reads": "reads: {refunds: {call: billRefunds",
    "acts": "pay: {call: payOrder",
}
VALUES = {"items": "/x", "takes": "{points.balance: /points}", "undo": "cancel", "sets": "{}", "after": "pay"}
VALUES |= {"times": "2", "sql": "select 1", "csv": "a.csv", "where": "{a: 1}", "made-on": "[website]"}
OF = {"make": "takes undo", "find": "items", "read": "items sql csv where", "list": "items sql csv where"}
OF |= {"acts": "sets after times made-on"}


@pytest.mark.parametrize("act", CALLS)
def test_a_call_has_only_the_keys_that_are_read_of_it(tmp_path: Path, act: str) -> None:
    """``sets`` of a make, ``items`` of a change, ``after`` of a remove were taken and read by nothing."""
    for key in VALUES.keys() - set(OF.get(act, "").split()):
        with pytest.raises(UsageError) as caught:
            document(tmp_path, (CALLS[act], f"{CALLS[act]}, {key}: {VALUES[key]}"))
        assert f"{key!r} belongs in " in str(caught.value)


def test_all_calls_are_walked() -> None:
    calls = {key for key, field in model.ParticipantTable.model_fields.items() if field}
    assert calls == CALLS.keys()
    common, *kinds = (
        {field.alias or name for name, field in kind.model_fields.items()}
        for kind in (model.Call, model.Make, model.Act, model.Read)
    )
    assert set().union(*kinds) - common == VALUES.keys()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        # a field is one thing
        (
            "money: {miniprogram: yuan}}",
            "money: {miniprogram: yuan}, number: true}",
            "'number' says nothing beside 'money'",
        ),
        (
            "money: {miniprogram: yuan}}",
            "money: {miniprogram: yuan}, tolerance: 1s}",
            "'tolerance' is for times",
        ),
        (
            "values: {miniprogram: {1: true, 0: false}}}",
            "values: {miniprogram: {1: true}}, number: true}",
            "'number' says nothing beside 'values'",
        ),
        (
            "miniprogram: epoch-ms}, tolerance",
            "miniprogram: epoch-ms}, number: true, tolerance",
            "'time' says nothing beside 'number'",
        ),
        (
            "price: {website: /price, miniprogram: /info/retailPrice,",
            "price: {website: /price,",
            "money of miniprogram: the field does not stand there",
        ),
        # promises
        (
            "promises: {conserved: ,",
            "promises: {conserved: {query: {user: li}},",
            "promises.conserved: 'query' is said of 'private'",
        ),
        # records without an id
        (
            "website: {read: getPoints}",
            "website: {read: {call: getPoints, items: /entries}}",
            "the whole answer is the record: 'items' says nothing. Give it an 'id'",
        ),
        (
            "website: {read: getPoints}",
            "website: {read: getPoints, list: getPoints}",
            "points has no 'id', .*nothing tells it apart in a 'list'",
        ),
        (
            "    id: {website: /order_no",
            "    find: goodsList\n    id: {website: /order_no",
            "it looks for the value of 'same', which order has none of",
        ),
        (
            "same: {website: /sku, miniprogram: /outerId}",
            "same: {website: /sku}",
            "'find' needs to know where 'same' stands on miniprogram",
        ),
        (
            "list: {call: listOrders, items: /orders}",
            "list: {call: listOrders, items: /orders, shows-removed: true}",
            "order has no 'removed', which says with which fields a list goes on showing",
        ),
        # people who come in
        (
            "sign-up: {call: register,",
            "sign-up: {call: register, new: true,",
            "'new' belongs in accounts.PARTICIPANT.sign-in",
        ),
        (
            "{call: openSession,",
            "{call: openSession, follows: phone,",
            "'follows' is said of a call that is told the phone and",
        ),
        # what is said for all and served by none
        (
            "  points:\n    title: {zh: 积分, en: points}\n",
            "  points:\n    title: {zh: 积分, en: points}\n    change: setPoint\n",
            "no participant serves an operation 'setPoint'",
        ),
        (
            "        pay: {call: payOrder",
            "        change: {call: payOrder",
            "acts.change: 'change' is a key of its own",
        ),
        (
            "    removed: {on_sale: false}\n",
            "    removed: {on_sale: false}\n    removed: {}\n",
            "'removed' stands here a second time; the first is in line 45",
        ),
        (
            "- {call: wxLogin, body:",
            "- {call: wxLogin, call: wxLogin, body:",
            "'call' stands here a second time; the first is in line 13",
        ),
    ],
)
def test_what_nothing_reads_is_an_error(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(UsageError, match=rf"linkage\.yaml:\d+: .*{said}"):
        lint(document(tmp_path, (old, new)), PARTICIPANTS)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("money: {miniprogram: yuan}}", "within: 2s}", r"'within' belongs in promises\.NAME"),
        (
            "      name: {website",
            "      within: 2s\n      name: {website",
            r"fields\.within: .*; 'within' belongs in promises\.NAME",
        ),
        (
            "      read: getProduct\n",
            "      read: getProduct\n      money: {miniprogram: yuan}\n",
            r"'money' belongs in fields\.NAME",
        ),
        (
            "      read: getProduct\n",
            "      read: getProduct\n      removed: {on_sale: false}\n",
            r"'removed' belongs beside 'fields', in the entity itself",
        ),
        (
            "      read: getProduct\n",
            "      read: getProduct\n      effects: {}\n",
            r"'effects' belongs beside 'fields', in the entity itself",
        ),
        (
            "      read: getOrder\n",
            "      read: getOrder\n      sets: {status: paid}\n",
            r"'sets' belongs in PARTICIPANT\.acts\.NAME",
        ),
        (
            "defaults: {within: 3s}",
            "defaults: {within: 3s, tolerance: 1s}",
            r"'tolerance' belongs in entities\.NAME\.fields\.NAME",
        ),
        ("defaults: {within: 3s}", "defaults: {within: 3s}\nsettle: 2s", r"'settle' belongs in defaults"),
        ("    token: /data/key\n", "    new: true\n", r"'new' belongs in accounts\.PARTICIPANT\.sign-in"),
    ],
)
def test_a_key_in_a_wrong_place_is_told_where_it_belongs(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        document(tmp_path, (old, new))


def test_what_people_would_notice_is_said_of_a_broken_promise(tmp_path: Path) -> None:
    its = document(
        tmp_path, ("    removed: {on_sale: false}\n", "    notice: {zh: 价格不对, en: a wrong price}\n")
    )
    test = object.__new__(LinkageTest)
    object.__setattr__(test, "entity", its.contract.entities["product"])
    assert test.complaint.en == "breaks the linkage contract (people would notice: a wrong price)"


def test_what_no_promise_reads_is_told(tmp_path: Path) -> None:
    assert list(not_promised(document(tmp_path).contract)) == []
    found = not_promised(
        document(
            tmp_path,
            ("promises: [appears, conserved]", "promises: [appears]"),
            ("promises: [one-account]", "promises: [appears]"),
            ("conserved: , private: {query: {user: li}}, one-account: ", "conserved: , private: "),
            ("conserved, never-below, private", "conserved, private"),
            ("nothing-lost, deletion-propagates,", "nothing-lost,"),
        ).contract
    )
    assert [text.en.partition(",")[0] for text in found] == [
        "accounts is for one-account",
        "product.removed is for deletion-propagates",
        "product.restore is for deletion-propagates",
        "stock.always is for conserved",
        "order.takes is for never-below",
    ]
