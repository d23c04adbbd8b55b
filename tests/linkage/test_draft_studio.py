"""What a draft makes of a system where records show what they need, and staff do what members may not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.api.client import Request
from harness.contracts import load
from harness.linkage.draft.draft import Drafter
from harness.linkage.draft.entry import Entry
from harness.linkage.draft.places import reading
from harness.linkage.draft.resources import counts_of_pages
from harness.linkage.draft.session import DraftSession, NotAccepted
from tests.support.studio import Studio, document, running


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Studio, Drafter]]:
    with running(tmp_path_factory.mktemp("studio")) as (studio, participants):
        drafter = Drafter(participants, 1, 1.0, 0.6)
        drafter.run()
        yield studio, drafter


@pytest.fixture(scope="module")
def entries(drafted: tuple[Studio, Drafter]) -> dict[str, Entry]:
    return {entry.name: entry for entry in drafted[1].entries}


def at(entry: Entry) -> dict[str, str | None]:
    """By pointer on the website where a field stands on the mini-program."""
    return {field.at["website"]: field.at.get("miniprogram") for field in entry.fields.values()}


def test_a_record_is_not_found_in_what_it_needs(entries: dict[str, Entry]) -> None:
    """A booking shows the title of its course: the course is not the booking for that."""
    booking = entries["booking"].sides["miniprogram"]
    assert booking.calls["read"] == {"call": "yuYueDetail", "body": {"yuYueId": "$id"}}
    assert (booking.id, booking.same) == ("/yuYueId", "/yuYueHao")
    found = at(entries["booking"])
    assert found["/count"] == "/renShu"
    assert found["/note"] == "/beiZhu"
    assert found["/course/title"] == "/keChengMing"
    states = entries["booking"].fields["state"].units["values"]["miniprogram"]
    assert states == {10: "pending", 20: "paid", 40: "attended"}


def test_an_id_is_sent_in_the_type_of_its_place(
    drafted: tuple[Studio, Drafter], entries: dict[str, Entry]
) -> None:
    studio, _ = drafted
    find = entries["course"].sides["miniprogram"].calls["find"]
    assert find == {"call": "keChengList", "body": {"outId": "${same}"}}
    sent = [value for _, request, _ in studio.sent for value in (request.body or {}).items()]
    assert {type(value) for name, value in sent if name in ("outId", "keChengId", "yuYueId")} == {str}


def test_what_another_participant_writes_names_its_own_ids(drafted: tuple[Studio, Drafter]) -> None:
    _, drafter = drafted
    writes = drafter.reader_writes["booking", "miniprogram"]
    assert writes["make"] == {"call": "yuYueCreate", "body": {"keChengId": "$course.id"}}
    assert writes["change"] == {"call": "yuYueUpdate", "body": {"yuYueId": "$id"}}
    assert writes["pay"]["call"] == "yuYuePay"
    assert drafter.reader_writes["me", "miniprogram"] == {"change": {"call": "huiYuanUpdate"}}


@pytest.mark.parametrize(
    ("id", "body", "reads"),
    [
        ("summary", {}, True),
        ("profile", {"nickname": {"type": "string"}}, False),
        ("updateProfile", {}, False),
        ("signIn", {}, False),
    ],
)
def test_what_a_post_without_a_verb_is_called_after(
    id: str, body: dict[str, object], reads: bool, tmp_path: Path
) -> None:
    path = tmp_path / "me.json"
    path.write_text(json.dumps(document("me", {id: ("post", f"/me/{id}", {}, body, {})})), encoding="utf-8")
    assert reading(load(path).operations[0]) is reads


def test_what_the_person_may_not_do_somebody_else_does(entries: dict[str, Entry]) -> None:
    """Staff check in who has paid: the person may not (403), another member does not find it (404)."""
    acts = entries["booking"].sides["website"].acts
    assert acts["check-in"] == {
        "call": "checkInBooking",
        "as": "staff",
        "after": "pay",
        "sets": {"state": "attended"},
    }
    assert "as" not in acts["pay"]


def test_what_staff_see_is_still_somebodys(entries: dict[str, Entry]) -> None:
    owners = {name: entry.of for name, entry in entries.items()}
    assert owners == {"course": None, "booking": "han", "me": "han", "credits": "han"}


def test_fields_that_later_writes_tell_apart_are_found(entries: dict[str, Entry]) -> None:
    """Of a course nobody has booked, all seats are left."""
    found = at(entries["course"])
    assert (found["/seats"], found["/left"]) == ("/mingE", "/yuWei")
    assert entries["booking"].effects["make"]["course.left"] == "- count"
    assert not [note.en for note in entries["course"].notes if "/left" in note.en]


def test_a_time_years_ahead_is_a_time(entries: dict[str, Entry]) -> None:
    assert entries["course"].fields["starts"].units["time"] == {"miniprogram": "epoch-ms"}


def test_what_was_there_before_a_change_does_not_hide_it(entries: dict[str, Entry]) -> None:
    """The member's number is shown at once, the new name later."""
    assert at(entries["me"]) == {"/memberNo": "/kaHao", "/nickname": "/niCheng"}


def test_a_needed_record_is_in_the_state_that_it_was_needed_in(entries: dict[str, Entry]) -> None:
    """Nobody can book a course that is closed, and a check may make one."""
    assert entries["booking"].needs["course"]["state"] == "open"


def test_there_is_enough_of_what_making_takes_though_another_field_says_how_much(
    entries: dict[str, Entry],
) -> None:
    """Nobody sets how many seats are left, but how many there are."""
    assert entries["booking"].needs["course"]["seats"] == 90


def test_a_balance_is_read_by_a_post_whose_path_has_no_verb(entries: dict[str, Entry]) -> None:
    credits = entries["credits"]
    assert credits.sides["miniprogram"].calls["read"] == {"call": "jiFenBalance", "body": {}}
    assert entries["booking"].effects["make"]["credits.balance"] == "- cost"


def test_only_what_is_waited_for_says_how_long_it_takes(entries: dict[str, Entry]) -> None:
    assert max(entries["course"].lags) < 0.3


def test_how_many_entries_a_list_has_is_no_entity(
    drafted: tuple[Studio, Drafter], entries: dict[str, Entry]
) -> None:
    assert not entries.keys() & {"entries", "ji_fen", "hui_yuan"}
    assert [text.en.partition(" ")[0] for text in drafted[1].left_out] == ["entries", "ji_fen"]


@pytest.mark.parametrize(
    ("beside", "counts"),
    [
        ({"page": {}, "total": {}, "balance": {}}, {"/page", "/total"}),
        ({"pageSize": {}, "totalCount": {}}, {"/pageSize", "/totalCount"}),
        ({"hasMore": {}, "count": {}}, {"/hasMore", "/count"}),
        ({"total": {}, "count": {}}, set()),  # of a cart, what it costs
    ],
)
def test_what_counts_the_pages_of_a_list(beside: dict[str, object], counts: set[str], tmp_path: Path) -> None:
    path = tmp_path / "cart.json"
    answer = {"items": {"type": "array", "items": {"type": "object"}}, **beside}
    path.write_text(
        json.dumps(document("cart", {"get": ("get", "/cart", answer, None, {})})), encoding="utf-8"
    )
    assert counts_of_pages(load(path).operations[0]) == counts


def test_a_refusal_is_told_with_what_was_sent(tmp_path: Path) -> None:
    with running(tmp_path) as (_, participants):
        mini = participants["miniprogram"]
        asked = DraftSession(mini, seed=1, timeout=1.0)
        with pytest.raises(NotAccepted) as refused:
            asked.write(mini.operation("yuYuePay"), Request(body={"yuYueId": 30001}), ["han"])
    assert refused.value.said.en == '400 null; sent: {"yuYueId": 30001}'
    assert NotAccepted(mini.operation("yuYuePay"), "no answer").said.en == "no answer"
