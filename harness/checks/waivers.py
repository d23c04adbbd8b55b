"""Waivers (豁免): known violations, each with reason, owner and expiry; kept honest in both directions.

A finding that no waiver lists fails. A waiver whose case is sent again and comes back clean fails as stale,
an expired one fails whatever is found: the list never outlives its reasons.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from harness.api.client import Answer
from harness.api.replay import Replay
from harness.checks.finding import Finding
from harness.checks.outcome import Outcome
from harness.checks.table import check_of
from harness.contracts.violations import CHECKS
from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.core.records import read_records
from harness.core.text import Text

OPERATION = r"^[A-Z]+ /\S*$"


class Entry(BaseModel):
    """What every waiver says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    reason: str = Field(min_length=5)
    owner: str = Field(min_length=1)
    expires: date

    @property
    def subject(self) -> str:
        """What it excuses, in words."""
        raise NotImplementedError


class Waiver(Entry):
    """Of a finding: ``test`` and ``identity`` as it has them; ``case`` the request that shows it."""

    test: str = Field(pattern=r"^[^:]+::[^:]+::.+$", description="shared.yaml::website::getPoints")
    identity: str = Field(min_length=1)
    case: Replay | None = None

    @property
    def subject(self) -> str:
        return self.test


class UndocumentedWaiver(Entry):
    """Of an operation in recorded traffic that no OpenAPI document holds."""

    undocumented: str = Field(pattern=OPERATION, description="GET /coupons/{id}; {…} is any one segment")
    service: str | None = Field(default=None, description="absent: any service")

    @property
    def subject(self) -> str:
        return self.undocumented


@dataclass(frozen=True, slots=True)
class Waivers:
    """The list of a project; ``today`` decides what has expired."""

    path: Path
    entries: tuple[Waiver, ...] = ()
    today: date = field(default_factory=date.today)
    undocumented: tuple[UndocumentedWaiver, ...] = ()

    @property
    def all(self) -> tuple[Entry, ...]:
        return (*self.entries, *self.undocumented)

    def of(self, test: str) -> tuple[Waiver, ...]:
        return tuple(entry for entry in self.entries if entry.test == test)

    def identities(self, backend: str) -> tuple[str, ...]:
        """What is excused of a backend today, in traffic as in contract tests."""
        mine = (entry for entry in self.entries if entry.test.split("::")[1] == backend)
        return tuple(entry.identity for entry in mine if self.active(entry))

    def active(self, waiver: Waiver) -> bool:
        return waiver.expires >= self.today


def load(path: Path) -> Waivers:
    """The waivers of ``path``; none where there is no such file. UsageError with file and line."""
    if not path.exists():
        return Waivers(path)
    records = read_records(path, model_of).values()
    return Waivers(
        path,
        tuple(entry for entry in records if isinstance(entry, Waiver)),
        undocumented=tuple(entry for entry in records if isinstance(entry, UndocumentedWaiver)),
    )


def model_of(entry: Any) -> type[Entry]:
    """What an entry is a waiver of, by its keys."""
    return UndocumentedWaiver if isinstance(entry, dict) and "undocumented" in entry else Waiver


def judge(
    waivers: Waivers, pointer: str, id: str, outcome: Outcome, again: Callable[[Replay], Answer | None]
) -> Outcome:
    """The outcome of the test ``id`` as it counts: waived findings set aside, stale and expired waivers added.

    ``pointer`` is what the test is about. ``again`` sends a case once more; None where one request cannot
    show it.
    """
    mine = waivers.of(id)
    active = {waiver.identity: waiver for waiver in mine if waivers.active(waiver)}
    waived = tuple(item for item in outcome.findings if item.identity in active)
    kept = [item for item in outcome.findings if item.identity not in active]
    seen = {item.identity for item in waived}
    for waiver in mine:
        if not waivers.active(waiver):
            kept.append(_expired(waivers, pointer, waiver))
        elif waiver.identity not in seen and _complete(outcome) and not _shows(waiver, again):
            kept.append(_stale(waivers, pointer, waiver))
    return replace(outcome, findings=tuple(kept), waived=waived)


def _complete(outcome: Outcome) -> bool:
    return not (outcome.broken or outcome.out_of_time or outcome.not_run or outcome.unanswered)


def _shows(waiver: Waiver, again: Callable[[Replay], Answer | None]) -> bool:
    """Whether the waiver's case still shows its violation."""
    answer = again(waiver.case) if waiver.case is not None else None
    return answer is not None and still(waiver.identity, answer)


def still(identity: str, answer: Answer) -> bool:
    """Whether an answer shows the finding of this identity (``operation check pointer …``)."""
    _, check, pointer, *_ = [*identity.split(" "), "", ""]
    if check == "not_a_server_error":
        return answer.status >= 500
    if check_of(check).refusal:
        return answer.ok
    if check == "positive_data_acceptance":
        return 400 <= answer.status < 500
    if check == "unsupported_method":
        return answer.status != 405
    return any(
        CHECKS.get(item.code) == check and item.pointer == pointer for item in answer.checked.violations
    )


def _stale(waivers: Waivers, pointer: str, waiver: Waiver) -> Finding:
    return _about(
        waiver,
        pointer,
        Text(
            zh=f"{waiver.id} 已无必要：它豁免的违反规范已不再出现",
            en=f"{waiver.id} is stale: its violation is gone",
        ),
        expected=Text(zh="它豁免的违反规范仍然存在", en="the violation that it excuses"),
        seen=Text(
            zh=f"不再有这样的违反规范；请从 {waivers.path.name} 删除 {waiver.id}",
            en=f"no such violation any more; take {waiver.id} out of {waivers.path.name}",
        ),
    )


def _expired(waivers: Waivers, pointer: str, waiver: Waiver) -> Finding:
    whose = f"{waiver.reason} ({waiver.owner})"
    return _about(
        waiver,
        pointer,
        Text(zh=f"{waiver.id} 已于 {waiver.expires} 过期", en=f"{waiver.id} expired on {waiver.expires}"),
        expected=Text(zh="没有过期的豁免", en="no waiver past its day"),
        seen=Text(
            zh=f"{whose}；请修复后端，或在 {waivers.path.name} 中重新决定",
            en=f"{whose}; mend the backend, or decide anew in {waivers.path.name}",
        ),
    )


def _about(waiver: Waiver, pointer: str, title: Text, *, expected: Text, seen: Text) -> Finding:
    return Finding(
        check="waiver",
        title=title,
        pointer=pointer,
        expected=expected,
        seen=seen,
        status=None,
        curl="",
        phase="waivers",
        identity=f"{pointer} waiver {waiver.id}",
    )


def check_names(waivers: Waivers, operations: Mapping[str, Iterable[str]], ends: Iterable[str]) -> None:
    """Every waiver is about a test or a service that exists. UsageError with its line and the nearest name.

    ``operations`` maps the name of each contract to the operationIds in it; ``ends`` are the collectors under
    a contract: its backends and ``parity``.
    """
    ends = list(ends)
    for entry in waivers.undocumented:
        if entry.service is not None and entry.service not in ends:
            raise UsageError(
                f"{entry.id}: no service is called {entry.service!r}",
                where=f"{waivers.path}:{_line(waivers.path, entry.id)}",
                nearest=nearest(entry.service, ends),
            )
    for waiver in waivers.entries:
        contract, end, test = waiver.test.split("::", 2)
        for word, valid in ((contract, operations), (end, ends), (test.partition("[")[0], None)):
            known = (
                [*operations.get(contract, ()), "links", "methods", "situation"]
                if valid is None
                else [*valid]
            )
            if word not in known:
                raise UsageError(
                    f"{waiver.id}: there is no test {waiver.test!r}: {word!r} is not known",
                    where=f"{waivers.path}:{_line(waivers.path, waiver.id)}",
                    nearest=nearest(word, known),
                )


def _line(path: Path, id: str) -> int:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if re.match(rf"(- )?\s*id:\s*[\"']?{re.escape(id)}\b", line):
            return number
    return 1
