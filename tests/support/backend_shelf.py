"""The shelf of tests/fixture_contracts as a backend under test."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from harness.api.backend import BackendUnderTest
from harness.api.situation_settings import SituationSettings
from harness.api.users import User
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Operation, load
from harness.core.text import Text

CONTRACTS = Path(__file__).parent.parent / "fixture_contracts"
SETTINGS = ConformanceSettings(max_examples=3, seed=3)
CLOSED = SituationSettings.model_validate(
    {
        "name": "closed",
        "title": {"zh": "闭馆", "en": "closed"},
        "statuses": [503],
        "before": {"operation": "setClosed", "body": {"closed": True}},
        "after": {"operation": "setClosed", "body": {"closed": False}},
    }
)
Serve = Callable[..., BackendUnderTest]


def the_contract() -> Contract:
    return load(CONTRACTS / "shelf.yaml")


def operation(name: str) -> Operation:
    return next(item for item in the_contract().operations if item.id == name)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """``serve(*faults, name=…, platform=…)`` starts a shelf and gives it as a backend."""
    spec = importlib.util.spec_from_file_location("shelf", CONTRACTS / "backend_shelf.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with ExitStack() as stack:

        def start(*faults: str, name: str = "shelf", platform: str = "website") -> BackendUnderTest:
            url = stack.enter_context(module.shelf(*faults, name=name))
            return BackendUnderTest(
                name=name,
                title=Text(zh="书架", en=name),
                platform=platform,
                contracts=(CONTRACTS / "shelf.yaml",),
                base_url=lambda: url,
                users=(User(name="ann", token=lambda: "the-token-of-ann"),),
                situations=(CLOSED,),
            )

        yield start
