"""The market of tests/fixture_contracts as a backend under test, and one declared test of it run."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.users import User
from harness.checks.outcome import Outcome
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds import declared
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Operation, load
from harness.core.text import Text

CONTRACTS = Path(__file__).parent.parent / "fixture_contracts"
SETTINGS = ConformanceSettings(max_examples=3, seed=3)
Open = Callable[..., BackendUnderTest]


def the_contract() -> Contract:
    return load(CONTRACTS / "market.yaml")


def operation(name: str) -> Operation:
    return next(item for item in the_contract().operations if item.id == name)


def the_test(backend: BackendUnderTest, name: str) -> ContractTest:
    return next(test for test in declared.tests(the_contract(), backend, SETTINGS) if test.name == name)


def run(backend: BackendUnderTest, name: str) -> Outcome:
    return the_test(backend, name).execute()


@pytest.fixture
def opened() -> Iterator[Open]:
    """``opened(*faults)`` starts a market and gives it as a backend."""
    spec = importlib.util.spec_from_file_location("market", CONTRACTS / "backend_market.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with ExitStack() as stack:

        def start(*faults: str) -> BackendUnderTest:
            url = stack.enter_context(module.market(*faults))
            return BackendUnderTest(
                name="market",
                title=Text(zh="集市", en="market"),
                platform="website",
                contracts=(CONTRACTS / "market.yaml",),
                base_url=lambda: url,
                users=(User(name="ann", token=lambda: "the-token-of-ann"),),
            )

        yield start
