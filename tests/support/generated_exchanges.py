"""Exchanges over all cells of the table of styles, each valid or with one planted flaw; seeded.

One operation for each version, cell and kind of schema; the truth of an exchange is how it was made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any
from urllib.parse import quote

from harness.core.exchange import Exchange, Message
from tests.support.planted_values import Kind, kinds_for
from tests.support.style_cells import ALL, CELLS, NAME, Cell, Version, text_of, written

MISSING: Any = object()
BOUNDARY = "x7boundary"
FORM, MULTIPART, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
COLLECTIONS = {"spaceDelimited": "ssv", "pipeDelimited": "pipes", "tabDelimited": "tsv"}
SIZE = {"type": "integer", "minimum": 1, "maximum": 9}


@dataclass(frozen=True)
class Slot:
    """One operation: a cell, what its value must be, and the version of the document."""

    number: int
    version: Version
    cell: Cell
    kind: Kind

    @property
    def path(self) -> str:
        return f"/s{self.number}" + (f"/{{{NAME}}}" if self.cell.location == "path" else "")

    @property
    def method(self) -> str:
        return "post" if self.cell.location in ("form", "multipart", "body") else "get"

    def __str__(self) -> str:
        return f"{self.version} {self.cell}: {self.kind.name}"


@dataclass(frozen=True)
class Case:
    """``planted``: what is wrong with the exchange; None where it is valid."""

    slot: Slot
    exchange: Exchange
    planted: str | None

    def __str__(self) -> str:
        return f"{self.slot}: {self.planted or 'valid'}"


@cache
def slots() -> list[Slot]:
    found = [(version, cell, kind) for version in ALL for cell in CELLS for kind in kinds_for(cell, version)]
    return [Slot(number, *each) for number, each in enumerate(found)]


def cases(seed: int, many: int) -> list[Case]:
    """``many`` exchanges, half of them valid: every cell first, then every kind, then again with other values."""
    random = Random(seed)
    found: list[Case] = []
    order = _spread(slots(), random)
    while len(found) < many:
        for slot in order[: (many - len(found) + 1) // 2]:
            found += [_valid(slot, random), _planted(slot, random)]
    return found[:many]


def named(name: str, seed: int) -> Case:
    """An exchange by what it is called: ``3.1 query form: integer: valid``, ``…: integer: bound``."""
    for slot in slots():
        flaw = name.removeprefix(f"{slot}: ")
        if flaw != name:
            random = Random(seed)
            if flaw == "valid":
                return _valid(slot, random)
            value = _drawn(slot, slot.kind.planted[flaw], random)
            return Case(slot, _exchange(slot, value, random, flaw), flaw)
    raise LookupError(name)


def _spread(every: list[Slot], random: Random) -> list[Slot]:
    """In an order in which each version, cell and type comes once before any comes twice."""
    groups: dict[tuple[Any, ...], list[Slot]] = {}
    for slot in random.sample(every, len(every)):
        groups.setdefault((slot.version, slot.cell, slot.kind.type), []).append(slot)
    rounds = max(map(len, groups.values()))
    return [group[turn] for turn in range(rounds) for group in groups.values() if turn < len(group)]


def _valid(slot: Slot, random: Random) -> Case:
    return Case(slot, _exchange(slot, _drawn(slot, slot.kind.valid, random), random), None)


def _planted(slot: Slot, random: Random) -> Case:
    flaws: dict[str, Any] = dict(slot.kind.planted)
    cell = slot.cell
    is_divided = cell.explode and cell.style in ("form", "deepObject") and slot.kind.type == "o"
    if is_divided and cell.location == "query" and cell.style == "form":
        flaws.pop("property: undeclared", None)  # a parameter that nobody declared, and no flaw
    may_lack = cell.location in ("path", "body", "response body") or (is_divided and slot.kind.name == "map")
    if not may_lack and (slot.version, cell.location) != ("2.0", "response header"):
        flaws["missing"] = None
    if cell.style in ("label", "matrix"):
        flaws["no prefix"] = None
    if cell.style == "label" and slot.kind.type != "s":
        flaws = {flaw: draw for flaw, draw in flaws.items() if not flaw.endswith("fraction")}
    if cell.style == "json":
        flaws["not JSON"] = None
    flaw = random.choice(sorted(flaws))
    if flaw == "missing":
        return Case(slot, _exchange(slot, MISSING, random), flaw)
    value = _drawn(slot, flaws[flaw] or slot.kind.valid, random)
    return Case(slot, _exchange(slot, value, random, flaw), flaw)


def _drawn(slot: Slot, draw: Any, random: Random) -> Any:
    """A value that the cell can carry: a dot divides the pieces of a label."""
    while True:
        value = draw(random)
        items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        if slot.cell.style != "label" or not any("." in text_of(item) for item in items):
            return value


def _exchange(slot: Slot, value: Any, random: Random, flaw: str = "") -> Exchange:
    cell, target = slot.cell, f"/s{slot.number}"
    headers: list[tuple[str, str]] = []
    answered: list[tuple[str, str]] = []
    body, answer, status = b"", b"", 204
    if cell.location == "path":
        text = _text(slot, value, random)
        target += "/" + (text[1:] if flaw == "no prefix" else text)
    elif cell.location == "query":
        is_open = cell.style == "form" and cell.explode and slot.kind.type == "o"
        noise = [] if is_open else ["page=2"]
        pairs = [*noise, *([] if value is MISSING else [_text(slot, value, random, flaw)])]
        target += "?" * bool(pairs) + "&".join(random.sample(pairs, len(pairs)))
    elif cell.location == "header" and value is not MISSING:
        headers.append((random.choice((NAME, NAME.title())), _text(slot, value, random, flaw)))
    elif cell.location == "cookie":
        crumbs = ["theme=dark", *([] if value is MISSING else [f"{_text(slot, value, random)}"])]
        headers.append(("Cookie", "; ".join(crumbs)))
    elif cell.location == "response header" and value is not MISSING:
        answered.append((random.choice((NAME, NAME.title())), _text(slot, value, random)))
    elif cell.location == "form":
        headers.append(("Content-Type", FORM))
        pairs = ["size=3", *([] if value is MISSING else [_text(slot, value, random)])]
        body = "&".join(pairs).encode()
    elif cell.location == "multipart":
        headers.append(("Content-Type", f"{MULTIPART}; boundary={BOUNDARY}"))
        body = _multipart(value)
    elif cell.location == "body":
        headers.append(("Content-Type", JSON))
        body = _json(value, flaw).encode()
    elif cell.location == "response body":
        answered.append(("Content-Type", JSON))
        answer, status = _json(value, flaw).encode(), 200
    return Exchange(
        id=str(slot.number),
        source="browser",
        target="service",
        method=slot.method.upper(),
        path=target,
        request=Message((("Accept", "*/*"), *headers), body),
        status=status,
        response=Message(tuple(answered), answer),
        started=0.0,
        ended=0.1,
    )


def _json(value: Any, flaw: str) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f"[{text}" if flaw == "not JSON" else text


def _text(slot: Slot, value: Any, random: Random, flaw: str = "") -> str:
    """The value as the cell writes it, spelled in one of the ways that mean the same (RFC 3986, 2.1 and 2.3)."""
    cell = slot.cell
    is_bare = "header" in cell.location or cell.location == "cookie"
    lower, plus = random.random() < 0.3, cell.location == "form" or random.random() < 0.3

    def coded(text: str) -> str:
        if is_bare:
            return text
        found = quote(text, safe="")
        if lower:
            found = re.sub("%..", lambda matched: matched[0].lower(), found)
        return found.replace("%20", "+") if plus and cell.location in ("query", "form") else found

    if cell.style == "json":
        text = _json(value, flaw)
        return text if is_bare else f"{NAME}={coded(text)}"
    if cell.style == "default":
        if isinstance(value, dict):
            return f"{NAME}={coded(json.dumps(value, ensure_ascii=False))}"
        return written("form", True, value, coded)
    text = written(cell.style, cell.explode, value, coded, slot.version)
    if "header" in cell.location and isinstance(value, list) and random.random() < 0.4:
        text = text.replace(",", ", ")  # white space around a comma is none of the list's (RFC 9110, 5.6.1)
    return f"{NAME}={text}" if cell.location == "cookie" and not text.startswith(f"{NAME}=") else text


def _multipart(value: Any) -> bytes:
    parts = [("size", "", "3")]
    if isinstance(value, list):
        parts += [(NAME, "", text_of(item)) for item in value]
    elif isinstance(value, dict):
        parts.append((NAME, f"Content-Type: {JSON}\r\n", json.dumps(value, ensure_ascii=False)))
    elif value is not MISSING:
        parts.append((NAME, "", text_of(value)))
    text = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n{more}\r\n{content}\r\n'
        for name, more, content in parts
    )
    return f"{text}--{BOUNDARY}--\r\n".encode()


def documents(chosen: list[Slot]) -> Iterator[tuple[Version, dict[str, Any]]]:
    """One OpenAPI document of each version that has slots."""
    for version in ALL:
        paths = {slot.path: {slot.method: _operation(slot)} for slot in chosen if slot.version == version}
        info = {"title": "Styles", "version": "1"}
        if not paths:
            continue
        if version == "2.0":
            yield version, {"swagger": "2.0", "info": info, "paths": paths, "definitions": {"Size": SIZE}}
        else:
            number = {"3.0": "3.0.3", "3.1": "3.1.1"}[version]
            components = {"schemas": {"Size": SIZE}}
            yield version, {"openapi": number, "info": info, "paths": paths, "components": components}


def _operation(slot: Slot) -> dict[str, Any]:
    cell, version = slot.cell, slot.version
    schema = slot.kind.schema(version)
    how = {"style": cell.style, "explode": cell.explode}
    media: dict[str, Any] = {"schema": schema}
    declared = {"content": {JSON: media}} if cell.style == "json" else {"schema": schema, **how}
    responses: dict[str, Any] = {"204": {"description": "Done"}}
    found: dict[str, Any] = {"operationId": f"s{slot.number}", "responses": responses}
    if version == "2.0":
        return _operation_of_swagger(slot, schema, found)
    if cell.location in ("path", "query", "header", "cookie"):
        found["parameters"] = [{"name": NAME, "in": cell.location, "required": True, **declared}]
    elif cell.location == "response header":
        responses["204"]["headers"] = {NAME: {"required": True, **declared}}
    elif cell.location == "response body":
        found["responses"] = {"200": {"description": "OK", "content": {JSON: media}}}
    elif cell.location == "body":
        found["requestBody"] = {"required": True, "content": {JSON: media}}
    else:
        properties = {NAME: schema, "size": {"type": "integer"}}
        form: dict[str, Any] = {"schema": {"type": "object", "required": [NAME], "properties": properties}}
        if cell.style != "default":
            form["encoding"] = {NAME: how}
        content = {FORM if cell.location == "form" else MULTIPART: form}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _operation_of_swagger(slot: Slot, schema: Any, found: dict[str, Any]) -> dict[str, Any]:
    cell = slot.cell
    how = {}
    if schema["type"] == "array" and cell.style != "json":
        repeats = cell.explode and cell.location in ("query", "form")
        how["collectionFormat"] = "multi" if repeats else COLLECTIONS.get(cell.style, "csv")
    if cell.location in ("path", "query", "header", "form"):
        where = "formData" if cell.location == "form" else cell.location
        found["parameters"] = [{"name": NAME, "in": where, "required": True, **schema, **how}]
        if where == "formData":
            found["parameters"].append({"name": "size", "in": where, "type": "integer"})
            found["consumes"] = [FORM]
    elif cell.location == "body":
        found["parameters"] = [{"name": "body", "in": "body", "required": True, "schema": schema}]
        found["consumes"] = [JSON]
    elif cell.location == "response header":
        found["responses"]["204"]["headers"] = {NAME: {**schema, **how}}
    else:
        found["responses"] = {"200": {"description": "OK", "schema": schema}}
        found["produces"] = [JSON]
    return found
