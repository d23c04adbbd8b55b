from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from harness.api.situation_settings import SituationSettings
from harness.conformance.contract_test import Outcome
from harness.conformance.kinds import situations
from harness.core.errors import BrokenError
from tests.support.backend_shelf import CLOSED, SETTINGS, Serve, serve, the_contract

__all__ = ["serve"]


def tried(serve: Serve, *faults: str) -> Outcome:
    (test,) = situations.tests(the_contract(), serve(*faults), SETTINGS)
    assert test.name == "situation[closed]"
    assert test.alone
    return test.execute()


def test_every_operation_that_documents_the_status_is_asked(serve: Serve) -> None:
    outcome = tried(serve)
    assert outcome.findings == ()
    assert outcome.statuses["503"] == 3  # listBooks, addBook, getBook


def test_an_operation_that_does_not_notice_is_found(serve: Serve) -> None:
    found = tried(serve, "never-closes").findings
    assert {item.check for item in found} == {"documented_situation"}
    assert len(found) == 3
    assert found[0].expected.en == "503 in the situation 'closed'"


def test_a_situation_that_does_not_end_breaks_the_run(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(situations, "OVER_WITHIN", 0.1)
    with pytest.raises(
        BrokenError, match=r"'closed' does not end: after 0\.1 s GET /books still answers 503"
    ):
        tried(serve, "stays-closed")


@pytest.mark.parametrize(
    "change", [{"before": None}, {"after": None}, {"unreachable": "ledger"}, {"before": None, "after": None}]
)
def test_a_situation_is_brought_about_in_one_way(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="either 'before' and 'after', or 'unreachable'"):
        SituationSettings.model_validate({**CLOSED.model_dump(), **change})
