"""Reading a contract from a file: the one way to make a :class:`Contract`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from harness.contracts import cache, declaration_lint, envelope
from harness.contracts import document_words as words
from harness.contracts.contract import Contract
from harness.contracts.flaws import concerned, set_apart
from harness.contracts.library import Library
from harness.contracts.lint import lint, recognise
from harness.contracts.security_schemes import declare_credentials
from harness.contracts.source import without_collecting
from harness.core.errors import UsageError

UNKNOWN = "?"  # which version a document is that does not say so


def load(path: Path, *, strict: bool = False, readable: Sequence[Path] = ()) -> Contract:
    """Read and lint a contract; UsageError with file and line where nothing in it is sound.

    ``strict``: also where anything in it is flawed. ``readable`` are the folders that it may refer into beside
    its own.
    """
    with (
        without_collecting()
    ):  # between reading and lint, too: the collector would begin with all that was read
        return _load(path, strict, readable)


def _load(path: Path, strict: bool, readable: Sequence[Path]) -> Contract:
    library = Library(path, readable)
    version = recognise(library.root)
    given = library.root.value.get("info")
    info = given if isinstance(given, dict) else {}
    title, its_version = info.get("title") or path.stem, info.get("version") or UNKNOWN
    contract = Contract(path, str(title), str(its_version), version, library)
    declare_credentials(contract.document)
    if not _known_good(contract):
        found = lint(contract)
        contract = concerned(contract, found.flaws)
        decisive = found.first if strict else None if contract.operations else found.first_harmful
        if decisive is not None and not strict and len(found.flaws) > 1:
            more = words.NOTHING_LEFT.format(first=decisive.text, count=len(found.flaws) - 1)
            raise UsageError(more)
        if decisive is not None:
            raise decisive
        declaration_lint.lint(contract)
        envelope.declared(contract)
        if not found.flaws:
            _note_good(contract)
    return set_apart(contract)


def _known_good(contract: Contract) -> bool:
    """Whether the lint found this very text, and every document it reads, in order before."""
    name = contract.library.root.source.hash
    kept = None if name is None else cache.read(f"{name}.good")
    if kept is None:
        return False
    here = contract.path.resolve().parent
    return all(
        contract.library.may_read(here / other) and _hash(here / other) == known
        for other, known in kept["others"].items()
    )


def _note_good(contract: Contract) -> None:
    root, *others = contract.library.sources
    if root.hash is not None:
        hashes = {source.name: _hash(source.path) for source in others}
        cache.keep(f"{root.hash}.good", {"others": hashes})


def _hash(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
