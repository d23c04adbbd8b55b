"""Fixtures that several test files share; what they build stands in ``tests/rigs``."""

from __future__ import annotations

from tests.rigs.sample_run import full_run, sample
from tests.rigs.traffic import rig, running

__all__ = ["full_run", "rig", "running", "sample"]
