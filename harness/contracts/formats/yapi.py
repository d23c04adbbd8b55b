"""YApi exports (a list of categories with their interfaces, JSON) as OpenAPI 3.0.

https://hellosean1025.github.io/yapi/documents/data.html. An interface documents one answer; its bodies are
JSON Schema as text, which is what counts; a body that is only an example is not checked.
"""

from __future__ import annotations

import json
import re
from typing import Any

from harness.contracts.formats.origins import Builder, Converted
from harness.core.media_types import FORM, JSON, MULTIPART

COLON = re.compile(r":(\w+)")  # YApi knows /user/:id beside /user/{id}


def is_one(data: Any) -> bool:
    return (
        isinstance(data, list)
        and bool(data)
        and all(isinstance(item, dict) and isinstance(item.get("list"), list) for item in data)
    )


def convert(data: list[dict[str, Any]]) -> Converted:
    """The interfaces as one document; the version is that of the export, which has none."""
    build = Builder()
    paths: dict[str, Any] = {}
    for number, category in enumerate(data):
        for place, interface in enumerate(category["list"]):
            at: tuple[str | int, ...] = (number, "list", place)
            path = COLON.sub(r"{\1}", str(interface.get("path", "/")))
            method = str(interface.get("method", "GET")).lower()
            operation = _operation(interface, at, ("paths", path, method), build)
            operation["tags"] = [str(category.get("name", ""))]
            paths.setdefault(path, {})[method] = operation
            build.note(("paths", path), (*at, "path"))
            build.note(("paths", path, method), at)
    title = str(data[0].get("name") or "YApi")
    document = {"openapi": "3.0.3", "info": {"title": title, "version": "1"}, "paths": paths}
    return Converted(document, build.origins)


def _operation(
    interface: dict[str, Any], at: tuple[str | int, ...], into: tuple[str | int, ...], build: Builder
) -> dict[str, Any]:
    operation: dict[str, Any] = {"summary": str(interface.get("title") or "")}
    parameters: list[dict[str, Any]] = []
    for kind, where in (("req_params", "path"), ("req_query", "query"), ("req_headers", "header")):
        for number, given in enumerate(interface.get(kind) or ()):
            if where == "header" and str(given.get("name")).lower() == "content-type":
                continue
            build.note((*into, "parameters", len(parameters)), (*at, kind, number))
            parameters.append(_parameter(given, where))
    operation["parameters"] = parameters
    body = _body(interface, at, into, build)
    if body is not None:
        operation["requestBody"] = body
    answer: dict[str, Any] = {"description": "The answer."}
    is_json = interface.get("res_body_type", "json") == "json"
    schema = _schema(interface.get("res_body")) if is_json else None
    if schema is not None and interface.get("res_body_is_json_schema", True):
        answer["content"] = {JSON: {"schema": schema}}
    else:
        answer["content"] = {"*/*": {}}  # an example says nothing of what else may come
    build.note((*into, "responses", "200"), (*at, "res_body"))
    build.note((*into, "responses", "200", "content", JSON, "schema"), (*at, "res_body"))
    operation["responses"] = {"200": answer}
    return operation


def _parameter(given: dict[str, Any], where: str) -> dict[str, Any]:
    parameter: dict[str, Any] = {
        "name": str(given.get("name", "")),
        "in": where,
        "required": where == "path" or str(given.get("required", "0")) == "1",
        "schema": {"type": "string"},
    }
    example = given.get("example") or given.get("value")
    if example:
        parameter["example"] = example
    return parameter


def _body(
    interface: dict[str, Any], at: tuple[str | int, ...], into: tuple[str | int, ...], build: Builder
) -> dict[str, Any] | None:
    kind = interface.get("req_body_type")
    if kind == "json":
        schema = _schema(interface.get("req_body_other"))
        if schema is None or not interface.get("req_body_is_json_schema", True):
            return None
        build.note((*into, "requestBody"), (*at, "req_body_other"))
        build.note((*into, "requestBody", "content", JSON, "schema"), (*at, "req_body_other"))
        return {"required": True, "content": {JSON: {"schema": schema}}}
    fields = interface.get("req_body_form") or ()
    if kind == "form" and fields:
        build.note((*into, "requestBody"), (*at, "req_body_form"))
        files = [str(item.get("name")) for item in fields if item.get("type") == "file"]
        properties: dict[str, Any] = {str(item.get("name")): {"type": "string"} for item in fields}
        properties |= {name: {"type": "string", "format": "binary"} for name in files}
        required = [str(item.get("name")) for item in fields if str(item.get("required", "0")) == "1"]
        form: dict[str, Any] = {"type": "object", "properties": properties}
        if required:
            form["required"] = required
        return {"required": bool(required), "content": {MULTIPART if files else FORM: {"schema": form}}}
    return None


def _schema(text: Any) -> dict[str, Any] | None:
    """The JSON Schema an interface keeps as text; None where it keeps something else."""
    if not isinstance(text, str) or not text.strip():
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    found.pop("$schema", None)
    schema: dict[str, Any] = _without_mocks(found)
    return schema


def _without_mocks(value: Any) -> Any:
    """Without YApi's ``mock``, which is no keyword of JSON Schema, and the empty titles it writes."""
    if isinstance(value, dict):
        return {
            key: {name: _without_mocks(inner) for name, inner in item.items()}
            if key == "properties" and isinstance(item, dict)
            else _without_mocks(item)
            for key, item in value.items()
            if key != "mock"
        }
    if isinstance(value, list):
        return [_without_mocks(item) for item in value]
    return value
