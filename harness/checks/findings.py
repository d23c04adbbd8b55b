"""What a check found: one finding per check and kind of failure, with its smallest case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from harness.api.client import Answer
from harness.api.replay import Replay
from harness.api.transport import silence_behind
from harness.checks.table import check_of
from harness.contracts.violations import CHECKS, identity_of, trim
from harness.core.errors import NoAnswer
from harness.core.exchange import Exchange
from harness.core.masking import mask_text
from harness.core.text import Text, text_of

HEADLINE = Text(zh="{check}：{title}{times}", en="{check}: {title}{times}")
LINES = Text(
    zh="{headline}\n    接口规范 {pointer}\n    预期     {expected}\n    实际     {seen}\n    curl     {curl}",
    en="{headline}\n    contract  {pointer}\n    expected  {expected}\n    seen      {seen}\n    curl      {curl}",
)
LARGEST_KEPT = 65_536  # bytes of a body


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with an operation.

    ``check`` is the failing check by schemathesis' name, ``pointer`` the place in the contract, ``seen`` and
    ``curl`` are masked; ``times`` is how many cases showed it; ``identity`` is the same in every run.
    """

    check: str
    title: Text
    pointer: str
    expected: Text
    seen: Text
    status: int | None
    curl: str
    phase: str
    variables: Text | None = None
    """What the shell variables of ``curl`` stood for."""
    times: int = 1
    identity: str = ""
    size: int = field(default=0, compare=False)
    case: Replay | None = field(default=None, compare=False)

    def to_json(self) -> dict[str, Any]:
        names = ("check", "pointer", "status", "curl", "phase", "times", "identity")
        texts = {"title": self.title, "expected": self.expected, "seen": self.seen}
        if self.variables is not None:
            texts["variables"] = self.variables
        case = None if self.case is None else self.case.model_dump(exclude_defaults=True)
        return {
            **{name: getattr(self, name) for name in names},
            **{name: text.to_json() for name, text in texts.items()},
            "case": case,
        }

    @property
    def headline(self) -> Text:
        times = Text(zh=f"（{self.times} 次）", en=f" ({self.times} cases)")
        return HEADLINE.format(check=self.check, title=self.title, times=times if self.times > 1 else "")

    def lines(self) -> Text:
        """All of it, for a message that has several."""
        return LINES.format(
            headline=self.headline,
            pointer=self.pointer,
            expected=self.expected,
            seen=self.seen,
            curl=self.curl,
        )


class Findings:
    """Collects the findings of one test; equal ones are counted and the smallest case is kept.

    ``pointer`` is what the test is about: an operation of a contract, an entity of the linkage contract.
    """

    def __init__(self, pointer: str) -> None:
        self._pointer = pointer
        self._found: dict[str, Finding] = {}

    def __len__(self) -> int:
        return len(self._found)

    def note(
        self,
        check: str,
        title: Text | str,
        *,
        seen: Text | str,
        exchange: Exchange,
        curl: str,
        phase: str,
        expected: Text | str | None = None,
        pointer: str | None = None,
        key: str = "",
    ) -> None:
        """Add a finding. ``expected`` None: as the check's row says. ``key`` tells findings of one check at
        one place apart; it must be the same in every run (no ids, no times).

        NoAnswer where the backend itself got none from another service while it made this one: then nobody
        knows what it would have said.
        """
        if behind := silence_behind(exchange.response.headers if exchange.response else ()):
            raise NoAnswer(f"{exchange.method} {exchange.path} answered {exchange.status}: {behind}")
        at = pointer or self._pointer
        self._keep(
            Finding(
                check=check,
                title=text_of(title).map(_short),
                pointer=at,
                expected=text_of(check_of(check).expected if expected is None else expected).map(_short),
                seen=text_of(seen).map(_short),
                status=exchange.status,
                curl=curl,
                phase=phase,
                identity=identity_of(self._pointer, check, at, key),
                case=_case(exchange),
                size=len(exchange.request.body) + len(exchange.path),
            )
        )

    def note_violations(self, answer: Answer, phase: str) -> None:
        """Every way in which an answer breaks its contract; a 5xx answer is a finding of its own."""
        violations = answer.checked.violations
        if answer.status >= 500 and any(item.code == "undocumented-status" for item in violations):
            self.note(
                "not_a_server_error",
                Text(zh="服务器错误", en="Server error"),
                seen=answer.seen,
                exchange=answer.exchange,
                curl=answer.curl,
                phase=phase,
            )
        for violation in violations:
            if violation.code in CHECKS:
                self.note(
                    CHECKS[violation.code],
                    violation.message,
                    expected=violation.expected,
                    seen=violation.found,
                    exchange=answer.exchange,
                    curl=answer.curl,
                    phase=phase,
                    pointer=violation.pointer,
                )

    def _keep(self, finding: Finding) -> None:
        known = self._found.get(finding.identity)
        if known is not None:
            smallest = finding if finding.size < known.size else known
            finding = replace(smallest, times=known.times + 1)
        self._found[finding.identity] = finding

    def all(self) -> tuple[Finding, ...]:
        """Server errors first, then by identity."""
        return tuple(
            sorted(self._found.values(), key=lambda item: (item.check != "not_a_server_error", item.identity))
        )


def _short(text: str) -> str:
    return trim(mask_text(text))


def _case(exchange: Exchange) -> Replay | None:
    """What a waiver would keep; None for a request too large to be kept."""
    return Replay.of(exchange) if len(exchange.request.body) <= LARGEST_KEPT else None
