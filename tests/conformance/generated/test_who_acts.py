"""Contract tests of a backend with members and staff: each is sent as who has what its operation asks for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.settings import UserSettings
from harness.api.users import Pasted, Session, User, user_of
from harness.checks.outcome import Outcome
from harness.conformance.kinds import generated, refusals
from harness.conformance.settings import ConformanceSettings
from harness.contracts import load
from harness.core.errors import BrokenError
from harness.core.text import Text

DOCUMENT = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /refunds:
    get:
      operationId: refunds
      security: [{staff: []}]
      responses:
        '200': {description: ok, content: {application/json: {schema: {type: array}}}}
        '401': {description: nobody}
        '403': {description: no staff}
        '404': {description: none}
components:
  securitySchemes:
    member: {type: http, scheme: bearer}
    staff: {type: http, scheme: bearer}
"""
ANNA = User(name="anna", token=lambda: "anna-the-member", scheme="member")
BEN = User(name="ben", token=lambda: "ben-of-the-staff", scheme="staff")


class Shop(BaseHTTPRequestHandler):
    """Gives staff an object where the document says a list."""

    seen: list[str]

    def do_GET(self) -> None:
        who = self.headers.get("Authorization", "")
        self.seen.append(who)
        status = {"Bearer ben-of-the-staff": 200, "Bearer anna-the-member": 403}.get(who, 401)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        body = b"{}" if status == 200 else b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Said in the test."""


@pytest.fixture
def shop() -> Iterator[tuple[str, list[str]]]:
    handler = type("OneShop", (Shop,), {"seen": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", handler.seen
    server.shutdown()
    server.server_close()


def outcome(url: str, folder: Path, *users: User, name: str = "refunds") -> Outcome:
    document = folder / "shop.yaml"
    document.write_text(DOCUMENT, encoding="utf-8")
    backend = BackendUnderTest(
        name="shop",
        title=Text(zh="店", en="shop"),
        platforms=("website",),
        contracts=(document,),
        base_url=lambda: url,
        users=users,
    )
    settings = ConformanceSettings(max_examples=2)
    kinds = (generated.tests, refusals.tests)
    tests = [test for kind in kinds for test in kind(load(document), backend, settings)]
    (test,) = (test for test in tests if test.name == name)
    return test.execute()


def test_a_fault_only_staff_can_see_is_seen_whoever_is_first(
    shop: tuple[str, list[str]], tmp_path: Path
) -> None:
    """As the first user all is well: every answer is a documented 403."""
    url, seen = shop
    found = outcome(url, tmp_path, ANNA, BEN)
    assert [finding.check for finding in found.findings] == ["response_schema_conformance"]
    assert "${BEN_TOKEN}" in found.findings[0].curl
    assert "Bearer anna-the-member" not in seen
    assert found.not_run == ()


def test_without_staff_it_is_not_green(shop: tuple[str, list[str]], tmp_path: Path) -> None:
    url, seen = shop
    for users in ((ANNA,), ()):
        found = outcome(url, tmp_path, *users)
        assert found.findings == ()
        assert ["GET /refunds asks for staff" in str(reason) for reason in found.not_run] == [True]
    assert set(seen) == {""}


def test_what_needs_no_log_in_is_tried_all_the_same(shop: tuple[str, list[str]], tmp_path: Path) -> None:
    found = outcome(shop[0], tmp_path, ANNA, name="refunds[statuses]")
    assert found.statuses == {"401": 2}
    assert found.findings == ()


def test_a_user_signs_in_once_for_all_tests(shop: tuple[str, list[str]], tmp_path: Path) -> None:
    """Through the transport of contract tests: the first token was logged out elsewhere, and no test notices."""
    issued: list[str] = []

    def sign_in() -> str:
        issued.append("expired" if not issued else "ben-of-the-staff")
        return issued[-1]

    ben = User(name="ben", token=sign_in, scheme="staff", session=Session(sign_in))
    url, seen = shop
    found = [outcome(url, tmp_path, ben) for _ in range(3)]
    assert [finding.check for each in found for finding in each.findings] == [
        "response_schema_conformance"
    ] * 3
    assert issued == ["expired", "ben-of-the-staff"]
    assert seen.count("Bearer expired") == 1
    assert all(
        "401" not in each.statuses or each.statuses["401"] == found[2].statuses["401"] for each in found
    )


def test_a_pasted_session_that_has_expired_is_broken_and_says_where_to_write_the_new_one(
    shop: tuple[str, list[str]], tmp_path: Path
) -> None:
    """The document documents 401: else it would be the product's fault."""
    settings = UserSettings(bearer="yesterday", scheme="staff")
    ben = user_of("ben", settings, lambda: "", tmp_path, "services.shop.users.ben")
    with pytest.raises(
        BrokenError, match=r"bearer of \[services.shop.users.ben\] was refused with 401"
    ) as error:
        outcome(shop[0], tmp_path, ben)
    assert error.value.advice is not None
    assert "put the new session into services.shop.users.ben.bearer" in error.value.advice.en


def test_a_pasted_session_that_worked_may_be_refused_later() -> None:
    pasted = Pasted("bearer", "services.shop.users.ben")
    pasted.answered(200)
    pasted.answered(401)
