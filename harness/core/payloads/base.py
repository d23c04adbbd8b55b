"""What all payloads have in common: the kinds, how strict they are, and the types of their fields.

A payload refuses unknown keys when it is made, so that nothing can be written that its shape does not name.
Read back from disk, it passes over keys that a later writer added (:mod:`harness.core.events`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from harness.core.text import Text


class Kind(StrEnum):
    """What an event says, and which package writes it."""

    RUN_STARTED = "run.started"  # plugin
    SELECTION = "selection"  # plugin
    RUN_FINISHED = "run.finished"  # plugin
    DAMAGE = "damage"  # runs: merging
    PROCESS_STARTED = "process.started"  # processes
    PROCESS_EXITED = "process.exited"  # processes
    EXCHANGE = "exchange"  # traffic
    EXCHANGE_LOST = "exchange.lost"  # traffic
    COVERAGE = "coverage"  # traffic
    CONFORMANCE = "conformance"  # plugin: what checks told it
    SCENARIO_STARTED = "scenario.started"  # linkage
    STEP = "step"  # linkage, and plugin for MiniTest
    LAG = "lag"  # linkage
    EVIDENCE = "evidence"  # linkage, and plugin for MiniTest
    SERVICE_ERROR = "service.error"  # plugin
    VERDICT = "verdict"  # plugin
    FAULT = "fault"  # plugin


class Shape(BaseModel):
    """Base of payloads and their parts: immutable, nothing in it but what is named."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Payload(Shape):
    """The ``data`` of one kind of event. ``messages`` are the fields that hold a request or response, its body masked
    by whoever wrote it.
    """

    kind: ClassVar[Kind]
    messages: ClassVar[frozenset[str]] = frozenset()


def _both_languages(value: Any) -> Any:
    return {"zh": value, "en": value} if isinstance(value, str) else value


# One text for both languages where its writer knows only one.
Words = Annotated[Text, BeforeValidator(_both_languages)]

# Masking takes a whole number of eleven digits for a phone's and makes it text: no number of ours is that large.
LARGEST = 10**10
Count = Annotated[int, Field(ge=0, lt=LARGEST)]
ExitCode = Annotated[int, Field(gt=-LARGEST, lt=LARGEST, description="negative: a signal (POSIX)")]
