"""Lines and columns of what is told, and keys that stand twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.contracts import Contract, Index, check, load, source
from harness.contracts.positions import JsonPositions, Positions
from harness.contracts.yaml_text import parse
from harness.core.errors import UsageError
from tests.support.exchanges import exchange

OK = {
    "responses": {
        "200": {"description": "Ok", "content": {"application/json": {"schema": {"type": "object"}}}}
    }
}
FLAWED = {"get": OK | {"security": [{"nobody": []}]}}
WHOLE: dict[str, Any] = {"openapi": "3.0.3", "info": {"title": "T", "version": "1"}}
TWICE = """{"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": {
 "/a": {"get": {"responses": {"200": {"description": "Ok"}}}},
 "/b": {"get": {"operationId": "first",
  "operationId": "second", "responses": {"200": {"description": "Ok"}}}},
 "/c": {"get": {"responses": {"200": {"description": "Ok"}},
  "description": "One.", "description": "Two.", "x-a": 1, "x-a": 2,
  "requestBody": {"content": {"application/json": {"schema": {"properties": {
   "p": {"type": "string"}, "q": {"type": "string"}, "q": {"type": "string"}}},
   "example": {"p": 1, "p": 2}}}}}},
 "/d": {"get": {"responses": {"200": {"description": "Ok", "content": {"application/json": {
  "schema": {"$ref": "#/components/schemas/D"}}}}}}}},
 "components": {"schemas": {"D": {"properties": {
  "p": {"type": "string"},
  "p": {"type": "integer"}}}}}}
"""


def write(tmp_path: Path, text: str, name: str = "a.json") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def flaws(contract: Contract) -> list[str]:
    return [flaw.words.en.replace(f"{contract.path.parent}/", "") for flaw in contract.flaws]


def place(text: str, what: str) -> int:
    return text.index(what) + 1


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_a_minified_document_has_columns(tmp_path: Path, name: str) -> None:
    paths = {f"/{number}": {"get": OK} for number in range(9)} | {"/flawed": FLAWED}
    text = json.dumps(WHOLE | {"paths": paths}, separators=(",", ": "))
    path = write(tmp_path, text, name)
    column = place(text, '{"nobody"')
    assert flaws(load(path)) == [
        f"{name}:1:{column}: security scheme 'nobody' is not declared ({name}#/paths/~1flawed/get/security/0)"
    ]


def test_only_long_lines_have_columns(tmp_path: Path) -> None:
    text = json.dumps(WHOLE | {"paths": {"/flawed": FLAWED, "/good": {"get": OK}}}, indent=1)
    assert flaws(load(write(tmp_path, text)))[0].startswith("a.json:23: security scheme")


@pytest.mark.parametrize("odd", ["😀", "\x7f", "\t", "\ufffe", "\\", '"', "\ud83d"])
@pytest.mark.parametrize("ascii", [True, False])
def test_no_character_costs_the_lines(tmp_path: Path, odd: str, ascii: bool) -> None:
    if odd == "\ud83d" and not ascii:
        return  # no UTF-8
    described = {"/odd": {"get": OK | {"description": f"a{odd}b"}}, "/flawed": FLAWED}
    text = json.dumps(WHOLE | {"paths": described}, indent=1, ensure_ascii=ascii)
    line = text[: text.index('"nobody"')].count("\n")
    assert flaws(load(write(tmp_path, text)))[0].startswith(f"a.json:{line}: security scheme")


@pytest.mark.parametrize(
    ("name", "cut"),
    [("a.json", "Expecting value"), ("a.yaml", "a key must be text")],
)
def test_where_minified_text_cannot_be_read_is_told_too(tmp_path: Path, name: str, cut: str) -> None:
    text = json.dumps(WHOLE | {"paths": {f"/{number}": {"get": OK} for number in range(9)}})
    path = write(tmp_path, text.replace('"/7": ', '"/7": ,'), name)
    with pytest.raises(UsageError, match=rf"{name}:1:\d\d\d+: .*{cut}"):
        load(path)


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_keys_that_stand_twice_are_told_with_their_lines(tmp_path: Path, name: str) -> None:
    contract = load(write(tmp_path, TWICE, name))
    told = [words.partition(":")[2].partition(" stands here twice")[0] for words in flaws(contract)]
    assert sorted(told) == [
        "14: the key 'p'",
        "4: the key 'operationId'",
        "6: the key 'description'",
        "6: the key 'x-a'",
        "8: the key 'q'",
        "9: the key 'p'",
    ]
    assert [operation.template for operation in contract.operations] == [
        "/a",
        "/c",
    ]  # what was said is clear there
    assert [operation.template for operation, _ in contract.flawed] == ["/b", "/d"]


def test_what_stands_twice_is_known_of_a_kept_document_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.contracts.cache.WORTH", 10)
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "kept"))
    path = write(tmp_path, TWICE)
    assert flaws(load(path)) == flaws(load(path))
    assert len(flaws(load(path))) == 6


def test_of_two_paths_the_last_counts_and_is_not_tested(tmp_path: Path) -> None:
    text = TWICE.replace('"/b"', '"/a"')
    contract = load(write(tmp_path, text))
    assert [operation.template for operation in contract.operations] == ["/c"]
    checked = check(exchange("GET", "/a", body={}), Index([contract]))
    assert "the key '/a' stands here twice, the last one counts" in str(checked.unchecked[0].words)


def test_keys_that_stand_twice_in_swagger_2_are_told_where_they_stand(tmp_path: Path) -> None:
    text = """{"swagger": "2.0", "info": {"title": "T", "version": "1"}, "paths": {
 "/a": {"get": {"responses": {"200": {"description": "Ok", "schema": {"$ref": "#/definitions/A"}}}}},
 "/b": {"get": {"responses": {"200": {"description": "Ok"}}}}},
 "definitions": {"A": {"type": "object",
  "type": "array"}}}
"""
    contract = load(write(tmp_path, text))
    assert flaws(contract) == [
        "a.json:5: the key 'type' stands here twice, the last one counts (a.json#/definitions/A/type)"
    ]
    assert [operation.template for operation in contract.operations] == ["/b"]


def test_the_keys_of_a_mapping_are_looked_through_once_for_all_its_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int] = []
    after = Positions._after
    monkeypatch.setattr(Positions, "_after", lambda its, place: looked.append(place) or after(its, place))
    positions = parse("{a: 1, b: {c: 2}, a: 3}").positions
    places = ("/a", "/b", "/b/c", "/b/d", "/e", "")
    for _ in range(3):
        marks = [positions.mark(pointer) for pointer in places]
        assert [mark and mark.column for mark in marks] == [18, 7, 11, 7, 0, 0]
    assert len(looked) == 4  # keys


def test_places_behind_aliases_are_where_the_anchor_is() -> None:
    positions = parse("a: &a\n  b: 1\nc: [*a, 2]\n&k d: 3\ne: {*k : 4}\n").positions
    assert [positions.mark(at).line for at in ("/a/b", "/c", "/c/0/b", "/c/1", "/d", "/e/d")] == [  # type: ignore[union-attr]
        *(1, 2, 1, 2, 3, 4),
    ]


def test_aliases_are_copies_of_their_values() -> None:
    data = parse("a: &a {b: [1]}\nc: *a\nd: {<<: *a, e: 2}\nf: {<<: [{b: 3}, *a]}\n").data
    assert data == {"a": {"b": [1]}, "c": {"b": [1]}, "d": {"b": [1], "e": 2}, "f": {"b": 3}}
    assert data["a"] is not data["c"]
    assert data["a"]["b"] is not data["c"]["b"]


ODD_JSON = """\ufeff{
 "a\\"b": {"list": [1, [2, {"x": "}]"}], null], "empty": {}, "none": []},
 "a/b" :
   true, "twice": 1,\r
 "twice": {"y": 1.5e3}
}
"""


@pytest.mark.parametrize(
    ("pointer", "line", "column"),
    [
        ("", 0, 0),
        ('/a"b', 1, 1),
        ('/a"b/list', 1, 10),
        ('/a"b/list/0', 1, 19),
        ('/a"b/list/1/1/x', 1, 27),
        ('/a"b/list/2', 1, 40),
        ('/a"b/list/3', 1, 10),
        ('/a"b/list/x', 1, 10),
        ('/a"b/empty/x', 1, 47),
        ('/a"b/none/0', 1, 60),
        ("/a~1b", 2, 1),
        ("/a~1b/c", 2, 1),
        ("/twice/y", 4, 11),
        ("/gone", 0, 0),
    ],
)
def test_places_of_json_are_found_without_its_nodes(pointer: str, line: int, column: int) -> None:
    assert JsonPositions(ODD_JSON.removeprefix("\ufeff")).mark(pointer) == (line, column)


def test_json_that_is_no_yaml_has_lines(tmp_path: Path) -> None:
    text = json.dumps(WHOLE | {"paths": {"/flawed": {"get": OK | {"operationId": 5}}}}, indent=1)
    text = text.replace('"operationId":', '"operationId"\n:')
    with pytest.raises(UsageError) as caught:
        load(write(tmp_path, text))
    line = text[: text.index('"operationId"')].count("\n") + 1
    assert str(caught.value).endswith(f"a.json:{line}: operationId must be text")


def test_json_is_read_without_the_parser_of_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "parse", None)
    monkeypatch.setenv("HARNESS_CACHE", str(tmp_path / "kept"))
    text = json.dumps(WHOLE | {"paths": {"/flawed": FLAWED, "/good": {"get": OK}}}, indent=1)
    contract = load(write(tmp_path, text))
    assert [operation.line for operation in contract.operations] == [
        number for number, line in enumerate(text.split("\n"), 1) if '"get"' in line
    ]
    line = text[: text.index('"nobody"')].count("\n")
    assert flaws(contract)[0].startswith(f"a.json:{line}: security scheme")
