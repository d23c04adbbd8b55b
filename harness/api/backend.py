"""A backend under test: where it is, what it serves, and as whom it can be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.api.settings import SignatureSettings
from harness.api.silences import Silences
from harness.api.situation_settings import SituationSettings
from harness.api.users import User
from harness.contracts import Operation
from harness.contracts.envelope import EnvelopeSettings
from harness.core.codec import Codec
from harness.core.errors import UsageError
from harness.core.text import Text

NOBODY = ""  # the name of the user who is not logged in
Window = tuple[float, float]  # from a request to the end of its answer, in seconds of the monotonic clock
Logged = Callable[[Sequence[Window]], list[list[str]] | None]
"""The error that a service logged during each request; None where its log cannot be read."""


def no_log(windows: Sequence[Window]) -> list[list[str]] | None:
    """Of a service that the harness did not start."""
    return None


def _cannot(service: str, on: bool) -> None:
    raise UsageError(f"{service} cannot be made unreachable here: no proxy is between")


def _all_answer() -> None:
    pass  # no part of ours is between


def _all_may_be_sent(operation: Operation | None) -> Text | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendUnderTest:
    """One backend. ``name`` is what ``x-served-by`` calls it; ``title`` what people do. ``platforms`` it serves.

    ``base_url`` is asked when a test runs, not when it is collected. Which of ``users`` a request is sent as
    unless a test says so: :mod:`harness.api.choosing`. ``held_back`` says why the environment
    does not let an operation be asked, None where it does; of None, whether states of the whole system may be
    brought about. ``require_parts`` raises BrokenError where a part of the harness between does not answer;
    ``silences`` are the requests of the test under way that got no answer; ``logged`` tells what it logged of its
    errors.
    """

    name: str
    title: Text
    platforms: tuple[str, ...]
    contracts: tuple[Path, ...]
    readable: tuple[Path, ...] = ()
    base_url: Callable[[], str]
    users: tuple[User, ...] = ()
    signatures: tuple[SignatureSettings, ...] = ()
    situations: tuple[SituationSettings, ...] = ()
    envelope: EnvelopeSettings | None = None
    codec: Codec | None = None
    obstruct: Callable[[str, bool], None] = _cannot
    held_back: Callable[[Operation | None], Text | None] = _all_may_be_sent
    require_parts: Callable[[], None] = _all_answer
    silences: Silences = field(default_factory=Silences, compare=False, repr=False)
    logged: Logged = no_log

    @property
    def platform(self) -> str:
        """What tests of it are filed under: its platform; where it serves several, its own name."""
        return self.platforms[0] if len(self.platforms) == 1 else self.name

    def user(self, name: str) -> User | None:
        """The user called ``name``; None for ``""`` (nobody)."""
        return next((user for user in self.users if user.name == name), None)
