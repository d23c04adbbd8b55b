"""Contracts that a backend itself serves (springdoc and the like): fetched, seen to be one, and kept as a file.

A contract is kept in the project because findings point into it and versions of it are compared. What changed
since the last time is told, so that nobody takes over a change unseen.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from harness.contracts import Contract, load
from harness.core.errors import BrokenError, UsageError

PATIENCE = 30.0  # seconds; some write the document when it is asked for
LARGEST = 100_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Fetched:
    """A contract written to ``path``; the labels of operations that it did not have, or had, before."""

    path: Path
    contract: Contract
    added: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]


def fetch(url: str, path: Path, readable: Sequence[Path] = ()) -> Fetched:
    """Fetch a document and keep it at ``path``, which is left alone where it is no contract.

    ``readable``: the folders that it may refer into.
    BrokenError where nothing comes, UsageError (file and line) for what is no contract.
    """
    try:
        with httpx.Client(timeout=PATIENCE, trust_env=False, follow_redirects=True) as client:
            response = client.get(url, headers={"Accept": "application/json, application/yaml"})
    except httpx.HTTPError as error:
        raise BrokenError(f"GET {url}: {type(error).__name__}: {error}") from None
    if not response.is_success:
        raise BrokenError(f"GET {url} answered {response.status_code}")
    if len(response.content) > LARGEST:
        raise UsageError(f"GET {url}: {len(response.content)} bytes are no contract")
    text = _readable(response.text, url)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        draft.write_text(text, encoding="utf-8")
        contract = load(draft)
        after = _operations(contract)
    before = _operations(load(path, readable=readable)) if path.exists() else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Fetched(
        path=path,
        contract=load(path, readable=readable),
        added=tuple(label for label in after if label not in before),
        gone=tuple(label for label in before if label not in after),
        changed=tuple(label for label in after if label in before and after[label] != before[label]),
    )


def _readable(text: str, url: str) -> str:
    """JSON with a line for everything, so that findings have lines to point at; YAML as it is."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        if text.lstrip().startswith(("{", "[", "<")):
            raise UsageError(f"GET {url}: neither JSON nor YAML came: {text.strip()[:60]!r}") from None
        return text
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _operations(contract: Contract) -> dict[str, str]:
    """Each operation with all that is said of it, its components left out."""
    return {
        operation.label: json.dumps(operation.place.value, sort_keys=True, default=str)
        for operation in contract.operations
    }
