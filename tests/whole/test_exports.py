from __future__ import annotations

import subprocess
import sys

import harness

NAMES = """
Actor AppException BrokenError ContractViolation Evidence HarnessError Lag LinkageFault Locator MiniProgramApp
MiniProgramSession MiniProgramSimulator NotRun PageFault PageObject Person ProductFault Stage SystemSession Text
UsageError WebsiteSession World appears poll scenario shows step
""".split()
HEAVY = ("playwright", "minium", "schemathesis", "hypothesis", "httpx", "aiohttp", "pydantic", "allure")


def test_the_public_names_are_these_and_no_others() -> None:
    assert sorted(harness.__all__) == sorted(NAMES)
    assert sorted(harness._HOMES) == sorted(NAMES)


def test_each_of_them_can_be_had() -> None:
    for name in NAMES:
        assert getattr(harness, name).__name__ == name


def loaded_by(module: str) -> set[str]:
    code = f"import {module}, sys; print(*[m for m in {HEAVY} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(out.stdout.split())


def test_the_plugin_costs_other_peoples_test_runs_nothing() -> None:
    assert loaded_by("harness.plugin") == set()


def test_the_harness_itself_loads_nothing_until_asked() -> None:
    assert loaded_by("harness") == set()
