from __future__ import annotations

import pytest

from tests.support.scenario_project import Project


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    return Project(pytester.path)
