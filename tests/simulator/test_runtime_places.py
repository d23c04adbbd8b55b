"""Places of the bundle under the names of its source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.simulator.build import Bundle
from harness.simulator.runtime_places import RuntimePlaces

HOST = "https://mp.invalid/__host/host.js"
# Columns 0 and 9 of the first line are lines 1 and 2 of a.ts, column 10 of the second line is line 1 of b.ts.
MAP = {"sources": ["../src/a.ts", "../node_modules/x/b.ts"], "mappings": "AAAA,SACA;UCDA"}


def places(folder: Path, content: str | None) -> RuntimePlaces:
    if content is not None:
        (folder / "host.js.map").write_text(content, encoding="utf-8")
    return RuntimePlaces(Bundle(folder / "host.js", folder / "compiler.wasm.gz"))


@pytest.mark.parametrize(
    ("place", "named"),
    [
        ("1:1", "src/a.ts:1"),
        ("1:9", "src/a.ts:1"),
        ("1:10", "src/a.ts:2"),
        ("1:400", "src/a.ts:2"),
        ("2:11", "node_modules/x/b.ts:1"),
        ("2:3", f"{HOST}:2:3"),
        ("7:1", f"{HOST}:7:1"),
    ],
)
def test_a_place_has_the_name_of_its_source(tmp_path: Path, place: str, named: str) -> None:
    stack = f"TypeError: x\n    at t.deep ({HOST}:{place})\n    at pages/a/a.js:3:1"
    assert places(tmp_path, json.dumps(MAP)).named(stack) == (
        f"TypeError: x\n    at t.deep ({named})\n    at pages/a/a.js:3:1"
    )


@pytest.mark.parametrize(
    "content", [None, "", "{}", '{"sources": [], "mappings": "AAAA"}', '{"sources": ["a"], "mappings": "!"}']
)
def test_without_a_map_places_stay_as_they_are(tmp_path: Path, content: str | None) -> None:
    assert places(tmp_path, content).named(f"at {HOST}:1:2") == f"at {HOST}:1:2"
