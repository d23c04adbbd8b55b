"""Each reason why a check will not be run, as ``explain`` tells it: said where it holds, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from harness.linkage.contract.reading import read
from harness.linkage.contract.ways import Ways
from harness.linkage.participants.participant import Participant
from harness.linkage.promises.not_run import planned
from tests.linkage.test_lint import PARTICIPANTS, TEXT
from tests.support import vendor_accounts

ALL = {**PARTICIPANTS, "miniprogram": replace(PARTICIPANTS["miniprogram"], wechat=vendor_accounts.code)}
WAYS = Ways(frozenset({("website", "mall"), ("mall", "website")}))
QUIET = "nothing tells when no data is under way"
TAKES = '{stock.left: "- quantity", stock-2.left: "- 1", points.balance: "- points"}'
PAY = '      pay: {points.balance: "+ earned"}\n'


def reasons(
    folder: Path,
    *changes: tuple[str, str],
    ways: Ways = WAYS,
    participants: Mapping[str, Participant] = ALL,
) -> dict[str, str]:
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    file = folder / "linkage.yaml"
    file.write_text(text, encoding="utf-8")
    cells = planned(read(file).contract, participants, ways)
    return {f"{cell.entity} {cell.name}": cell.not_run.en for cell in cells if cell.not_run}


def test_where_all_is_said_every_check_is_run(tmp_path: Path) -> None:
    assert list(reasons(tmp_path)) == [
        "order miniprogram→website[last-write-wins]"
    ]  # no act comes again there


def test_without_a_drain_what_must_come_to_rest_is_not_run(tmp_path: Path) -> None:
    promises = "deletion-propagates, converges]\n  stock"
    more = (promises, promises.replace("converges", "converges, exactly-once"))
    found = reasons(tmp_path, more, ways=replace(WAYS, drains=False))
    told = {name for name, reason in found.items() if reason.startswith(QUIET)}
    assert told == {
        "product website→miniprogram[monotonic-reads]",
        "product website→miniprogram[last-write-wins]",
        "product website→miniprogram[exactly-once]",  # counted where it is found
        "order website→miniprogram[last-write-wins]",
        "order website→miniprogram[exactly-once]",
        "order miniprogram→website[exactly-once]",
    }
    settled = ("defaults: {within: 3s}", "defaults: {within: 3s, settle: 1s}")
    assert list(reasons(tmp_path, more, settled, ways=replace(WAYS, drains=False))) == [
        "order miniprogram→website[last-write-wins]"
    ]


def test_what_is_neither_moved_nor_counted_need_not_come_to_rest(tmp_path: Path) -> None:
    start, end = (
        TEXT.index("    effects:\n      make:"),
        TEXT.index("    promises: [appears, last-write-wins"),
    )
    no_effects = (TEXT[start:end], "")
    no_list = ("      list: {call: listOrders, items: /orders}\n", "")
    found = reasons(tmp_path, no_effects, no_list, ways=replace(WAYS, drains=False))
    assert "order website→miniprogram[exactly-once]" not in found


def test_without_a_proxy_nothing_is_cut_off(tmp_path: Path) -> None:
    found = reasons(tmp_path, ways=Ways())
    told = [name for name, reason in found.items() if reason.startswith("no proxy stands between")]
    assert told == [
        "product website→miniprogram[converges]",
        "order website→miniprogram[converges]",
        "order miniprogram→website[converges]",
    ]


def test_one_user_has_nobody_to_hide_from(tmp_path: Path) -> None:
    its = ALL["miniprogram"]
    alone = replace(its, backend=replace(its.backend, users=its.backend.users[:1]))
    found = reasons(tmp_path, participants={**ALL, "miniprogram": alone})
    told = [name for name, reason in found.items() if "miniprogram has one user only" in reason]
    assert told == ["points miniprogram[private]", "order miniprogram[private]"]


def test_what_is_stocked_or_given_back_may_run_out(tmp_path: Path) -> None:
    told = "        takes: {points.balance: /points}\n"
    stocked = reasons(tmp_path, (TAKES, '{stock.left: "- quantity"}'), (told, ""))
    given_back = reasons(tmp_path, (TAKES, '{points.balance: "- points"}'))
    assert not [name for name in (*stocked, *given_back) if "never-below" in name]


BUY = TEXT[TEXT.index("      make:\n        call: buy") : TEXT.index("      read: {call: billInfo")]


@pytest.mark.parametrize(
    ("changes", "cell", "said"),
    [
        (
            [(f"      make: {TAKES}\n", ""), ("      cancel: {stock", "      refund: {stock")],
            "order miniprogram→website[conserved]",
            "the contract says no act of miniprogram that has effects",
        ),
        (
            [(TAKES, '{points.balance: "+ points"}')],
            "order website→miniprogram[never-below]",
            "no effect of 'make' says what it takes",
        ),
        (
            [(TAKES, '{points.balance: "- points"}'), ("        takes: {points.balance: /points}\n", "")],
            "order website→miniprogram[never-below]",
            "nor is it said how to take all of it",
        ),
        (
            [("make: {call: createProduct, as: staff}", "acts: {}")],
            "order website→miniprogram[appears]",
            "the contract says no 'make' of website for product",
        ),
        (
            [(BUY, "")],
            "order miniprogram→website[nothing-lost]",
            "the contract says no 'make' of miniprogram for order",
        ),
        (
            [("change: {call: updateProduct, as: staff, body: {on_sale: true}}", "acts: {}")],
            "order miniprogram→website[appears]",
            "the contract says no 'change' of website for product",
        ),
    ],
)
def test_what_the_contract_does_not_say_is_told(
    tmp_path: Path, changes: list[tuple[str, str]], cell: str, said: str
) -> None:
    assert said in reasons(tmp_path, *changes).get(cell, "")
