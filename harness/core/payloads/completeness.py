"""Payloads of what a run should hold: what was collected and selected, and what of its record is gone."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from harness.core.payloads.base import Count, Kind, Payload, Shape, Words

DocumentUse = Literal["tested", "traffic", "unlisted", "linkage"]
Problem = Literal["unreadable", "version", "kind", "missing", "repeated", "no shard", "foreign", "gone"]


class CatalogueScenario(Shape):
    """A scenario of the catalogue, whether or not anything tested it."""

    id: str
    title: Words
    priority: str
    level: str
    platforms: list[str] = Field(default=[])


class CollectedTest(Shape):
    """A test that pytest collected."""

    test: str = Field(description="pytest node id")
    scenario: str | None = Field(default=None, description="id in the catalogue")
    document: str | None = Field(default=None, description="the document it follows from")
    group: str | None = Field(
        default=None, description="chapter of the report, of what follows from documents"
    )
    selected: bool = Field(default=True, description="it was to run")


class Document(Shape):
    """A document of the project that tests follow from, or could.

    ``use``: it has contract tests; only traffic is judged by it; no service lists it; it is the linkage contract.
    ``asked``: all its tests were to be collected.
    """

    name: str
    use: DocumentUse
    asked: bool = False


class CollectionError(Shape):
    """What could not be collected, and why."""

    node: str
    message: str


class Selection(Payload):
    """What there is to run, and what of it was to run.

    ``part``: the run is one of several that are merged; what it leaves out is for the others.
    """

    kind: ClassVar = Kind.SELECTION

    arguments: list[str] = Field(default=[], description="the paths that were asked for")
    options: str = Field(default="", description="the options that deselected, as typed")
    part: bool = False
    catalogue: list[CatalogueScenario] = Field(default=[])
    documents: list[Document] = Field(default=[])
    tests: list[CollectedTest] = Field(default=[])
    errors: list[CollectionError] = Field(default=[])


class Damage(Payload):
    """Something that is wrong with a shard, or a file beside them; written of a part where runs are merged.

    ``place`` says where: lines, numbers of events, a version, a kind, a run.
    """

    kind: ClassVar = Kind.DAMAGE

    shard: str = Field(description="name of a file, or the role of the process that wrote none")
    problem: Problem
    events: Count = Field(default=0, description="how many are lost")
    place: str = ""
