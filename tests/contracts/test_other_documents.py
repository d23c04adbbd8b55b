from __future__ import annotations

from pathlib import Path

import pytest

from harness.contracts import load
from harness.contracts.other_documents import NoOperation, document_at, methods_elsewhere, operation_named
from harness.core.errors import UsageError

READS = """\
openapi: 3.1.0
info: {title: Reads, version: '1'}
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: The thing.
          content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}
"""
WRITES = """\
openapi: 3.0.3
info: {title: Writes, version: '1'}
paths:
  /things/{thing_id}:
    put:
      operationId: putThing
      x-reads-back:
        operation: reads.yaml#getThing
        parameters: {id: $request.path.thing_id}
        same: [/name]
      parameters: [{name: thing_id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: The thing.
          content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}
    delete:
      operationId: deleteThing
      x-served-by: [other]
      parameters: [{name: thing_id, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: Gone.}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reads.yaml").write_text(READS, encoding="utf-8")
    (tmp_path / "writes.yaml").write_text(WRITES, encoding="utf-8")
    return tmp_path


def test_an_operation_beside_is_found_by_document_and_name(folder: Path) -> None:
    writes = load(folder / "writes.yaml")
    found = operation_named(writes, "reads.yaml#getThing")
    assert (found.label, found.contract.openapi) == ("GET /things/{id}", "3.1")
    assert operation_named(writes, "putThing").method == "PUT"


@pytest.mark.parametrize(
    ("name", "message", "nearest"),
    [
        ("reads.yaml#getThink", "no operation 'reads.yaml#getThink' here", "reads.yaml#getThing"),
        ("read.yaml#getThing", "no document 'read.yaml' here", "reads.yaml#getThing"),
        ("putThink", "no operation 'putThink' here", "putThing"),
    ],
)
def test_what_is_not_there_is_told_with_the_nearest(
    folder: Path, name: str, message: str, nearest: str
) -> None:
    with pytest.raises(NoOperation) as caught:
        operation_named(load(folder / "writes.yaml"), name)
    assert (str(caught.value), caught.value.nearest) == (message, nearest)


def test_a_wrong_reading_operation_is_one_error_with_its_line(folder: Path) -> None:
    (folder / "writes.yaml").write_text(WRITES.replace("#getThing", "#getThin"), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(folder / "writes.yaml")
    assert str(caught.value).endswith(
        "writes.yaml:8: no operation 'reads.yaml#getThin' here; did you mean 'reads.yaml#getThing'?"
    )


def test_a_field_the_reading_operation_does_not_have_is_refused(folder: Path) -> None:
    (folder / "writes.yaml").write_text(
        WRITES.replace("same: [/name]", "same: {/name: /nam}"), encoding="utf-8"
    )
    with pytest.raises(UsageError, match=r"writes\.yaml:10: an answer of GET /things/\{id\} has no /nam"):
        load(folder / "writes.yaml")


def test_a_path_has_the_methods_of_all_documents_of_its_service(folder: Path) -> None:
    (get,) = load(folder / "reads.yaml").operations
    both = [folder / "reads.yaml", folder / "writes.yaml"]
    assert methods_elsewhere(get, "site", both) == ("put",)
    assert methods_elsewhere(get, "other", both) == ("put", "delete")
    assert methods_elsewhere(get, "site", both[:1]) == ()


def test_a_document_that_changes_is_read_again(folder: Path) -> None:
    assert document_at(folder / "reads.yaml").operations[0].id == "getThing"
    (folder / "reads.yaml").write_text(READS.replace("getThing", "readThing"), encoding="utf-8")
    assert document_at(folder / "reads.yaml").operations[0].id == "readThing"
