"""Symptoms: everything that was seen to be wrong in a run, one record each, with what it says of its cause.

A finding of a contract test, a violation in a scenario's traffic, a step that failed: each in its own words, in
both languages. Which of them have one cause is :mod:`harness.reporting.problems`'.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.checks.table import switch_off
from harness.core import causes
from harness.core.causes import Cause
from harness.core.logged_error import logged_error
from harness.core.platforms import Platforms
from harness.core.text import Text
from harness.reporting.event_records import (
    AttributedExchange,
    CheckResult,
    Finding,
    Operation,
    Records,
    Step,
    Verdict,
    Violation,
)
from harness.reporting.language import backend_name, words
from harness.reporting.symptom_titles import CODES, title_of

FINDING, TRAFFIC, COMPARISON, STEP = range(4)  # who tells best what is wrong comes first


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that is wrong. ``test`` None: traffic that belongs to no test; ``kind`` says who saw it."""

    test: str | None
    kind: int
    cause: Cause
    title: Text
    pointer: str | None = None
    expected: Text | None = None
    seen: Text | None = None
    curl: str | None = None
    log: tuple[str, ...] | None = ()
    advice: Text | None = None


class Symptoms:
    """Reads the symptoms of a run out of its records."""

    def __init__(self, records: Records, platforms: Platforms, tests: Sequence[Verdict]) -> None:
        self._records, self._platforms, self._tests = records, platforms, tests
        self._exchanges: dict[str, list[AttributedExchange]] = defaultdict(list)
        for exchange in records.exchanges:
            if not exchange.generated and exchange.test:
                self._exchanges[exchange.test].append(exchange)
        self._failed_steps = {step.test: step for step in records.steps if step.outcome != "passed"}

    def all(self) -> list[Symptom]:
        """Those of contract tests, of the linkage contract's checks, of traffic and of scenarios."""
        results = [*self._records.conformance, *self._records.promises]
        findings = [self._of_finding(result, finding) for result in results for finding in result.findings]
        return [*findings, *self._of_traffic(), *self._of_scenarios()]

    # what contract tests found

    def _of_finding(self, result: CheckResult, finding: Finding) -> Symptom:
        cause = finding.cause or Cause(f"finding {finding.identity or finding.title.en}", result.backend)
        undecided = bool(result.beside) and not cause.service
        who = [result.backend, *result.beside] if undecided else [cause.service or result.backend]
        title = title_of(finding)
        return Symptom(
            test=result.test,
            kind=COMPARISON if result.beside else FINDING,
            cause=cause,
            # What a promise's finding says names the entity and the end.
            title=title if result.cell else self._about(_label(finding, result), who, title),
            pointer=finding.pointer,
            expected=finding.expected,
            seen=finding.seen,
            curl=finding.curl,
            log=None if finding.log is None else tuple(finding.log),
            advice=switch_off(finding.check),
        )

    # what traffic shows

    def _of_traffic(self) -> Iterator[Symptom]:
        for exchange in self._records.exchanges:
            if not exchange.generated:
                for violation in exchange.violations:
                    yield self._of_violation(exchange, violation)

    def _of_violation(self, exchange: AttributedExchange, violation: Violation) -> Symptom:
        cause = self._cause(exchange, violation)
        label = _plain_label(exchange)
        code = "5xx" if cause.name.startswith("error ") else violation.code
        return Symptom(
            test=exchange.test,
            kind=TRAFFIC,
            cause=cause,
            title=self._about(label, [exchange.target], CODES.get(code, words(code, code))),
            pointer=violation.pointer,
            expected=violation.expected,
            seen=_found(violation),
            log=tuple(self._records.logged.get(exchange.id, ())),
        )

    def _cause(self, exchange: AttributedExchange, violation: Violation) -> Cause:
        operation, status = exchange.operation or _plain_label(exchange), exchange.meant or exchange.status
        if status is not None and status >= 500 and _is_error(exchange):
            lines = self._records.logged.get(exchange.id, ())
            return causes.of_error(exchange.target, operation, status, logged_error(lines))
        return causes.of_answer(exchange.target, operation, status, violation, exchange.violations)

    # what scenarios come to

    def _of_scenarios(self) -> Iterator[Symptom]:
        """Steps that failed. Where only the traffic breaks a contract, that has been told."""
        told = {result.test for result in (*self._records.conformance, *self._records.promises)}
        for test in self._tests:
            if test.verdict != "failed" or test.test in told:
                continue
            shown = [x for x in self._exchanges[test.test] if x.violations]
            if test.fault == "ContractViolation" and shown:
                continue
            own = test.cause.name if test.cause else f"test {test.test}"
            yield Symptom(
                test=test.test,
                kind=STEP,
                cause=Cause(own, explained_by=tuple(self._reasons(test))),
                title=_first_line(test),
                seen=test.seen,
            )

    def _reasons(self, test: Verdict) -> Iterator[str]:
        """The causes of what went wrong in the traffic behind the step that failed."""
        failed = self._failed_steps.get(test.test)
        for exchange in self._exchanges[test.test]:
            if not _is_behind(exchange, failed):
                continue
            for violation in exchange.violations:
                cause = self._cause(exchange, violation)
                if cause.name.startswith("error ") or _may_show(violation, exchange, test, failed):
                    yield cause.name

    def _about(self, label: str, services: Sequence[str], what: Text) -> Text:
        zh = " / ".join(backend_name(self._platforms, service, "zh") for service in services)
        en = " / ".join(backend_name(self._platforms, service, "en") for service in services)
        return words(f"{zh} {label}：{what.zh}", f"{en} {label}: {what.en}")


def _is_error(exchange: AttributedExchange) -> bool:
    return any(violation.code == causes.UNDOCUMENTED_STATUS for violation in exchange.violations)


def _is_behind(exchange: AttributedExchange, failed: Step | None) -> bool:
    """Whether a step depends on an exchange: it made it, or a service did on its own."""
    return exchange.step is None or (failed is not None and exchange.step == failed.number)


def _may_show(violation: Violation, exchange: AttributedExchange, test: Verdict, failed: Step | None) -> bool:
    """Whether what a step saw may come from a violation: an exception, nothing at all, or that very value."""
    if failed is not None and exchange.step is not None and exchange.platform != failed.platform:
        return False
    seen = test.seen.en if test.seen else ""
    value = violation.seen.en.strip('"') if violation.seen else ""
    if test.fault == "LinkageFault" and exchange.step is None:
        return True
    return test.fault == "AppException" or _is_nothing(seen) or (len(value) > 1 and value in seen)


def _found(violation: Violation) -> Text | None:
    if violation.seen is None or not violation.where:
        return violation.seen
    return words(f"{violation.where}：{violation.seen.zh}", f"{violation.where}: {violation.seen.en}")


def _is_nothing(seen: str) -> bool:
    return re.match(r"(?i)($|none\b|null\b|nothing\b|''|\"\")", seen.strip()) is not None


def _label(finding: Finding, result: CheckResult) -> str:
    """``GET /api/points``, also where the test is about several operations."""
    for pointer in (finding.pointer or "", result.operation or ""):
        path, method, *_ = [*pointer.partition("#/paths/")[2].split("/"), "", ""]
        if path and method:
            return Operation(pointer=f"#/paths/{path}/{method}").label
    if result.operation:
        return Operation(pointer=result.operation).label
    return (result.test or result.backend).rpartition("::")[2]


def _plain_label(exchange: AttributedExchange) -> str:
    if exchange.operation:
        return Operation(pointer=exchange.operation).label
    return f"{exchange.method} {exchange.path.partition('?')[0]}"


def _first_line(test: Verdict) -> Text:
    if test.message is None:
        return words(test.test, test.test)
    return words(*(text.strip().partition("\n")[0] for text in (test.message.zh, test.message.en)))
