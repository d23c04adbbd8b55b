"""Apifox projects (``*.apifox.json``) as OpenAPI 3.0. Apifox' own OpenAPI exports need no conversion.

A project keeps its interfaces in a tree of folders and its schemas under ids (``#/definitions/4711``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.contracts.formats.origins import SCHEMA_PREFIX, Builder, Converted, references
from harness.core.media_types import FORM, JSON, MULTIPART

DEFINITIONS = "#/definitions/"
ANY = "*/*"
MEDIA = {"json": JSON, "xml": "application/xml", "html": "text/html", "raw": "text/plain"}
BODILESS = ("none", "")
TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
FORMS = (MULTIPART, FORM)
DATA = frozenset({"example", "examples", "default", "enum", "const"})
Place = tuple[str | int, ...]


def is_one(data: Any) -> bool:
    return isinstance(data, dict) and "apifoxProject" in data


def convert(data: dict[str, Any]) -> Converted:
    """The project's interfaces and schemas."""
    build = Builder()
    info = data.get("info") or {}
    paths: dict[str, Any] = {}
    for at, folder, item in _leaves(data.get("apiCollection") or [], ("apiCollection",), "api", ""):
        api = item["api"]
        path, method = str(api.get("path", "/")), str(api.get("method", "get")).lower()
        into: Place = ("paths", path, method)
        operation = _operation(api, (*at, "api"), into, build)
        operation["summary"], operation["tags"] = str(item.get("name", "")), [folder]
        paths.setdefault(path, {})[method] = operation
        build.note(("paths", path), (*at, "api", "path"))
        build.note(into, at)
    schemas = {}
    for at, _, item in _leaves(data.get("schemaCollection") or [], ("schemaCollection",), "schema", ""):
        name = str(item.get("id", item.get("name"))).removeprefix(DEFINITIONS)
        schemas[name] = _schema(item["schema"].get("jsonSchema") or {})
        build.note(("components", "schemas", name), (*at, "schema", "jsonSchema"))
    document = {
        "openapi": "3.0.3",
        "info": {"title": str(info.get("name") or "Apifox"), "version": str(info.get("version") or "1")},
        "paths": paths,
        "components": {"schemas": schemas},
    }
    return Converted(document, build.origins)


def _leaves(
    items: list[Any], at: Place, key: str, folder: str
) -> Iterator[tuple[Place, str, dict[str, Any]]]:
    """Every entry of a tree of folders that has ``key``, with its place and its folder's name."""
    for number, item in enumerate(items):
        if not isinstance(item, dict):
            continue
        if isinstance(item.get(key), dict):
            yield (*at, number), folder, item
        below = (*at, number, "items")
        yield from _leaves(item.get("items") or [], below, key, str(item.get("name", folder)))


def _operation(api: dict[str, Any], at: Place, into: Place, build: Builder) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = []
    for where, given in (api.get("parameters") or {}).items():
        for number, item in enumerate(given if where in ("path", "query", "header", "cookie") else ()):
            build.note((*into, "parameters", len(parameters)), (*at, "parameters", where, number))
            schema = _schema(item.get("schema") or _typed(item))
            parameter = {"name": item.get("name"), "in": where, "schema": schema}
            parameter["required"] = where == "path" or item.get("required") is True
            if item.get("example") not in (None, ""):
                parameter["example"] = item["example"]
            parameters.append(parameter)
    operation: dict[str, Any] = {"parameters": parameters, "responses": {}}
    body = api.get("requestBody") or {}
    media = str(body.get("type", "none"))
    if media not in ("none", ""):
        build.note((*into, "requestBody"), (*at, "requestBody"))
        build.note((*into, "requestBody", "content", media, "schema"), (*at, "requestBody", "jsonSchema"))
        schema = _schema(body.get("jsonSchema") or {})
        if media in FORMS:
            schema = _form(body.get("parameters") or [])
        operation["requestBody"] = {"required": True, "content": {media: {"schema": schema}}}
    for number, answer in enumerate(api.get("responses") or ()):
        status = str(answer.get("code", 200))
        build.note((*into, "responses", status), (*at, "responses", number))
        said: dict[str, Any] = {"description": str(answer.get("name") or status)}
        named = str(answer.get("contentType", "json"))
        kind = MEDIA.get(named, ANY)
        if named not in BODILESS:
            said["content"] = {kind: {}}
        if kind == MEDIA["json"] and answer.get("jsonSchema"):
            said["content"] = {kind: {"schema": _schema(answer["jsonSchema"])}}
            build.note(
                (*into, "responses", status, "content", kind, "schema"),
                (*at, "responses", number, "jsonSchema"),
            )
        operation["responses"].setdefault(status, said)
    return operation


def _form(given: list[dict[str, Any]]) -> dict[str, Any]:
    form: dict[str, Any] = {
        "type": "object",
        "properties": {item["name"]: _schema(item.get("schema") or _typed(item)) for item in given},
    }
    required = [item["name"] for item in given if item.get("required") is True]
    return {**form, "required": required} if required else form


def _typed(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": item.get("type", "string")}


def _schema(value: dict[str, Any]) -> Any:
    return _known(references(value, {DEFINITIONS: SCHEMA_PREFIX}))


def _known(schema: Any) -> Any:
    """A schema without types that only Apifox knows: a file is bytes, any other (``any``) is left open."""
    if isinstance(schema, list):
        return [_known(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    known = {
        key: {name: _known(inner) for name, inner in item.items()}
        if key == "properties" and isinstance(item, dict)
        else item
        if key in DATA
        else _known(item)
        for key, item in schema.items()
    }
    types = schema.get("type")
    if types == "file":
        return known | {"type": "string", "format": "binary"}
    if isinstance(types, str) and types not in TYPES:
        del known["type"]
    elif isinstance(types, list) and not TYPES.issuperset(map(str, types)):
        del known["type"]
    return known
