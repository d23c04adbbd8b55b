"""A schema as a tree of questions: which keywords stand where in a value, found once, asked often."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.contracts.coverage.keywords import Question, questions
from harness.contracts.library import Library, Place

DEEPEST = 8  # levels; a schema that contains itself has no end


class Node:
    """One place in a value: its questions, and the nodes of what is below."""

    __slots__ = ("_branches", "_items", "_properties", "_questions", "at")

    def __init__(self, library: Library, place: Place, at: str, depth: int = 0) -> None:
        self.at = at
        self._questions: list[tuple[str, Question]] = []
        self._properties: dict[str, Node] = {}
        self._items: Node | None = None
        self._branches: list[tuple[str, Node]] = []
        self._read(library, place, depth, set())

    def _read(self, library: Library, place: Place, depth: int, seen: set[tuple[str, str]]) -> None:
        """Take over what a schema says, what it refers to and what ``allOf`` adds included."""
        if place.key in seen or not isinstance(place.value, dict):
            return
        seen.add(place.key)
        if isinstance(place.value.get("$ref"), str):
            self._read(library, library.target(place), depth, seen)
        known = {name for name, _ in self._questions}
        self._questions += [item for item in questions(place.value) if item[0] not in known]
        for number in range(len(place.value.get("allOf") or ())):
            self._read(library, place.down("allOf", number), depth, seen)
        if depth >= DEEPEST:
            return
        for name in place.value.get("properties") or ():
            if name not in self._properties:
                below = place.down("properties", name)
                self._properties[name] = Node(library, below, f"{self.at}/{name}", depth + 1)
        if isinstance(place.value.get("items"), dict) and self._items is None:
            self._items = Node(library, place.down("items"), f"{self.at}/*", depth + 1)
        for keyword in ("oneOf", "anyOf"):
            for number in range(len(place.value.get(keyword) or ())):
                name = f"{keyword}:{number}"
                branch = Node(library, place.down(keyword, number), f"{self.at}<{number}>", depth + 1)
                self._branches.append((name, branch))

    def targets(self) -> Iterator[tuple[str, str]]:
        """(place, keyword) of everything that can be met here and below."""
        for keyword, _ in self._questions:
            yield self.at, keyword
        for name, branch in self._branches:
            yield self.at, name
            yield from branch.targets()
        for node in self._properties.values():
            yield from node.targets()
        if self._items is not None:
            yield from self._items.targets()

    def ask(self, value: Any) -> Iterator[tuple[str, str, bool]]:
        """(place, keyword, met) of everything that says something about ``value``."""
        for keyword, question in self._questions:
            answer = question(value)
            if answer is not None:
                yield self.at, keyword, answer
        for name, branch in self._branches:
            answers = list(branch.ask(value))
            fits = all(met for _, _, met in answers)
            yield self.at, name, fits
            if fits or self._comes_near(answers):
                yield from answers
        if isinstance(value, dict):
            for name, node in self._properties.items():
                if name in value:
                    yield from node.ask(value[name])
        elif isinstance(value, list) and self._items is not None:
            for item in value:
                yield from self._items.ask(item)

    @staticmethod
    def _comes_near(answers: list[tuple[str, str, bool]]) -> bool:
        """Whether a value was meant for a branch it breaks: it has the constants that tell branches apart."""
        told_apart = [met for _, keyword, met in answers if keyword in ("enum", "const", "type")]
        return bool(told_apart) and all(told_apart)
