"""Writes OpenAPI documents into a folder, odd ones too, for tests of who reads them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

Writer = Callable[[Path], Path]
OK = {"200": {"description": "OK"}}
HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
PATHS = "paths: {/x: {get: {responses: {'200': {description: OK}}}}}\n"
A_STRING = {"type": "string"}
GET = "{get: {responses: {'200': {description: OK}}}}"


def yaml(text: str, **files: str) -> Writer:
    def write(folder: Path) -> Path:
        for name, content in files.items():
            (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
        (folder / "a.yaml").write_text(text, encoding="utf-8")
        return folder / "a.yaml"

    return write


def raw(content: bytes | Callable[[], bytes], name: str = "a.yaml") -> Writer:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content if isinstance(content, bytes) else content())
        return folder / name

    return write


def as_json(data: Callable[[], dict[str, Any]]) -> Writer:
    return raw(lambda: json.dumps(data()).encode(), "a.json")


def answering(schema: Any, **more: Any) -> dict[str, Any]:
    """A document of one operation, whose answer has this schema."""
    content = {"application/json": {"schema": schema}}
    responses = {"200": {"description": "OK", "content": content}}
    info = {"title": "T", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": {"/x": {"get": {"responses": responses}}}, **more}


def of_schema(schema: Any, **schemas: Any) -> Writer:
    return as_json(lambda: answering(schema, components={"schemas": schemas}))


def to_ref(reference: str) -> Writer:
    return of_schema({"$ref": reference})


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def nested(depth: int) -> Any:
    found: Any = {"type": "string"}
    for _ in range(depth):
        found = {"type": "object", "properties": {"a": found}}
    return found


def laughs(kind: str) -> str:
    lines = ["x-a0: &a0 " + ("[lol]" if kind == "[" else "{k: lol}")]
    for level in range(1, 30):
        below = f"*a{level - 1}"
        items = ", ".join([below] * 9)
        if kind == "[":
            lines.append(f"x-a{level}: &a{level} [{items}]")
        elif kind == "<<":
            lines.append(f"x-a{level}: &a{level} {{<<: [{items}], k{level}: {below}}}")
        else:
            pairs = ", ".join(f"k{number}: {below}" for number in range(9))
            lines.append(f"x-a{level}: &a{level} {{{pairs}}}")
    return HEAD + PATHS + "\n".join(lines) + "\n"


def fan_out(keyword: str) -> dict[str, Any]:
    def level(number: int) -> Any:
        below = ref(f"S{number + 1}")
        return (
            {keyword: [below, below]} if keyword != "properties" else {"properties": {"a": below, "b": below}}
        )

    schemas = {f"S{number}": level(number) for number in range(60)} | {"S60": A_STRING}
    return answering(ref("S0"), components={"schemas": schemas})


def linked(target: str, name: str = "a.yaml") -> Writer:
    def write(folder: Path) -> Path:
        os.symlink(target, folder / name)
        return folder / name

    return write


def beside(make: Callable[[Path], Any], text: str) -> Writer:
    """A document that refers to ``b.yaml``, which ``make`` makes."""

    def write(folder: Path) -> Path:
        make(folder / "b.yaml")
        return yaml(text)(folder)

    return write


def fifo(folder: Path) -> Path:
    os.mkfifo(folder / "a.yaml")
    return folder / "a.yaml"


def empty_folder(folder: Path) -> Path:
    (folder / "a.yaml").mkdir()
    return folder / "a.yaml"


def chain(folder: Path) -> Path:
    for number in range(600):
        text = f"$ref: 'c{number + 1}.yaml'\n" if number < 599 else "type: string\n"
        (folder / f"c{number}.yaml").write_text(text, encoding="utf-8")
    return to_ref("c0.yaml")(folder)
