"""Which keys a section of harness.toml may have, read from the models: for overrides and nearest keys."""

from __future__ import annotations

import dataclasses
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


def names(kind: Any) -> list[str]:
    """The keys of a table of this type; none where it is no table, or one with free keys."""
    kind = table(kind)
    if several := variants(kind):
        return list(dict.fromkeys(name for each in several.values() for name in names(each)))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [key for key, field in _fields(kind).items() if not field.exclude]
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return [field.name for field in dataclasses.fields(kind)]
    return []


def below(kind: Any, key: str) -> Any:
    """The type of the value that ``key`` has in a table of this type; ``Any`` where nothing is known."""
    kind = table(kind)
    if several := variants(kind):
        return next((below(each, key) for each in several.values() if key in names(each)), Any)
    if get_origin(kind) is dict:
        return get_args(kind)[1]
    if get_origin(kind) is tuple and key.isdigit():
        return get_args(kind)[0]
    if isinstance(kind, type) and issubclass(kind, BaseModel) and key in _fields(kind):
        return _fields(kind)[key].annotation
    return str if key in names(kind) else Any


def _fields(kind: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model as they are written: ``except`` is no name in Python."""
    return {field.alias or name: field for name, field in kind.model_fields.items()}


def variants(kind: Any) -> dict[str, type[BaseModel]]:
    """The models a table may be read as, by the value of the key that chooses one; none where there is one."""
    union, *said = get_args(kind) if get_origin(kind) is Annotated else (kind,)
    chooser = next((each.discriminator for each in said if isinstance(each, FieldInfo)), None)
    if not isinstance(chooser, str):
        return {}
    return {
        value: model
        for model in get_args(union)
        for value in get_args(model.model_fields[chooser].annotation)
    }


def table(kind: Any) -> Any:
    """The type itself, without ``| None``."""
    if get_origin(kind) in (UnionType, Union):
        some = [each for each in get_args(kind) if each is not NoneType]
        return some[0] if len(some) == 1 else kind
    return kind


def has_free_keys(kind: Any) -> bool:
    """Whether the names in a table are the project's own: services, users, variables."""
    kind = table(kind)
    return kind is Any or kind is dict or get_origin(kind) is dict


def is_text(kind: Any) -> bool:
    """Whether a value of this type is always written as text, so that ``246810`` means the digits."""
    kind = table(kind)
    if get_origin(kind) is Literal:
        return all(isinstance(value, str) for value in get_args(kind))
    return isinstance(kind, type) and (
        kind in (str, Path) or (issubclass(kind, Enum) and issubclass(kind, str))
    )
