"""A list whose answer says that there is more, or that is as long as a page, shows a part."""

from __future__ import annotations

from typing import Any

import pytest

from harness.api.client import Request
from harness.contracts import Operation, load
from harness.linkage.draft.entry import Side
from harness.linkage.draft.writing import list_in_pages
from harness.linkage.participants import pages
from harness.linkage.participants.record import Record
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.participants.shown_part import part, text
from tests.support.vendor_system import System

DOCUMENT = """
openapi: 3.1.0
info: {title: shop, version: "1"}
paths:
  /goods:
    get:
      operationId: listed
      parameters:
        - {name: page, in: query, schema: {type: integer, default: 1}}
        - {name: pageSize, in: query, schema: {type: integer, default: 3}}
      responses: {"200": {description: ok}}
  /declared:
    get:
      operationId: declared
      x-pagination: {limit: limit, offset: offset, items: ""}
      parameters:
        - {name: limit, in: query, schema: {type: integer, default: 3}}
        - {name: offset, in: query, schema: {type: integer, default: 0}}
      responses: {"200": {description: ok, content: {application/json: {schema: {type: array, items: {}}}}}}
  /all:
    get:
      operationId: everything
      responses: {"200": {description: ok}}
"""


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Operation]:
    file = tmp_path_factory.mktemp("shop") / "shop.yaml"
    file.write_text(DOCUMENT, encoding="utf-8")
    return {one.id: one for one in load(file).operations}


@pytest.mark.parametrize(
    ("name", "beside", "shown", "said"),
    [
        ("everything", {"total": 27}, 20, "20 of 27 shown"),
        ("everything", {"totalCount": 27}, 20, "20 of 27 shown"),
        ("everything", {"meta": {"record_count": 27}}, 20, "20 of 27 shown"),
        ("everything", {"totalElements": 27, "last": False}, 20, "20 of 27 shown"),
        ("everything", {"has_more": True}, 20, "20 shown, and there are more"),
        ("everything", {"nextCursor": "b2Zm"}, 20, "20 shown, and there are more"),
        ("everything", {"links": {"next": "/all?page=2"}}, 20, "20 shown, and there are more"),
        ("everything", {"is_end": False}, 20, "20 shown, and there are more"),
        ("everything", {"pageCount": 2}, 20, "20 shown, and there are more"),
        ("listed", {"count": 3}, 3, "3 shown, just as many as pageSize says, and there may be more"),
        ("listed", {}, 3, "3 shown, just as many as pageSize says, and there may be more"),
        ("everything", {"total": 20}, 20, ""),
        ("everything", {"has_more": False, "next": None}, 20, ""),
        ("everything", {"total_amount": 4000, "balance": 900, "pages": 1}, 20, ""),
        ("everything", {"total": True}, 0, ""),
        ("listed", {"total": 3}, 3, ""),
        ("listed", {"hasMore": False}, 3, ""),
        ("listed", {}, 2, ""),
        ("listed", {}, 0, ""),
    ],
)
def test_how_much_is_shown(
    operations: dict[str, Operation], name: str, beside: dict[str, Any], shown: int, said: str
) -> None:
    data = {"found": {"items": [{}] * shown, **beside}}
    found = part(operations[name], Request(), data, "/found/items", shown)
    assert (found.en if found else "") == said
    above = part(operations[name], Request(), {"items": [{}] * shown, **beside}, "/items", shown)
    assert (above.en if above else "") == said


def test_a_draft_says_of_a_list_in_pages_that_later_ones_are_not_seen(
    operations: dict[str, Operation],
) -> None:
    [note] = list_in_pages("website", Side(calls={"list": {"call": "listed"}}), operations["listed"])
    assert "'list' on website, listed, comes in pages (page, pageSize)" in note.en
    assert "（page, pageSize）" in note.zh
    for name in ("everything", "declared"):
        assert list_in_pages("website", Side(calls={"list": {"call": name}}), operations[name]) == []


def test_a_draft_asks_a_list_in_pages_for_the_one_record(operations: dict[str, Operation]) -> None:
    """Where it is found by that: the list may have been drafted, or the record not have stood on its first page."""
    find = {"call": "listed", "query": {"sku": "$same"}}
    for calls in ({"find": find, "list": {"call": "listed"}}, {"find": find}):
        side = Side(calls=dict(calls))
        assert list_in_pages("website", side, operations["listed"]) == []
        assert side.calls["list"] == find
    another = Side(calls={"find": {**find, "call": "search"}})
    assert list_in_pages("website", another, operations["listed"]) == []
    assert "list" not in another.calls


def test_a_list_that_is_longer_than_what_is_read_of_it_shows_a_part(operations: dict[str, Operation]) -> None:
    """What comes after the last page that is read was said to be lost."""
    most = pages.most(operations["declared"])
    assert most is not None
    assert text("website", operations["declared"], Request(), [{}] * (most - 1), "") is None
    said = text("website", operations["declared"], Request(), [{}] * most, "")
    assert said is not None
    assert (
        said.en == f"declared on website: read as far as its entry {most}, and there may be more: add a query"
    )
    assert str(most) in said.zh


def test_a_record_with_a_list_that_was_not_read_to_its_end_is_not_known(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sum of its entries was said to be wrong: those behind the last page that is read were not in it."""
    entity = system.document.contract.entities["points"]
    session = ParticipantSession(system.participants["website"], seed=1, timeout=5.0, traceparent="")
    call = session.participant.call(entity, "read")
    assert call is not None
    monkeypatch.setattr(pages, "declared_items", lambda operation: "/entries")
    monkeypatch.setattr(pages, "most", lambda operation: 1000)
    assert session.read(entity, call, Record("points", entity.of)).found
    monkeypatch.setattr(pages, "most", lambda operation: 1)
    reading = session.read(entity, call, Record("points", entity.of))
    session.close()
    assert not reading.found
    assert not reading.absent
    assert "read as far as its entry 1, and there may be more" in reading.words.en


def test_the_size_that_was_asked_for_counts(operations: dict[str, Operation]) -> None:
    asked = Request(query={"pageSize": "10"})
    assert part(operations["listed"], asked, [{}] * 3, "", 3) is None
    assert part(operations["listed"], asked, [{}] * 10, "", 10) is not None
