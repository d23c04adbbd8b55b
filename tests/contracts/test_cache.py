from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.contracts import cache, load
from harness.contracts.lint import lint
from harness.core.errors import UsageError

HEAD = "openapi: 3.1.0\ninfo: {title: Big, version: '1'}\n"
TAIL = """\
paths:
  /thing:
    get:
      operationId: getThing
      responses: {'200': {$ref: 'other.yaml#/answer'}}
"""


@pytest.fixture
def big(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A document that is worth keeping, and the folder it is kept in."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "kept"))
    (tmp_path / "other.yaml").write_text("answer: {description: The thing.}\n", encoding="utf-8")
    path = tmp_path / "big.yaml"
    path.write_text(HEAD + "# " + "x" * cache.WORTH + "\n" + TAIL, encoding="utf-8")
    return path


def kept(big: Path) -> list[Path]:
    return sorted((big.parent / "kept").glob("*"))


def test_a_big_document_read_again_is_the_same(big: Path) -> None:
    first = load(big)
    assert [file.suffixes for file in kept(big)] == [[".good", ".json"], [".json"]]
    again = load(big)
    assert again.document == first.document
    assert [item.line for item in again.operations] == [item.line for item in first.operations] == [6]


def test_a_line_that_is_not_kept_is_found_all_the_same(big: Path) -> None:
    load(big)
    assert load(big).library.root.source.line("/paths/~1thing/get/responses") == 8


def test_a_changed_document_is_read_anew(big: Path) -> None:
    load(big)
    big.write_text(big.read_text(encoding="utf-8").replace("getThing", "readThing"), encoding="utf-8")
    assert load(big).operations[0].id == "readThing"


def test_a_flawed_document_read_again_is_as_flawed(big: Path) -> None:
    text = big.read_text(encoding="utf-8") + "  /other: {get: {responses: {20O: {description: x}}}}\n"
    big.write_text(text, encoding="utf-8")
    first, again = load(big), load(big)
    assert again.flaws == first.flaws != ()
    assert [operation.id for operation in again.operations] == ["getThing"]


def test_a_mistake_in_a_document_beside_it_is_not_overlooked(big: Path) -> None:
    load(big)
    (big.parent / "other.yaml").write_text("answers: {description: The thing.}\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(big)
    assert "big.yaml:8" in str(caught.value)
    assert "leads nowhere" in str(caught.value)


def test_a_broken_document_is_never_noted_as_good(big: Path) -> None:
    big.write_text(big.read_text(encoding="utf-8").replace("responses:", "response:"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(UsageError, match=r"big\.yaml:8: .*responses"):
            load(big)


def test_what_is_half_written_counts_as_absent(big: Path) -> None:
    load(big)
    for file in kept(big):
        file.write_text("{", encoding="utf-8")
    assert load(big).operations[0].id == "getThing"


def test_without_a_folder_to_write_in_everything_is_read(big: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.FOLDER, str(big))  # a file
    assert load(big).operations[0].id == "getThing"


def test_a_small_document_is_not_kept(big: Path) -> None:
    big.write_text(HEAD + TAIL, encoding="utf-8")
    load(big)
    assert kept(big) == []


def peak(of: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        of()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_document_is_written_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cache.FOLDER, str(tmp_path))
    paths = {f"/p{number}": {"get": {"summary": "“" + "x" * 1_000}} for number in range(1_000)}
    data = {
        "data": {"paths": paths, "tags": [], "x": {}},
        "lines": {"/a": 1},
        "repeated": [["/a", "b", True]],
    }
    assert peak(lambda: cache.keep("a", data)) < 200_000
    assert cache.read("a") == data


def test_the_lint_keeps_no_list_of_all_that_it_reads(tmp_path: Path) -> None:
    many = 2_000
    fields = {f"field{number}": {"type": "string"} for number in range(many)}
    schemas = {"A": {"type": "object", "properties": fields}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    (tmp_path / "a.json").write_text(json.dumps(document), encoding="utf-8")
    contract = load(tmp_path / "a.json")
    assert peak(lambda: lint(contract)) / many < 300  # bytes
