"""Reading harness.toml into its model: file, profile, variables; and one clear error for what is wrong in it.

Knows nothing of what the sections mean: the model is the caller's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from harness.config import model_keys as models
from harness.config import words
from harness.config.layers import (
    PROFILE,
    SECRET,
    Layer,
    Layers,
    depth,
    fill_secrets,
    from_environment,
    merge,
    place,
)
from harness.config.toml_lines import Keys, line_of
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.records import UNREADABLE
from harness.core.validation import (
    ABSENT,
    MISSING,
    PLACED,
    UNKNOWN,
    UNKNOWN_KEY,
    first_of,
    message_of,
    unknown,
)

M = TypeVar("M", bound=BaseModel)
Where = Callable[[Keys], str]


def read(
    path: Path, model: type[M], profile: str | None, environ: Mapping[str, str]
) -> tuple[M, Where, str | None]:
    """The settings, where each key of theirs stands, and the profile that was chosen."""
    text, data = _parse(path)

    def in_file(keys: Keys) -> str:
        return f"{path}:{line_of(text, keys)}"

    profiles = _profiles(data.pop("profiles", {}), in_file)
    layers = Layers()
    layers.add(Layer(data, in_file))
    profile = profile or environ.get(PROFILE) or None
    if profile is not None:
        if profile not in profiles:
            raise _no_such_profile(profile, profiles, path, environ)
        layers.add(_profile(profile, profiles, in_file))
    _refuse_hidden(layers, model)
    for layer in list(from_environment(environ, model, layers)):
        layers.add(layer)
    try:
        settings = model.model_validate(fill_secrets(layers.merged, environ, layers.where))
    except ValidationError as error:
        raise _explain(error.errors(), model, layers.where) from None
    for name in profiles:
        _check_other(name, profiles, data, model, in_file)
    return settings, layers.where, profile


def _parse(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except OSError as error:
        raise UsageError(UNREADABLE.format(why=error.strerror), where=str(path)) from None
    except RecursionError:
        raise UsageError(UNREADABLE.format(why=words.TOO_DEEP), where=str(path)) from None
    except UnicodeDecodeError as error:
        before = path.read_bytes()[: error.start].count(b"\n")
        raise UsageError(words.NOT_UTF8, where=f"{path}:{before + 1}") from None
    except ValueError as error:  # TOMLDecodeError, or a number of more digits than Python reads
        found = re.search(r"at line (\d+)", str(error))
        line = found[1] if found else len(text.splitlines())
        raise UsageError(words.NO_TOML.format(why=error), where=f"{path}:{line}") from None


def _profiles(given: Any, in_file: Where) -> dict[str, dict[str, Any]]:
    if not isinstance(given, dict):
        raise UsageError(words.NO_TABLE.format(key="profiles"), where=in_file(("profiles",)))
    for name, data in given.items():
        if not isinstance(data, dict):
            message = words.NO_TABLE.format(key=f"profiles.{name}")
            raise UsageError(message, where=in_file(("profiles", name)))
    return given


def _profile(name: str, profiles: dict[str, dict[str, Any]], in_file: Where) -> Layer:
    return Layer(profiles[name], lambda keys: in_file(("profiles", name, *keys)))


def _no_such_profile(
    name: str, profiles: Iterable[str], path: Path, environ: Mapping[str, str]
) -> UsageError:
    said = words.SAID_BY.format(place=place(PROFILE)) if environ.get(PROFILE) == name else ""
    have = ", ".join(profiles) or words.NO_PROFILES
    message = words.NO_PROFILE.format(name=name, said=said, have=have)
    return UsageError(message, where=str(path), nearest=nearest(name, profiles, alike=ANY))


def _refuse_hidden(layers: Layers, model: type[BaseModel]) -> None:
    """Fields of the model that are no keys of the file."""
    for name, field in model.model_fields.items():
        if field.exclude and name in layers.merged:
            raise UsageError(UNKNOWN.format(key=name), where=layers.where((name,)))


def _check_other(
    name: str,
    profiles: dict[str, dict[str, Any]],
    data: dict[str, Any],
    model: type[BaseModel],
    in_file: Where,
) -> None:
    """What is wrong in a profile is said whichever was chosen, but for secrets that need not be set now."""
    layer = _profile(name, profiles, in_file)
    try:
        model.model_validate(merge(data, layer.data))
    except ValidationError as error:
        mine = [
            problem
            for problem in error.errors()
            if depth(layer.data, keys := _place(problem, model)[0]) == len(keys)
            and not (isinstance(problem["input"], str) and SECRET.search(problem["input"]))
        ]
        if mine:
            raise _explain(mine, model, layer.where, f"profiles.{name}.") from None


def _explain(
    problems: list[ErrorDetails], model: type[BaseModel], where: Where, before: str = ""
) -> UsageError:
    first = first_of(problems)
    keys, kind = _place(first, model)
    name = before + ".".join(keys)
    at = where(keys)
    if first["type"] in (UNKNOWN_KEY, "unexpected_keyword_argument"):
        known = models.names(kind)
        near = nearest(keys[-1], known)
        return UsageError(unknown(name, near, known), where=at, nearest=near)
    if first["type"] in (MISSING, "missing_argument"):
        return UsageError(ABSENT.format(key=name), where=at)
    if first["type"] == "union_tag_not_found":
        return UsageError(ABSENT.format(key=f"{name}.{_chooser(first)}"), where=at)
    if first["type"] in ("literal_error", "enum", "union_tag_invalid"):
        context, given = first.get("ctx", {}), first["input"]
        if first["type"] == "union_tag_invalid":
            name, at, given = f"{name}.{_chooser(first)}", where((*keys, _chooser(first))), context["tag"]
        valid = re.findall(r"'([^']*)'", str(context.get("expected", context.get("expected_tags", ""))))
        message = words.ONE_OF.format(key=name, value=given, names=", ".join(valid))
        return UsageError(message, where=at, nearest=nearest(str(given), valid, alike=ANY))
    said = message_of(first)
    return UsageError(PLACED.format(place=name, what=said) if name else said, where=at)


def _chooser(problem: ErrorDetails) -> str:
    """The key that says which of several models a table is to be read as."""
    return str(problem["ctx"]["discriminator"]).strip("'")


def _place(problem: ErrorDetails, model: type[BaseModel]) -> tuple[Keys, Any]:
    """The keys a problem is about, and the type of the table that has the last of them.

    pydantic also tells which of several models a table was read as: that is no key.
    """
    keys: list[str] = []
    kind: Any = model
    around: Any = model
    for part in map(str, problem["loc"]):
        if part in (several := models.variants(kind)):
            kind = several[part]
            continue
        keys.append(part)
        around, kind = kind, models.below(kind, part)
    return tuple(keys), around
