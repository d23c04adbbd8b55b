"""What went wrong inside an app since its start, and what it wrote to its console. Owns the bounds."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

MAX_KEPT = 500
MAX_TEXT = 4000


def _kept() -> deque[Any]:
    return deque(maxlen=MAX_KEPT)


@dataclass(slots=True)
class Findings:
    """The latest of each kind; ``at`` of an exception is when it was told, ISO 8601 in UTC."""

    exceptions: deque[dict[str, str]] = field(default_factory=_kept)
    console: deque[dict[str, Any]] = field(default_factory=_kept)
    warnings: deque[str] = field(default_factory=_kept)

    def note(self, method: str, params: Mapping[str, Any]) -> None:
        """Take an event of the app service."""
        if method == "App.exceptionThrown":
            self.exceptions.append(
                {
                    "message": str(params.get("message", ""))[:MAX_TEXT],
                    "stack": str(params.get("stack", ""))[:MAX_TEXT],
                    "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                }
            )
        elif method == "App.logAdded":
            args = params.get("args")
            self.console.append(
                {"type": str(params.get("type", "log")), "args": args if isinstance(args, list) else []}
            )

    def warn(self, message: str) -> None:
        """Note something the simulator itself found odd."""
        self.warnings.append(message[:MAX_TEXT])

    def diagnose(self, found: Mapping[str, Any]) -> None:
        """Note what the page runtime found odd about a file of the app."""
        place = ":".join(str(found.get(key, "?")) for key in ("path", "line", "column"))
        self.warn(f"{place}: {found.get('level', 'warning')}: {found.get('message', '')}")

    def warn_once(self, message: str) -> None:
        """As :meth:`warn`, unless it was said already."""
        if message[:MAX_TEXT] not in self.warnings:
            self.warn(message)

    def as_result(self) -> dict[str, Any]:
        """The result of ``Simulator.getFindings``."""
        return {
            "exceptions": list(self.exceptions),
            "console": list(self.console),
            "warnings": list(self.warnings),
        }
