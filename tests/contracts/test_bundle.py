from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from harness.contracts import Index, bundle, check, load
from harness.core.errors import UsageError
from harness.core.exchange import Exchange, Message

CONTRACTS = Path(__file__).parents[1] / "fixture_contracts"


def test_a_bundle_refers_to_no_other_file_and_says_the_same(tmp_path: Path) -> None:
    contract = load(CONTRACTS / "things.yaml")
    before = json.dumps(contract.document)
    bundled = bundle(contract)
    assert not re.search(r'"\$ref": "[^#]', json.dumps(bundled))
    assert json.dumps(contract.document) == before
    assert set(bundled["components"]) == {"securitySchemes", "schemas", "responses"}
    assert set(bundled["components"]["schemas"]) == {"Thing", "Problem", "Id"}
    (tmp_path / "bundled.json").write_text(json.dumps(bundled), encoding="utf-8")
    again = Index([load(tmp_path / "bundled.json")])
    answer = Message((("Content-Type", "application/problem+json"),), b'{"title": 1}')
    sent = Exchange(
        id="1",
        source="a",
        target="b",
        method="GET",
        path="/v1/things",
        request=Message((), b""),
        status=404,
        response=answer,
        started=0.0,
        ended=0.0,
    )
    assert [item.where for item in check(sent, again).violations] == ["response.body/title"]


def test_equal_names_are_kept_apart_and_fragments_written_out(tmp_path: Path) -> None:
    head = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
    (tmp_path / "a.yaml").write_text(
        head + "components:\n  schemas:\n"
        "    A: {type: object, properties: {b: {$ref: 'b.yaml#/components/schemas/A'}}}\n"
        "    F: {$ref: 'f.yaml#/shape'}\n",
        encoding="utf-8",
    )
    (tmp_path / "b.yaml").write_text(
        head + "components: {schemas: {A: {type: array, items: {$ref: '#/components/schemas/A'}}}}\n",
        encoding="utf-8",
    )
    (tmp_path / "f.yaml").write_text("shape: {type: string}\n", encoding="utf-8")
    schemas = bundle(load(tmp_path / "a.yaml"))["components"]["schemas"]
    assert schemas == {
        "A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/A_2"}}},
        "A_2": {"type": "array", "items": {"$ref": "#/components/schemas/A_2"}},
        "F": {"type": "string"},
    }


def test_a_fragment_that_contains_itself_cannot_be_written_out(tmp_path: Path) -> None:
    head = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
    (tmp_path / "a.yaml").write_text(
        head + "components: {schemas: {A: {$ref: 'f.yaml#/s'}}}\n", encoding="utf-8"
    )
    (tmp_path / "f.yaml").write_text("s:\n  items: {$ref: '#/s'}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"f\.yaml:2: this \$ref contains itself"):
        bundle(load(tmp_path / "a.yaml"))
