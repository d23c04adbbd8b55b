"""What recorded exchanges show together: one finding per drift however often it came, and which side would change.

A difference between traffic and contract says that one of them is wrong, not which. Here the traffic itself decides
as far as it can, by what a service accepts, refuses, always does or sometimes does, and the reason is told, so that a
reader may differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from harness.contracts import Contract, Operation, Violation
from harness.contracts.violations import CHECKS, identity_of
from harness.core.text import Text
from harness.drift.judging import Judged
from harness.drift.reading.recorded import Excluded, Gap, Recorded

Side = Literal["contract", "code", "either"]
Name = tuple[str, str, str, str]

MOST = 1000  # findings and undocumented operations of each; more say nothing more
ACCEPTED = Text(
    zh="服务接受了这样的请求（{count} 次，{statuses}）：接口规范比实际提供的更窄",
    en="the service accepts it ({count} ×, {statuses}): the contract is narrower than what is served",
)
CRASHED = Text(
    zh="服务没有拒绝（4xx），而是出错（{statuses}）",
    en="the service fails on it ({statuses}) instead of refusing it (4xx)",
)
SERVER_ERROR = Text(zh="服务端错误不是约定的响应", en="a server error is no answer that was agreed on")
REFUSAL = Text(
    zh="服务这样拒绝请求，调用方需要知道", en="the service refuses so, and whoever calls it has to know"
)
ALWAYS = Text(
    zh="{total} 次响应全都如此：接口规范与实际提供的不符",
    en="all {total} answers are so: the contract does not say what is served",
)
SOMETIMES = Text(
    zh="{total} 次响应中有 {kept} 次符合接口规范", en="{kept} of {total} answers keep to the contract"
)
MOSTLY = Text(
    zh="{total} 次响应中有 {count} 次如此，符合接口规范的是少数",
    en="{count} of {total} answers are so: those that keep to the contract are the fewer",
)
ONCE = Text(
    zh="只录到一次这样的响应，无法判断：请录制更多",
    en="only one such answer was recorded: record more to tell",
)
ANSWERED = Text(
    zh="服务应答了它（{statuses}），接口规范中却没有",
    en="the service answers it ({statuses}) and no contract holds it",
)
NOT_THERE = Text(
    zh="服务没有这个接口（{statuses}）：调用方请求了不存在的接口",
    en="the service does not have it either ({statuses}): who calls it is wrong",
)
UNANSWERED = Text(zh="没有收到响应", en="no answer came")
MISSING = frozenset({404, 405, 410, 501})
OF_REQUEST = ("request-body", "request-parameter")


@dataclass(slots=True)
class Finding:
    """One drift of an operation. ``violation`` and ``sample`` are those of the first exchange that shows it."""

    operation: Operation
    violation: Violation
    key: str
    sample: Recorded
    statuses: Counter[int] = field(default_factory=Counter)
    total: int = 0
    side: Side = "either"
    reason: Text = ONCE

    @property
    def count(self) -> int:
        return self.statuses.total()

    @property
    def identity(self) -> str:
        code, pointer = self.violation.code, self.violation.pointer
        return identity_of(self.operation.pointer, CHECKS.get(code, code), pointer, self.key)


@dataclass(slots=True)
class Undocumented:
    """An operation that no contract holds: its name with ids left open, and the host it was asked of."""

    name: str
    host: str
    sample: Recorded
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        return self.statuses.total()

    @property
    def side(self) -> Side:
        if set(self.statuses) == {0}:
            return "either"
        return "code" if set(self.statuses) - {0} <= MISSING else "contract"

    @property
    def reason(self) -> Text:
        answered = Counter({status: count for status, count in self.statuses.items() if status})
        if not answered:
            return UNANSWERED
        words = NOT_THERE if self.side == "code" else ANSWERED
        return words.format(statuses=_words(answered))


@dataclass(slots=True)
class Undeclared:
    """A query parameter that the contract of an operation does not have. It breaks nothing: OpenAPI allows others."""

    operation: Operation
    name: str
    sample: Recorded
    count: int = 0


@dataclass(slots=True)
class Drift:
    """The whole comparison. ``judged`` exchanges had an operation and were judged, at least in part."""

    contracts: tuple[Contract, ...]
    read: int = 0
    judged: int = 0
    findings: list[Finding] = field(default_factory=list)
    undocumented: list[Undocumented] = field(default_factory=list)
    undeclared: list[Undeclared] = field(default_factory=list)
    unchecked: Counter[Gap] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    examples: dict[Gap, tuple[Recorded | None, Text]] = field(default_factory=dict)
    excluded: Counter[Excluded] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    left_out: int = 0

    @property
    def own_faults(self) -> int:
        return self.unchecked["check failed"]


class Collector:
    """Takes one judged exchange after the other; what it keeps does not grow with their number."""

    def __init__(self, contracts: Iterable[Contract]) -> None:
        self._drift = Drift(tuple(contracts))
        self._findings: dict[Name, Finding] = {}
        self._unknown: dict[tuple[str, str], tuple[Undocumented, bool]] = {}
        self._undeclared: dict[tuple[str, str], Undeclared] = {}
        self._answers: Counter[tuple[str, int]] = Counter()
        self._bodies: Counter[tuple[str, int]] = Counter()
        self._doubtful: Counter[tuple[Name, int]] = Counter()
        self._hosts: set[str] = set()

    def too_large(self, words: Text) -> None:
        self._drift.read += 1
        self._gap("too large", None, words)

    def add(self, judged: Judged) -> None:
        drift, recorded = self._drift, judged.recorded
        drift.read += 1
        if judged.excluded is not None:
            drift.excluded[judged.excluded] += 1
            if judged.elsewhere is not None:
                drift.elsewhere[judged.elsewhere] += 1
            return
        for gap in dict.fromkeys(gap for gap, _ in judged.gaps):
            self._gap(gap, recorded, next(words for other, words in judged.gaps if other == gap))
        if judged.undocumented is not None:
            self._undocumented(judged, judged.undocumented)
        if judged.operation is None:
            return
        self._hosts.add(recorded.host)
        if not judged.whole:
            return
        drift.judged += 1
        status = judged.status or 0
        self._answers[judged.operation.pointer, status] += 1
        self._bodies[judged.operation.pointer, status] += judged.body
        for name in judged.undeclared:
            self._parameter(judged.operation, name, recorded)
        shown: dict[Name, Violation] = {}
        for violation in judged.violations:
            shown.setdefault(_name(judged.operation, violation, status), violation)
        for identity, violation in shown.items():
            self._finding(identity, judged.operation, violation, judged)
        for identity in {_name(judged.operation, each, status) for each in judged.doubtful} - shown.keys():
            counts = judged.body or identity[1] != "response-body"  # else it is none of the bodies anyway
            if counts and ((identity, status) in self._doubtful or len(self._doubtful) < MOST):
                self._doubtful[identity, status] += 1

    def result(self) -> Drift:
        """What came of all."""
        drift = self._drift
        for name, finding in self._findings.items():
            self._decide(name, finding)
        drift.findings = sorted(
            self._findings.values(), key=lambda each: (each.operation.pointer, each.identity)
        )
        for unknown, sure in self._unknown.values():
            # A contract that names no host holds for those at which one of its operations was met.
            if sure or unknown.host in self._hosts:
                drift.undocumented.append(unknown)
            else:
                drift.excluded["elsewhere"] += unknown.count
        drift.undeclared = sorted(
            self._undeclared.values(), key=lambda each: (each.operation.pointer, each.name)
        )
        drift.undocumented.sort(key=lambda each: (each.name.partition(" ")[2], each.name))
        return drift

    def _gap(self, gap: Gap, recorded: Recorded | None, words: Text) -> None:
        self._drift.unchecked[gap] += 1
        self._drift.examples.setdefault(gap, (recorded, words))

    def _undocumented(self, judged: Judged, name: str) -> None:
        recorded = judged.recorded
        key = (recorded.host, name)
        if key not in self._unknown:
            if len(self._unknown) >= MOST:
                self._drift.left_out += 1
                return
            self._unknown[key] = (Undocumented(name, recorded.host, recorded), judged.sure)
        self._unknown[key][0].statuses[recorded.exchange.status or 0] += 1

    def _parameter(self, operation: Operation, name: str, recorded: Recorded) -> None:
        found = self._undeclared.get((operation.pointer, name))
        if found is None:
            if len(self._undeclared) >= MOST:
                self._drift.left_out += 1
                return
            found = self._undeclared[operation.pointer, name] = Undeclared(operation, name, recorded)
        found.count += 1

    def _finding(self, name: Name, operation: Operation, violation: Violation, judged: Judged) -> None:
        found = self._findings.get(name)
        if found is None:
            if len(self._findings) >= MOST:
                self._drift.left_out += 1
                return
            found = self._findings[name] = Finding(operation, violation, name[3], judged.recorded)
        found.statuses[judged.status or 0] += 1

    def _decide(self, name: Name, finding: Finding) -> None:
        """Which side would have to change, and why."""
        code, statuses = finding.violation.code, finding.statuses
        finding.total = self._total(name, finding)
        if code in OF_REQUEST:
            accepted = Counter({status: count for status, count in statuses.items() if status < 400})
            if accepted:
                words = ACCEPTED.format(count=accepted.total(), statuses=_words(accepted))
                finding.side, finding.reason = "contract", words
            else:
                finding.side, finding.reason = "code", CRASHED.format(statuses=_words(statuses))
        elif code == "undocumented-status" and max(statuses) >= 500:
            finding.side, finding.reason = "code", SERVER_ERROR
        elif code == "undocumented-status" and max(statuses) >= 400:
            finding.side, finding.reason = "contract", REFUSAL
        elif 2 * finding.count > finding.total > finding.count:
            words = MOSTLY.format(count=finding.count, total=finding.total)
            finding.side, finding.reason = "contract", words
        elif finding.count < finding.total:
            kept = finding.total - finding.count
            finding.side, finding.reason = "code", SOMETIMES.format(kept=kept, total=finding.total)
        elif finding.total > 1:
            finding.side, finding.reason = "contract", ALWAYS.format(total=finding.total)
        else:
            finding.side, finding.reason = "either", ONCE

    def _total(self, name: Name, finding: Finding) -> int:
        """How many exchanges could have shown it: none that a gap leaves open."""
        pointer, code, *_ = name
        counts = self._bodies if code == "response-body" else self._answers
        statuses: Iterable[int] = finding.statuses
        if code in ("undocumented-status", "envelope") or code in OF_REQUEST:
            statuses = [status for operation, status in self._answers if operation == pointer]
        return sum(counts[pointer, status] - self._doubtful[name, status] for status in statuses)


def _name(operation: Operation, violation: Violation, status: int) -> Name:
    """What tells two drifts apart; the last part those at one place of the contract."""
    key = violation.where if violation.at is None else violation.at
    if violation.code == "undocumented-status":
        key = str(status)
    return operation.pointer, violation.code, violation.pointer, key


def _words(statuses: Counter[int]) -> str:
    return ", ".join(str(status) for status in sorted(statuses))
