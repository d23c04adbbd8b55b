"""The lockers of tests/fixture_contracts as a backend under test."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.users import User
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, load
from harness.core.text import Text

CONTRACTS = Path(__file__).parent.parent / "fixture_contracts"
SETTINGS = ConformanceSettings(max_examples=3, seed=3)
ANN = User(name="ann", token=lambda: "the-token-of-ann")
BOB = User(name="bob", token=lambda: "the-token-of-bob", forbidden=("sweep",))
Rented = Callable[..., BackendUnderTest]


def the_contract() -> Contract:
    return load(CONTRACTS / "lockers.yaml")


@pytest.fixture
def rented() -> Iterator[Rented]:
    """``rented(*faults, users=…)`` starts lockers and gives them as a backend."""
    spec = importlib.util.spec_from_file_location("lockers", CONTRACTS / "backend_lockers.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with ExitStack() as stack:

        def start(*faults: str, users: tuple[User, ...] = (ANN, BOB)) -> BackendUnderTest:
            url = stack.enter_context(module.lockers(*faults))
            return BackendUnderTest(
                name="lockers",
                title=Text(zh="储物柜", en="lockers"),
                platform="website",
                contracts=(CONTRACTS / "lockers.yaml",),
                base_url=lambda: url,
                users=users,
            )

        yield start
