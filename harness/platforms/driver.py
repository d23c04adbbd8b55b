"""The one thing every platform has towards the layers above: a driver, which opens it for people."""

from __future__ import annotations

from typing import Protocol

from harness.core.actors import Person
from harness.core.errors import ProcessDied
from harness.platforms.session import Session


class Driver(Protocol):
    """Opens one platform for any number of people; one for each platform and test process."""

    @property
    def capabilities(self) -> frozenset[str]:
        """What it can do of :data:`harness.platforms.capabilities.CAPABILITIES`."""

    def prepare(self) -> None:
        """Start what takes long now, so that it counts as nobody's waiting."""

    def open(self, person: Person) -> Session:
        """The platform as ``person`` has it before them. Errors: NotRun where the driver cannot."""

    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        """How what the driver runs died, if it did; waits up to ``within`` seconds for it to show."""

    def close(self) -> None:
        """End every session and what the driver runs; never raises."""
