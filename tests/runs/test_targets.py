from __future__ import annotations

from pathlib import Path

import pytest

from harness.contracts import load as load_contract
from harness.core.errors import UsageError
from harness.runs.targets import load

CONTRACT = """\
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /thing:
    get: {operationId: getThing, responses: {'200': {description: ''}, '404': {description: ''}}}
"""
ENTRY = "- {id: e, operation: getThing, status: '404', reason: never missing here}\n"


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    (tmp_path / "things.yaml").write_text(CONTRACT, encoding="utf-8")
    return tmp_path / "not-producible.yaml"


def read(listed: Path) -> list[str]:
    operations = load_contract(listed.parent / "things.yaml").operations
    return [entry.status for entry in load(listed, {"site": list(operations)})]


def test_a_list_that_names_what_there_is(listed: Path) -> None:
    assert read(listed) == []
    listed.write_text(ENTRY, encoding="utf-8")
    assert read(listed) == ["404"]


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        ("getThink", "getThing", "e: no operation 'getThink'; did you mean 'getThing'?"),
        ("'405'", "'404'", "e: getThing does not document 405; did you mean '404'?"),
        ("backend: cite, reason", "reason", "e: no backend 'cite'; did you mean 'site'?"),
        ("statu:", "status:", "did you mean 'status'"),
        ("reason: no", "reason: never missing here", "reason"),
    ],
)
def test_an_entry_that_names_nothing_is_one_error(listed: Path, wrong: str, right: str, message: str) -> None:
    listed.write_text(ENTRY.replace(right, wrong), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read(listed)
    assert message in str(caught.value)
    assert "not-producible.yaml" in str(caught.value)
