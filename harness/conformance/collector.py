"""Contracts as pytest sees them: a document is a file, a backend a collector, a contract test an item.

``contracts/shared.yaml::website::getPoints``. Collecting reads the contract and nothing else; the backend is
asked, and schemathesis imported, when an item runs. Ids and order follow the document, the same in every
process. Which tests a backend gets is the tuple ``KINDS``; those between backends are
:mod:`harness.conformance.kinds.parity`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from harness.api.backend import BackendUnderTest
from harness.checks.item import CheckContext, CheckItem
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds import (
    declared,
    generated,
    links,
    methods,
    object_level_authorization,
    parity,
    refusals,
    situations,
)
from harness.conformance.no_answer import answered
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, load
from harness.core.errors import UsageError

KINDS: tuple[Callable[[Contract, BackendUnderTest, ConformanceSettings], Iterable[ContractTest]], ...] = (
    generated.tests,
    declared.tests,
    object_level_authorization.tests,
    refusals.tests,
    methods.tests,
    links.tests,
    situations.tests,
)


def collect(
    path: Path,
    parent: pytest.Collector,
    backends: Sequence[BackendUnderTest],
    settings: ConformanceSettings,
    context: CheckContext,
) -> ContractFile | None:
    """The file to return from ``pytest_collect_file``; None where no backend has this contract."""
    mine = [
        backend for backend in backends if path.resolve() in {item.resolve() for item in backend.contracts}
    ]
    if not mine:
        return None
    file: ContractFile = ContractFile.from_parent(parent, path=path)
    file.backends, file.settings, file.context = mine, settings, context
    return file


class ContractFile(pytest.File):
    """One contract document."""

    backends: Sequence[BackendUnderTest] = ()
    settings: ConformanceSettings
    context: CheckContext

    def collect(self) -> Iterable[pytest.Collector]:
        try:
            contract = load(self.path, strict=self.settings.strict, readable=self.backends[0].readable)
        except UsageError as error:
            raise self.CollectError(error.say(self.context.language)) from None
        for backend in self.backends:
            node: BackendNode = BackendNode.from_parent(self, name=backend.name)
            node.contract, node.backend, node.file = contract, backend, self
            yield node
        both: ParityNode = ParityNode.from_parent(self, name=parity.NODE)
        both.contract, both.file = contract, self
        yield both


class BackendNode(pytest.Collector):
    """One backend that has the contract of the file."""

    contract: Contract
    backend: BackendUnderTest
    file: ContractFile

    def collect(self) -> Iterable[pytest.Item]:
        for kind in KINDS:
            for test in kind(self.contract, self.backend, self.file.settings):
                yield _item(self, test, self.file)


class ParityNode(pytest.Collector):
    """What is compared between the backends of the file."""

    contract: Contract
    file: ContractFile

    def collect(self) -> Iterable[pytest.Item]:
        for test in parity.tests(self.contract, self.file.backends, self.file.settings):
            yield _item(self, test, self.file)


def _item(parent: pytest.Collector, test: ContractTest, file: ContractFile) -> CheckItem:
    execute = answered(test.execute, test.backends, file.settings.seconds)
    return CheckItem.of(parent, replace(test, execute=execute), file.context)
