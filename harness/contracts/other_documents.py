"""Operations of other documents, named as ``shared.yaml#getProduct``: beside the document that names them.

What one document writes another may read (``x-reads-back``). The other document is read as it stands; its own
mistakes are told when it is loaded itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from harness.contracts import declaration_words as words
from harness.contracts.addresses import VARIABLE
from harness.contracts.contract import Contract, Operation
from harness.contracts.dialect import Version
from harness.contracts.library import Library
from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.core.text import Text

BETWEEN = "#"


class NoOperation(Exception):
    """Nothing is called so; ``nearest`` is, where there is anything like it."""

    def __init__(self, text: Text, nearest: str | None) -> None:
        super().__init__(text.en)
        self.text, self.nearest = text, nearest


def operation_named(contract: Contract, name: str) -> Operation:
    """The operation ``getProduct`` of the contract, or ``shared.yaml#getProduct`` of one beside it."""
    file, _, id = name.rpartition(BETWEEN)
    if not file:
        return _among(contract, id, name)
    path = contract.path.parent / file
    if not path.is_file():
        there = [item.name for item in contract.path.parent.glob("*.yaml")]
        close = nearest(file, there)
        raise NoOperation(words.NO_DOCUMENT.format(file=file), f"{close}#{id}" if close else None) from None
    try:
        return _among(document_at(path), id, name)
    except UsageError as error:
        raise NoOperation(words.UNREADABLE.format(file=file, why=error), None) from None


def document_at(path: Path) -> Contract:
    """A document, not linted, read once for each state of the file. UsageError where it cannot be read."""
    return _read(path, path.stat().st_mtime_ns)


def methods_elsewhere(operation: Operation, service: str, others: Iterable[Path]) -> tuple[str, ...]:
    """Methods (lower case) of the operation's path that only other documents of the service have."""
    shape = VARIABLE.sub("{}", operation.path)
    home = operation.contract.path.resolve()
    found = (
        other.method.lower()
        for path in others
        if path.resolve() != home
        for other in document_at(path).operations
        if other.serves(service) and VARIABLE.sub("{}", other.path) == shape
    )
    return tuple(dict.fromkeys(found))


def _among(contract: Contract, id: str, name: str) -> Operation:
    for operation in contract.operations:
        if operation.id == id:
            return operation
    close = nearest(id, [operation.id for operation in contract.operations])
    raise NoOperation(words.NO_OPERATION.format(name=name), close and name.removesuffix(id) + close)


@lru_cache(maxsize=32)
def _read(path: Path, changed: int) -> Contract:
    """A document read once (``changed``: when it was last written)."""
    library = Library(path)
    data = library.root.value if isinstance(library.root.value, dict) else {}
    info = data.get("info") or {}
    version: Version = "3.0" if str(data.get("openapi")).startswith("3.0") else "3.1"
    return Contract(path, str(info.get("title")), str(info.get("version")), version, library)
