"""Keys that the client gives, such as a product code: markers of a record, by which others may know it.

What is called like one gets a value of its own, the same for both records. Where the second is refused for that (409),
the answer tells which member nobody may have twice: it names it, or takes the body with a new value there.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from harness.contracts import Operation
from harness.core.errors import BrokenError
from harness.linkage.contract import translate
from harness.linkage.contract.expressions import UNIQUE
from harness.linkage.draft.names import ID_WORDS, alike, is_id, words
from harness.linkage.draft.session import NotAccepted, Sent
from harness.linkage.participants.conflicts import CONFLICT
from harness.linkage.participants.leaves import leaves, put
from harness.linkage.participants.unique import Draw, given

ALIKE = 0.9  # names that are used for one thing


@dataclass(slots=True)
class Keys:
    """Those of one participant's writes, by operation, as pointers into its body."""

    service: str
    seed: int
    found: dict[str, tuple[str, ...]] = field(default_factory=dict)
    markers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By operation the values of what is called like a key; none where they were refused."""
    _trace: str = field(default_factory=lambda: secrets.token_hex(8))

    def marked(self, operation: Operation, name: str, body: Any, example: Any) -> Any:
        """``body`` with values of its own where a member is called like a key of ``name``."""
        if operation.id not in self.markers:
            likely = [pointer for pointer in _kept(operation, body, example) if _is_key_of(pointer, name)]
            drawn = self.drawn(operation, body, likely)
            self.markers[operation.id] = {pointer: translate.at(drawn, pointer) for pointer in likely}
        for pointer, value in self.markers[operation.id].items():
            body = put(body, pointer, value)
        return body

    def is_key(self, operation: Operation, pointer: str, value: Any) -> bool:
        """Whether that value of a body tells its record from others."""
        own = self.markers.get(operation.id, {})
        return pointer in self.found.get(operation.id, ()) or (pointer in own and own[pointer] == value)

    def drawn(self, operation: Operation, body: Any, pointers: Iterable[str] | None = None) -> Any:
        """``body`` with new values of its keys."""
        draw = Draw(operation, self.service, self.seed, self._trace)
        for pointer in self.found.get(operation.id, ()) if pointers is None else pointers:
            if translate.at(body, pointer) is not None:
                body = put(body, pointer, draw.member(body, pointer))
        return body

    def own(self, make: Operation | None, body: Any, shown: Any) -> Any:
        """The body of a change with the keys of the record that is ``shown``: another one would make it another."""
        for pointer in self.found.get(make.id, ()) if make is not None else ():
            own = translate.at(shown, pointer)
            if own is not None and translate.at(body, pointer) is not None:
                body = put(body, pointer, own)
        return body

    def find(
        self,
        operation: Operation,
        body: Any,
        example: Any,
        refused: NotAccepted,
        write: Callable[[Any], Sent],
    ) -> Sent:
        """What ``write`` gives of a body with a new key; ``refused`` again where none is taken."""
        if refused.status != CONFLICT:
            raise refused
        own = self.markers.get(operation.id, {})
        kept = [
            *(pointer for pointer, value in own.items() if translate.at(body, pointer) == value),
            *_kept(operation, body, example),
        ]
        for pointers in _suspects(kept, refused.seen.en):
            try:
                written = write(self.drawn(operation, body, pointers))
            except (NotAccepted, BrokenError):
                continue
            self.found[operation.id] = (*self.found.get(operation.id, ()), *pointers)
            return written
        raise refused

    def said(self, operation: Operation, template: Any) -> Any:
        """What the contract says of a body, with its keys."""
        for pointer in self.found.get(operation.id, ()):
            template = put(template or {}, pointer, f"${UNIQUE}")
        return template


def _kept(operation: Operation, body: Any, example: Any) -> list[str]:
    """Members that are as in the example, and may be others."""
    return [
        pointer
        for pointer, value in leaves(body)
        if value == translate.at(example, pointer)
        and (isinstance(value, str) or (type(value) is int and is_id(_name(pointer))))
        and given(operation, pointer) == pointer
    ]


def _suspects(kept: list[str], answer: str) -> Iterator[tuple[str, ...]]:
    """Each, those first that the answer names; then all at once."""
    for pointer in sorted(
        kept, key=lambda pointer: (_name(pointer) not in answer, not is_id(_name(pointer)))
    ):
        yield (pointer,)
    if len(kept) > 1:
        yield tuple(kept)


def _is_key_of(pointer: str, name: str) -> bool:
    """Whether a member is called as what tells such records apart: ``code``, ``sku``, ``productCode`` of a product."""
    found = words(_name(pointer))
    of = [word for word in found if word not in ID_WORDS]
    return is_id(_name(pointer)) and (not of or alike("_".join(of), name) >= ALIKE)


def _name(pointer: str) -> str:
    return pointer.rpartition("/")[2]
