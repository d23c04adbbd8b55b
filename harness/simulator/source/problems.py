"""What is wrong with a file that an app can do without: a warning, and the pages that use it say so."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """``path`` and ``line`` are where it shows; ``file`` is the one whose users it concerns. Paths as in the app."""

    path: str
    line: int
    message: str
    file: str

    def as_package(self) -> dict[str, str | int]:
        """As the page runtime is given it."""
        return asdict(self)
