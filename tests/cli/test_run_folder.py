"""How a command is told which run it is about."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.cli.commands import run_folder
from harness.core.errors import UsageError

RUN = "20261130-114717-760a"


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    (tmp_path / "reports" / "runs" / RUN / "events").mkdir(parents=True)
    (tmp_path / "reports" / "runs" / "20261130-114717-760b").mkdir()  # a stray folder is no run
    return tmp_path / "reports" / "runs"


@pytest.mark.parametrize("given", [RUN, f"reports/runs/{RUN}", f"./reports/runs/{RUN}/"])
def test_a_run_is_named_or_its_path_given(runs: Path, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.chdir(runs.parent.parent)
    assert run_folder(SimpleNamespace(paths=SimpleNamespace(runs=runs)), given).resolve() == runs / RUN


def test_the_nearest_run_is_told(runs: Path) -> None:
    settings = SimpleNamespace(paths=SimpleNamespace(runs=runs))
    with pytest.raises(UsageError, match=f"no run is called '20261130-114717-760b'; did you mean '{RUN}'?"):
        run_folder(settings, "20261130-114717-760b")
