"""Messages a client of the automation protocol must never send, by seed, and what each must lead to."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.automator.messages import MAX_MESSAGE
from harness.automator.spec import load_spec

# Carried out, these would end what is being tested.
ENDING = {
    "Tool.close",
    "App.exit",
    "Simulator.shutdown",
    "Simulator.closeApp",
    "Simulator.newApp",
    "Simulator.startTracing",
    "Simulator.stopTracing",
}
STRANGE: list[Any] = [
    None,
    True,
    -1,
    0,
    1e300,
    2**70,
    "",
    "𝒳\ud83d\u0000\u2028",
    "x" * 5000,
    "../../etc/passwd",
    "page > *:not(",
    "//*[",
    [],
    {},
    [[[[1]]]],
    {"__proto__": {"polluted": 1}, "constructor": None},
    {"toJSON": 1, "then": "x", "": []},
]


@dataclass(frozen=True, slots=True)
class Hostile:
    """``id`` is None where the answer must be an error without one."""

    text: str | bytes
    id: str | None
    kind: str


class Malformed:
    """Makes one message after another."""

    def __init__(self, seed: int, *, huge: bool = False) -> None:
        self._random = random.Random(seed)
        self._spec = load_spec()
        self._methods = sorted(set(self._spec.methods) - ENDING)
        self._count = 0
        self._kinds: list[Callable[[str], Hostile]] = [
            self._not_json,
            self._not_an_object,
            self._binary,
            self._deep,
            self._bad_id,
            self._bad_method,
            self._bad_params,
            self._unknown_method,
            self._reply,
            self._event,
            self._strange_members,
            self._missing_members,
            self._strange_elements,
        ]
        self._huge = huge

    def make(self) -> Hostile:
        self._count += 1
        if self._huge and self._count % 500 == 0:
            return Hostile("[" + " " * MAX_MESSAGE + "]", None, "huge")
        return self._random.choice(self._kinds)(f"h{self._count}")

    def _not_json(self, name: str) -> Hostile:
        good = json.dumps({"id": name, "method": "Tool.getInfo", "params": {}})
        cut = good[: self._random.randrange(1, len(good) - 1)]
        return Hostile(
            self._random.choice([cut, "", "{", "NaN", good + "}", "\x00\x01", "{'id': 1}"]), None, "not JSON"
        )

    def _not_an_object(self, _: str) -> Hostile:
        value = self._random.choice([v for v in STRANGE if not isinstance(v, dict)])
        return Hostile(json.dumps(value), None, "not an object")

    def _binary(self, _: str) -> Hostile:
        return Hostile(self._random.randbytes(self._random.randrange(200)), None, "binary")

    def _deep(self, name: str) -> Hostile:
        nest = self._random.choice([2_000, 20_000, 200_000])
        text = f'{{"id":"{name}","method":"Tool.getInfo","params":{{"a":{"[" * nest}{"]" * nest}}}}}'
        return Hostile(text, None, "deep")

    def _bad_id(self, _: str) -> Hostile:
        value = self._random.choice([v for v in STRANGE if not (isinstance(v, str) and 0 < len(v) <= 200)])
        return Hostile(json.dumps({"id": value, "method": "Tool.getInfo"}), None, "bad id")

    def _bad_method(self, name: str) -> Hostile:
        value = self._random.choice([v for v in STRANGE if not isinstance(v, str)])
        return Hostile(json.dumps({"id": name, "method": value}), name, "bad method")

    def _bad_params(self, name: str) -> Hostile:
        value = self._random.choice([v for v in STRANGE if not isinstance(v, dict)])
        method = self._random.choice(self._methods)
        return Hostile(json.dumps({"id": name, "method": method, "params": value}), name, "bad params")

    def _unknown_method(self, name: str) -> Hostile:
        near = self._random.choice(self._methods)
        method = self._random.choice([near.lower(), near + "s", near.split(".")[1], "Host.gaps", "x" * 199])
        return Hostile(json.dumps({"id": name, "method": method, "params": {}}), name, "unknown method")

    def _reply(self, name: str) -> Hostile:
        body = self._random.choice([{"result": {}}, {"error": {"message": "no"}}, {"error": None}])
        return Hostile(json.dumps({"id": name, **body}), name, "a reply")

    def _event(self, _: str) -> Hostile:
        return Hostile(json.dumps({"method": "App.bindingCalled", "params": {"name": "x"}}), None, "an event")

    def _strange_members(self, name: str) -> Hostile:
        method = self._random.choice(self._methods)
        shape = self._spec.method(method).params
        members = {key: self._random.choice(STRANGE) for key in (*shape.required, *shape.optional)}
        if self._random.random() < 0.3:
            members["surplus"] = self._random.choice(STRANGE)
        return Hostile(json.dumps({"id": name, "method": method, "params": members}), name, "strange members")

    def _missing_members(self, name: str) -> Hostile:
        method = self._random.choice([m for m in self._methods if self._spec.method(m).params.required])
        return Hostile(json.dumps({"id": name, "method": method}), name, "missing members")

    def _strange_elements(self, name: str) -> Hostile:
        """Well-formed, about nodes and pages there are not."""
        method = self._random.choice([m for m in self._methods if m.startswith(("Element.", "Page."))])
        shape = self._spec.method(method).params
        fitting = {"string": "x", "array": [], "object": {}, "number": 7, "integer": 7, "boolean": True}
        members = {key: fitting.get(value.name.split(" ")[0], "x") for key, value in shape.required.items()}
        members |= {key: self._random.choice([1, 2, 99, -5]) for key in ("pageId",) if key in shape.required}
        return Hostile(
            json.dumps({"id": name, "method": method, "params": members}), name, "strange elements"
        )
