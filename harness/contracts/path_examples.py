"""Examples of path parameters that make another address, and so are none.

Exporters write ``example: ''`` where nobody gave one. Sent in a path, an empty text, ``.`` and ``..`` lead to
the address of another operation (RFC 3986, 5.2.4).
"""

from __future__ import annotations

from typing import Any

ELSEWHERE = ("", ".", "..")
HOLDERS = ("example", "default", "x-example")


def is_elsewhere(value: Any) -> bool:
    """Whether a value in a path makes another address."""
    return value in ELSEWHERE or value is None or value == [] or value == {}


def without_elsewhere(document: dict[str, Any]) -> dict[str, Any]:
    """A document whose path parameters have none of these examples; the document itself is not changed."""
    items = document.get("paths") or {}
    components = document.get("components") or {}
    parameters = components.get("parameters") or {}
    changed = {**document, "paths": {path: _item(item) for path, item in items.items()}}
    if parameters:
        named = {name: _parameter(each) for name, each in parameters.items()}
        changed["components"] = {**components, "parameters": named}
    return changed


def _item(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    return {
        key: [_parameter(each) for each in value]
        if key == "parameters" and isinstance(value, list)
        else _item(value)
        if isinstance(value, dict) and isinstance(value.get("parameters"), list)
        else value
        for key, value in item.items()
    }


def _parameter(parameter: Any) -> Any:
    if not isinstance(parameter, dict) or parameter.get("in") != "path":
        return parameter
    kept = _holder(parameter)
    if isinstance(kept.get("schema"), dict):
        kept["schema"] = _holder(kept["schema"])
    return kept


def _holder(holder: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in holder.items() if key not in HOLDERS or not is_elsewhere(value)}
    examples = kept.get("examples")
    if isinstance(examples, list):
        kept["examples"] = [value for value in examples if not is_elsewhere(value)]
    elif isinstance(examples, dict):
        kept["examples"] = {
            name: each
            for name, each in examples.items()
            if not (isinstance(each, dict) and "value" in each and is_elsewhere(each["value"]))
        }
    if kept.get("examples") in ([], {}):
        del kept["examples"]
    return kept
