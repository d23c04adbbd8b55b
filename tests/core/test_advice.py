"""Commands in messages: by the name under which they can be called where the message is printed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from harness.core import advice


@pytest.fixture(autouse=True)
def _forget() -> None:
    advice._harness.cache_clear()


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def installed(
    monkeypatch: pytest.MonkeyPatch, environment: Path, *on_path: Path, scripts: bool = True
) -> None:
    """As if the harness ran in ``environment``, with these folders on PATH."""
    monkeypatch.setattr(sys, "executable", str(program(environment / "bin" / "python3")))
    if scripts:
        program(environment / "bin" / "harness")
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, on_path)))


def test_in_an_activated_environment_names_are_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(monkeypatch, tmp_path / "venv", tmp_path / "venv" / "bin")
    assert advice.harness("run") == "harness run"
    assert advice.pip("install x") == "python3 -m pip install x"


def test_in_one_that_is_not_activated_the_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    installed(monkeypatch, tmp_path / ".venv")
    assert advice.harness("run") == ".venv/bin/harness run"
    assert advice.python("-m playwright") == ".venv/bin/python3 -m playwright"


def test_somebody_elses_on_path_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "other" / "harness")
    installed(monkeypatch, tmp_path / "a b", tmp_path / "other")
    assert advice.harness("gate") == f"'{tmp_path}/a b/bin/harness' gate"


def test_without_its_script_python_runs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, tmp_path / "venv", tmp_path / "venv" / "bin", scripts=False)
    assert advice.harness("gate") == "python3 -m harness gate"


@pytest.mark.parametrize(("user", "sudo"), [(0, ""), (1000, "sudo ")])
def test_only_root_needs_no_sudo(user: int, sudo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    assert advice.debian("chromium") == f"{sudo}apt-get install chromium"
