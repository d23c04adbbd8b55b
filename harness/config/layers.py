"""The layers that harness.toml's settings are made of: the file, a profile of it, environment variables.

Later layers are merged over earlier ones, table by table; any other value, arrays included, is replaced.
``HARNESS_SERVICES__WEBSITE__URL`` overrides the key ``services.website.url``; ``{env:NAME}`` in a text is
replaced by the variable NAME, so that no secret need stand in the file. Owns that, and where each value came
from, for errors; what the values mean is the models'.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from harness.config import model_keys as models
from harness.config import words
from harness.config.location import INVITATION, TRACEBACK
from harness.config.toml_lines import Keys
from harness.contracts.cache import FOLDER as CACHE
from harness.core.chromium import VARIABLE as CHROMIUM
from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.core.validation import PLACED
from harness.processes.clock import VARIABLE as LIBFAKETIME

PREFIX, BETWEEN = "HARNESS_", "__"
PROFILE, PRODUCTION = "HARNESS_PROFILE", "HARNESS_PRODUCTION"
# Said by variables of their own: no keys of harness.toml.
RESERVED = frozenset({CHROMIUM, LIBFAKETIME, INVITATION, PROFILE, PRODUCTION, CACHE, TRACEBACK})
SECRET = re.compile(r"\{env:(\w+)\}")
# Of these keys a table has one: a layer that gives one takes the others of the layers below away.
SERVICE_WAYS = ({"command", "environment"}, {"url"}, {"stand_in", "apps"})
USER_WAYS = ({"login"}, {"bearer"}, {"cookie"}, {"headers"}, {"hook"})  # headers beside another: in one layer


@dataclass(frozen=True, slots=True)
class Layer:
    """Some settings, and ``where`` a key of theirs stands."""

    data: dict[str, Any]
    where: Callable[[Keys], str]


@dataclass(slots=True)
class Layers:
    """The layers put together."""

    layers: list[Layer] = field(default_factory=list)
    merged: dict[str, Any] = field(default_factory=dict)

    def add(self, layer: Layer) -> None:
        self.layers.append(layer)
        self.merged = merge(self.merged, layer.data)

    def where(self, keys: Keys) -> str:
        """The place of a key: in the last layer that has it, else in the first that has most of it."""
        best, most = self.layers[0], -1
        for layer in self.layers:
            shared = depth(layer.data, keys)
            if shared > most or shared == len(keys):
                best, most = layer, shared
        return best.where(keys)


def depth(data: Any, keys: Keys) -> int:
    """How many of ``keys``, from the first on, lead somewhere in ``data``."""
    for number, key in enumerate(keys):
        if isinstance(data, dict) and key in data:
            data = data[key]
        elif isinstance(data, list) and key.isdigit() and int(key) < len(data):
            data = data[int(key)]
        else:
            return number
    return len(keys)


def merge(under: dict[str, Any], over: dict[str, Any], at: Keys = ()) -> dict[str, Any]:
    """``over`` merged over ``under``; neither is changed."""
    taken = _taken_away(over, at)
    result = {name: value for name, value in under.items() if name not in taken}
    for name, value in over.items():
        mine = result.get(name)
        both = isinstance(mine, dict) and isinstance(value, dict)
        result[name] = merge(mine, value, (*at, name)) if both and mine is not None else value
    return result


def _taken_away(over: dict[str, Any], at: Keys) -> set[str]:
    if len(at) == 2 and at[0] == "services":
        ways: tuple[set[str], ...] = SERVICE_WAYS
    elif len(at) == 4 and at[0] == "services" and at[2] == "users":
        ways = USER_WAYS
    else:
        return set()
    if ways is SERVICE_WAYS and not {"url", "command", "stand_in"} & over.keys():
        return set()  # a variable more for a started service, an app more for a stand-in
    given = [way for way in ways if way & over.keys()]
    return {name for way in ways if way not in given for name in way} if given else set()


def from_environment(environ: Mapping[str, str], model: Any, below: Layers) -> Iterator[Layer]:
    """A layer of each variable that overrides a key. UsageError for one that overrides nothing there is."""
    for variable in sorted(environ):
        if variable.startswith(PREFIX) and variable not in RESERVED:
            keys, kind = _resolve(variable, model, below.merged)
            data: Any = _value(environ[variable], kind)
            for key in reversed(keys):
                data = {key: data}
            yield Layer(data, partial(_anywhere_in, variable))


def _anywhere_in(variable: str, keys: Keys) -> str:
    return place(variable)


def place(variable: str) -> str:
    return f"environment variable {variable}"


def _resolve(variable: str, kind: Any, data: Any) -> tuple[Keys, Any]:
    """The key a variable names, and the type of its value."""
    parts = variable.removeprefix(PREFIX).split(BETWEEN)
    keys: list[str] = []
    for number, part in enumerate(parts):
        known = [*models.names(kind), *(data if isinstance(data, dict) else ())]
        spelled = {_spelled(name): name for name in known}
        key = spelled.get(_spelled(part))
        if key is None:
            free = models.has_free_keys(kind) and not models.names(models.below(kind, part))
            if not free or not part:
                raise _unknown(variable, parts[:number], part, parts[number + 1 :], list(spelled))
            key = part
        keys.append(key)
        kind = models.below(kind, key)
        data = data.get(key) if isinstance(data, dict) else None
    return tuple(keys), kind


def _unknown(variable: str, before: list[str], part: str, after: list[str], known: list[str]) -> UsageError:
    table = ".".join(name.lower() for name in before) or "harness.toml"
    near = nearest(_spelled(part), known, alike=0.4)
    variables = PREFIX + BETWEEN.join([*before, near, *after]) if near else None
    message = words.OVERRIDES_NOTHING.format(table=table, key=part.lower())
    return UsageError(message, where=place(variable), nearest=variables)


def _spelled(name: str) -> str:
    """A key as a variable spells it: upper case, and ``_`` for whatever a variable cannot have."""
    return re.sub(r"\W", "_", name).upper()


def _value(text: str, kind: Any) -> Any:
    """A TOML value where it is one, else the text."""
    try:
        value = tomllib.loads(f"value = {text}")["value"] if "\n" not in text else text
    except tomllib.TOMLDecodeError:
        return text
    return text if models.is_text(kind) and not isinstance(value, str) else value


def fill_secrets(data: Any, environ: Mapping[str, str], where: Callable[[Keys], str], at: Keys = ()) -> Any:
    """``data`` with every ``{env:NAME}`` replaced. UsageError for a variable that is not set."""
    if isinstance(data, dict):
        return {name: fill_secrets(value, environ, where, (*at, name)) for name, value in data.items()}
    if isinstance(data, list):
        return [fill_secrets(item, environ, where, (*at, str(number))) for number, item in enumerate(data)]
    if not isinstance(data, str):
        return data

    def replace(match: re.Match[str]) -> str:
        name = match[1]
        if name not in environ:
            message = PLACED.format(place=".".join(at), what=words.NOT_SET.format(name=name))
            raise UsageError(message, where=where(at), nearest=nearest(name, environ, alike=0.8))
        return environ[name]

    return SECRET.sub(replace, data)
