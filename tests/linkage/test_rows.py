"""Participants that are read by SQL or as CSV: what they show, what is wrong with them, and that they are only read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.api.backend import BackendUnderTest
from harness.core.errors import BrokenError, UsageError
from harness.core.platforms import Platform, Platforms
from harness.core.text import Text
from harness.linkage import drains
from harness.linkage.contract.lint import lint
from harness.linkage.contract.model import FieldRule, Read
from harness.linkage.contract.reading import Document, read
from harness.linkage.contract.translate import value
from harness.linkage.outboxes import Outboxes
from harness.linkage.participants.csv_folder import CsvFolder
from harness.linkage.participants.database import Database
from harness.linkage.participants.participant import Participant
from harness.linkage.participants.record import Reading, Record
from harness.linkage.participants.row_source import RowError, RowSource
from harness.linkage.participants.session import ParticipantSession
from harness.linkage.participants.statement import parameters

ERP = Platforms((Platform("erp", Text(zh="ERP", en="ERP"), "none"),))
CONTRACT = """\
linkage: 1
people:
  buyer: {erp: '13900000011'}
entities:
  order:
    title: {zh: 订单, en: order}
    of: buyer
    id: {erp: /so_id}
    same: {erp: /source_no}
    erp:
      read: {sql: "select so_id, amt, st from so where source_no = :same and mobile = :person"}
    fields:
      total: {erp: /amt, money: {erp: yuan}}
      status: {erp: /st, values: {erp: {0: unpaid, 1: paid, '1': paid}}}
    promises: [appears]
"""
SQL = "select so_id, amt, st from so where source_no = :same and mobile = :person"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "erp.db") as made:
        made.execute(
            "create table so (so_id integer primary key, source_no text, mobile text, amt numeric, st int)"
        )
        made.execute("insert into so values (7, 'W1', '13900000011', 39.8, 1)")
        made.execute("insert into so values (8, 'W2', '13900000011', 5, 0)")
        made.execute("insert into so values (9, 'W2', '13900000011', 5, 0)")
    made.close()
    return tmp_path


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    made = Database("erp", lambda: "sqlite:///erp.db", file)
    yield made
    made.close()


def document(folder: Path, old: str = "", new: str = "") -> Document:
    assert old in CONTRACT
    path = folder / "linkage.yaml"
    path.write_text(CONTRACT.replace(old, new, 1), encoding="utf-8")
    return read(path, ERP)


def erp(its: Document, source: RowSource | None) -> Participant:
    backend = BackendUnderTest(
        name="erp", title=ERP.title("erp"), platforms=("erp",), contracts=(), base_url=lambda: ""
    )
    people = {name: users["erp"] for name, users in its.contract.people.items() if "erp" in users}
    return Participant("erp", ERP.title("erp"), backend, (), people, database=source, where=its.where)


def reading(its: Document, source: RowSource, same: str) -> tuple[Reading, Record]:
    participant = erp(its, source)
    lint(its, {"erp": participant})
    session = ParticipantSession(participant, seed=1, timeout=1.0, traceparent="")
    entity, record = its.contract.entities["order"], Record("order", "buyer", same=same)
    call = participant.call(entity, "read")
    assert call is not None
    try:
        return session.read(entity, call, record), record
    finally:
        session.close()


def test_a_row_is_the_record(file: Path, database: Database) -> None:
    shown, record = reading(document(file), database, "W1")
    assert (shown.found, record.ids["erp"]) == (True, 7)
    assert {name: value.canonical for name, value in shown.fields.items()} == {
        "total": 3980,
        "status": "paid",
    }


def test_no_row_is_no_record_and_two_are_it_twice(file: Path, database: Database) -> None:
    none, _ = reading(document(file), database, "W3")
    assert (none.found, none.absent, none.words.en) == (False, True, "no such row")
    two, _ = reading(document(file), database, "W2")
    assert (two.found, two.absent, two.times) == (False, False, 2)


def test_csv_shows_the_same(file: Path) -> None:
    text = "单号,so_id,amt,st\r\nW1,7,39.80,1\r\nW2,8,5,0\r\n"
    (file / "orders.csv").write_text(text, encoding="gbk")
    its = document(file, f'{{sql: "{SQL}"}}', "{csv: orders.csv, where: {单号: $same}}")
    shown, _ = reading(its, CsvFolder("erp", lambda: file, "gbk"), "W1")
    assert {name: value.canonical for name, value in shown.fields.items()} == {
        "total": 3980,
        "status": "paid",
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("amt, st from so", "amount, st from so", r"yaml:11: no such column: amount .*did you mean 'amt'"),
        ("from so where", "from soo where", r"yaml:11: no such table: soo .*did you mean 'so'"),
        ("erp: /amt,", "erp: /amtt,", r"yaml:11: SQL reads no column 'amtt'.*did you mean 'amt'"),
        ("select so_id, amt", "select so_id,, amt", r"yaml:11: near \",\": syntax error"),
    ],
)
def test_what_is_wrong_with_the_statement_is_said(
    file: Path, database: Database, old: str, new: str, said: str
) -> None:
    with pytest.raises(RowError, match=rf"(?s)linkage\.{said}"):
        reading(document(file, old, new), database, "W1")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///er.db", r"yaml:11: \[databases\.erp\]: there is no file .*er\.db"),
        ("nosuch://u:hunter2@h/d", r"\[databases\.erp\] needs the driver of its database"),
        ("postgresql+nosuch://u:hunter2@h/d", r"\[databases\.erp\] needs the driver of its database"),
    ],
)
def test_a_wrong_connection_is_said_without_its_password(file: Path, url: str, said: str) -> None:
    with pytest.raises(RowError, match=said) as caught:
        reading(document(file), Database("erp", lambda: url, file), "W1")
    assert "hunter2" not in str(caught.value)
    assert not (file / "er.db").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("csv: orders.csv", "csv: order.csv", r"there is no file .*did you mean 'orders\.csv'"),
        ("单号: $same", "订单号: $same", r"orders\.csv has no column '订单号'.*did you mean '单号'"),
    ],
)
def test_what_is_wrong_with_a_csv_file_is_said(file: Path, old: str, new: str, said: str) -> None:
    (file / "orders.csv").write_text("单号,so_id,amt,st\nW1,7,39.80,1\n", encoding="utf-8-sig")
    call = "{csv: orders.csv, where: {单号: $same}}"
    its = document(file, f'{{sql: "{SQL}"}}', call.replace(old, new))
    with pytest.raises(RowError, match=rf"linkage\.yaml:11: .*{said}"):
        reading(its, CsvFolder("erp", lambda: file), "W1")


def test_more_rows_than_anybody_needs_are_not_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = Read(sql="select a.so_id from so a, so b")
    assert len(database.read(every, {}).rows) > 3
    monkeypatch.setattr("harness.linkage.participants.database.MOST", 3)
    with pytest.raises(RowError, match=r"\[databases\.erp\]: more than 3 rows"):
        database.read(every, {})


@pytest.mark.parametrize("name", ["../secret.csv", "link.csv", "/etc/passwd"])
def test_a_csv_file_outside_its_folder_is_not_read(name: str, file: Path) -> None:
    folder = file / "exports"
    folder.mkdir()
    (file / "secret.csv").write_text("secret\n", encoding="utf-8")
    (folder / "link.csv").symlink_to(file / "secret.csv")
    its = document(file, f'{{sql: "{SQL}"}}', f"{{csv: {name}, where: {{单号: $same}}}}")
    with pytest.raises(RowError, match=r"is outside its folder and not read$"):
        reading(its, CsvFolder("erp", lambda: folder), "W1")


@pytest.mark.parametrize(
    ("of", "as_"), [("    of: buyer\n", ""), ("", ", as: buyer"), ("    of: other\n", ", as: buyer")]
)
def test_person_is_whom_as_names_else_whom_the_record_is_of(
    file: Path, database: Database, of: str, as_: str
) -> None:
    """Rows are read as nobody; ``as`` beside a statement says who ``:person`` is."""
    text = CONTRACT.replace("    of: buyer\n", of).replace(':person"}', f':person"{as_}}}')
    text = text.replace("people:\n", "people:\n  other: {erp: '13900000012'}\n")
    (file / "linkage.yaml").write_text(text, encoding="utf-8")
    its = read(file / "linkage.yaml", ERP)
    participant = erp(its, database)
    lint(its, {"erp": participant})
    session = ParticipantSession(participant, seed=1, timeout=1.0, traceparent="")
    entity = its.contract.entities["order"]
    call = participant.call(entity, "read")
    assert call is not None
    assert session.read(entity, call, Record("order", entity.of, same="W1")).found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    of: buyer\n", "", "'person' is nobody: name one of 'people' by 'as' beside 'sql', or by 'of'"),
        (':person"}', ':person", as: byer}', "nobody of 'people' is called 'byer'; did you mean 'buyer'"),
        (
            ' and mobile = :person"}',
            '", as: buyer}',
            "'as' says who ':person' is, which this sql does not ask for",
        ),
        ("{erp: '13900000011'}", "{}", "people.buyer does not say who that is on erp"),
    ],
)
def test_person_is_somebody(file: Path, database: Database, old: str, new: str, said: str) -> None:
    its = document(file, old, new)
    with pytest.raises(UsageError, match=rf"linkage\.yaml:\d+: .*{said}"):
        lint(its, {"erp": erp(its, database)})


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("update so set st = 1", "one SELECT statement"),
        ("select 1; delete from so", "one SELECT statement"),
        ("with x as (delete from so returning 1) select * from x", "'delete' does not"),
        ("select st into copy from so", "'into' does not"),
        ("select st from so for update", "'update' does not"),
        ("select st from so where source_no = :sam", "did you mean 'same'"),
        ("select st from so where so_id = :id", "found by 'same'"),
    ],
)
def test_a_statement_that_does_not_read_is_refused(
    file: Path, database: Database, sql: str, said: str
) -> None:
    its = document(file, SQL, sql)
    with pytest.raises(UsageError, match=rf"linkage\.yaml:11: .*{said}"):
        lint(its, {"erp": erp(its, database)})


def test_the_connection_itself_does_not_write(database: Database) -> None:
    with pytest.raises(RowError, match="readonly database"):
        database.read(Read(sql="insert into so values (1, 'x', 'y', 1, 1)"), {})


def test_a_participant_without_a_database_is_told_what_to_declare(file: Path) -> None:
    its = document(file)
    with pytest.raises(UsageError, match=r"no \[databases.NAME\] with a url and platform = \"erp\""):
        lint(its, {"erp": erp(its, None)})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{sql: select 1, csv: a.csv}", "one of 'call'"),
        ("{sql: select 1, query: {a: 1}}", "'query' says nothing beside 'sql'; .* stands in it as ':id'"),
        ("{csv: a.csv, body: {a: 1}}", "'body' says nothing beside 'csv'; .* chosen by 'where'"),
        ("{call: a, where: {b: 1}}", "'where' says nothing beside 'call'; an operation has 'query'"),
    ],
)
def test_a_call_is_one_thing(file: Path, wrong: str, said: str) -> None:
    with pytest.raises(UsageError, match=rf"linkage\.yaml:11: .*{said}"):
        document(file, f'{{sql: "{SQL}"}}', wrong)


def test_what_is_quoted_is_no_parameter(database: Database) -> None:
    sql = "select 'at :same 12:30' as text, cast(:same as text) as same -- :id"
    assert parameters(sql) == [("same", None)]
    assert database.read(Read(sql=sql), {"same": "W1"}).rows == ({"text": "at :same 12:30", "same": "W1"},)
    assert parameters("select x::int from t where a = :product.id") == [("product", "id")]


@pytest.mark.parametrize(
    ("raw", "canonical"), [("3", 3), (3, 3), ("3.50", 3.5), (3.5, 3.5), (" 3", 3), (None, None)]
)
def test_a_number_may_be_text(raw: object, canonical: object) -> None:
    shown = value(FieldRule(number=True), "erp", raw).canonical
    assert shown == canonical


@pytest.mark.parametrize("raw", ["three", True, ""])
def test_what_is_no_number_is_equal_to_none(raw: object) -> None:
    assert value(FieldRule(number=True), "erp", raw).canonical not in (3, 1, 0)


def test_a_time_may_have_a_pattern() -> None:
    rule = FieldRule(time={"miniprogram": "%Y%m%d%H%M%S"})
    plain = value(rule, "website", "2026-11-30T04:30:00Z").canonical
    assert value(rule, "miniprogram", "20261130123000").canonical == plain
    assert value(rule, "miniprogram", "2026-11-30").canonical != plain


# what tells how much is under way


def test_a_drain_by_sql(database: Database) -> None:
    drain = drains.of_rows(database, "select count(*) from so where st = 0")
    assert drain() == {"pending": 2}
    with pytest.raises(BrokenError, match="reads 3 rows"):
        drains.of_rows(database, "select st from so")()


def test_a_drain_by_a_command(tmp_path: Path) -> None:
    assert drains.of_command(("echo", "3"), tmp_path)() == {"pending": 3}
    for command, said in (
        (("echo", "many"), "no number but 'many'"),
        (("false",), "false ends with 1: no output"),
        (("nosuch",), "nosuch"),
    ):
        with pytest.raises(BrokenError, match=said):
            drains.of_command(command, tmp_path)()


def test_a_drain_that_cannot_be_read_is_broken(database: Database) -> None:
    with pytest.raises(BrokenError, match="outbox of importer cannot be read: no such table: inbox"):
        Outboxes({"importer": drains.of_rows(database, "select count(*) from inbox")})


@pytest.mark.parametrize("ask", ["read", "tables"])
def test_a_password_is_not_told(monkeypatch: pytest.MonkeyPatch, ask: str) -> None:
    def connect() -> None:
        raise OSError("no way in for erp:secret@db\nand more")

    engine = SimpleNamespace(url=SimpleNamespace(password="secret"), connect=connect)
    monkeypatch.setattr(Database, "_engine", lambda its: engine)
    its = Database("erp", lambda: "")
    asked = {"read": lambda: its.read(Read(sql="select 1"), {}), "tables": its.tables}
    with pytest.raises(RowError, match=r"no way in for erp:\*\*\*@db") as caught:
        asked[ask]()
    assert "secret" not in caught.value.say("zh")
