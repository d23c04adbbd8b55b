"""Why a promise is broken, in names that are equal for all promises that break for the same reason."""

from __future__ import annotations

from collections.abc import Sequence

from harness.core import causes
from harness.core.causes import Cause
from harness.linkage.contract import translate
from harness.linkage.contract.model import Entity
from harness.linkage.contract.plan import Cell
from harness.linkage.participants.record import Reading


def lost(cell: Cell, entity: Entity, reading: Reading, fields: Sequence[str]) -> Cause:
    """A write that its reader does not show: every promise needs it to cross. No ``fields``: all of it.

    Two backends that differ in a field anyway (parity) are a reason, too.
    """
    between = cell.entity, cell.writer, cell.reader
    names = [causes.crossing(*between, field) for field in fields or ("record",)]
    places = [translate.pointer_of(field, entity.fields[field], cell.reader) or "" for field in fields]
    operation = reading.answer.checked.operation
    alike = [] if operation is None else [causes.unlike(operation.pointer, place) for place in places]
    return Cause(names[0], "", (causes.crossing(*between),), (*alike, *names[1:]))


def not_kept(cell: Cell, participant: str, field: str) -> Cause:
    """What a participant was told and does not show itself."""
    return Cause(causes.written(participant, cell.entity, field), participant)
