"""``$product.id`` is the id on the participant that is asked, learned there; where nothing tells it, that is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import UsageError
from harness.linkage.contract.lint import lint
from harness.linkage.contract.reading import Document, read
from harness.linkage.contract.ways import Ways
from harness.linkage.promises.not_run import planned
from tests.support.vendor_system import FOLDER, System
from tests.support.vendors import Vendors, serving

TEXT = (FOLDER / "linkage.yaml").read_text(encoding="utf-8")
BY_SAME = "read: {call: stockOf, query: {sku: $product.same}}"
BY_ID = "read: {call: stockOf, query: {sku: $product.id}}"
FIND = "find: {call: goodsList, query: {outerId: $same}}"
APPEARS = "stock website→miniprogram[appears]"


@pytest.fixture
def ids(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the mini-program's backend is asked for stock by: its own numbers, no SKUs."""
    asked: list[str] = []
    answer = Vendors.mall

    def mall(vendors: Vendors, method: str, path: str, user: str, body: Any, query: dict[str, str]) -> Any:
        if path != "/stock":
            return answer(vendors, method, path, user, body, query)
        asked.append(query["sku"])
        sku = f"sku-p{int(query['sku']) - 1000}" if query["sku"].isdigit() else ""
        return (
            answer(vendors, method, path, user, body, {"sku": sku}) if sku in vendors.stock else (404, None)
        )

    monkeypatch.setattr(Vendors, "mall", mall)
    return asked


def document(folder: Path, *changes: tuple[str, str]) -> Document:
    text = TEXT.replace(BY_SAME, BY_ID)
    assert BY_ID in text
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "linkage.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file)


@contextmanager
def system(its: Document) -> Iterator[System]:
    vendors = Vendors()
    with serving(vendors) as urls:
        yield System(vendors, urls, its)


def test_a_reader_is_asked_with_its_own_id(tmp_path: Path, ids: list[str]) -> None:
    with system(document(tmp_path)) as played:
        lint(played.document, played.participants)
        outcome, _ = played.play(APPEARS)
    assert ids, "the mini-program was asked for the stock"
    assert all(id.isdigit() for id in ids), ids
    assert (outcome.findings, outcome.not_run, outcome.broken) == ((), (), ())


def test_a_read_by_the_same_value_tells_the_id(tmp_path: Path, ids: list[str]) -> None:
    by_read = "read: {call: goodsList, query: {outerId: $same}, items: /list}"
    goods = (f"{FIND}\n      read: {{call: goodsDetail, query: {{id: $id}}}}", by_read)
    with system(document(tmp_path, goods)) as played:
        outcome, _ = played.play(APPEARS)
    assert ids, "the mini-program was asked for the stock"
    assert all(id.isdigit() for id in ids), ids
    assert (outcome.findings, outcome.not_run, outcome.broken) == ((), (), ())


def test_an_id_that_nothing_tells_is_an_error(tmp_path: Path) -> None:
    with system(document(tmp_path, (f"{FIND}\n", "\n"))) as played:
        wrong = (
            r"linkage\.yaml:\d+: \$product\.id is the id of product on miniprogram, .*'find'.*\$product\.same"
        )
        with pytest.raises(UsageError, match=wrong):
            lint(played.document, played.participants)


def test_an_id_that_only_its_maker_knows_is_not_run(tmp_path: Path, ids: list[str]) -> None:
    its = document(tmp_path, (FIND, "make: {call: buy}"))
    with system(its) as played:
        outcome, _ = played.play(APPEARS)
        told = {
            f"{cell.entity} {cell.name}": cell.not_run
            for cell in planned(its.contract, played.participants, Ways())
        }
    assert not ids
    assert (outcome.findings, outcome.broken) == ((), ())
    assert outcome.not_run == (told[APPEARS],)
    assert "$product.id is the id of product on miniprogram" in str(told[APPEARS])


def test_a_needed_entity_has_an_id(tmp_path: Path) -> None:
    its = document(tmp_path, ("sku: $product.same, n: 2", "sku: $stock.id, n: 2"))
    with system(its) as played, pytest.raises(UsageError, match=r"\$stock\.id: stock has no 'id'"):
        lint(its, played.participants)
