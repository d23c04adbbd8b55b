"""Reading the linkage contract: a file to the model, every error with file, line and nearest word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.platforms import USUAL, Platforms
from harness.core.records import compose, line_of
from harness.core.validation import MISSING, UNKNOWN_KEY, first_invalid
from harness.core.yaml_core import construct
from harness.linkage.contract import account, model
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
            "a list is the format of before version 1; 'harness linkage upgrade' writes the new one",
            where=f"{path}:1",
        )
    if not isinstance(root, yaml.MappingNode):
        raise UsageError("must begin with 'linkage: 1'", where=f"{path}:1")
    data = construct(root)
    version = data.get("linkage")
    if version != model.VERSION:
        where = f"{path}:{line_of(root, ('linkage',))}"
        if version is None:
            raise UsageError("'linkage: 1', the version of the format, is missing", where=where)
        raise UsageError(f"linkage: this version of the harness reads 1, not {version!r}", where=where)
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
        return UsageError(f"unknown key {place!r}", where=where, nearest=_near(keys, platforms))
    if first.kind == MISSING:
        return UsageError(f"{place!r} is missing", where=where)
    if first.kind == "literal_error" and len(keys) > 1:
        known = model.PromiseName.__args__  # type: ignore[attr-defined]
        wrong = first.value if isinstance(first.value, str) else keys[-1]
        near = nearest(str(wrong), known, alike=ANY) if "promises" in keys else None
        return UsageError(f"{place}: {first.message}", where=where, nearest=near)
    return UsageError(f"{place}: {first.message}" if place else first.message, where=where)


def _near(keys: tuple[str, ...], platforms: Platforms) -> str | None:
    """The key that was perhaps meant."""
    known: Iterable[str]
    match keys:
        case [_]:
            known = model.LinkageContract.model_fields
        case ["entities", _, _]:
            known = [name for name in model.Entity.model_fields if name != "participants"] + list(
                platforms.names
            )
        case ["entities", _, "fields", _, _]:
            known = [*model.FieldRule.model_fields, *platforms.names]
        case ["entities", _, "promises", _, _]:
            known = model.Promise.model_fields
        case ["entities", _, name, _] if name in platforms:
            known = model.ParticipantTable.model_fields
        case ["accounts", _]:
            known = ["identity", *platforms.names]
        case ["accounts", _, _]:
            known = [field.alias or name for name, field in account.Account.model_fields.items()]
        case ["accounts", *_]:
            known = account.SignIn.model_fields
        case ["defaults", _]:
            known = model.Defaults.model_fields
        case _:
            known = [field.alias or name for name, field in model.Call.model_fields.items()]
    return nearest(keys[-1], known)
