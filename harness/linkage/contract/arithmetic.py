"""Lines of ``always`` and ``effects``: plain arithmetic over a record's fields, with ``sum`` over a list of records.

``balance == sum(entries.amount)`` and ``in_stock >= 0``. Evaluated by simpleeval, which calls nothing but ``sum``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simpleeval import EvalWithCompoundTypes, InvalidExpression

from harness.core.errors import BrokenError


class _Rows(list[Any]):
    """A list whose attribute is the list of that member of each of its records."""

    def __getattr__(self, name: str) -> list[Any]:
        return [row[name] for row in self]


def holds(line: str, values: Mapping[str, Any]) -> bool:
    """Whether a line holds. BrokenError where it cannot be calculated from these values."""
    return bool(_evaluated(line, values))


def calculated(line: str, values: Mapping[str, Any]) -> int | float:
    """The number of an effect: ``+ points_earned``. BrokenError where it is none."""
    number = _evaluated(line.strip().removeprefix("+"), values)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise BrokenError(f"{line!r} is no number but {number!r}")
    return number


def _evaluated(line: str, values: Mapping[str, Any]) -> Any:
    names = {name: _Rows(value) if isinstance(value, list) else value for name, value in values.items()}
    try:
        return EvalWithCompoundTypes(names=names, functions={"sum": sum}).eval(line)
    except (InvalidExpression, SyntaxError, TypeError, KeyError, ArithmeticError) as error:
        raise BrokenError(f"{line!r} cannot be calculated: {error}") from None
