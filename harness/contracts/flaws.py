"""Flaws of a document: what the lint found, and which operations each of them concerns.

A document of others cannot be edited by who tests it: one flaw must not make all of it unreadable. An operation
is flawed if a flaw is in it or in anything that it refers to; the others are tested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness.contracts.contract import Contract, Flaw, Operation
from harness.contracts.library import DocumentError, Library, Place
from harness.contracts.walk import walk
from harness.core.errors import UsageError

Key = tuple[str, str]


class Collected:
    """The flaws found so far, each once, in the order in which they were found."""

    def __init__(self) -> None:
        self._found: dict[tuple[Key, str], DocumentError] = {}

    def attempt(self, place: Place, check: Callable[[], Any]) -> None:
        """Run a check of a place; its error is a flaw. A shape that the check did not expect is one too."""
        try:
            check()
        except DocumentError as error:
            self._found.setdefault((error.key, error.text.en), error)
        except UsageError:
            raise  # another file cannot be read at all
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            self.add(place.refuse(f"is not written as OpenAPI has it ({type(error).__name__}: {error})"))

    def add(self, error: DocumentError) -> None:
        self._found.setdefault((error.key, error.text.en), error)

    @property
    def first(self) -> DocumentError | None:
        return next(iter(self._found.values()), None)

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        return tuple(Flaw(error.key, f"{error} ({error.name})") for error in self._found.values())


def flawed(contract: Contract, operations: Sequence[Operation], flaws: Sequence[Flaw]) -> dict[str, Flaw]:
    """The first flaw that concerns each operation, by the operation's pointer."""
    if not flaws:
        return {}
    reach = _Reach(contract.library)
    found: dict[str, Flaw] = {}
    for operation in operations:
        keys = reach.of(operation)
        concerns = (flaw for flaw in flaws if _is_within(flaw.key, keys) or _is_of_all(flaw, operation))
        flaw = next(concerns, None)
        if flaw is not None:
            found[operation.pointer] = flaw
    return found


def _is_within(key: Key, places: Iterable[Key]) -> bool:
    file, pointer = key
    return any(
        file == path and (pointer == above or pointer.startswith(f"{above}/")) for path, above in places
    )


def _is_of_all(flaw: Flaw, operation: Operation) -> bool:
    """Whether it concerns the whole path, or credentials that the operation has from the document."""
    root = operation.contract.library.root
    if flaw.key == operation.item.key:
        return True
    own = operation.place.value.get("security")
    return own is None and flaw.key[0] == str(root.source.path) and flaw.key[1].startswith("/security/")


@dataclass(slots=True)
class _Reach:
    """What operations are made of: their own place and all that it refers to."""

    library: Library
    targets: dict[Key, list[Place]]

    def __init__(self, library: Library) -> None:
        self.library, self.targets = library, {}

    def of(self, operation: Operation) -> set[Key]:
        waiting = [operation.place]
        if isinstance(operation.item.value.get("parameters"), list):
            waiting.append(operation.item.down("parameters"))
        seen: set[Key] = set()
        while waiting:
            place = waiting.pop()
            if place.key not in seen:
                seen.add(place.key)
                waiting += self._targets(place)
        return seen

    def _targets(self, place: Place) -> list[Place]:
        if place.key not in self.targets:
            self.targets[place.key] = list(self._referred(place))
        return self.targets[place.key]

    def _referred(self, place: Place) -> Iterator[Place]:
        for inner in walk(place):
            if isinstance(inner.value.get("$ref"), str):
                try:
                    yield self.library.target(inner)
                except UsageError:
                    continue  # a flaw of its own
