"""The specification of the automation protocol, loaded once from ``protocol.yaml``.

Owns the typed form of that file and the one check of parameters and results. It knows neither framing
(:mod:`harness.automator.messages`) nor who answers a method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

import yaml

from harness.automator.shapes import Record, Shape, parse, record
from harness.core.errors import ProtocolError
from harness.core.nearest import nearest

Audience = Literal["binding", "log", "all"]
_METHOD_KEYS = {"params", "result", "open", "used_by", "answer"}
_EVENT_KEYS = {"params", "to", "used_by"}


@dataclass(frozen=True, slots=True)
class Method:
    """One method: ``answer`` names the error text the simulator answers with instead of doing it."""

    name: str
    params: Record
    result: Shape
    used_by: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class EventKind:
    """One event and who gets it."""

    name: str
    params: Record
    audience: Audience
    used_by: str


@dataclass(frozen=True, slots=True)
class Spec:
    """Everything ``protocol.yaml`` says."""

    version: str
    tool_version: str
    sdk_version: str
    methods: Mapping[str, Method]
    events: Mapping[str, EventKind]
    errors: Mapping[str, str]

    def error(self, name: str, **values: str) -> str:
        """An error text a client matches on, by its name in the file."""
        return self.errors[name].format(**values)

    def method(self, name: str) -> Method:
        """The method, or ProtocolError ``<name> unimplemented``, which minium reads as *too old*."""
        found = self.methods.get(name)
        if found is None:
            raise ProtocolError(self.error("unimplemented", method=name[:200]))
        return found

    def check_params(self, name: str, params: object) -> None:
        """Raise ProtocolError ``path: expected string, got number`` when ``params`` do not fit."""
        _demand(self.method(name).params, params, "")

    def check_result(self, name: str, result: object) -> None:
        """Raise ProtocolError naming method and path when a result does not fit."""
        _demand(self.method(name).result, result, f"{name} result")

    def check_event(self, name: str, params: object) -> EventKind:
        """The kind of an event whose ``params`` fit; ProtocolError otherwise."""
        found = self.events.get(name)
        if found is None:
            close = nearest(name, self.events)
            raise ProtocolError(f"unknown event {name[:200]}" + (f", did you mean {close}?" if close else ""))
        _demand(found.params, params, name)
        return found


def _demand(shape: Shape, value: object, path: str) -> None:
    if problem := shape.problem(value, path):
        raise ProtocolError(problem)


@cache
def load_spec() -> Spec:
    """The specification that ships with the package; ValueError when the file contradicts itself."""
    text = resources.files("harness.automator").joinpath("protocol.yaml").read_text("utf-8")
    return read_spec(text)


def read_spec(text: str) -> Spec:
    """Read a specification; ValueError says which entry is wrong."""
    raw = yaml.safe_load(text)
    types: dict[str, Shape] = {}

    def named(name: str) -> Shape:
        # A type may use those written before it; no cycles, so every shape is finite.
        if name not in types:
            close = nearest(name, types)
            raise ValueError(f"unknown type {name!r}" + (f", did you mean {close!r}?" if close else ""))
        return types[name]

    for name, written in raw["types"].items():
        with _naming(f"types.{name}"):
            types[name] = parse(written, named)
    errors = {name: entry["text"] for name, entry in raw["errors"].items()}
    methods: dict[str, Method] = {}
    for domain, entries in raw["domains"].items():
        for short, entry in entries.items():
            full = f"{domain}.{short}"
            with _naming(full):
                methods[full] = _method(full, entry or {}, named, errors)
    events: dict[str, EventKind] = {}
    for name, entry in raw["events"].items():
        with _naming(name):
            _known_keys(entry, _EVENT_KEYS)
            if entry["to"] not in ("binding", "log", "all"):
                raise ValueError(f"unknown audience {entry['to']!r}")
            events[name] = EventKind(name, record(entry["params"], named), entry["to"], entry["used_by"])
    reported = raw["reported"]
    return Spec(raw["version"], str(reported["tool"]), str(reported["sdk"]), methods, events, errors)


def _method(name: str, entry: dict[str, Any], named: Any, errors: Mapping[str, str]) -> Method:
    _known_keys(entry, _METHOD_KEYS)
    answer = entry.get("answer")
    if answer is not None and answer not in errors:
        raise ValueError(f"unknown error text {answer!r}")
    return Method(
        name=name,
        params=record(entry.get("params", {}), named, open=entry.get("open", False)),
        result=parse(entry.get("result", {}), named),
        used_by=entry["used_by"],
        answer=answer,
    )


def _known_keys(entry: Mapping[str, object], known: set[str]) -> None:
    if unknown := sorted(set(entry) - known):
        raise ValueError(f"unknown key {unknown[0]!r}")


class _naming:
    """Adds the entry's name to a ValueError from within."""

    def __init__(self, entry: str) -> None:
        self.entry = entry

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if isinstance(error, ValueError | KeyError):
            raise ValueError(f"protocol.yaml: {self.entry}: {error}") from error
