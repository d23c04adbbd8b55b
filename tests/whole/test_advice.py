"""Commands in messages exist: every one is taken out of the source, and looked up."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

import pytest
import typer

import harness.cli as cli
from harness.cli.commands import app
from harness.cli.simulator import tools

ROOT = Path(__file__).parents[2]
# As they are where npm projects are; and names of programs in their own help.
IN_A_PROJECT = (
    "npm install --save-dev",
    "npm ci --prefix",
    "npm run build",
    "npm is",
    "python -m harness.",
)
# 'harness …' by name where it names the thing, in a file for everybody, or where options of the shell are compared.
BY_NAME = {
    "harness/linkage/draft/words.py": "the draft is committed, and read on other machines",
    "harness/platforms/settings.py": "descriptions of settings, in a schema for everybody",
    "harness/processes/settings.py": "descriptions of settings, in a schema for everybody",
    "harness/runs/resident/state.py": "names whose system it is",
    "harness/runs/resident/host.py": "names what runs already",
    "harness/plugin/activation.py": "names the command that an option of pytest belongs to",
    "harness/config/words.py": "names what tells more, beside what is wrong",
    "harness/cli/simulator.py": "the program's name in its own help",
}
HARNESS = re.compile(r"(?<![\w./-])harness ((?:[a-z]+\b ?)+(?:--[a-z-]+)?)")
OTHER = re.compile(
    r"(?<![\w./-])(?:npm|npx|pip3?|python3?|playwright(?= install)|apt|apt-get|uv) -{0,2}[a-z]\S*(?: \S+)?"
)
OF_A_CLONE = re.compile(r"bootstrap\.py|\.venv/|requirements\.lock")


@cache
def sources() -> list[tuple[str, ast.Module]]:
    return [
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted((ROOT / "harness").rglob("*.py"))
        if "node_modules" not in path.parts
    ]


def texts(module: ast.Module) -> Iterator[str]:
    """Every string but docstrings; of an f-string its whole, with names for what is filled in."""
    inner: set[ast.AST] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Expr):
            inner.add(node.value)
        if _is_advice(node):
            inner.update(ast.walk(node))
        if isinstance(node, ast.JoinedStr):
            inner.update(node.values)
            yield "".join(
                part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part)[3:-2]}}}"
                for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inner:
            yield node.value


def advised(module: ast.Module) -> Iterator[tuple[str, str]]:
    """(function of harness.core.advice, its words) for every call."""
    for node in ast.walk(module):
        if _is_advice(node):
            assert isinstance(node, ast.Call)
            (argument,) = node.args
            assert isinstance(argument, ast.Constant), ast.unparse(node)
            yield ast.unparse(node.func).removeprefix("advice."), str(argument.value)


def _is_advice(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "advice"
    )


def missing(words: str) -> str | None:
    """Why ``harness WORDS`` is no command; words of prose after it do not matter."""
    command: Any = typer.main.get_command(app)
    simulator = typer.main.get_command(tools)
    for word in words.split():
        if word.startswith("--"):
            known = {option for parameter in command.params for option in parameter.opts}
            return None if word in known else f"{command.name} has no {word}"
        group = simulator if command.name == "simulator" else command
        found = getattr(group, "commands", {}).get(word)
        if found is None:
            return f"no command {word}" if group is command and hasattr(command, "commands") else None
        command = found
    return None


def test_every_command_of_ours_in_a_message_is_one() -> None:
    assert cli.main
    seen, wrong = 0, []
    for name, module in sources():
        own = [words for function, words in advised(module) if function == "harness"]
        named = [found for text in texts(module) for found in HARNESS.findall(text)]
        if name not in BY_NAME:
            named = [
                words for words in named if missing(words) is None
            ]  # prose: "the harness did not start it"
            assert not named, f"{name}: {named} is written by harness.core.advice, or listed in BY_NAME"
        seen += len(own) + len(named)
        wrong += [f"{name}: harness {words}: {why}" for words in own if (why := missing(words))]
    assert seen > 12
    assert wrong == []


def test_what_is_listed_by_name_is_there() -> None:
    there = {
        name
        for name, module in sources()
        if any(missing(found) is None for text in texts(module) for found in HARNESS.findall(text))
    }
    assert there == set(BY_NAME)


def test_other_programs_are_called_as_they_can_be_here() -> None:
    wrong = []
    for name, module in sources():
        for text in texts(module):
            wrong += [
                f"{name}: {found}" for found in OTHER.findall(text) if not found.startswith(IN_A_PROJECT)
            ]
            wrong += [f"{name}: {found}" for found in OF_A_CLONE.findall(text)]
    assert wrong == []


def test_extras_that_are_to_be_installed_are_declared() -> None:
    known = metadata("linkage-harness").get_all("Provides-Extra") or []
    named = [
        extra
        for _, module in sources()
        for function, words in advised(module)
        if function == "pip"
        for extra in re.findall(r"linkage-harness\[(\w+)\]", words)
    ]
    assert named
    assert set(named) <= set(known)


@pytest.mark.parametrize("words", ["runn", "run --nowhere", "linkage nothing", "simulator --nowhere"])
def test_a_wrong_one_is_noticed(words: str) -> None:
    assert missing(words) is not None
