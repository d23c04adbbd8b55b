"""Values by which records are named in requests, each with the expression of the linkage contract that gives it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

from harness.contracts import Operation
from harness.linkage.draft.names import alike, words
from harness.linkage.draft.places import required, types

COMBINATIONS = 24  # requests to one read, at most


@dataclass(frozen=True, slots=True)
class Token:
    """``expression`` is ``$id``, ``$same``, ``$product.id``; ``names`` are what such a value is called."""

    expression: str
    value: Any
    names: tuple[str, ...]
    pointer: str = ""

    def called(self, name: str) -> bool:
        return any(words(name) == words(one) for one in self.names)

    @property
    def as_text(self) -> str:
        """The expression where only texts are taken: a number is spelled."""
        return f"${{{self.expression[1:]}}}" if isinstance(self.value, int) else self.expression

    def likeness(self, name: str) -> float:
        return max((alike(name, one) for one in self.names), default=0.0)


Filling = dict[str, Token]


def fillings(operation: Operation, tokens: Iterable[Token]) -> list[Filling]:
    """The ways to say what a read must be told, those with names alike first."""
    known = list(tokens)
    choices: list[list[Token]] = []
    for name in required(operation):
        able = [token for token in known if fits(token.value, types(operation, name))]
        choices.append(sorted(able, key=lambda token: token.likeness(name), reverse=True))
    return [
        dict(zip(required(operation), chosen, strict=True))
        for chosen in islice(product(*choices), COMBINATIONS)
    ]


def fits(value: Any, kinds: frozenset[str]) -> bool:
    if kinds and "string" not in kinds and kinds & {"integer", "number"}:
        return isinstance(value, int) or (isinstance(value, str) and value.isdecimal())
    return isinstance(value, str | int) and not isinstance(value, bool)


def refer(body: Any, tokens: Iterable[Token]) -> tuple[Any, Any, set[str]]:
    """``body`` with records named by ``tokens`` where a member is called as they are; what of it to write into the
    contract (None: nothing); and the expressions that it has. Of a list with such a member only the first entry stays.
    """
    known = list(tokens)
    used: set[str] = set()

    def walk(value: Any, template: bool) -> Any:
        if isinstance(value, dict):
            return {name: member(name, item, template) for name, item in value.items()}
        if isinstance(value, list):
            count = len(used_in(value))
            return [walk(item, template) for item in (value[:1] if count else value)]
        return value

    def used_in(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {token.expression for name in value for token in known if token.called(name)}
            return own.union(*(used_in(item) for item in value.values()))
        return set().union(*(used_in(item) for item in value)) if isinstance(value, list) else set()

    def member(name: str, item: Any, template: bool) -> Any:
        token = next((one for one in known if one.called(name)), None)
        if token is None or isinstance(item, dict | list):
            return walk(item, template)
        used.add(token.expression)
        if isinstance(item, str):
            return token.as_text if template else str(token.value)
        return token.expression if template else token.value

    filled = walk(body, False)
    template = None
    if isinstance(body, dict):
        kept = {name: item for name, item in body.items() if used_in({name: item})}
        template = walk(kept, True) or None
    return filled, template, used
