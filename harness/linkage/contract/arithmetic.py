"""Lines of ``always`` and ``effects``: plain arithmetic over a record's fields, with ``sum`` over a list of records.

``balance == sum(entries.amount)``, ``in_stock >= 0``, ``- items[0].quantity``; ``old.points_earned`` is the value
before an act. Evaluated by simpleeval, which calls nothing but ``sum``.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from simpleeval import EvalWithCompoundTypes, InvalidExpression

from harness.core.errors import BrokenError
from harness.core.text import Text
from harness.core.validation import InvalidInput
from harness.linkage.contract import words

OLD = "old"
NO_NUMBER = Text(zh="{line} 的结果不是数字，而是 {number}", en="{line} is no number but {number}")
OLD_ALONE = Text(
    zh="{line}：'old' 是之前的各个值，要写成 old.字段",
    en="{line}: 'old' is the values before, such as old.total",
)
SUM_ALONE = Text(
    zh="{line}：'sum' 用于列表，如 sum(entries.amount)",
    en="{line}: 'sum' is of a list, such as sum(entries.amount)",
)
NOT_CALCULATED = Text(zh="{line} 无法计算：{error}", en="{line} cannot be calculated: {error}")


class _Rows(list[Any]):
    """A list whose attribute is the list of that member of each of its records."""

    def __getattr__(self, name: str) -> list[Any]:
        return [row[name] for row in self]


def holds(line: str, values: Mapping[str, Any]) -> bool:
    """Whether a line holds. BrokenError where it cannot be calculated from these values."""
    return bool(_evaluated(line, values))


def calculated(line: str, values: Mapping[str, Any], old: Mapping[str, Any] | None = None) -> int | float:
    """The number of an effect: ``+ points_earned``. BrokenError where it is none. ``old``: the values before."""
    number = _evaluated(line.strip().removeprefix("+"), values, old or {})
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise BrokenError(NO_NUMBER.format(line=repr(line), number=repr(number)))
    return number


def names_of(line: str) -> set[str]:
    """The fields that a line names, ``old.points_earned``, too. InvalidInput for no arithmetic."""
    found: set[str] = set()
    own = {OLD, "sum"}
    try:
        tree = ast.parse(line.strip().removeprefix("+").strip(), mode="eval")
    except SyntaxError as error:
        raise InvalidInput(words.NO_ARITHMETIC.format(line=line, why=error.msg)) from None
    used = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            # Of ``for each in entries``, the line's own name.
            (own if isinstance(node.ctx, ast.Store) else found).add(node.id)
            if (node.id == OLD and id(node) not in used) or (node.id == "sum" and id(node) not in called):
                alone = OLD_ALONE if node.id == OLD else SUM_ALONE
                raise InvalidInput(alone.format(line=repr(line)))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == OLD:
            found.add(node.attr)
    return found - own


def names_old(line: str) -> bool:
    """Whether a line calculates with values before an act."""
    tree = ast.parse(line.strip(), mode="eval")
    return any(isinstance(node, ast.Name) and node.id == OLD for node in ast.walk(tree))


def _evaluated(line: str, values: Mapping[str, Any], old: Mapping[str, Any] | None = None) -> Any:
    names = {**_named(values), OLD: SimpleNamespace(**_named(old or {}))}
    try:
        return EvalWithCompoundTypes(names=names, functions={"sum": sum}).eval(line)
    except (InvalidExpression, SyntaxError, TypeError, LookupError, ArithmeticError) as error:
        raise BrokenError(NOT_CALCULATED.format(line=repr(line), error=error)) from None


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _Rows(value) if isinstance(value, list) else value for name, value in values.items()}
