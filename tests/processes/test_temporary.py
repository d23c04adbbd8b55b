"""A folder of temporary files ends with its process; what a killed one left goes when the next is made."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from harness.core.chromium import LONGEST_TMPDIR
from harness.processes.temporary import LOCK, PREFIX, YOUNG, TemporaryFolder


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("harness.processes.temporary.LONGEST_TMPDIR", 1000)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left_behind(base: Path, name: str, *, seconds: float = 2 * YOUNG, lock: bool = True) -> Path:
    folder = base / (PREFIX + name)
    (folder / "profile").mkdir(parents=True)
    if lock:
        (folder / LOCK).touch()
    then = time.time() - seconds
    os.utime(folder, (then, then))
    return folder


def test_it_is_there_until_it_is_removed(base: Path) -> None:
    folder = TemporaryFolder()
    (folder.path / "profile").mkdir()
    assert folder.path.parent == base
    folder.remove()
    folder.remove()
    assert list(base.iterdir()) == []


def test_what_is_started_meanwhile_is_told_of_it(base: Path) -> None:
    folder, environ = TemporaryFolder(), {"TMP": "before", "LANG": "C"}
    with folder.chosen(environ):
        assert environ == {**dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder.path)), "LANG": "C"}
    assert environ == {"TMP": "before", "LANG": "C"}
    folder.remove()


def test_the_next_one_removes_what_a_killed_process_left(base: Path) -> None:
    gone = left_behind(base, "of-a-killed-one")
    TemporaryFolder().remove()
    assert not gone.exists()


def test_what_another_still_uses_stays(base: Path) -> None:
    used = TemporaryFolder()
    long_ago = time.time() - 2 * YOUNG
    os.utime(used.path, (long_ago, long_ago))
    others = [
        left_behind(base, "begun-just-now", seconds=0),
        left_behind(base, "of-somebody-else", lock=False),
    ]
    TemporaryFolder().remove()
    assert used.path.exists()
    assert all(other.exists() for other in others)
    used.remove()


def test_a_browser_can_live_with_the_length_of_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("x" * LONGEST_TMPDIR)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    folder = TemporaryFolder()
    assert len(os.fsencode(folder.path)) <= LONGEST_TMPDIR
    folder.remove()
