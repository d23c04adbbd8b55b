"""WXML and WXSS beside WeChat's own compilers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import pytest
import yaml

from tests.support.libraries import LIBRARIES
from tests.support.oracle import NOT_RUNNABLE, RUNNABLE, Oracle, Outcome, first_difference, oracle
from tests.support.oracle_cases import FOLDER, all_cases, library_templates
from tests.support.oracle_sheets import Sheet, library_sheets, normal, sheet_cases, sheet_difference

pytestmark = pytest.mark.skipif(not RUNNABLE, reason=NOT_RUNNABLE)

SAMPLE = 7
"""Every so manieth case is compared in a normal run."""
PROBES_WANTED = 300
SHEETS_ALIKE = 0.95


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    with oracle(tmp_path_factory.mktemp("oracle")) as running:
        yield running


@cache
def known(kind: str) -> Mapping[str, str]:
    """The listed differences: case → reason."""
    listed = yaml.safe_load((FOLDER / "differences.yaml").read_text("utf-8"))[kind]
    return {case: entry["reason"] for entry in listed for case in entry["cases"]}


def verdicts(outcomes: Iterable[Outcome]) -> list[str]:
    """What is wrong, a line each: a difference nobody explained, or an explanation of none."""
    return _unexplained("templates", ((outcome.name, outcome.difference) for outcome in outcomes))


def sheet_verdicts(both: Oracle, sheets: Iterable[Sheet]) -> list[str]:
    return _unexplained("sheets", ((sheet.name, sheet_difference(both, sheet)) for sheet in sheets))


def _unexplained(kind: str, found: Iterable[tuple[str, str | None]]) -> list[str]:
    lines = []
    for name, difference in found:
        listed = name in known(kind)
        if difference and not listed:
            lines.append(f"{name}: {difference}")
        elif listed and not difference:
            lines.append(f"{name}: alike now; take it from tests/oracle/differences.yaml")
    return lines


def test_a_sample_of_the_probes_gives_the_same_trees(both: Oracle) -> None:
    assert verdicts(both.outcomes(list(all_cases())[::SAMPLE])) == []


def test_a_sample_of_the_librarys_templates_gives_the_same_trees(both: Oracle) -> None:
    cases = list(library_templates("@vant/weapp", both))[::SAMPLE]
    assert verdicts(both.outcomes(cases)) == []


def test_a_sample_of_the_sheets_gives_the_same_css(both: Oracle) -> None:
    assert sheet_verdicts(both, [*sheet_cases(), *library_sheets()][::SAMPLE]) == []


@pytest.mark.full
def test_all_sheets_give_the_same_css(both: Oracle) -> None:
    sheets = list(library_sheets())
    assert sheet_verdicts(both, [*sheet_cases(), *sheets]) == []
    differing = sum(sheet.name in known("sheets") for sheet in sheets)
    assert 1 - differing / len(sheets) >= SHEETS_ALIKE


@pytest.mark.full
def test_all_probes_give_the_same_trees(both: Oracle) -> None:
    cases = list(all_cases())
    assert len(cases) >= PROBES_WANTED
    assert verdicts(both.outcomes(cases)) == []


@pytest.mark.full
@pytest.mark.parametrize("name", LIBRARIES)
def test_all_templates_of_a_library_give_the_same_trees(both: Oracle, name: str) -> None:
    outcomes = list(both.outcomes(library_templates(name, both)))
    assert verdicts(outcomes) == []
    assert not [outcome.name for outcome in outcomes if isinstance(outcome.ours, str)], "all compile"


@pytest.mark.full
def test_every_listed_difference_is_of_a_case(both: Oracle) -> None:
    names = {case.name for case in all_cases()}
    names |= {case.name for library in LIBRARIES for case in library_templates(library, both)}
    assert set(known("templates")) - names == set()
    assert set(known("sheets")) - {sheet.name for sheet in [*sheet_cases(), *library_sheets()]} == set()


def tree(text: str, *more: str) -> list[object]:
    return [{"tag": "view", "attributes": {"a": True}, "children": [text, *more]}]


@pytest.mark.parametrize(
    ("ours", "official", "said"),
    [
        (tree("x"), tree("y"), "[0]/children[0]: ours 'x', official 'y'"),
        (tree("x"), tree("x", "y"), "[0]/children: 1 items, official 2; the first more of official: 'y'"),
        ([{"a": 1}], [{"a": True}], "[0]/a: ours 1, official True"),
        ([{"a": 1}], [{}], "[0]/a: only ours: 1"),
        ([{"a": 1.0}], [{"a": 1}], None),
        (tree("x"), tree("x"), None),
    ],
)
def test_the_first_difference_is_told(ours: object, official: object, said: str | None) -> None:
    assert first_difference(ours, official) == said


def test_a_side_that_does_not_compile_is_a_difference_and_two_are_none() -> None:
    assert Outcome("a", "no", [], "no").difference is None
    assert Outcome("a", "no", [], [[]]).difference == "ours: no; official: compiles"
    assert Outcome("a", [[]], [[]], ["boom"]).difference == "data set 1: official throws boom, ours has []"
    assert Outcome("a", [[]], [["x"]], [[]]).difference == (
        "data set 1 after setData: : 1 items, official 0; the first more of ours: 'x'"
    )


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("/* a */ .a , .b { color : red ; }\n", ".a,.b{color:red}"),
        (".a{content:' ; '}", '.a{content:" ; "}'),
        ("@media (a) { .b { } ; }", "@media(a){.b{}}"),
        (".a .b{}.a.b{}", ".a .b{}.a.b{}"),
    ],
)
def test_sheets_in_their_normal_form(css: str, said: str) -> None:
    assert normal(css) == said
