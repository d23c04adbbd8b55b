from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from harness.core.errors import UsageError
from harness.core.records import compose, read_records
from harness.core.yaml_core import construct


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str
    seconds: float = 1


def read(tmp_path: Path, text: str) -> dict[str, Thing]:
    file = tmp_path / "things.yaml"
    file.write_text(text, encoding="utf-8")
    return read_records(file, Thing)


def test_records_come_by_id(tmp_path: Path) -> None:
    assert read(tmp_path, "- id: a\n- id: b\n  seconds: 2\n")["b"].seconds == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- id: a\n- id: b\n  secnds: 2\n", r"things.yaml:3: unknown key 'secnds'; did you mean 'seconds'\?"),
        ("- id: a\n- seconds: 2\n", r"things.yaml:2: 'id' is missing"),
        ("- id: a\n\n- id: a\n", r"things.yaml:3: id 'a' stands here a second time"),
        ("- id: a\n  seconds: soon\n", r"things.yaml:2: seconds: .*valid number"),
        ("id: a\n", r"things.yaml:1: must be a list"),
        ("- id: [a\n", r"things.yaml:\d: not YAML"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(tmp_path, text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.yaml: cannot be read"):
        read_records(tmp_path / "nothing.yaml", Thing)


LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 30)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LAUGHS, "aliases stand for more than 500000 values"),
        ("a: &a [1, *a]\n", "aliases stand for more than 500000 values"),
        ("a: " + "9" * 100_000, "a number of 100000 digits"),
        ("a: " + "1" + ":59" * 50_000, "a number of 150001 digits"),
        ("a: " + "[" * 100_000, "nested more than 200 levels deep"),
        ("# " + "x" * 10_000_000, "too large: 10000002 bytes"),
    ],
    ids=["laughs", "an alias of itself", "digits", "base 60", "depth", "size"],
)
def test_what_costs_too_much_is_refused_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "linkage.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"linkage\.yaml") as caught:
        compose(path)
    assert said in str(caught.value)


def test_a_few_aliases_are_in_order(tmp_path: Path) -> None:
    path = tmp_path / "linkage.yaml"
    path.write_text("a: &a {b: 1}\nc: [*a, *a]\nd: {<<: *a}\n", encoding="utf-8")
    root = compose(path)
    assert root is not None
    assert construct(root) == {"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}], "d": {"b": 1}}
