"""Payloads of what tests came to: what a check found, and the verdict of any test."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from harness.core.causes import Cause
from harness.core.payloads.base import Count, Kind, Payload, Shape, Words
from harness.core.text import Language

VerdictWord = Literal["passed", "failed", "broken", "flaky", "not run"]
GROUPS = ("contract", "promise", "platform", "linkage", "experience", "other")
CHECK_GROUPS = ("contract", "promise")
"""Those whose tests follow from documents; the others' are scenarios and whatever else there is."""
OTHER_NAMES = {"conformance": "contract"}


def _group(name: Any) -> Any:
    return name if name in GROUPS or not isinstance(name, str) else OTHER_NAMES.get(name, "other")


def _cases(value: Any) -> Any:
    return {"all": value} if isinstance(value, int) else value


Group = Annotated[str, BeforeValidator(_group)]


class Finding(Shape):
    """One thing that is wrong, with the smallest case that shows it; ``case`` is a request as waivers keep it."""

    title: Words
    pointer: str | None = Field(default=None, description="place in the contract")
    check: str = ""
    expected: Words | None = None
    seen: Words | None = None
    status: Count | None = None
    curl: str | None = None
    variables: Words | None = Field(default=None, description="what the shell variables of curl stood for")
    phase: str | None = None
    times: Count = Field(default=1, description="how many cases showed it")
    identity: str = Field(default="", description="the same in every run")
    cause: Cause | None = Field(default=None, description="equal in findings of one cause, whatever shows it")
    also: list[str] = Field(default=[], description="other checks that the same answer failed")
    log: list[str] | None = Field(
        default=[],
        description="what the service logged of a 5xx answer; null: it was not started by the harness",
    )
    case: dict[str, Any] | None = None


class Cell(Shape):
    """What a check of the linkage contract is about: one promise, from one participant to another."""

    entity: str
    title: Words
    writer: str
    reader: str
    promise: str


class CheckResult(Payload):
    """One contract test on one backend; ``operation`` is None where it is about several.

    ``cell`` is there where it is a check of the linkage contract instead.
    """

    kind: ClassVar = Kind.CONFORMANCE

    test: str | None = Field(default=None, description="pytest node id")
    check_kind: str = Field(default="generated", alias="kind", description="the kind of contract test")
    backend: str
    beside: list[str] = Field(default=[], description="backends it was compared with")
    platform: str | None = None
    contract: str | None = None
    operation: str | None = None
    operation_id: str | None = None
    cell: Cell | None = None
    cases: Annotated[dict[str, Count], BeforeValidator(_cases)] = Field(description="requests by phase")
    statuses: dict[str, Count] = Field(default={}, description="how often each was answered")
    seconds: float
    seed: str | int | None = None
    out_of_time: bool = False
    broken: list[Words] = Field(default=[], description="what kept the harness from testing")
    not_run: list[Words] = Field(default=[], description="what was held back, and why")
    unanswered: list[str] = Field(default=[], description="requests that got no answer at first, or at all")
    findings: list[Finding] = Field(default=[])
    waived: list[str] = Field(default=[], description="identities of findings that waivers excuse")

    @property
    def case_count(self) -> int:
        return sum(self.cases.values())

    @property
    def ran(self) -> bool:
        """Whether it was run, as its verdict has it: what was held back changes nothing about what was found."""
        return bool(self.findings or self.broken or self.out_of_time) or not self.not_run

    @property
    def judged(self) -> bool:
        """Whether it says something of the product: what the harness could not check does not."""
        return self.ran and (bool(self.findings) or not self.broken)


class Verdict(Payload):
    """The outcome of one test, as decided in its call phase."""

    kind: ClassVar = Kind.VERDICT

    test: str = Field(description="pytest node id")
    id: str | None = Field(default=None, description="in the catalogue, or the name waivers use")
    title: Words | None = None
    group: Group = "other"
    platforms: list[str] = Field(default=[])
    priority: str | None = None
    verdict: VerdictWord
    message: Words | None = None
    fault: str | None = Field(default=None, description="class of the error")
    seconds: float | None = None
    cause: Cause | None = Field(
        default=None, description="of a scenario; a contract test's findings have theirs"
    )
    seen: Words | None = Field(default=None, description="what was seen last")
    reproduce: str | None = Field(default=None, description="the command that shows it again")
    seed: str | int | None = None

    def message_in(self, language: Language) -> str:
        return self.message.say(language) if self.message else ""
