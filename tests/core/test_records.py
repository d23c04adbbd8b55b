from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from harness.core.errors import UsageError
from harness.core.records import read_records


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
