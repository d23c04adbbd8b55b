"""What the documents say exists: commands with their options, files, links; and their code blocks can be read."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

import harness.cli
from harness.cli.commands import app
from harness.cli.simulator import tools

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")]
    if not path.name.startswith("CHANGELOG")  # which also names what there was
)
# Paths of a user's project or of a run, and what a command makes.
NOT_OURS = re.compile(
    r"[…*<{$]|NAME|PLATFORM|test_shop|/端|^(reports/(runs|latest|history)|tools/|tests/mini\b|contracts/(FILE|waivers))"
)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"`((?:harness|tests|contracts|scenarios|demo|docs|benchmarks|scripts|\.ci)/[\w./*-]*)`")
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
COMMAND, TOOLS = typer.main.get_command(app), typer.main.get_command(tools)


def blocks(path: Path) -> Iterator[tuple[str, str, int]]:
    """Language, text and line of each code block."""
    text = path.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        yield found[1], found[2], text.count("\n", 0, found.start()) + 1


def commands(path: Path) -> Iterator[list[str]]:
    """The words after ``harness`` of each command that a block or a line names."""
    text = path.read_text(encoding="utf-8")
    lines = [
        line for language, block, _ in blocks(path) if language != "python" for line in block.splitlines()
    ]
    lines += re.findall(r"`((?:\.venv/bin/)?harness [a-z][^`]*)`", text)
    for line in lines:
        found = re.search(
            r"(?:^|\s|\()(?:\.venv/bin/)?harness ([a-z][^)]*)", line.partition("  #")[0].partition(" # ")[0]
        )
        if found and "harness.toml" not in line.split()[:1]:
            yield shlex.split(found[1].replace('"$', "").rstrip('"'), comments=True)


def wrong(words: list[str]) -> str | None:
    """What does not exist of a command line; None where all of it does."""
    command: Any = COMMAND
    if (
        words[0] == "simulator"
    ):  # the first word decides: a tool, or the options of python -m harness.simulator
        if len(words) > 1 and words[1].startswith("-"):
            return None
        command, words = TOOLS, words[1:]
    while hasattr(command, "commands") and words:
        if words[0] not in command.commands:
            return f"no command {words[0]!r}"
        command, words = command.commands[words[0]], words[1:]
    if command.context_settings.get("ignore_unknown_options"):
        return None
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    for word in words:
        option = word.partition("=")[0]
        if option.startswith("--") and option not in known | {"--help"}:
            return f"{command.name} has no option {option}"
    return None


def test_there_are_documents_and_commands_in_them() -> None:
    assert len(DOCUMENTS) >= 8
    assert harness.cli.main
    assert sum(1 for path in DOCUMENTS for _ in commands(path)) > 40


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "scenarios", "-k", "L01"], None),
        (["simulator", "conformance"], "no command 'conformance'"),
        (["gate", "--nothing"], "gate has no option --nothing"),
        (["nothing"], "no command 'nothing'"),
    ],
)
def test_what_is_not_there_is_noticed(words: list[str], said: str | None) -> None:
    assert wrong(words) == said


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
class TestDocument:
    def test_its_commands_exist(self, path: Path) -> None:
        assert [(" ".join(words), said) for words in commands(path) if (said := wrong(words))] == []

    def test_its_blocks_can_be_read(self, path: Path) -> None:
        readers = {"toml": tomllib.loads, "yaml": yaml.safe_load, "python": ast.parse}
        for language, text, line in blocks(path):
            if language in readers:
                try:
                    readers[language](text)
                except Exception as error:
                    pytest.fail(f"{path.name}:{line}: {error}")

    def test_its_links_lead_somewhere(self, path: Path) -> None:
        text = BLOCK.sub("", path.read_text(encoding="utf-8"))
        links = [link for link in LINK.findall(text) if "://" not in link]
        assert [link for link in links if not (path.parent / link).exists()] == []

    def test_the_files_it_names_exist(self, path: Path) -> None:
        named = [name for name in PATH.findall(path.read_text(encoding="utf-8")) if not NOT_OURS.search(name)]
        assert [name for name in named if not (ROOT / name).exists()] == []
