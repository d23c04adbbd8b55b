"""What a draft makes of systems unlike the shop: reads by POST, several platforms on one service, rows and files."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.client import Answer, Request
from harness.config.settings import load as load_settings
from harness.contracts import load
from harness.core.platforms import USUAL
from harness.linkage.contract.members import Member
from harness.linkage.draft import amounts
from harness.linkage.draft.division import divided
from harness.linkage.draft.draft import Drafter
from harness.linkage.draft.effects import effects, supplies
from harness.linkage.draft.entry import Entry, FieldEntry, Side
from harness.linkage.draft.names import noun, title
from harness.linkage.draft.needs import require_supplies
from harness.linkage.draft.order import in_order
from harness.linkage.draft.places import filters, required, split
from harness.linkage.draft.rendering import shortened
from harness.linkage.draft.resources import resources
from harness.linkage.draft.session import Sent
from harness.linkage.draft.study import Moved
from harness.linkage.draft.tables import RowSession
from harness.linkage.draft.tokens import Token
from harness.linkage.draft.units import Units
from harness.linkage.draft.values import Sample, match
from harness.linkage.draft.writer import Made
from harness.linkage.draft.writing import fields, leave_out_what_is_not_kept
from harness.linkage.participants.csv_folder import CsvFolder
from harness.linkage.participants.database import Database
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.row_source import RowSource
from harness.runs.backends import backends_of
from harness.runs.linkage import participants_of
from harness.runs.linkage_draft import reads_of

TESTS = Path(__file__).parents[1]


def _participant(name: str, *path: str, database: RowSource | None = None) -> Participant:
    contracts = (TESTS.joinpath(*path),) if path else ()
    title = USUAL.title("website")
    backend = BackendUnderTest(
        name=path[-1] if path else name,
        title=title,
        platforms=(name,),
        contracts=contracts,
        base_url=lambda: "",
    )
    return Participant(name, title, backend, tuple(map(load, contracts)), database=database)


CLINIC = ("fixture_gateway", "contracts", "clinic.yaml")
SHOP = ("fixture_brands", "contracts", "shop.yaml")


def test_reads_by_post_are_resources_with_ids_in_their_bodies() -> None:
    found = {one.read.id: one for one in resources(_participant("website", *CLINIC))}
    doctor, appointment, booking = found["doctorInfo"], found["appointmentInfo"], found["getBooking"]
    assert (doctor.name, doctor.id) == ("doctor", "doctorNo")
    writes = (doctor.make, doctor.change, doctor.remove)
    assert [one and one.id for one in writes] == ["addDoctor", "editDoctor", "closeDoctor"]
    assert appointment.make is not None
    assert appointment.make.id == "makeAppointment"
    assert {name: one.id for name, one in appointment.acts.items()} == {"cancel": "cancelAppointment"}
    assert {name: one.id for name, one in booking.acts.items()} == {"revoke": "revokeBooking"}
    assert booking.list is not None
    assert booking.list.id == "findBookings"


def test_the_body_of_a_read_says_the_id_and_no_filter_beside_it() -> None:
    operations = _participant("website", *CLINIC).operations
    read, find = operations["doctorInfo"], operations["findDoctors"]
    assert required(read) == ["doctorNo"]
    assert split(read, {"doctorNo": "D7"}).body == {"doctorNo": "D7"}  # the example has onlyOpen, too
    assert (required(find), filters(find)) == ([], ["code"])
    assert split(find, {}).body == {}
    assert required(operations["editDoctor"]) == []  # a write says it by its own body


def test_one_service_of_several_platforms_is_divided_by_paths() -> None:
    ends = {name: _participant(name, *CLINIC) for name in ("website", "miniprogram")}
    found, notes = divided(ends)
    assert "getDoctor" not in found["website"].operations
    assert "addDoctor" not in found["miniprogram"].operations
    assert all("login" in one.operations for one in found.values())
    assert len(notes) == 2
    brands = {name: _participant(name, *SHOP) for name in ("website", "staff")}
    shares = {name: set(one.operations) for name, one in divided(brands)[0].items()}
    assert shares["staff"] == {"addItem", "staffItem", "editItem", "staffOrder"}
    assert shares["website"] == {"shopItem", "placeOrder", "shopOrder", "cancelOrder"}


def test_what_no_path_tells_is_everybodys() -> None:
    ends = {name: _participant(name, "fixture_erp", "contracts", "site.yaml") for name in ("one", "other")}
    assert divided(ends) == (ends, [])


def test_what_another_participant_makes_comes_before_what_needs_it() -> None:
    brands, _ = divided({name: _participant(name, *SHOP) for name in ("website", "staff")})
    found = [one for each in brands.values() for one in resources(each)]
    names = [one.read.id for one in in_order(found)]
    assert names.index("staffItem") < names.index("shopOrder")


def test_an_ending_of_a_path_is_not_its_noun() -> None:
    assert noun("/trade/create.json", "createTrade") == "trade"
    assert noun("/order/detail.do", "detail") == "order"


# rows


@pytest.fixture
def erp(tmp_path: Path) -> RowSession:
    file = tmp_path / "erp.db"
    database = sqlite3.connect(file)
    database.executescript(
        "create table inbox (id text, message text);"
        "create table so (so_id integer, source_no text, amt numeric);"
        "create table lines (line_id integer, source_no text, pieces integer);"
        "insert into inbox values ('m1', 'S000001 149.37');"
        "insert into so values (1, 'S000001', 149.37), (2, 'S000002', 20.01);"
        "insert into lines values (1, 'S000001', 3), (2, 'S000001', 4);"
    )
    database.close()
    return RowSession(_participant("erp", database=Database("erp", lambda: f"sqlite:///{file}")))


RECORD = {"number": "S000001", "total": 14937}
NUMBER = Token("$same", "S000001", ("number",), "/number")


def test_the_row_of_a_record_is_found_by_its_number(erp: RowSession) -> None:
    found = erp.search(RECORD, [Token("$id", "o-1", ("id",), "/id"), NUMBER])
    assert found is not None
    place, row = found
    assert (place.table, place.column, row["amt"]) == ("so", "source_no", 149.37)
    call = {"sql": "select source_no, amt from so where source_no = :same"}
    assert place.call("same", ["amt"]) == call
    assert erp.row(place, "S000002") == {"so_id": 2, "source_no": "S000002", "amt": 20.01}


def test_no_row_has_what_is_nowhere(erp: RowSession) -> None:
    assert erp.search(RECORD, [Token("$same", "S000009", ("number",), "/number")]) is None
    found = erp.search({"pieces": 3}, [NUMBER])
    assert found is None or found[0].table != "lines"  # of two rows nobody knows which is the record


def test_the_line_of_a_file_is_found_whatever_its_columns_are_called(tmp_path: Path) -> None:
    (tmp_path / "picks.csv").write_text("单号,件数\nS000001,3\nS000002,4\n", encoding="gbk")
    warehouse = RowSession(
        _participant("warehouse", database=CsvFolder("warehouse", lambda: tmp_path, "gbk"))
    )
    found = warehouse.search(RECORD, [NUMBER])
    assert found is not None
    assert found[0].call("same", []) == {"csv": "picks.csv", "where": {"单号": "$same"}}
    assert found[1] == {"单号": "S000001", "件数": "3"}


# values


@pytest.mark.parametrize(
    ("pairs", "units"),
    [
        ([(3, "3"), (4, "4")], Units(number=True)),
        (
            [("2026-11-30T07:30:00+00:00", "20261130153000")],
            Units(time=("rfc3339", "%Y%m%d%H%M%S")),
        ),
        (
            [("2026-11-30T07:30:00+00:00", "2026/11/30 15:30:00")],
            Units(time=("rfc3339", "%Y/%m/%d %H:%M:%S")),
        ),
    ],
)
def test_units_are_seen_in_the_values(pairs: list[tuple[object, object]], units: Units) -> None:
    shown = [
        Sample(str(number), {"field": one}, {"there": other}) for number, (one, other) in enumerate(pairs)
    ]
    assert match(shown, one_operation=False).sure["/field"].units == units


def test_words_are_sure_where_a_record_changed_after_others_were_read() -> None:
    shown = [
        Sample("second", {"open": True}, {"on": 1}),
        Sample("first", {"open": True}, {"on": 1}),
        Sample("second", {"open": False}, {"on": 0}),
    ]
    assert match(shown, one_operation=False).sure["/open"].units == Units(words=((True, 1), (False, 0)))


def test_the_id_of_a_needed_record_is_told_by_its_value() -> None:
    shown = [Sample(name, {"doctorNo": "D1"}, {"code": "D1"}) for name in ("first", "second")]
    assert match(shown, one_operation=False).sure == {}
    assert match(shown, one_operation=False, references={"D1"}).sure["/doctorNo"].right == "/code"


def test_what_each_write_moves_by_one_is_said_so() -> None:
    moved = [
        Moved({"day": "monday"}, {"doctor": {"seats": left}}, {"doctor": {"seats": left - 1}})
        for left in (20, 19)
    ]
    assert effects(moved, {"/day": "day"}) == {"doctor.seats": "- 1"}
    assert effects(moved[:1], {"/day": "day"}) == {}  # once may be chance


def test_what_each_make_takes_from_is_known_without_a_formula() -> None:
    moved = [
        Moved({}, {"product": {"stock": 500, "sold": 1, "rank": 8}}, {"product": {"stock": left, **more}})
        for left, more in ((497, {"sold": 4, "rank": 7}), (496, {"sold": 5, "rank": 9}))
    ]
    assert effects(moved, {}) == {}
    assert supplies(moved) == ["product.stock"]
    assert supplies([]) == []


@pytest.mark.parametrize(
    ("change", "needs"), [("updateProduct", {"product": {"price": 90}}), ("setStock", {"product": {}})]
)
def test_what_making_takes_from_is_there_first(change: str, needs: dict[str, Any]) -> None:
    """Where its own change can set it: else the draft's make is refused for want of it."""
    website = _participant("website", "fixture_vendors", "website.yaml")
    product = Entry("product", title("product"), sides={"website": Side({"change": {"call": change}})})
    product.fields["price"] = FieldEntry({"website": "/price"})
    order = Entry("order", title("order"), needs={"product": {}}, supplies=["product.price"])
    require_supplies([product, order], [], {"website": website})
    assert order.needs == needs


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([{"id": "$product.id", "num": 1}], [{"id": "$product.id", "num": 3}]),
        ([{"id": "$product.id", "num": 1, "colour": 1}], [{"id": "$product.id", "num": 1, "colour": 1}]),
        ([{"id": "$coupon.id", "num": 1}], [{"id": "$coupon.id", "num": 1}]),
    ],
)
def test_participants_take_the_same_amount(
    there: Any, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(amounts.members, "sent", lambda operation, pointer: Member(()))
    home = {"lines": [{"productId": "$product.same", "quantity": 3}]}
    (operation, *_) = load(TESTS.joinpath(*SHOP)).operations
    assert amounts.as_at_home(operation, {"goods": there}, home) == {"goods": expected}


def test_an_amount_that_a_participant_does_not_take_stays() -> None:
    website = _participant("website", "fixture_vendors", "website.yaml")
    body = {"product_id": "$product.id", "quantity": 1}
    operation = website.operation("createOrder")
    assert amounts.as_at_home(operation, body, {**body, "quantity": 3}) == {**body, "quantity": 3}
    assert amounts.as_at_home(operation, body, {**body, "quantity": -3}) == body


def test_a_comment_ends_between_words_with_what_was_opened_closed() -> None:
    said = "POST /order was not taken: 409 (HTTP 200, code 40901 (not enough of TEA-867954)) {}"
    assert shortened(said) == said
    assert shortened(said, 66) == "POST /order was not taken: 409 (HTTP 200, code 40901 (not enough …))"
    assert shortened("未被接受" * 9, 10) == "未被接受未被接受未被 …"


def test_a_field_is_brought_to_one_form_on_all_participants() -> None:
    (products, *_) = resources(_participant("site", "fixture_erp", "contracts", "site.yaml"))
    entry = Entry("product", title("product"), sides={"site": Side()})
    seen = [({"total": 1990}, {"amt": 19.9}), ({"total": 2190}, {"amt": 21.9})]
    samples = {
        "erp": [Sample(str(number), left, right) for number, (left, right) in enumerate(seen)],
        "files": [
            Sample(str(number), left, {"sum": str(left["total"])}) for number, (left, _) in enumerate(seen)
        ],
    }
    fields(entry, "site", samples, {}, products)
    total = entry.fields["total"]
    assert total.at == {"site": "/total", "erp": "/amt", "files": "/sum"}
    assert total.units == {"money": {"erp": "yuan"}}


def test_a_field_of_another_form_elsewhere_is_not_sure() -> None:
    (products, *_) = resources(_participant("site", "fixture_erp", "contracts", "site.yaml"))
    entry = Entry("product", title("product"), sides={"site": Side()})
    seen = [("second", 3, "3", "low"), ("first", 3, "3", "low"), ("second", 4, "4", "high")]
    samples = {
        name: [Sample(one[0], {"level": one[1]}, {"there": one[at]}) for one in seen]
        for at, name in enumerate(("erp", "files"), 2)
    }
    fields(entry, "site", samples, {}, products)
    assert entry.fields["level"].at == {"site": "/level", "erp": "/there"}
    assert entry.fields["level"].units == {"number": True}
    assert [note.en.partition(";")[0] for note in entry.notes] == [
        "not sure: /level is perhaps /there on files"
    ]


def test_what_crosses_wrongly_is_told_with_what_may_be_it() -> None:
    """A backend that rounds to whole yuan: nothing makes 2099 and 20 equal, and silence would hide the fault."""
    (products, *_) = resources(_participant("site", "fixture_erp", "contracts", "site.yaml"))
    entry = Entry("doctor", title("doctor"), sides={"site": Side(), "desk": Side(id="/id")})
    seen = [({"fee": 2099, "no": "D1"}, {"price": 20.0, "id": 7, "code": "D1"})]
    seen += [({"fee": 1550, "no": "D2"}, {"price": 15.0, "id": 8, "code": "D2"})]
    samples = {"desk": [Sample(str(number), left, right) for number, (left, right) in enumerate(seen)]}
    fields(entry, "site", samples, {}, products, references={"D1", "D2"})
    assert [field.at for field in entry.fields.values()] == [{"site": "/no", "desk": "/code"}]
    assert [note.en for note in entry.notes] == [
        "not found on desk: /fee; desk shows, and nothing compares: /price"
    ]


def test_where_nothing_can_be_written_that_is_said(tmp_path: Path) -> None:
    answer = {"description": "it", "content": {"application/json": {"schema": {"type": "object"}}}}
    get = {"operationId": "getThing", "responses": {"200": answer}}
    path = tmp_path / "reads.json"
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Reads", "version": "1"},
        "paths": {"/thing": {"get": get}},
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    ends = {name: _participant(name, str(path)) for name in ("website", "miniprogram")}
    drafter = Drafter(ends, 1, 1.0, 0.1)
    drafter.run()
    assert drafter.entries == []
    assert [text.en.partition(":")[0] for text in drafter.left_out] == ["website", "miniprogram"]
    assert "no operation makes or changes" in drafter.left_out[0].en


def test_what_is_told_as_written_is_no_read_and_no_log_in() -> None:
    settings = load_settings(TESTS / "fixture_gateway" / "harness.toml")
    participants = participants_of(None, settings, backends_of(settings, str), str)
    reads = reads_of(settings, participants)
    assert {
        "gateway: POST /web/doctor/info",
        "gateway: POST /mini/doctor/find",
        "gateway: POST /open/login",
    } <= reads
    assert not reads & {"gateway: POST /web/doctor/add", "gateway: POST /mini/booking/revoke"}


@pytest.mark.parametrize(
    ("sent", "template", "shown", "kept"),
    [
        ([{"id": "p1"}], None, [{"id": "p1", "name": "Tea"}], True),  # shown with more than was sent
        ("0c4f", None, "C1", False),  # sent as one text and shown as another
        ("0c4f", {"product": "$product.id"}, "C1", True),  # sent as an id: compared where it is shown
        ("0c4f", {"product": "$product.total"}, "C1", False),
        (None, None, "C1", True),
    ],
)
def test_a_field_that_is_not_shown_as_it_is_sent_is_none(
    sent: Any, template: Any, shown: Any, kept: bool
) -> None:
    operations = _participant("site", "fixture_erp", "contracts", "site.yaml").operations
    answer = Answer(None, None, {"product": shown}, "")  # type: ignore[arg-type]
    body = {} if sent is None else {"product": sent}
    made = Made(
        "first", "o-1", {"product": shown}, Sent(operations["order"], Request(body=body), answer, None, 0.0)
    )
    entry = Entry(
        "order", title("order"), sides={"site": Side()}, fields={"product": FieldEntry({"site": "/product"})}
    )
    leave_out_what_is_not_kept(entry, "site", [made], {"order": template})
    assert ("product" in entry.fields) is kept
    assert bool(entry.notes) is not kept
