from __future__ import annotations

import pytest

from harness.automator.shapes import Shape, parse, record


def no_names(name: str) -> Shape:
    raise ValueError(f"unknown type {name}")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("string", ""),
        ("integer", 3),
        ("integer", 3.0),
        ("number", 3),
        ("boolean", False),
        ("null", None),
        (None, None),
        ("string|null", None),
        ("any", object()),
        (["string"], []),
        ([{"a": "integer"}], [{"a": 1}]),
        ({"*": "string"}, {"x": "y"}),
        ({"a?": "string"}, {}),
    ],
)
def test_a_fitting_value_is_no_problem(written: object, value: object) -> None:
    assert parse(written, no_names).problem(value, "v") is None


@pytest.mark.parametrize(
    ("written", "value", "problem"),
    [
        ("string", 3, "v: expected string, got number"),
        ("integer", 1.5, "v: expected integer, got number 1.5"),
        ("integer", True, "v: expected integer, got boolean"),
        ("integer", float("inf"), "v: expected integer, got number inf"),
        ("number", "1", "v: expected number, got string"),
        ("number", float("inf"), "v: expected number, got number inf"),
        ("number", float("nan"), "v: expected number, got number nan"),
        ("number", 10**400, f"v: expected number, got number 1{'0' * 39}"),
        ("string|null", {}, "v: expected string or null, got object"),
        (["string"], "abc", "v: expected array, got string"),
        (["string"], ["a", 1], "v[1]: expected string, got number"),
        ({"*": "string"}, {"x": []}, "v.x: expected string, got array"),
        ({"a": {"b": ["integer"]}}, {"a": {"b": [None]}}, "v.a.b[0]: expected integer, got null"),
        ({"name": "string"}, {}, "v.name: expected string, got nothing"),
        ({"selector": "string"}, {"selectr": "x"}, "v.selectr: unknown name, did you mean selector?"),
        ({"a": "string"}, {"zzz": 1}, "v.zzz: unknown name, expected one of a"),
        ({}, {"x": 1}, "v.x: unknown name, expected none"),
    ],
)
def test_the_first_problem_is_told_with_its_path(written: object, value: object, problem: str) -> None:
    assert parse(written, no_names).problem(value, "v") == problem


def test_an_open_record_lets_unknown_names_by_but_checks_known_ones() -> None:
    shape = record({"a?": "string"}, no_names, open=True)
    assert shape.problem({"b": 1}, "") is None
    assert shape.problem({"a": 1}, "") == "a: expected string, got number"


def test_a_misspelt_type_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="unknown type 'sting', did you mean 'string'"):
        parse("sting", no_names)


def test_a_hostile_name_is_cut() -> None:
    problem = record({"a": "string"}, no_names).problem({"x" * 10_000: 1}, "")
    assert problem is not None
    assert len(problem) < 300
