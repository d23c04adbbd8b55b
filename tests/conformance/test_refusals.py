from __future__ import annotations

import pytest

from harness.conformance.contract_test import Outcome
from harness.conformance.kinds import refusals
from tests.support.backend_shelf import SETTINGS, Serve, operation, serve, the_contract

__all__ = ["serve"]


def probed(serve: Serve, name: str, *faults: str) -> Outcome:
    (test,) = [
        test
        for test in refusals.tests(the_contract(), serve(*faults), SETTINGS)
        if test.name == f"{name}[statuses]"
    ]
    return test.execute()


def test_operations_that_document_a_refusal_we_can_provoke(serve: Serve) -> None:
    names = [test.name for test in refusals.tests(the_contract(), serve(), SETTINGS)]
    assert names == ["addBook[statuses]", "getBook[statuses]"]


def test_every_documented_refusal_is_provoked(serve: Serve) -> None:
    outcome = probed(serve, "addBook")
    assert outcome.findings == ()
    assert {"400", "401", "413", "415"} <= set(outcome.statuses)
    outcome = probed(serve, "getBook")
    assert outcome.findings == ()
    assert "404" in outcome.statuses


@pytest.mark.parametrize(
    ("name", "fault", "check", "words"),
    [
        ("addBook", "any-media-type", "documented_refusal", "415 is documented"),
        ("addBook", "any-json", "documented_refusal", "400 is documented"),
        ("addBook", "open-door", "documented_refusal", "401 is documented"),
        ("addBook", "crash-on-large", "not_a_server_error", "Server error"),
        ("getBook", "no-404", "status_code_conformance", "410"),
    ],
)
def test_a_refusal_that_is_none_is_found(serve: Serve, name: str, fault: str, check: str, words: str) -> None:
    found = [item for item in probed(serve, name, fault).findings if item.check == check]
    assert found
    assert words in found[0].title.en
    assert found[0].pointer.startswith(operation(name).pointer)
    assert "curl" in found[0].curl
