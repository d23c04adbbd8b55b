"""Generated exchanges over the whole table of styles, true by how they were made, as ours and others judge them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from harness.contracts import Checked, Index, check, load
from tests.support.generated_exchanges import Case, cases, documents
from tests.support.style_cells import NAME, Version, written

SAMPLE, FULL = 330, 2_000  # the sample has two of each version, cell and type
RGB = {"R": 100, "G": 200, "B": 150}
LIST = ["blue", "black", "brown"]


@pytest.mark.parametrize(
    ("style", "explode", "version", "single", "array", "object"),
    [  # OpenAPI 3.1.1, Style Examples
        ("matrix", False, "3.1", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
        ("matrix", True, "3.1", ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"),
        ("label", False, "3.1", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        ("label", True, "3.1", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        ("simple", False, "3.1", "blue", "blue,black,brown", "R,100,G,200,B,150"),
        ("simple", True, "3.1", "blue", "blue,black,brown", "R=100,G=200,B=150"),
        ("form", False, "3.1", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        ("form", True, "3.1", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        ("spaceDelimited", False, "3.1", None, "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
        ("pipeDelimited", False, "3.1", None, "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"),
        ("deepObject", True, "3.1", None, None, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150"),
        # OpenAPI 3.0.3, Style Examples: there a label that is not exploded is divided by dots
        ("label", False, "3.0", ".blue", ".blue.black.brown", ".R.100.G.200.B.150"),
    ],
)  # fmt: skip
def test_the_encoder_writes_openapis_own_examples(
    style: str, explode: bool, version: Version, single: Any, array: Any, object: Any
) -> None:
    def coded(text: str) -> str:
        return quote(text, safe="")

    for value, expected in (("blue", single), (LIST, array), (RGB, object)):
        if expected is not None:
            assert written(style, explode, value, coded, version, "color") == expected


def test_exchanges_cover_every_cell_and_come_again_with_their_seed() -> None:
    found = cases(1, SAMPLE)
    assert list(map(str, found)) == list(map(str, cases(1, SAMPLE)))
    assert [case.exchange for case in found] == [case.exchange for case in cases(1, SAMPLE)]
    assert sum(case.planted is None for case in found) == SAMPLE / 2
    groups = {(case.slot.version, case.slot.cell, case.slot.kind.type) for case in cases(1, FULL)}
    assert {(case.slot.version, case.slot.cell, case.slot.kind.type) for case in found} == groups


@pytest.mark.parametrize(
    ("seed", "many"), [(1, SAMPLE), *(pytest.param(seed, FULL, marks=pytest.mark.full) for seed in range(5))]
)
def test_ours_has_no_false_alarm_and_misses_nothing(seed: int, many: int, tmp_path: Path) -> None:
    found = cases(seed, many)
    indexes = indexed(found, tmp_path)
    judged = [(case, check(case.exchange, indexes[case.slot.version])) for case in found]
    assert [words_of(case, of) for case, of in judged if of.operation is None or of.unchecked] == []
    assert [words_of(case, of) for case, of in judged if bool(of.violations) is (case.planted is None)] == []
    elsewhere = [
        words_of(case, of)
        for case, of in judged
        if any(not is_at(case, each.where) for each in of.violations)
    ]
    assert elsewhere == []


def indexed(found: list[Case], folder: Path) -> dict[Version, Index]:
    chosen = list({case.slot.number: case.slot for case in found}.values())
    indexes = {}
    for version, document in documents(chosen):
        (folder / f"{version}.json").write_text(json.dumps(document), encoding="utf-8")
        indexes[version] = Index([load(folder / f"{version}.json")])
    return indexes


def is_at(case: Case, where: str) -> bool:
    """Whether a violation was found where the flaw was planted."""
    place = {
        "body": "request.body",
        "form": "request.body",
        "multipart": "request.body",
        "response body": "response.body",
        "response header": f"response.headers/{NAME}",
    }.get(case.slot.cell.location, f"request.{case.slot.cell.location}/{NAME}")
    return where == place or where.startswith(f"{place}/")


def words_of(case: Case, judged: Checked) -> str:
    words = [*(each.message.en for each in judged.violations), *(each.words.en for each in judged.unchecked)]
    return f"{case} ({case.exchange.path} {case.exchange.request.body!r}): {words}"
