"""Source maps as ECMA-426 has them: segments, index maps, and texts that are none."""

from __future__ import annotations

import json

import pytest

from harness.simulator.source_map import SourceMap

# Columns 0 and 9 of the first line are lines 1 and 2 of a.ts, column 10 of the second line is line 1 of b.ts, and
# column 12 there is of no source.
MAP = {"version": 3, "sources": ["a.ts", "b.ts"], "mappings": "AAAA,SACA;UCDA,E"}


def place_of(made: SourceMap, line: int, column: int) -> str | None:
    original = made.original(line, column)
    return original and f"{original.source.name}:{original.line}:{original.column}"


@pytest.mark.parametrize(
    ("line", "column", "place"),
    [
        (1, 1, "a.ts:1:1"),
        (1, 9, "a.ts:1:1"),
        (1, 10, "a.ts:2:1"),
        (1, 999, "a.ts:2:1"),
        (2, 10, None),
        (2, 11, "b.ts:1:1"),
        (2, 13, None),
        (0, 1, None),
        (3, 1, None),
    ],
)
def test_a_place_was_made_from_the_segment_before_it(line: int, column: int, place: str | None) -> None:
    assert place_of(SourceMap(json.dumps(MAP)), line, column) == place


def test_a_map_may_keep_itself_from_being_run() -> None:
    assert place_of(SourceMap(")]}'\n" + json.dumps(MAP)), 1, 1) == "a.ts:1:1"


def test_an_index_map_puts_maps_one_after_the_other() -> None:
    other = {**MAP, "sources": ["c.ts", None], "sourceRoot": "lib/", "sourcesContent": ["c", None]}
    sections = [
        {"offset": {"line": 0, "column": 0}, "map": MAP},
        {"offset": {"line": 1, "column": 100}, "map": other},
    ]
    made = SourceMap(json.dumps({"version": 3, "sections": sections}))
    places = [place_of(made, *at) for at in ((1, 10), (2, 11), (2, 101), (2, 110), (3, 11))]
    assert places == ["a.ts:2:1", "b.ts:1:1", "lib/c.ts:1:1", "lib/c.ts:2:1", "lib/:1:1"]
    assert [source.content for source in made.sources] == [None, None, "c", None]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "{" * 100_000,
        '{"sources": [], "mappings": "AAAA"}',
        '{"sources": ["a"], "mappings": "!"}',
        '{"sources": ["a"], "mappings": "AA,A,,A"}',
        '{"sources": ["a"], "mappings": "AADA"}',
        '{"sources": ["a"], "mappings": 1}',
        '{"sources": ["a"], "mappings": "' + "g" * 1000 + '"}',
        '{"sources": ["a"], "mappings": "+/////D,+/////D"}',
        '{"sources": ["a"], "mappings": "' + ";" * 1_000_001 + '"}',
        '{"sections": [{"offset": {"line": 900000000, "column": 0}, "map": {"sources": [], "mappings": ""}}]}',
        '{"sections": [{"offset": {"line": -1, "column": 0}, "map": {"sources": [], "mappings": ""}}]}',
    ],
)
def test_what_is_no_map_is_an_error_and_costs_little(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        SourceMap(text)
