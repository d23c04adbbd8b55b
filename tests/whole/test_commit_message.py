"""Git's hook: what it refuses, and what it lets through."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "commit_message.py"


@pytest.fixture(scope="module")
def hook() -> Any:
    spec = importlib.util.spec_from_file_location("commit_message", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("message", "mistake"),
    [
        ("Read only what is new", None),
        ("Read only what is new\n\nEach question read all again.\n", None),
        ("x" * 72, None),
        ("x" * 73, "the subject has 73 characters"),
        ("", "the subject is empty"),
        ("# a comment of git's\n", "the subject is empty"),
        ("Subject\nbody at once", "the line after the subject must be empty"),
        ("Subject\n\nCo-authored-by: somebody", "no such trailer"),
        ("Merge branch 'a' of a repository whose name is very long indeed, longer than 72", None),
    ],
)
def test_the_form_of_a_message(hook: Any, message: str, mistake: str | None) -> None:
    found = hook.mistake_in(message)
    assert (found is None) if mistake is None else (found is not None and mistake in found)
