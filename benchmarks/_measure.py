"""What the benchmarks share: medians of interleaved rounds, a verdict on a promise, a big contract."""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

ROUNDS = 5


def interleaved(
    tasks: Mapping[str, Callable[[], object]],
    rounds: int = ROUNDS,
    before: Callable[[], object] = lambda: None,
) -> dict[str, float]:
    """Median seconds of each task; every round runs each once, so that a busy moment hits all alike.

    ``before`` runs ahead of each, its time not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            before()
            began = time.perf_counter()
            task()
            seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(values) for name, values in seconds.items()}


class Promises:
    """Promises and whether they were kept; :meth:`end` leaves with 1 where one was not."""

    def __init__(self) -> None:
        self._kept = True

    def at_most(self, what: str, measured: float, limit: float, unit: str = "") -> None:
        self._say(what, measured, "≤", limit, unit, measured <= limit)

    def at_least(self, what: str, measured: float, limit: float, unit: str = "") -> None:
        self._say(what, measured, "≥", limit, unit, measured >= limit)

    def _say(self, what: str, measured: float, sign: str, limit: float, unit: str, kept: bool) -> None:
        self._kept = self._kept and kept
        print(
            f"{'kept  ' if kept else 'BROKEN'} {what}: {measured:.2f}{unit} (promised {sign} {limit:g}{unit})"
        )

    def end(self) -> None:
        sys.exit(0 if self._kept else 1)


def big_contract(path: Path, operations: int = 1000, megabytes: float = 11) -> None:
    """Write an OpenAPI document of about this size: resources with nested schemas, references, examples."""
    random.seed(1)
    paths, schemas = {}, {}
    for number in range(operations // 2):
        name = f"Thing{number}"
        schemas[name] = _schema(number)
        schemas[f"New{name}"] = {
            "type": "object",
            "required": ["title"],
            "properties": {
                "title": {"type": "string", "minLength": 1, "maxLength": 80},
                "parent": {"$ref": f"#/components/schemas/Thing{random.randrange(number + 1)}"},
            },
        }
        paths[f"/things/{number}/{{id}}"] = {
            "get": _operation(f"getThing{number}", name, None),
            "put": _operation(f"putThing{number}", name, f"New{name}"),
        }
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Big", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }
    text = yaml.dump(document, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False)
    filler = max(0, int((megabytes * 1_000_000 - len(text.encode())) / operations))
    for item in paths.values():
        for operation in item.values():
            operation["description"] = "What a generator of documentation writes here. " * (filler // 47)
    text = yaml.dump(document, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False)
    path.write_text(text, encoding="utf-8")


def _operation(id: str, answer: str, body: str | None) -> dict[str, object]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer}"}}}
    operation: dict[str, object] = {
        "operationId": id,
        "tags": ["things"],
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
            {"name": "q", "in": "query", "schema": {"type": "string", "maxLength": 40}},
        ],
        "responses": {
            "200": {"description": "The thing.", "content": content},
            "404": {"description": "There is none."},
        },
    }
    if body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{body}"}}},
        }
    return operation


def _schema(number: int) -> dict[str, object]:
    properties: dict[str, object] = {
        f"field_{place}": {
            "type": random.choice(["string", "integer", "boolean"]),
            "description": f"Field {place} of thing {number}, as the form shows it.",
        }
        for place in range(40)
    }
    properties["children"] = {
        "type": "array",
        "items": {"$ref": f"#/components/schemas/Thing{random.randrange(number + 1)}"},
    }
    return {"type": "object", "required": ["field_0"], "properties": properties}
