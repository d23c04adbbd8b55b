"""The pages in a trace, masked: Playwright writes elements as lists, and what stands in a field as an attribute.

An element is ``[name, attributes, *children]``; a list that begins with a list stands for one that was told before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from harness.core.masking.markup import mask_field, mask_labelled
from harness.core.masking.values import mask

LABELS = frozenset({"TH", "TD", "DT", "LABEL", "TEXT", "VIEW"})
FIELDS = frozenset({"INPUT", "TEXTAREA"})
VALUES = ("value", "content", "__playwright_value_")


class Label(NamedTuple):
    """What stands before an element."""

    tag: str
    text: str


class Pages:
    """The pages of one trace, in the order in which they were taken; ``typed`` gets what stood in masked fields."""

    def __init__(self, typed: dict[str, str]) -> None:
        self._typed = typed
        self._pages: dict[str, list[list[Any]]] = {}

    def mask(self, frame: str, page: Any) -> Any:
        """What is shown of a frame, with the labels that were told before."""
        told = self._pages.setdefault(frame, [])
        told.append(list(_nodes(page)))
        return _masked(page, told, self._typed)


def _masked(
    node: Any,
    told: list[list[Any]],
    typed: dict[str, str],
    beside: Label | None = None,
    around: dict[str, str] | None = None,
) -> Any:
    """An element with all that is in it; ``beside`` is its label, ``around`` the attributes of what it is in."""
    if not _is_element(node):
        return mask(node)
    name, attributes, *children = node
    own = {key.lower(): str(value) for key, value in attributes.items()}
    if name in FIELDS:  # what a mini-program calls a field is said of the element around it
        own = {**(around or {}), **({"placeholder": beside.text} if beside else {}), **own}
    shown = {
        key: mask_field(own, value) if key in VALUES and isinstance(value, str) else value
        for key, value in mask(attributes).items()
    }
    for key in VALUES:
        if name in FIELDS and key in shown and shown[key] != attributes[key]:
            typed[str(attributes[key])] = str(shown[key])
    labels = [None, *(_label(child, told) for child in children)]
    only = beside if len(children) == 1 else None
    inside = [
        _text(child, own, only, typed)
        if isinstance(child, str)
        else _masked(child, told, typed, label or only, own)
        for child, label in zip(children, labels, strict=False)
    ]
    return [name, shown, *inside]


def _text(text: str, told: dict[str, str], label: Label | None, typed: dict[str, str]) -> Any:
    hidden = mask_field(told, text)
    hidden = mask_labelled(*label, hidden) if label else hidden
    if hidden != text:
        typed[text] = hidden
    return mask(hidden)


def _label(node: Any, told: list[list[Any]]) -> Label | None:
    """The label that an element is to the next one."""
    node = _meant(node, told)
    if not _is_element(node):
        return None
    tag = node[0].upper().removeprefix("WX-")
    is_placeholder = "placeholder" in str(node[1].get("class", "")).split()
    said = (_meant(each, told) for each in node[2:])
    text = "".join(each for each in said if isinstance(each, str)).strip()
    return Label(tag, text) if text and (is_placeholder or tag in LABELS) else None


def _meant(node: Any, told: list[list[Any]]) -> Any:
    """The node that ``[[snapshots before, number]]`` stands for; as it is where it stands for none."""
    match node:
        case [[int(before), int(number)]] if 0 < before < len(told):
            nodes = told[-1 - before]
            return nodes[number] if 0 <= number < len(nodes) else None
    return node


def _nodes(node: Any) -> Iterator[Any]:
    """In the order in which Playwright numbers them: what is in an element before it."""
    if isinstance(node, str):
        yield node
    elif _is_element(node):
        for child in node[2:]:
            yield from _nodes(child)
        yield node


def _is_element(node: Any) -> bool:
    return isinstance(node, list) and len(node) > 1 and isinstance(node[0], str) and isinstance(node[1], dict)
