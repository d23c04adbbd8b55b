from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from harness.core.records import compose
from harness.core.yaml_core import construct
from harness.linkage.contract import published_schema
from harness.linkage.contract.published_schema import FILE

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    "contracts/linkage.yaml",
    "tests/fixture_vendors/linkage.yaml",
    "tests/fixture_ends/contracts/linkage.yaml",
    "tests/fixture_gateway/contracts/linkage.yaml",
    "tests/fixture_brands/contracts/linkage.yaml",
    "tests/fixture_erp/contracts/linkage.yaml",
]


def test_the_file_is_what_the_model_says() -> None:
    """After a change of the model: ``published_schema.text()`` into ``linkage.schema.json``."""
    assert FILE.read_text(encoding="utf-8") == published_schema.text()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents_that_are_read_fit_the_schema(name: str) -> None:
    node = compose(ROOT / name)
    assert node is not None
    data = json.loads(json.dumps(construct(node)))  # an editor's keys are text
    validator = jsonschema_rs.validator_for(published_schema.published_schema())
    assert [str(error) for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("as: staff", "az: staff"),
        ("promises: [appears", "promises: [apears"),
        ("defaults: {within: 5s}", "defaults: {within: 5 s}"),
        ("    read: getMember", "    reed: 1"),
    ],
)
def test_an_editor_sees_what_does_not(old: str, new: str) -> None:
    text = (ROOT / DOCUMENTS[0]).read_text(encoding="utf-8")
    assert old in text
    validator = jsonschema_rs.validator_for(published_schema.published_schema())
    assert not validator.is_valid(yaml.safe_load(text.replace(old, new)))
