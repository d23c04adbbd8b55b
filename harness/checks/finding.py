"""A finding: one thing that a check found wrong, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.api.replay import Replay
from harness.checks.table import switch_off
from harness.core.causes import Cause
from harness.core.text import Text

HEADLINE = Text(zh="{check}：{title}{times}", en="{check}: {title}{times}")
LINES = Text(
    zh="{headline}\n    接口规范 {pointer}\n    预期     {expected}\n    实际     {seen}\n    {label:<9}{curl}",
    en="{headline}\n    contract  {pointer}\n    expected  {expected}\n    seen      {seen}\n    {label:<10}{curl}",
)
CURL, ROWS = Text(zh="curl", en="curl"), Text(zh="读取", en="read")
ASKED = Text(zh="{label}: {curl}", en="{label}: {curl}")
ALSO = Text(zh="同一响应还违反：{names}", en="the same answer also fails {names}")
LOG = Text(zh="服务的日志：{lines}", en="log of the service:{lines}")
NO_LOG = Text(
    zh="没有日志：这个服务不是由测试工具启动的",
    en="log not available: the harness did not start this service",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with an operation.

    ``check`` is the failing check by schemathesis' name, ``pointer`` the place in the contract, ``seen`` and
    ``curl`` are masked; ``times`` is how many cases showed it; ``identity`` is the same in every run. ``also``
    are other checks that the same answer failed, ``log`` what the service logged of a 5xx answer (None: it cannot
    be known).
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
    cause: Cause = field(default_factory=lambda: Cause(""))
    also: tuple[str, ...] = ()
    log: tuple[str, ...] | None = ()
    size: int = field(default=0, compare=False)
    case: Replay | None = field(default=None, compare=False)

    def to_json(self) -> dict[str, Any]:
        names = ("check", "pointer", "status", "curl", "phase", "times", "identity", "also", "log")
        texts = {"title": self.title, "expected": self.expected, "seen": self.seen}
        if self.variables is not None:
            texts["variables"] = self.variables
        case = None if self.case is None else self.case.model_dump(exclude_defaults=True)
        return {
            **{name: getattr(self, name) for name in names},
            **{name: text.to_json() for name, text in texts.items()},
            "cause": self.cause if self.cause.name else None,
            "case": case,
        }

    @property
    def headline(self) -> Text:
        times = Text(zh=f"（{self.times} 次）", en=f" ({self.times} cases)")
        return HEADLINE.format(check=self.check, title=self.title, times=times if self.times > 1 else "")

    @property
    def remarks(self) -> tuple[Text, ...]:
        """What is said of it beside its place, what was expected and what was seen."""
        said = [ALSO.format(names=", ".join(self.also))] if self.also else []
        if self.log:
            said.append(LOG.format(lines="".join(f"\n    {line}" for line in self.log)))
        elif self.log is None:
            said.append(NO_LOG)
        advice = switch_off(self.check)
        return (*said, advice) if advice else tuple(said)

    @property
    def asked(self) -> Text:
        """What was asked last, as it can be asked again: a curl line, or of rows their statement or file."""
        return ASKED.format(label=self._label, curl=self.curl)

    @property
    def _label(self) -> Text:
        return ROWS if self.curl and not self.curl.startswith("curl ") else CURL

    def lines(self) -> Text:
        """All of it, for a message that has several."""
        text = LINES.format(
            headline=self.headline,
            pointer=self.pointer,
            expected=self.expected,
            seen=self.seen,
            label=self._label,
            curl=self.curl,
        )
        for remark in self.remarks:
            text = Text(zh=f"{text.zh}\n    {remark.zh}", en=f"{text.en}\n    {remark.en}")
        return text
