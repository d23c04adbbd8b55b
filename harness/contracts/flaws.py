"""Flaws of a document: what the lint found, and which operations each of them concerns.

A document of others cannot be edited by who tests it: one flaw must not make all of it unreadable. An operation
is flawed if a flaw is in it or in anything that it refers to; the others are tested.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from harness.contracts.contract import Contract, Flaw, Operation
from harness.contracts.flaw_words import OTHER_SHAPE
from harness.contracts.library import DocumentError, Library, OutsideError, Place
from harness.contracts.servers import elsewhere
from harness.contracts.walk import Kind, refers, walk
from harness.core.errors import UsageError
from harness.core.text import Text, text_of

Key = tuple[str, str]
ELSEWHERE = Text(
    zh="接口规范说它在另一台主机 {server} 上（{where}）；如果本服务也提供它，请在它的 x-served-by 里写上本服务",
    en="the contract has it on another host, {server} ({where}); where this service serves it all the same, name the "
    "service in its x-served-by",
)


MOST = 10_000  # flaws
TOO_MANY = Text(
    zh="{first}（另有 {most} 多处错误；整份接口规范都不测试）",
    en="{first} (with more than {most} more flaws; nothing of it can be tested)",
)


class Elsewhere(Flaw):
    """No mistake: the operation is served by another host than the rest of its document."""

    @property
    def reason(self) -> Text:
        return ELSEWHERE.format(server=self.message, where=self.pointer)


class Collected:
    """The flaws found so far, each once, in the order in which they were found."""

    def __init__(self) -> None:
        self._found: dict[tuple[Key, str], DocumentError] = {}
        self._harmless: set[tuple[Key, str]] = set()

    def attempt(self, place: Place, check: Callable[[], Any], *, harmless: bool = False) -> None:
        """Run a check of a place; its error is a flaw. A shape that the check did not expect is one too.

        ``harmless`` in this place, unless it leads out of the project: nobody means that by mistake.
        """
        try:
            check()
        except OutsideError as error:
            self.add(error)
        except DocumentError as error:
            (self.note if harmless else self.add)(error)
        except UsageError:
            raise  # another file cannot be read at all
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            self.add(place.refuse(OTHER_SHAPE.format(kind=type(error).__name__, seen=str(error))))

    def add(self, error: DocumentError) -> None:
        """A flaw. UsageError where there are so many that no one would read them, or mend one by one."""
        self._found.setdefault((error.key, error.text.en), error)
        if len(self._found) - len(self._harmless) > MOST:
            assert self.first is not None
            raise UsageError(TOO_MANY.format(first=self.first.text, most=MOST))

    def note(self, error: DocumentError) -> None:
        """A harmless flaw: what is meant is clear all the same. Of very many the first are told."""
        if len(self._harmless) >= MOST:
            return
        self._harmless.add((error.key, error.text.en))
        self.add(error)

    @property
    def first(self) -> DocumentError | None:
        return next(iter(self._found.values()), None)

    @property
    def first_harmful(self) -> DocumentError | None:
        return next((error for key, error in self._found.items() if key not in self._harmless), None)

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        return tuple(
            Flaw(error.key, error.name, error.text, key in self._harmless)
            for key, error in self._found.items()
        )


def concerned(contract: Contract, flaws: Sequence[Flaw]) -> Contract:
    """The contract, with the operations and paths that its flaws concern: of each operation the first flaw."""
    if not flaws:
        return contract
    reach, known = _Reach(contract.library), set[Key]()
    found: dict[str, Flaw] = {}
    harmful = [flaw for flaw in flaws if not flaw.harmless]
    places = _Places(harmful)
    for operation in contract.operations if harmful else ():
        its = {number for key in reach.of(operation) for number in places.within(key)}
        its.update(_of_all(places, operation))
        if its:
            found[operation.pointer] = harmful[min(its)]
            known.update(harmful[number].key for number in its)
    below = {number for key in _paths(contract) for number in places.within(key)}
    others = tuple(harmful[number] for number in sorted(below) if harmful[number].key not in known)
    return replace(contract, flaws=tuple(flaws), of_operations=found, of_paths=others)


def set_apart(contract: Contract) -> Contract:
    """The contract, with its operations on other hosts, of which nothing can be said here."""
    found: dict[str, Flaw] = {}
    for operation in contract.operations:
        server = elsewhere(operation.place, operation.item, contract.library.root)
        if server is not None and not operation.served_by:
            found[operation.pointer] = Elsewhere(server.key, server.name, text_of(str(server.value["url"])))
    return replace(contract, of_operations={**contract.of_operations, **found}) if found else contract


def _paths(contract: Contract) -> set[Key]:
    """Where the paths of the document stand, in whichever file."""
    library, found = contract.library, set[Key]()
    for template in contract.document.get("paths") or {}:
        place = library.root.down("paths", template)
        found.add(place.key)
        try:
            found.add(library.follow(place).key)
        except UsageError:
            continue  # a flaw of its own
    return found


def _of_all(places: _Places, operation: Operation) -> Iterator[int]:
    """Those that concern the whole path, the address of all, or credentials that the document gives to all."""
    root, item = operation.contract.library.root, operation.item
    yield from places.at(item.key)
    if "servers" not in operation.place.value:
        holder = item if "servers" in item.value else root
        yield from places.within((holder.key[0], f"{holder.pointer}/servers"))
    if "security" not in operation.place.value:
        yield from places.below((str(root.source.path), "/security"))


class _Places:
    """Flaws by their places, to be found by their number: a large document has as many of them as operations."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        self._sorted = sorted((*flaw.key, number) for number, flaw in enumerate(flaws))

    def at(self, key: Key) -> Iterator[int]:
        return self._between(key, (key[0], f"{key[1]}\0"))

    def below(self, key: Key) -> Iterator[int]:
        file, pointer = key
        return self._between((file, f"{pointer}/"), (file, f"{pointer}0"))  # 0 comes next after /

    def within(self, key: Key) -> Iterator[int]:
        """At a place or below it."""
        yield from self.at(key)
        yield from self.below(key)

    def _between(self, first: Key, end: Key) -> Iterator[int]:
        for number in range(bisect_left(self._sorted, first), bisect_left(self._sorted, end)):
            yield self._sorted[number][2]


class _Reach:
    """What operations are made of: their own place and all that it refers to."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[Key, list[tuple[Place, Kind]]] = {}

    def of(self, operation: Operation) -> set[Key]:
        waiting: list[tuple[Place, Kind]] = [(operation.place, "operation")]
        given = operation.item.value.get("parameters")
        numbers = range(len(given)) if isinstance(given, list) else ()
        waiting += [(operation.item.down("parameters", number), "parameter") for number in numbers]
        seen: set[Key] = set()
        while waiting:
            place, kind = waiting.pop()
            if place.key not in seen:
                seen.add(place.key)
                waiting += self._targets(place, kind)
        return seen

    def _targets(self, place: Place, kind: Kind) -> list[tuple[Place, Kind]]:
        if place.key not in self._known:
            self._known[place.key] = list(self._referred(place, kind))
        return self._known[place.key]

    def _referred(self, place: Place, kind: Kind) -> Iterator[tuple[Place, Kind]]:
        for inner, its in walk(place, kind):
            if refers(inner):
                try:
                    yield self._library.target(inner), its
                except UsageError:
                    continue  # a flaw of its own
