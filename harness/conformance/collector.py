"""Contracts as pytest sees them: a document is a file, a backend a collector, an operation a test.

``contracts/shared.yaml::website::getPoints``. Collecting reads the contract and nothing else; the backend is
asked, and schemathesis imported, when an item runs. Ids and order follow the document, the same in every
process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.conformance.backend import BackendUnderTest
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Operation, load
from harness.core.errors import BrokenError, ContractViolation, Evidence, HarnessError, UsageError
from harness.core.text import Language, Text

Record = Callable[[dict[str, Any]], None]
SEED_OPTION = "--harness-seed"


def collect(
    path: Path,
    parent: pytest.Collector,
    backends: Sequence[BackendUnderTest],
    settings: ConformanceSettings,
    record: Record,
    language: Language = "zh",
) -> ContractFile | None:
    """The file to return from ``pytest_collect_file``; None where no backend has this contract.

    ``record`` gets one JSON object per operation that was tested: test (node id), backend, platform,
    operation, pointer, cases, statuses, seconds, seed, out_of_time, findings, broken.
    """
    mine = [
        backend for backend in backends if path.resolve() in {item.resolve() for item in backend.contracts}
    ]
    if not mine:
        return None
    file: ContractFile = ContractFile.from_parent(parent, path=path)
    file.backends, file.settings, file.record, file.language = mine, settings, record, language
    return file


class ContractFile(pytest.File):
    """One contract document."""

    backends: Sequence[BackendUnderTest] = ()
    settings: ConformanceSettings
    record: Record
    language: Language = "zh"

    def collect(self) -> Iterable[pytest.Collector]:
        try:
            contract = load(self.path)
        except UsageError as error:
            raise self.CollectError(str(error)) from None
        for backend in self.backends:
            node: BackendNode = BackendNode.from_parent(self, name=backend.name)
            node.contract, node.backend = contract, backend
            yield node


class BackendNode(pytest.Collector):
    """One backend that has the contract of the file."""

    contract: Contract
    backend: BackendUnderTest

    def collect(self) -> Iterable[pytest.Item]:
        file = self.getparent(ContractFile)
        assert file is not None
        for operation in self.contract.operations:
            if operation.serves(self.backend.name):
                item: OperationItem = OperationItem.from_parent(self, name=operation.id)
                item.contract, item.operation, item.backend = self.contract, operation, self.backend
                item.settings, item.record, item.language = file.settings, file.record, file.language
                yield item


class OperationItem(pytest.Item):
    """The generated tests of one operation on one backend."""

    contract: Contract
    operation: Operation
    backend: BackendUnderTest
    settings: ConformanceSettings
    record: Record
    language: Language = "zh"

    @property
    def title(self) -> str:
        """What people read: ``网站后端 · getPoints 读取积分``."""
        return self._title(self.language)

    @property
    def harness_labels(self) -> dict[str, Any]:
        """What the event of the verdict says about this test, beside its outcome."""
        return {
            "id": f"{self.contract.name}::{self.backend.name}::{self.operation.id}",
            "title": {"zh": self._title("zh"), "en": self._title("en")},
            "group": "conformance",
            "platforms": [self.backend.platform],
        }

    @property
    def labels(self) -> dict[str, str]:
        return {
            "epic": self.contract.title,
            "feature": self.backend.title.say(self.language),
            "story": self.operation.label,
            "owner": self.operation.owner or "",
            "tag": self.backend.platform,
        }

    @property
    def reproduce(self) -> str:
        return f"pytest '{self.nodeid}' {SEED_OPTION}={self.settings.seed}"

    def runtest(self) -> None:
        from harness.conformance.runner import run

        self._describe()
        outcome = run(self.contract, self.operation, self.backend, self.settings)
        self.record(
            {
                "test": self.nodeid,
                "backend": self.backend.name,
                "platform": self.backend.platform,
                "contract": self.contract.name,
                "operation": self.operation.pointer,
                "operation_id": self.operation.id,
                "cases": outcome.cases,
                "statuses": outcome.statuses,
                "seconds": outcome.seconds,
                "seed": self.settings.seed,
                "out_of_time": outcome.out_of_time,
                "broken": list(outcome.broken),
                "findings": [finding.to_json() for finding in outcome.findings],
            }
        )
        if outcome.findings:
            first = outcome.findings[0]
            what = f"{len(outcome.findings)} findings" if len(outcome.findings) > 1 else first.title
            fault = ContractViolation(
                Text(
                    zh=f"{self._title('zh')}：{self.operation.label} 违反契约：{what}",
                    en=f"{self._title('en')}: {self.operation.label} breaks its contract: {what}",
                ),
                Evidence(
                    platform=self.backend.platform,
                    pointer=first.pointer,
                    expected=first.expected,
                    seen=first.seen,
                    seed=str(self.settings.seed),
                    reproduce=self.reproduce,
                    notes=(
                        first.headline,
                        f"curl: {first.curl}",
                        *(finding.lines() for finding in outcome.findings[1:]),
                        *(f"not all was tested: {problem}" for problem in outcome.broken),
                    ),
                ),
            )
            fault.language = self.language
            raise fault
        if outcome.out_of_time:
            made = sum(outcome.cases.values())
            raise BrokenError(
                f"{self.nodeid}: {self.settings.seconds} s were over after {made} requests, not all was tested; "
                "raise 'seconds' in [conformance]"
            )
        if outcome.broken:
            raise BrokenError(f"{self.nodeid} could not be tested: " + "; ".join(outcome.broken))
        if not sum(outcome.cases.values()):
            raise BrokenError(f"{self.nodeid}: no request was made within {self.settings.seconds} s")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Our own errors say it all in their message; anything else keeps its traceback."""
        if isinstance(excinfo.value, ContractViolation | HarnessError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where a reader finds the operation."""
        place = self.operation.place.source.path
        return place, None if self.operation.line is None else self.operation.line - 1, self.title

    def _title(self, language: Language) -> str:
        name = self.backend.title.say(language)
        return f"{name} · {self.operation.id} {self.operation.summary}".rstrip()

    def _describe(self) -> None:
        """Allure's title and labels; the parameters make its history id one per backend and operation."""
        import allure

        say: Any = allure.dynamic
        say.title(self.title)
        say.parameter("platform", self.backend.platform)
        say.parameter("backend", self.backend.name)
        say.parameter("operation", self.operation.pointer)
        for name, value in self.labels.items():
            if value:
                say.label(name, value)
