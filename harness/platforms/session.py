"""What every platform session offers to the layers above: evidence, findings, tracing, an end."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from harness.core.text import Text


@dataclass(frozen=True, slots=True)
class Thrown:
    """An exception on a platform: of the product's own code, or, where ``fault``, of what we run the product with."""

    message: str
    place: str  # "pages/mine/mine.js:23" where known, else ""
    stack: str
    fault: bool = False
    page: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """Evidence in words: a page's tree, its console. ``name`` ends a file's name, suffix included."""

    title: Text
    name: str
    text: str


@runtime_checkable
class Traced(Protocol):
    """A session that can keep a record of all that was done in it, for a program that shows it."""

    def keep_trace(self, file: Path) -> bool:
        """Write it to ``file``, masked; False where none is recorded. Ends the record."""


class Session(Protocol):
    """One person on one platform."""

    @property
    def platform(self) -> str: ...

    def trace(self, traceparent: str | None) -> None:
        """Send ``traceparent`` with every request this person causes from now on."""

    def thrown(self) -> list[Thrown]:
        """Exceptions since the last call: of the product's code, and of ours that runs it."""

    def where(self) -> str:
        """The page in front of the person, as they would name it: a path."""

    def screenshot(self) -> bytes:
        """What the person sees, as PNG."""

    def texts(self) -> list[Shown]:
        """What tells more than the picture of it; empty where the platform has nothing of the kind."""

    def close(self) -> None:
        """End the session; never raises."""
