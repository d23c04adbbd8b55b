"""The pages in a trace, masked: Playwright writes elements as lists, and what stands in a field as an attribute.

An element is ``[name, attributes, *children]``; a list that begins with a list stands for one that was told before.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from harness.core.masking import mask, mask_field, mask_labelled

LABELS = frozenset({"TH", "TD", "DT", "LABEL", "TEXT", "VIEW"})
FIELDS = frozenset({"INPUT", "TEXTAREA"})
VALUES = ("value", "content", "__playwright_value_")


class Label(NamedTuple):
    """What stands before an element."""

    tag: str
    text: str


def mask_snapshot(node: Any, beside: Label | None = None, around: dict[str, str] | None = None) -> Any:
    """An element with all that is in it; ``beside`` is its label, ``around`` the attributes of what it is in."""
    if not _is_element(node):
        return mask(node)
    name, attributes, *children = node
    told = {key.lower(): str(value) for key, value in attributes.items()}
    if (
        name in FIELDS
    ):  # a field of a mini-program is inside of an element that is called what the app calls it
        told = {**(around or {}), **({"placeholder": beside.text} if beside else {}), **told}
    shown = {
        key: mask_field(told, value) if key in VALUES and isinstance(value, str) else value
        for key, value in mask(attributes).items()
    }
    labels = [None, *map(_label, children)]
    only = beside if len(children) == 1 else None
    inside = [
        _text(child, told, only) if isinstance(child, str) else mask_snapshot(child, label or only, told)
        for child, label in zip(children, labels, strict=False)
    ]
    return [name, shown, *inside]


def _text(text: str, told: dict[str, str], label: Label | None) -> Any:
    hidden = mask_field(told, text)
    return mask(mask_labelled(*label, hidden) if label else hidden)


def _label(node: Any) -> Label | None:
    """The label that an element is to the next one."""
    if not _is_element(node):
        return None
    tag = node[0].upper().removeprefix("WX-")
    is_placeholder = "placeholder" in str(node[1].get("class", "")).split()
    text = "".join(each for each in node[2:] if isinstance(each, str)).strip()
    return Label(tag, text) if text and (is_placeholder or tag in LABELS) else None


def _is_element(node: Any) -> bool:
    return isinstance(node, list) and len(node) > 1 and isinstance(node[0], str) and isinstance(node[1], dict)
