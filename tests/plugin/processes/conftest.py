from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.scenario_project import Project


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[3]))
    return Project(pytester)
