"""Reading a contract from a file: the one way to make a :class:`Contract`."""

from __future__ import annotations

from pathlib import Path

from harness.contracts import envelope
from harness.contracts.contract import Contract
from harness.contracts.library import Library
from harness.contracts.lint import lint, recognise


def load(path: Path) -> Contract:
    """Read and lint a contract; UsageError with file and line for anything broken in it."""
    library = Library(path)
    version = recognise(library.root)
    info = library.root.value["info"]
    contract = Contract(path, str(info["title"]), str(info["version"]), version, library)
    lint(contract)
    envelope.declared(contract)
    return contract
