"""Contracts as pytest sees them: a document is a file, a backend a collector, a contract test an item.

``contracts/shared.yaml::website::getPoints``. Collecting reads the contract and nothing else; the backend is
asked, and schemathesis imported, when an item runs. Ids and order follow the document, the same in every
process. Which kinds of tests there are is the tuple ``KINDS``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from harness.conformance import declared, generated, links, others, parity, probes, situations
from harness.conformance.backend import BackendUnderTest
from harness.conformance.case import Case
from harness.conformance.client import Answer, Client
from harness.conformance.contract_test import ContractTest, Outcome
from harness.conformance.settings import ConformanceSettings
from harness.conformance.waivers import Waivers, judge
from harness.contracts import Contract, Index, load
from harness.core.errors import (
    BrokenError,
    ContractViolation,
    Evidence,
    HarnessError,
    NotRun,
    UsageError,
)
from harness.core.text import Language, Text

Record = Callable[[dict[str, Any]], None]
SEED_OPTION = "--harness-seed"
BROKEN = (
    Text(zh="违反契约", en="breaks its contract"),
    Text(zh="两端不一致", en="is not the same on both ends"),
)
TEST_LABEL = "harnessTest"  # Allure label that says which test a result is of

KINDS: tuple[Callable[[Contract, BackendUnderTest, ConformanceSettings], Iterable[ContractTest]], ...] = (
    generated.tests,
    declared.tests,
    others.tests,
    probes.tests,
    links.tests,
    situations.tests,
)


def collect(
    path: Path,
    parent: pytest.Collector,
    backends: Sequence[BackendUnderTest],
    settings: ConformanceSettings,
    record: Record,
    language: Language = "zh",
    waivers: Waivers | None = None,
) -> ContractFile | None:
    """The file to return from ``pytest_collect_file``; None where no backend has this contract.

    ``record`` gets one JSON object per test that ran: test (node id), kind, backend, platform, contract,
    operation (pointer or None), operation_id, cases, statuses, seconds, seed, out_of_time, findings, waived
    (identities), broken, not_run.
    """
    mine = [
        backend for backend in backends if path.resolve() in {item.resolve() for item in backend.contracts}
    ]
    if not mine:
        return None
    file: ContractFile = ContractFile.from_parent(parent, path=path)
    file.backends, file.settings, file.record, file.language = mine, settings, record, language
    file.waivers = waivers or Waivers(path)
    return file


class ContractFile(pytest.File):
    """One contract document."""

    backends: Sequence[BackendUnderTest] = ()
    settings: ConformanceSettings
    record: Record
    language: Language = "zh"
    waivers: Waivers

    def collect(self) -> Iterable[pytest.Collector]:
        try:
            contract = load(self.path)
        except UsageError as error:
            raise self.CollectError(str(error)) from None
        for backend in self.backends:
            node: BackendNode = BackendNode.from_parent(self, name=backend.name)
            node.contract, node.backend = contract, backend
            yield node
        both: ParityNode = ParityNode.from_parent(self, name=parity.NODE)
        both.contract = contract
        yield both


class BackendNode(pytest.Collector):
    """One backend that has the contract of the file."""

    contract: Contract
    backend: BackendUnderTest

    def collect(self) -> Iterable[pytest.Item]:
        file = self.getparent(ContractFile)
        assert file is not None
        for kind in KINDS:
            for test in kind(self.contract, self.backend, file.settings):
                yield _item(self, file, test)


class ParityNode(pytest.Collector):
    """What is compared between the backends of the file."""

    contract: Contract

    def collect(self) -> Iterable[pytest.Item]:
        file = self.getparent(ContractFile)
        assert file is not None
        for test in parity.tests(self.contract, file.backends, file.settings):
            yield _item(self, file, test)


def _item(parent: pytest.Collector, file: ContractFile, test: ContractTest) -> ContractItem:
    item: ContractItem = ContractItem.from_parent(parent, name=test.name)
    item.test, item.settings, item.record = test, file.settings, file.record
    item.language, item.waivers = file.language, file.waivers
    return item


@lru_cache(maxsize=1)
def _first_test() -> float:
    """When the first contract test of this process began: its clock then."""
    return time.monotonic()


class ContractItem(pytest.Item):
    """One contract test."""

    test: ContractTest
    settings: ConformanceSettings
    record: Record
    language: Language = "zh"
    waivers: Waivers

    @property
    def title(self) -> str:
        """What people read: ``网站后端 · getPoints 读取积分``."""
        return self._title(self.language)

    @property
    def harness_labels(self) -> dict[str, Any]:
        """What the event of the verdict says about this test, beside its outcome."""
        return {
            "id": self.id,
            "title": {"zh": self._title("zh"), "en": self._title("en")},
            "group": "conformance",
            "platforms": self.test.platforms,
        }

    @property
    def alone(self) -> bool:
        """Whether nothing else may run at the same time."""
        return self.test.alone

    @property
    def id(self) -> str:
        """``shared.yaml::website::getPoints``: what waivers and planted faults call this test."""
        return f"{self.test.contract.name}::{self._end}::{self.test.name}"

    @property
    def _end(self) -> str:
        """The backend, or ``parity``: the collector the test stands under."""
        return self.parent.name if self.parent is not None else ""

    @property
    def labels(self) -> dict[str, str]:
        operation = self.test.operation
        return {
            "epic": self.test.contract.title,
            "feature": self.test.backend.title.say(self.language),
            "story": self.test.label,
            "owner": (operation.owner or "") if operation else "",
            "tag": self.test.backend.platform,
        }

    @property
    def reproduce(self) -> str:
        return f"pytest '{self.nodeid}' {SEED_OPTION}={self.settings.seed}"

    def runtest(self) -> None:
        _first_test()
        self._describe()
        outcome = self._outcome()
        self.record(self._data(outcome))
        if outcome.findings:
            raise self._fault(outcome)
        if outcome.out_of_time:
            made = sum(outcome.cases.values())
            raise BrokenError(
                f"{self.nodeid}: {self.settings.seconds} s were over after {made} requests, not all was tested; "
                "raise 'seconds' in [conformance]"
            )
        if outcome.broken:
            raise BrokenError(f"{self.nodeid} could not be tested: " + "; ".join(outcome.broken))
        if outcome.not_run:
            pytest.skip("; ".join(outcome.not_run))
        if not sum(outcome.cases.values()):
            raise BrokenError(f"{self.nodeid}: no request was made within {self.settings.seconds} s")

    def _outcome(self) -> Outcome:
        """What the test came to; what the environment forbids is not sent, and the test not run."""
        test = self.test
        reasons = (backend.held_back(test.operation) for backend in (test.backend, *test.beside))
        reason = next((each for each in reasons if each), None)
        reason = reason or self._over_budget()
        if reason is not None:
            return Outcome((), {}, {}, 0.0, not_run=(reason,))
        try:
            return judge(self.waivers, test, self.id, test.execute(), self._again)
        except NotRun as refused:
            return Outcome((), {}, {}, 0.0, not_run=(str(refused),))

    def _over_budget(self) -> str | None:
        """Why the test is not begun: all contract tests together have had their time (of this process)."""
        budget = self.settings.total_seconds
        if budget is None or time.monotonic() - _first_test() < budget:
            return None
        return f"the {budget} s of [conformance] total_seconds are over"

    def _again(self, case: Case) -> Answer | None:
        """Send a waiver's case once more; None where the test is about more than one request."""
        operation, backend = self.test.operation, self.test.backend
        if operation is None or self.test.kind not in ("generated", "statuses"):
            return None
        index = Index([self.test.contract], service=backend.name)
        client = Client(backend, index, timeout=self.settings.request_timeout)
        try:
            return client.again(operation, case)
        finally:
            client.close()

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Our own errors say it all in their message; anything else keeps its traceback."""
        if isinstance(excinfo.value, ContractViolation | HarnessError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where a reader finds the operation."""
        operation = self.test.operation
        if operation is None:
            return self.path, None, self.title
        line = None if operation.line is None else operation.line - 1
        return operation.place.source.path, line, self.title

    def _data(self, outcome: Outcome) -> dict[str, Any]:
        test = self.test
        return {
            "test": self.nodeid,
            "kind": test.kind,
            "backend": test.backend.name,
            "beside": [backend.name for backend in test.beside],
            "platform": test.backend.platform,
            "contract": test.contract.name,
            "operation": test.operation.pointer if test.operation else None,
            "operation_id": test.operation.id if test.operation else None,
            "cases": outcome.cases,
            "statuses": outcome.statuses,
            "seconds": outcome.seconds,
            "seed": self.settings.seed,
            "out_of_time": outcome.out_of_time,
            "broken": list(outcome.broken),
            "not_run": list(outcome.not_run),
            "findings": [finding.to_json() for finding in outcome.findings],
            "waived": [finding.identity for finding in outcome.waived],
        }

    def _fault(self, outcome: Outcome) -> ContractViolation:
        test, first = self.test, outcome.findings[0]
        what = f"{len(outcome.findings)} findings" if len(outcome.findings) > 1 else first.title
        said = BROKEN[test.kind == "parity"]
        fault = ContractViolation(
            Text(
                zh=f"{self._title('zh')}：{test.label} {said.zh}：{what}",
                en=f"{self._title('en')}: {test.label} {said.en}: {what}",
            ),
            Evidence(
                platform=test.backend.platform,
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
        return fault

    def _title(self, language: Language) -> str:
        name = " / ".join(backend.title.say(language) for backend in (self.test.backend, *self.test.beside))
        return f"{name} · {self.test.name} {self.test.about.say(language)}".rstrip()

    def _describe(self) -> None:
        """Allure's title and labels; the parameters make its history id one per backend and test."""
        import allure

        say: Any = allure.dynamic
        say.title(self.title)
        say.parameter("platform", self.test.backend.platform)
        say.parameter("backend", self._end)
        say.parameter("operation", self.test.pointer)
        if self.test.kind != "generated":
            say.parameter("test", self.test.name)
        # Allure's full name leaves out what stands in brackets, and many of our tests differ in nothing else.
        say.label(TEST_LABEL, self.nodeid)
        for name, value in self.labels.items():
            if value:
                say.label(name, value)
