"""What is known of one entity while its entry is drafted, as the linkage contract will say it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.core.text import Text
from harness.linkage.draft.tokens import Token

CallEntry = dict[str, Any]
"""A call as it is written: ``{call: updateProduct, as: owner}``."""
ACTS = ("make", "change", "remove", "read", "find", "list")


@dataclass(slots=True)
class Side:
    """What one participant does with the entity, and where it has its id."""

    calls: dict[str, CallEntry] = field(default_factory=dict)
    acts: dict[str, CallEntry] = field(default_factory=dict)
    id: str | None = None
    same: str | None = None


@dataclass(slots=True)
class FieldEntry:
    """Where a field stands on each participant, and what translates it."""

    at: dict[str, str]
    units: dict[str, Any] = field(default_factory=dict)
    note: Text | None = None


@dataclass(slots=True)
class Entry:
    """One entity. ``notes`` are comments: what was not found, what is not sure; ``unmatched`` are those about fields.

    ``promises``: each with its comment; ``excepted``: who may see and change it, of 'private'; ``supplies``: what each
    make took from, by ``entity.field``; ``further`` names promises that were not tried.
    """

    name: str
    title: Text
    of: str | None = None
    needs: dict[str, dict[str, Any]] = field(default_factory=dict)
    sides: dict[str, Side] = field(default_factory=dict)
    fields: dict[str, FieldEntry] = field(default_factory=dict)
    always: list[str] = field(default_factory=list)
    idempotent: bool = False
    removed: dict[str, Any] | None = None
    effects: dict[str, dict[str, str]] = field(default_factory=dict)
    supplies: list[str] = field(default_factory=list)
    promises: dict[str, Text | None] = field(default_factory=dict)
    excepted: tuple[str, ...] = ()
    notes: list[Text] = field(default_factory=list)
    unmatched: list[Text] = field(default_factory=list)
    further: Text | None = None
    lags: list[float] = field(default_factory=list)

    @property
    def readers(self) -> list[str]:
        return [name for name, side in self.sides.items() if "read" in side.calls]

    @property
    def mentions(self) -> set[str]:
        """The entities that it names."""
        places = [place for moved in self.effects.values() for place in moved]
        return {*self.needs, *(place.partition(".")[0] for place in places)} - {self.name}


@dataclass(slots=True)
class KnownRecord:
    """A record that is there, by which later ones are made: its ids by participant."""

    name: str
    ids: dict[str, Any] = field(default_factory=dict)
    same: Any = None
    id_names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    same_names: tuple[str, ...] = ()

    def tokens(self, participant: str) -> list[Token]:
        found = []
        if participant in self.ids:
            names = self.id_names.get(participant, ())
            found.append(Token(f"${self.name}.id", self.ids[participant], names))
        if self.same is not None:
            found.append(Token(f"${self.name}.same", self.same, self.same_names))
        return found
