from __future__ import annotations

from pathlib import Path

import pytest

from harness.contracts.source import Source
from harness.core.errors import UsageError

CONTRACTS = Path(__file__).parents[1] / "fixture_contracts"


def source(folder: Path, text: str, name: str = "a.yaml") -> Source:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Source(path, name)


def test_scalars_are_read_as_yaml_1_2(tmp_path: Path) -> None:
    read = source(
        tmp_path,
        "{a: yes, b: on, c: 2020-01-01, d: 12:30:45, e: 0o17, f: '1', g: 1, h: 1.5,"
        " i: ~, j: True, k: !!str 5, l: 1e3, 200: x}",
    )
    assert read.data == {
        **{"a": "yes", "b": "on", "c": "2020-01-01", "d": "12:30:45", "e": 15, "f": "1", "g": 1, "h": 1.5},
        **{"i": None, "j": True, "k": "5", "l": 1000, "200": "x"},
    }


def test_anchors_and_merge_keys_are_read(tmp_path: Path) -> None:
    read = source(tmp_path, "base: &b {x: 1, y: 2}\nmine:\n  <<: *b\n  y: 3\n")
    assert read.data["mine"] == {"x": 1, "y": 3}


def test_every_place_has_its_line(tmp_path: Path) -> None:
    read = source(tmp_path, "a:\n  b/c:\n    - one\n    - two: 2\n")
    assert [read.line(pointer) for pointer in ("/a", "/a/b~1c", "/a/b~1c/1", "/a/b~1c/1/two")] == [1, 2, 4, 4]
    assert read.line("/a/nothing/below") == 1  # the nearest parent that is there


def test_json_with_tabs_has_lines_too() -> None:
    read = Source(CONTRACTS / "shop.json", "shop.json")
    assert read.line("/paths/~1ping/get") == 5


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.yaml", "a: 1\nb: [1, 2\n", "a.yaml:3: not YAML: did not find expected ',' or ']'"),
        ("a.yaml", "a: &x\n  b: *x\n", "a.yaml:2: an alias contains itself"),
        ("a.yaml", "a: 1\n[1]: 2\n", "a.yaml:2: a key must be text"),
        ("a.json", '{\n "a": 1,\n}', "not JSON: Expecting property name enclosed in double quotes"),
    ],
)
def test_unreadable_files_are_usage_errors_with_a_line(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    with pytest.raises(UsageError) as caught:
        source(tmp_path, text, name)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "shared.yaml").touch()
    with pytest.raises(
        UsageError, match=r"sharde\.yaml: no such contract document; did you mean 'shared\.yaml'"
    ):
        Source(tmp_path / "sharde.yaml", "sharde.yaml")


def test_a_folder_and_binary_are_no_documents(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        Source(tmp_path, "x")
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00a")
    with pytest.raises(UsageError, match="not UTF-8 text"):
        Source(tmp_path / "b.yaml", "b.yaml")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("flow.yaml", "[" * 50_000),  # which overflowed the stack of the parser in C
        ("block.yaml", "- " * 50_000 + "x"),
        ("deep.json", "[" * 50_000 + "]" * 50_000),
        ("less-deep.json", "[" * 500 + "]" * 500),
    ],
)
def test_a_document_nested_too_deep_is_a_usage_error(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(UsageError, match=rf"{name}:[0-9:]* (not YAML: )?nested more than 200 levels deep"):
        source(tmp_path, text, name)


def test_keys_within_keys_are_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"keys.yaml:1:3: a key must be text"):
        source(tmp_path, "? " * 50_000 + "x", "keys.yaml")


def test_aliases_are_counted_before_they_are_written_out(tmp_path: Path) -> None:
    levels = [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 12)]
    with pytest.raises(UsageError, match=r"a.yaml:8: its aliases stand for more than 3,000,000 values"):
        source(tmp_path, "a0: &a0 [x]\n" + "\n".join(levels))
