"""What a kind of check supplies for each of its tests; all else is :class:`harness.checks.item.CheckItem`'s.

Making a test reads documents only and imports nothing heavy, since it happens in every collection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from harness.api.client import Answer
from harness.api.replay import Replay
from harness.checks.outcome import Outcome
from harness.core.errors import ProductFault
from harness.core.text import Language, Text


class CheckTest(Protocol):
    """One test, not yet run.

    ``name`` is the last part of its node id, unique under its collector; ``document`` the file it follows
    from and ``pointer`` the place in it; ``group`` the chapter of the report. ``alone``: it changes or
    compares the state of the whole system, so that nothing else may run at the same time (pytest-xdist).
    ``facts`` is what the event of a test that ran says of it, beside its outcome; ``tags`` what people may
    choose it by (``harness check --kind …``), ``categories`` its Allure labels by name.
    """

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def document(self) -> str: ...
    @property
    def pointer(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def alone(self) -> bool: ...
    @property
    def platforms(self) -> list[str]: ...
    @property
    def complaint(self) -> Text:
        """What is said of ``label`` when there are findings: *breaks its contract*."""
        ...

    @property
    def fault(self) -> type[ProductFault]:
        """What is raised when there are findings."""
        ...

    @property
    def place(self) -> tuple[Path, int | None]:
        """File and line where a reader finds what it is about."""
        ...

    @property
    def facts(self) -> Mapping[str, Any]: ...
    @property
    def tags(self) -> Mapping[str, set[str]]: ...
    @property
    def execute(self) -> Callable[[], Outcome]:
        """Run it. BrokenError where the harness cannot, NotRun where the environment forbids it."""
        ...

    def title(self, language: Language) -> str: ...
    def categories(self, language: Language) -> Mapping[str, str]: ...
    def refusal(self) -> Text | None:
        """Why the environment does not allow it; None where it may run."""
        ...

    def variables(self, curl: str) -> Text | None:
        """What the shell variables of a finding's curl line stand for."""
        ...

    def send_again(self, case: Replay, timeout: float) -> Answer | None:
        """Send a waiver's case once more (``timeout`` in seconds); None where one request cannot show it."""
        ...
