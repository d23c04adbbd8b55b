"""What is wrong with a file that an app can do without: a warning, and the pages that use it say so."""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.text import Text


@dataclass(frozen=True, slots=True)
class SourceError:
    """``path`` and ``line`` are where it shows; ``file`` is the one whose users it concerns. Paths as in the app."""

    path: str
    line: int
    message: Text
    file: str

    def as_package(self) -> dict[str, str | int]:
        """As the page runtime is given it; the page speaks English."""
        return {"path": self.path, "line": self.line, "message": self.message.en, "file": self.file}
