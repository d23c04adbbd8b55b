"""What users are told of mistakes in linkage.yaml, harness.toml, OpenAPI documents or mini-programs: both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from harness.config import words as config_words
from harness.contracts import declaration_words, document_words, flaw_words
from harness.core.text import Text
from harness.linkage.contract import words
from harness.simulator.source import words as source_words
from tests.support.languages import chinese, english

ROOT = Path(__file__).parents[2]
SETTINGS = (
    "core/records.py",
    "core/platforms.py",
    "processes/settings.py",
    "runs/environment_rules.py",
    "runs/run.py",
)
FILES = [
    *sorted((ROOT / "harness" / "linkage").rglob("*.py")),
    *(ROOT / "harness" / "runs").glob("linkage*.py"),
    ROOT / "harness" / "cli" / "linkage.py",
    *(ROOT / "harness" / "config").glob("*.py"),
    *(ROOT / "harness" / name for name in SETTINGS),
]
DOCUMENTS = sorted((ROOT / "harness" / "contracts").rglob("*.py"))
SOURCES = sorted((ROOT / "harness" / "simulator" / "source").glob("*.py"))
TEXTS = {
    f"{module.__name__.removeprefix('harness.')} {name}": text
    for module in (words, config_words, document_words, flaw_words, declaration_words, source_words)
    for name, text in vars(module).items()
    if isinstance(text, Text)
}
TOLD = {
    "UsageError": 0,
    "InvalidInput": 0,
    "NotAccepted": 1,  # a comment of a draft
    "refuse": 0,
    "_refuse": 0,
    "NoOperation": 0,
}
"""Which argument of an error is told to people."""


def _in_one_language(path: Path) -> Iterator[str]:
    """The errors of a user that are built from a text of one language only."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        if name == "ValueError" and path in FILES:  # what pydantic tells of it
            yield f"{path.name}:{node.lineno}"
        if (number := TOLD.get(name)) is not None and len(node.args) > number:
            said = node.args[number]
            plain = isinstance(said, ast.JoinedStr | ast.Constant)
            if plain or (isinstance(said, ast.Call) and getattr(said.func, "id", "") == "str"):
                yield f"{path.name}:{node.lineno}"


def test_no_mistake_of_a_user_is_told_in_one_language() -> None:
    assert [place for path in (*FILES, *DOCUMENTS, *SOURCES) for place in _in_one_language(path)] == []


@pytest.mark.parametrize("name", TEXTS)
def test_both_languages_say_the_same(name: str) -> None:
    text = TEXTS[name]
    named = [{field for _, field, _, _ in Formatter().parse(said) if field} for said in (text.zh, text.en)]
    assert named[0] == named[1]
    assert chinese(text.en) is None
    assert english(re.sub(r"'harness [^']*'", "", text.zh)) is None
    assert chinese(text.zh)
