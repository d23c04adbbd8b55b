"""``--device-state FILE``: people and device state in a file, TOML or JSON, as the protocol names them.

::

    networkType = "4g"                      # everybody's phone
    pictures = [{path = "cat.png"}]         # paths are of the file's own folder
    [answers]                               # what an API is answered, by its name
    chooseAddress = {userName = "小明"}
    [device]                                # the phone people have
    model = "Pixel 9"
    [people."小红"]                          # one person's phone, by nickname or openid
    payment = "cancel"

Owns the file's form; the facts are :mod:`harness.simulator.device.device_state`'s.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.automator.device_state import prepared
from harness.core.errors import ProtocolError, UsageError
from harness.simulator.device.device_state import DeviceState, read_device_state
from harness.simulator.device.wechat_users import Answers

BESIDE = ("answers", "device", "people")


def read_device_state_file(path: Path) -> dict[str, Any]:
    """The settings it stands for: ``device_state``, ``answers``, ``device``, ``people``.

    UsageError names file and place.
    """
    said = _load(path)
    facts = {name: value for name, value in said.items() if name not in BESIDE}
    tables = {name: _table(path, said, name) for name in BESIDE}
    try:
        Answers(tables["answers"])
    except ProtocolError as error:
        raise UsageError(str(error), where=str(path)) from None
    people = {name: _state(path, each, f"people.{name}: ") for name, each in tables["people"].items()}
    fields: dict[str, Any] = {
        "device_state": _state(path, facts),
        "people": people,
        "answers": tables["answers"],
    }
    return fields | ({"device": tables["device"]} if tables["device"] else {})


def _load(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text("utf-8")
        said = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"not valid {'TOML' if path.suffix == '.toml' else 'JSON'}: {error}", where=str(path)
        ) from None
    if not isinstance(said, dict):
        raise UsageError("expected an object", where=str(path))
    return said


def _table(path: Path, said: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = said.get(name, {})
    if not isinstance(table, dict):
        raise UsageError(f"{name}: expected a table", where=str(path))
    return table


def _state(path: Path, facts: object, place: str = "") -> DeviceState:
    if not isinstance(facts, Mapping):
        raise UsageError(f"{place}expected a table", where=str(path))
    try:
        return read_device_state(prepared(facts, path.parent))
    except UsageError as error:
        raise UsageError(f"{place}{error}", where=str(path)) from None
