"""Payloads about a run as a whole and about the processes of its system."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from harness.core.payloads.base import Count, ExitCode, Kind, Payload, Shape, Words
from harness.core.platforms import Platform


class Operation(Shape):
    """One operation of a contract; ``pointer`` is ``file#/json/pointer``."""

    pointer: str
    operation_id: str | None = None

    @property
    def contract(self) -> str:
        return self.pointer.partition("#")[0]

    @property
    def label(self) -> str:
        """``GET /api/points``, read back from the pointer (RFC 6901)."""
        parts = self.pointer.partition("#/paths/")[2].rsplit("/", 1)
        if len(parts) != 2:
            return self.operation_id or self.pointer
        return f"{parts[1].upper()} {parts[0].replace('~1', '/').replace('~0', '~')}"


class WaiverEntry(Shape):
    """An entry of the project's list of waivers, without its case: of a finding, or of an operation that no
    document holds.
    """

    id: str
    test: str | None = None
    identity: str | None = None
    undocumented: str | None = Field(default=None, description="method and path, {…} for any one segment")
    service: str | None = Field(default=None, description="of an undocumented operation; absent: any")
    reason: str
    owner: str
    expires: str = Field(description="a day, as ISO 8601 writes it")


def _without_versions(value: Any) -> Any:
    return dict.fromkeys(value, "") if isinstance(value, list) else value


class RunStart(Payload):
    """What is tested, with which drivers, against which contracts.

    ``operations``: per backend, all its contracts declare; absent where the writer does not know them.
    """

    kind: ClassVar = Kind.RUN_STARTED

    name: str = Field(description="of the project")
    argv: list[str] = Field(default=[])
    seed: str | int | None = None
    language: str | None = None
    commit: str | None = None
    environment: str | None = Field(default=None, description="disposable, shared or production")
    profile: str | None = None
    platforms: list[Platform] = Field(default=[], description="of the system, in the order of reports")
    drivers: dict[str, Words] = Field(default={}, description="platform → what drives it")
    contracts: Annotated[dict[str, str], BeforeValidator(_without_versions)] = Field(
        default={}, description="contract → its version"
    )
    operations: dict[str, list[Operation]] = Field(default={})
    fault: str | None = Field(default=None, description="id of the planted fault")
    contracts_from: str | None = Field(default=None, description="the version of the contracts asked for")
    waivers: list[WaiverEntry] = Field(default=[])


class RunEnd(Payload):
    """The last event of a run.

    ``events``: how many each process had written by then, except the one that writes this.
    """

    kind: ClassVar = Kind.RUN_FINISHED

    exit_code: ExitCode
    stopped: Words | None = Field(default=None, description="why it ended before all that was selected ran")
    events: dict[str, Count] = Field(default={})


class ProcessStart(Payload):
    """A process of the system was started."""

    kind: ClassVar = Kind.PROCESS_STARTED

    name: str
    pid: Count | None = None
    group: str | None = Field(default=None, description="service or proxy")
    command: list[str] = Field(default=[])
    role: str | None = Field(default=None, description="under which it writes events of its own")


class ProcessExit(Payload):
    """A process of the system ended; ``expected`` where it was asked to."""

    kind: ClassVar = Kind.PROCESS_EXITED

    name: str
    pid: Count | None = None
    expected: bool = False
    exit_code: ExitCode | None = None
    signal: str | ExitCode | None = None
    how: str = Field(default="", description="how it ended, in words")
    last_words: str | None = Field(default=None, description="the last lines of its output")


class PlantedFault(Payload):
    """What is planted in the running system from here on; None where nothing is."""

    kind: ClassVar = Kind.FAULT

    planted: str | None = Field(description="id of the fault")
    problem: str = Field(default="", description="why it could not be planted, or taken away")
