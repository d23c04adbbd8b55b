from __future__ import annotations

from typing import Any

import pytest

from harness.checks.item import CheckItem
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds import generated, parity, refusals
from harness.core.errors import UsageError
from harness.plugin.selection import comes_last, select
from tests.support.backend_shelf import SETTINGS, Serve, serve, the_contract

__all__ = ["serve"]


@pytest.fixture
def items(serve: Serve) -> list[pytest.Item]:
    website, phone = serve(name="website"), serve(name="phone", platforms=("miniprogram",))
    contract = the_contract()
    tests = [
        *generated.tests(contract, website, SETTINGS),
        *generated.tests(contract, phone, SETTINGS),
        *refusals.tests(contract, phone, SETTINGS),
        *parity.tests(contract, [website, phone], SETTINGS),
    ]
    return [item_of(test, number) for number, test in enumerate(tests)]


def item_of(test: ContractTest, number: int) -> Any:
    item = object.__new__(CheckItem)  # as pytest collected it; only what it is about matters here
    item.test, item.name, item._nodeid = test, test.name, str(number)
    return item


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (["operation=getBook"], ["getBook", "getBook", "getBook[statuses]", "getBook"]),
        (["operation=getBook", "kind=generated"], ["getBook", "getBook"]),
        (["backend=website", "operation=getBook"], ["getBook", "getBook"]),  # parity is about both
        (
            ["kind=statuses", "kind=parity", "operation=addBook", "operation=whereIsIt"],
            ["addBook[statuses]", "whereIsIt"],
        ),
    ],
)
def test_keys_narrow_and_values_widen(items: list[pytest.Item], wanted: list[str], kept: list[str]) -> None:
    left_out = select(items, wanted)
    assert [item.name for item in items if item not in left_out] == kept


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("operation=getBok", "no contract test has operation 'getBok'; did you mean 'getBook'?"),
        ("backend=websit", "no contract test has backend 'websit'; did you mean 'website'?"),
        (
            "oparation=getBook",
            "with a key of backend, contract, operation, tag, kind; did you mean 'operation'?",
        ),
        ("operation", "write KEY=VALUE"),
    ],
)
def test_a_wish_nothing_can_meet_is_an_error(items: list[pytest.Item], wish: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        select(items, [wish])
    assert words in str(error.value)


def test_what_a_file_that_was_not_collected_would_have_met_is_not_judged(items: list[pytest.Item]) -> None:
    """Its own error has been told; that no test has what is asked for would mislead."""
    assert select(items, ["kind=linkage"], incomplete=True) == items


def test_what_compares_the_backends_runs_when_all_others_have_written(items: list[pytest.Item]) -> None:
    other: Any = object()  # a scenario, for one
    mixed = sorted([*reversed(items), other], key=comes_last)
    kinds = [item.test.kind if isinstance(item, CheckItem) else "scenario" for item in mixed]
    assert kinds.index("parity") > max(kinds.index(kind) for kind in ("generated", "statuses", "scenario"))
    assert set(kinds[kinds.index("parity") :]) == {"parity"}
