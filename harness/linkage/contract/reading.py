"""Reading the linkage contract: a file to the model, every error with file, line and nearest word."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.platforms import USUAL, Platforms
from harness.core.records import compose, line_of
from harness.core.text import Text, joined
from harness.core.validation import ABSENT, MISSING, UNKNOWN_KEY, first_invalid, unknown
from harness.core.yaml_core import construct
from harness.linkage.contract import model, places, words
from harness.linkage.contract.model import LinkageContract

INSIDE = ("participants", "at", "function-before")
"""Names of the model's that stand in no file."""


@dataclass(frozen=True, slots=True)
class Document:
    """A linkage contract with the places of what it says."""

    path: Path
    contract: LinkageContract
    _root: yaml.Node

    def where(self, *keys: str) -> str:
        """File and line of the value that ``keys`` lead to, or of as much of them as there is."""
        return f"{self.path}:{line_of(self._root, keys)}"


def read(path: Path, platforms: Platforms = USUAL) -> Document:
    """Read ``path``, whose participants are ``platforms``. Errors: UsageError with file, line, nearest word."""
    root = compose(path)
    if isinstance(root, yaml.SequenceNode):
        raise UsageError(
            words.OLD_FORMAT,
            where=f"{path}:1",
        )
    if not isinstance(root, yaml.MappingNode):
        raise UsageError(words.NO_BEGINNING, where=f"{path}:1")
    _require_once(root, path)
    data = construct(root)
    version = data.get("linkage")
    if version != model.VERSION:
        where = f"{path}:{line_of(root, ('linkage',))}"
        if version is None:
            raise UsageError(words.NO_VERSION, where=where)
        raise UsageError(words.OTHER_VERSION.format(version=version), where=where)
    try:
        contract = LinkageContract.model_validate(data, context=platforms)
    except ValidationError as error:
        raise _explain(error, path, root, platforms) from None
    return Document(path, contract, root)


def _explain(error: ValidationError, path: Path, root: yaml.Node, platforms: Platforms) -> UsageError:
    first = first_invalid(error)
    keys = tuple(key for key in first.keys if key not in INSIDE and "[" not in key)
    where, place = f"{path}:{line_of(root, keys)}", ".".join(keys)
    if first.kind == UNKNOWN_KEY:
        *above, key = keys
        elsewhere = places.belongs(key, tuple(above), platforms)
        known = places.known_at(tuple(above), platforms)
        near = nearest(key, known)
        said = unknown(place, near, () if elsewhere else known)
        return UsageError(_with(said, elsewhere), where=where, nearest=near)
    if first.kind == MISSING:
        return UsageError(ABSENT.format(key=place), where=where)
    if first.kind == "literal_error" and len(keys) > 1:
        known = model.PromiseName.__args__  # type: ignore[attr-defined]
        wrong = first.value if isinstance(first.value, str) else keys[-1]
        near = nearest(str(wrong), known, alike=ANY) if "promises" in keys else None
        return UsageError(first.said_of(place), where=where, nearest=near)
    # A key of ours in the place of a name, such as 'within' among the fields.
    taken = keys and places.is_free(keys, platforms)
    elsewhere = places.belongs(keys[-1], keys[:-1], platforms) if taken else None
    return UsageError(_with(first.said_of(place), elsewhere), where=where)


def _with(message: Text, hint: Text | None) -> Text:
    return message if hint is None else joined((message, hint))


def _require_once(node: yaml.Node, path: Path) -> None:
    """Each key stands once: of two, YAML's readers take the last and say nothing."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _require_once(item, path)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: dict[tuple[str, str], int] = {}
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            line = key.start_mark.line + 1
            if (name := (key.tag, key.value)) in seen:
                raise UsageError(
                    words.TWICE.format(key=key.value, line=seen[name]),
                    where=f"{path}:{line}",
                )
            seen[name] = line
        _require_once(value, path)
