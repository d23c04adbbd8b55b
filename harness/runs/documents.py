"""The documents of a project that tests follow from, and which of them have any."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from harness.config.settings import HarnessSettings
from harness.core.payloads.completeness import Document

# A file with these two lines is an OpenAPI document with paths; others belong to one, or are lists of ours.
HEADS = (
    re.compile(rb"""^\s*["']?(openapi|swagger)["']?\s*:""", re.MULTILINE),
    re.compile(rb"""^\s+["']?/[^\n]*["']?\s*:""", re.MULTILINE),
)


def documents(settings: HarnessSettings, asked: Iterable[Path]) -> list[Document]:
    """Every OpenAPI document a service lists, those in the folder that none does, and the linkage contract.

    ``asked``: the files and folders that pytest was to collect.
    """
    rooms = [path.resolve() for path in asked]
    tested = {name for its in settings.services.values() if its.platform for name in its.contracts}
    listed = dict.fromkeys(name for its in settings.services.values() for name in its.contracts)
    found = [
        Document(
            name=name,
            use="tested" if name in tested else "traffic",
            asked=_is_in(settings.contract(name), rooms),
        )
        for name in listed
    ]
    known = {settings.contract(name).resolve() for name in listed}
    if settings.linkage_map.is_file():
        path = settings.linkage_map
        found.append(Document(name=path.name, use="linkage", asked=_is_in(path, rooms)))
    return [*found, *(Document(name=name, use="unlisted") for name in _unlisted(settings, known))]


def _is_in(path: Path, rooms: Iterable[Path]) -> bool:
    place = path.resolve()
    return any(room == place or room in place.parents for room in rooms)


def _unlisted(settings: HarnessSettings, known: set[Path]) -> Iterator[str]:
    folder = settings.paths.contracts
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".yaml", ".yml", ".json") or not path.is_file() or path.resolve() in known:
            continue
        text = path.read_bytes()
        if all(head.search(text) for head in HEADS):
            yield path.relative_to(folder).as_posix()
