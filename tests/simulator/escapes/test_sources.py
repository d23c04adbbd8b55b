"""The files of a hostile mini-program lead nowhere outside of its project, and what does not start says where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import UsageError
from harness.simulator.source.project import Project, load_project
from tests.simulator.escapes.plot import CANARY, Plot, deadline, names, params, planted

SOURCES = planted("sources")
MARKS = (CANARY, "\0PATH=", "root:x:0:")  # of files outside, /proc/self/environ, /etc/passwd


def test_names_are_of_one_entry_each() -> None:
    assert names(SOURCES) >= set(SOURCES["left"])


def load(folder: Path) -> tuple[Project | None, str]:
    """The mini-program, or what is said of it that does not start."""
    try:
        return load_project(folder), ""
    except UsageError as error:
        return None, str(error)


def asset(project: Project, path: str) -> str | None:
    """What a page gets by this path; nothing where it is refused, but for what is said then."""
    try:
        content = project.asset(path)
    except UsageError as error:
        return str(error)
    return None if content is None else content.decode("latin-1")


@pytest.mark.parametrize("entry", params(SOURCES, "escapes"))
def test_no_file_leads_out(entry: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plot = Plot(tmp_path, entry)
    monkeypatch.setenv("HOME", str(plot.outside))
    monkeypatch.setenv("SHOP_SECRET", CANARY)
    with deadline(entry.get("seconds", 20)):
        project, words = load(plot.shop)
    plot.change()
    assert not (plot.outside / "hit").exists()
    assert CANARY not in words
    if project is not None:
        assert [name for name, text in project.files.items() if any(mark in text for mark in MARKS)] == []
        assert [path for path in project.pages if ".." in path] == []
        with deadline(20):
            found = {path: asset(project, path) for path in map(plot.filled, entry.get("asset", []))}
        assert [
            path for path, said in found.items() if said is not None and any(mark in said for mark in MARKS)
        ] == []
    assert ("unread" if project else "refused") in entry["expected"], words
    if words:
        assert entry.get("place", "") in words
        assert "\n" not in words


@pytest.mark.parametrize("entry", params(SOURCES, "kept"))
def test_what_is_within_is_read(entry: dict[str, Any], tmp_path: Path) -> None:
    project = load_project(Plot(tmp_path, entry).shop)
    assert set(project.files) >= set(entry["reads"])
