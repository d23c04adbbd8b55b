"""What went wrong inside an app or around it since its start, and what it wrote to its console. Owns the bounds.

An exception is the app's; a fault is the simulator's own, and nothing the app did wrong.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

MAX_KEPT = 500
MAX_TEXT = 4000
MAX_LINE = 20_000
"""Characters of one console line, as JSON."""


def _kept() -> deque[Any]:
    return deque(maxlen=MAX_KEPT)


@dataclass(slots=True)
class Findings:
    """The latest of each kind; ``at`` of an exception is when it was first told, ISO 8601 in UTC.

    What is told again and again is one finding: an exception like the last one, a warning like any before.
    """

    exceptions: deque[dict[str, Any]] = field(default_factory=_kept)
    faults: list[dict[str, Any]] = field(default_factory=list)
    """Each one once, the first ones: what follows a fault may be of its making."""
    console: deque[dict[str, Any]] = field(default_factory=_kept)
    thrown: int = 0
    """How many exceptions there were in all, those no longer kept included."""
    ended: str | None = None
    """Why the app's own code has ended it since its last start, if it has: an endless loop, too much memory."""
    _warnings: dict[str, int] = field(default_factory=dict)
    gaps: Counter[str] = field(default_factory=Counter)
    """What the app used and the simulator lacks."""

    @property
    def warnings(self) -> list[str]:
        return [text if times == 1 else f"{text} ({times} times)" for text, times in self._warnings.items()]

    def note(self, method: str, params: Mapping[str, Any]) -> None:
        """Take an event of the app service."""
        if method == "App.exceptionThrown":
            self.thrown += 1
            message = str(params.get("message", ""))[:MAX_TEXT]
            stack = str(params.get("stack", ""))[:MAX_TEXT]
            last = self.exceptions[-1] if self.exceptions else None
            if last is not None and (last["message"], last["stack"]) == (message, stack):
                last["times"] += 1
                return
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            self.exceptions.append({"message": message, "stack": stack, "at": at, "times": 1})
        elif method == "App.logAdded":
            args = params.get("args")
            line = args if isinstance(args, list) else []
            text = json.dumps(line)
            if len(text) > MAX_LINE:
                line = [f"{text[:MAX_LINE]}… ({len(text)} characters)"]
            self.console.append({"type": str(params.get("type", "log"))[:20], "args": line})

    def fault(self, message: str, stack: str, page: str) -> bool:
        """Note that the simulator itself has failed: the page runtime, or the host process. Whether it is a new one."""
        message, stack = message[:MAX_TEXT], stack[:MAX_TEXT]
        known = next(
            (each for each in self.faults if (each["message"], each["stack"]) == (message, stack)), None
        )
        if known is not None:
            known["times"] += 1
            return False
        if len(self.faults) < MAX_KEPT:
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            self.faults.append({"message": message, "stack": stack, "page": page, "at": at, "times": 1})
        return True

    def warn(self, message: str) -> None:
        """Note something the simulator itself found odd."""
        message = message[:MAX_TEXT]
        if message not in self._warnings and len(self._warnings) >= MAX_KEPT:
            del self._warnings[next(iter(self._warnings))]
        self._warnings[message] = self._warnings.get(message, 0) + 1

    def warn_once(self, message: str) -> None:
        """The same, of what comes up again and is no more for it."""
        if message[:MAX_TEXT] not in self._warnings:
            self.warn(message)

    def diagnose(self, found: Mapping[str, Any], made_from: str | None = None) -> None:
        """Note what the page runtime found odd about a file of the app, which was built from another."""
        place = ":".join(str(found[key]) for key in ("path", "line", "column") if key in found)
        if made_from is not None:
            place += f" (made from {made_from})"
        self.warn(f"{place}: {found.get('level', 'warning')}: {found.get('message', '')}")

    def miss(self, name: str) -> None:
        """Count something the app used that is not simulated."""
        if name in self.gaps or len(self.gaps) < MAX_KEPT:
            self.gaps[name[:MAX_TEXT]] += 1

    def as_result(self) -> dict[str, Any]:
        """The result of ``Simulator.getFindings``."""
        return {
            "exceptions": [dict(each) for each in self.exceptions],
            "thrown": self.thrown,
            "faults": [dict(each) for each in self.faults],
            **({} if self.ended is None else {"ended": self.ended}),
            "console": list(self.console),
            "warnings": [
                *self.warnings,
                *(_not_simulated(name, count) for name, count in self.gaps.items()),
            ],
            "gaps": dict(self.gaps),
        }


def _not_simulated(name: str, count: int) -> str:
    if name.startswith("wx."):
        return f"not simulated: {name}, no published API (read {_times(count)})"
    return f"not simulated: {name} (used {_times(count)})"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
