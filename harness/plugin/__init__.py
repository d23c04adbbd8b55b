"""The pytest plugin: options, fixtures, hooks. No logic of its own.

Importing it must stay cheap and free of browsers: what needs Playwright, Minium or Schemathesis is imported
by the fixture that uses it.
"""

from __future__ import annotations

from harness.plugin.activation import pytest_addoption, pytest_configure, pytest_generate_tests
from harness.plugin.fixtures import (
    actor,
    harness_run,
    open_end,
    open_miniprogram,
    open_website,
    platform_drivers,
    stage,
    world,
)
from harness.plugin.miniprogram_apps import (
    miniprogram,
    miniprogram_app,
    miniprogram_hosts,
    miniprogram_options,
    miniprogram_person,
    miniprogram_project,
    miniprogram_simulator,
    miniprogram_wechat,
)
from harness.plugin.minitest import harness_minitest, minitest_app
from harness.plugin.simulator_faults import pytest_runtest_makereport

__all__ = [
    "actor",
    "harness_minitest",
    "harness_run",
    "miniprogram",
    "miniprogram_app",
    "miniprogram_hosts",
    "miniprogram_options",
    "miniprogram_person",
    "miniprogram_project",
    "miniprogram_simulator",
    "miniprogram_wechat",
    "minitest_app",
    "open_end",
    "open_miniprogram",
    "open_website",
    "platform_drivers",
    "pytest_addoption",
    "pytest_configure",
    "pytest_generate_tests",
    "pytest_runtest_makereport",
    "stage",
    "world",
]
