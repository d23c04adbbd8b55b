"""What one check came to, whatever kind it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.checks.finding import Finding
from harness.core.text import Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one test came to.

    ``cases`` by phase, ``statuses`` how often each status was answered, ``broken`` what kept the harness from
    testing (network, generation), ``out_of_time`` whether the budget ended the test, ``not_run`` what was
    held back and why (the environment does not allow it, the driver cannot): never green, ``waived`` findings
    that the list of waivers excuses, ``unanswered`` the requests that got no answer at first or at all.
    """

    findings: tuple[Finding, ...]
    cases: dict[str, int]
    statuses: dict[str, int]
    seconds: float
    out_of_time: bool = False
    broken: tuple[Text | str, ...] = field(default=())
    not_run: tuple[Text | str, ...] = field(default=())
    waived: tuple[Finding, ...] = field(default=())
    unanswered: tuple[Text, ...] = field(default=())
