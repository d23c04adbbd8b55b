"""Fixtures that several test files share; what they build stands in ``tests/rigs``."""

from __future__ import annotations

from tests.rigs.project import project
from tests.rigs.sample_run import full_run, sample
from tests.rigs.traffic import rig, running

__all__ = ["full_run", "project", "rig", "running", "sample"]
