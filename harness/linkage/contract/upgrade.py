"""From the list of before version 1 to version 1: what can be carried over, and the reads that fit it.

The list named keys, writers, readers, seconds and fields, no operations. A read is found where one operation
of every reader has the fields in its answer; where none has, the line says so and lint asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.contracts import Operation, fields, pointers
from harness.contracts.addresses import VARIABLE
from harness.core.nearest import nearest
from harness.linkage.participants.participant import Participant


def upgrade(entries: list[dict[str, Any]], participants: Mapping[str, Participant]) -> str:
    """The text of version 1."""
    lines = ["linkage: 1", "entities:"]
    for entry in entries:
        title = entry.get("title") or {"zh": entry["id"], "en": entry["id"]}
        lines += [f"  {entry['id']}:", f"    title: {{zh: {title['zh']}, en: {title['en']}}}"]
        readers = [participants[name] for name in entry.get("readers", ()) if name in participants]
        read = _read(entry, readers)
        if read is not None and VARIABLE.findall(read.path):
            lines.append(f"    id: /{entry['key']}")
        if read is None:
            lines.append("    read: OPERATION # an operation that answers with these fields")
        else:
            lines.append(f"    read: {read.id}")
        for name in entry.get("writers", ()):
            lines.append(f"    # {name} writes it: make, change or remove, each with an operation")
        lines.append(f"    fields: [{', '.join(entry['fields'])}]")
        lines.append(f"    promises: {{appears: {entry['seconds']:g}s}}")
    return "\n".join(lines) + "\n"


def _read(entry: Mapping[str, Any], readers: list[Participant]) -> Operation | None:
    """The operation that every reader serves and whose answer has the fields; the best name where several do."""
    if not readers:
        return None
    common = set.intersection(*(set(reader.operations) for reader in readers))
    able = [
        operation
        for id in sorted(common)
        if (operation := readers[0].operations[id]).method == "GET"
        and set(VARIABLE.findall(operation.path)) <= {entry["key"]}
        and all(_has(operation, name) for name in entry["fields"])
    ]
    best = nearest(str(entry["id"]), [operation.id for operation in able], alike=0.0)
    return next((operation for operation in able if operation.id == best), None)


def _has(operation: Operation, name: str) -> bool:
    for schema in fields.answer_schemas(operation).values():
        try:
            if fields.find(operation.contract.library, schema, pointers.join("", name)):
                return True
        except fields.NoField:
            continue
    return False
