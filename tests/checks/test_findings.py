"""One finding for one cause: what an answer fails several checks for, and what varies from case to case."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest

from harness.api.backend import Window
from harness.api.client import Answer
from harness.checks.finding import NO_LOG, Finding
from harness.checks.findings import Findings
from harness.contracts import Index, check
from harness.core.exchange import Exchange, Message
from harness.core.text import Text
from tests.support.backend_shelf import operation, the_contract

GET_BOOK = operation("getBook")
JSON = (("Content-Type", "application/json"),)
BOOK = '{"book_id": "b1", "title": "a", "added_at": "", "pages": "1"}'


def answer(
    status: int, text: str, path: str = "/books/b1", number: int = 1, *, took: float = 0.0, body: str = ""
) -> Answer:
    exchange = Exchange(
        id=f"sent {number}",
        source="conformance",
        target="shelf",
        method="POST" if body else "GET",
        path=path,
        request=Message(JSON, body.encode()),
        status=status,
        response=Message(JSON, text.encode()),
        started=time.time() - took,
        ended=time.time(),
    )
    return Answer(exchange, check(exchange, Index([the_contract()])), None, f"curl {number}")


def noted(findings: Findings, name: str, given: Answer, **more: Any) -> None:
    findings.note(
        name,
        name,
        seen=given.seen,
        exchange=given.exchange,
        curl=given.curl,
        phase="p",
        checked=given.checked,
        **more,
    )


def kinds(found: Sequence[Finding]) -> list[tuple[str, tuple[str, ...], int]]:
    return [(finding.check, finding.also, finding.times) for finding in found]


def test_a_crash_is_one_finding_that_names_all_the_checks_it_fails() -> None:
    findings = Findings(GET_BOOK.pointer)
    for number in range(3):
        crash = answer(500, "oops", number=number)
        noted(findings, "negative_data_rejection", crash)
        findings.note_violations(crash, "p")
    also = ("negative_data_rejection", "status_code_conformance")
    assert kinds(findings.all()) == [("not_a_server_error", also, 3)]


def test_a_documented_5xx_that_breaks_its_schema_stays_what_it_is() -> None:
    findings = Findings(GET_BOOK.pointer)
    noted(findings, "response_schema_conformance", answer(503, "{}"))
    assert kinds(findings.all()) == [("response_schema_conformance", (), 1)]


def test_two_errors_of_one_operation_are_two_findings_with_their_logs() -> None:
    logs = {"sent 1": ["KeyError: 'a'"], "sent 2": ["ValueError: no"], "sent 3": ["KeyError: 'b'"]}

    def logged(windows: Sequence[Window]) -> list[list[str]]:
        return [logs[f"sent {number}"] for number, _ in enumerate(windows, 1)]

    findings = Findings(GET_BOOK.pointer, logged)
    for number in (1, 2, 3):
        findings.note_violations(answer(500, "oops", number=number), "p")
    found = findings.all()
    assert {(finding.log, finding.times) for finding in found} == {
        (("KeyError: 'a'",), 2),
        (("ValueError: no",), 1),
    }
    assert len({finding.identity for finding in found}) == 1  # a waiver excuses both


def test_the_log_is_asked_for_the_time_of_each_answer_in_their_order() -> None:
    asked: list[Window] = []

    def logged(windows: Sequence[Window]) -> list[list[str]]:
        asked.extend(windows)
        return [[] for _ in windows]

    findings = Findings(GET_BOOK.pointer, logged)
    findings.note_violations(answer(500, "oops", number=1, took=0.5), "p")
    findings.note_violations(answer(500, "oops", number=2, took=0.25), "p")
    assert [finding.log for finding in findings.all()] == [()]
    lengths = [ended - began for began, ended in asked]
    assert lengths == pytest.approx([0.5, 0.25], abs=0.05)
    assert abs(asked[1][1] - time.monotonic()) < 5


def test_a_service_without_a_log_says_so_in_both_languages() -> None:
    findings = Findings(GET_BOOK.pointer)
    findings.note_violations(answer(500, "oops"), "p")
    (found,) = findings.all()
    assert found.log is None
    assert NO_LOG.en in found.lines().en
    assert NO_LOG.zh in found.lines().zh


def test_without_an_error_nobody_asks_for_the_log() -> None:
    def logged(windows: Sequence[Window]) -> list[list[str]]:
        raise AssertionError

    findings = Findings(GET_BOOK.pointer, logged)
    findings.note_violations(answer(418, "oops"), "p")
    assert [finding.check for finding in findings.all()] == ["status_code_conformance"]


@pytest.mark.parametrize(("name", "path", "body"), [
    ("getBook", "/books/b1", BOOK),
    ("listBooks", "/books", f'{{"items": [{BOOK}]}}'),
])  # fmt: skip
def test_the_same_place_of_the_contract_is_one_cause_in_every_operation(
    name: str, path: str, body: str
) -> None:
    findings = Findings(operation(name).pointer)
    findings.note_violations(answer(200, body, path), "p")
    (found,) = findings.all()
    assert (
        found.cause.name == "contract shelf shelf.yaml#/components/schemas/Book/properties/pages/type pages"
    )
    assert found.cause.service == "shelf"


@pytest.mark.parametrize(("left", "right"), [
    ('{"book_id": "b", "title": "a"}', '{"book_id": "b", "added_at": "a"}'),  # another field is missing
    ('{"book_id": "b", "title": 1, "added_at": ""}', BOOK),  # another field is of another type
])  # fmt: skip
def test_two_places_of_one_answer_are_two_causes(left: str, right: str) -> None:
    findings = Findings(GET_BOOK.pointer)
    for number, body in enumerate((left, right)):
        findings.note_violations(answer(200, body, number=number), "p")
    assert len({finding.cause.name for finding in findings.all()}) == 2


def test_a_backend_that_checks_nothing_of_a_body_is_one_finding() -> None:
    findings = Findings(operation("addBook").pointer)
    for number, body in enumerate(('{"title": 1}', '{"title": "a", "more": 1}', '{"more": 1}')):
        given = answer(201, BOOK.replace('"1"', "1"), "/books", number, body=body)
        noted(findings, "negative_data_rejection", given, key="201")
    (found,) = findings.all()
    assert found.times == 3
    assert found.cause.name == f"taken shelf {operation('addBook').pointer} request.body"


def test_undeclared_fields_that_are_taken_are_a_cause_of_their_own() -> None:
    findings = Findings(operation("addBook").pointer)
    given = answer(201, BOOK.replace('"1"', "1"), "/books", body='{"title": "a", "more": 1}')
    noted(findings, "negative_data_rejection", given)
    (found,) = findings.all()
    assert found.cause.name.endswith("request.body additionalProperties")


def test_what_follows_from_a_request_that_should_have_been_refused_is_told_so() -> None:
    findings = Findings(operation("addBook").pointer)
    findings.note_violations(answer(201, "{}", "/books", body='{"title": 1}'), "p")
    taken = f"taken shelf {operation('addBook').pointer} request.body"
    assert {finding.cause.explained_by for finding in findings.all()} == {(taken,)}


def test_rows_of_a_file_are_no_request_that_could_be_kept() -> None:
    rows = Exchange(
        id="", source="harness", target="warehouse", method="CSV", path="picks.csv", request=Message((), b""),
        status=200, response=Message((), b"[]"), started=0, ended=0,
    )  # fmt: skip
    findings = Findings("linkage.yaml#/entities/order/promises/appears")
    findings.note("appears", "not the new one", seen="2", exchange=rows, curl="", phase="appears")
    (finding,) = findings.all()
    assert finding.case is None


@pytest.mark.parametrize("checked", [True, False])
def test_what_is_kept_of_a_path_goes_by_the_names_of_its_parameters(checked: bool) -> None:
    given = answer(200, "{}", "/people/%E7%8E%8B%E5%A4%A7%E5%81%87/orders?page=2")
    person = replace(GET_BOOK, path="/people/{realName}/orders")
    findings = Findings(f"shelf.yaml#/paths/{person.path.replace('/', '~1')}/get")
    judged = replace(given.checked, operation=person) if checked else None
    findings.note("k", "t", seen="s", exchange=given.exchange, curl="", phase="p", checked=judged)
    (finding,) = findings.all()
    assert finding.case is not None
    assert unquote(finding.case.path) == "/people/某某某/orders?page=2"


@pytest.mark.parametrize(
    ("request_", "label"),
    [
        ('curl -i "${SITE_URL}/points"', "curl"),
        ("select st from so where no = :same", "read"),
        ("picks.csv", "read"),
    ],
)
def test_what_was_read_as_rows_is_no_curl_line(request_: str, label: str) -> None:
    finding = Finding(
        check="appears",
        title=Text(zh="标题", en="title"),
        pointer="linkage.yaml#/entities/order",
        expected=Text(zh="1", en="1"),
        seen=Text(zh="2", en="2"),
        status=None,
        curl=request_,
        phase="appears",
    )
    assert finding.asked.en == f"{label}: {request_}"
    assert finding.lines().en.splitlines()[-1] == f"    {label:10}{request_}"
