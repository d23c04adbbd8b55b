"""Swagger 2.0 (OpenAPI Specification 2.0, https://spec.openapis.org/oas/v2.0) as OpenAPI 3.0.

Bodies and form fields become a request body, ``definitions`` components, ``produces`` the media types of
answers.
"""

from __future__ import annotations

from typing import Any

from harness.contracts.formats.origins import Builder, Converted, references
from harness.core.media_types import FORM, MULTIPART

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
JSON = ["application/json"]
ANY = ["*/*"]
REFERENCES = {
    "#/definitions/": "#/components/schemas/",
    "#/responses/": "#/components/responses/",
    "#/parameters/": "#/components/parameters/",
}
# Keywords of a parameter or header that belong to its schema in 3.0.
OUTSIDE = frozenset(
    {"name", "in", "description", "required", "schema", "collectionFormat", "allowEmptyValue"}
)
STYLES = {
    "csv": None,
    "multi": ("form", True),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
    "tsv": ("tabDelimited", False),
}
FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}


def is_one(data: Any) -> bool:
    return isinstance(data, dict) and str(data.get("swagger")) == "2.0"


def convert(data: dict[str, Any]) -> Converted:
    """The document in OpenAPI 3.0.3."""
    return _Conversion(data).run()


class _Conversion:
    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        self._build = Builder()

    def run(self) -> Converted:
        data = self._data
        document: dict[str, Any] = {
            key: value
            for key, value in data.items()
            if key in ("info", "tags", "externalDocs", "security") or str(key).startswith("x-")
        }
        document["openapi"] = "3.0.3"
        self._build.note(("openapi",), ("swagger",))
        document["servers"] = self._servers()
        document["paths"] = {
            path: self._item(path, item) if isinstance(item, dict) else item
            for path, item in (data.get("paths") or {}).items()
        }
        document["components"] = self._components()
        return Converted(document, self._build.origins)

    def _servers(self) -> list[dict[str, str]]:
        base, host = str(self._data.get("basePath") or "/"), self._data.get("host")
        self._build.note(("servers", 0, "url"), ("basePath",))
        if not host:
            return [{"url": base}]
        scheme = (self._data.get("schemes") or ["https"])[0]
        address = str(host).rpartition("//")[2].rstrip("/")  # some write a scheme here, too
        return [{"url": f"{scheme}://{address}/{base.lstrip('/')}"}]

    def _components(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for kind, original in (
            ("schemas", "definitions"),
            ("responses", "responses"),
            ("parameters", "parameters"),
        ):
            self._build.note(("components", kind), (original,))
        self._build.note(("components", "securitySchemes"), ("securityDefinitions",))
        definitions = self._data.get("definitions") or {}
        found["schemas"] = {name: schema(value) for name, value in definitions.items()}
        found["responses"] = {
            name: self._response(
                value, ("responses", name), ("components", "responses", name), self._produces({})
            )
            for name, value in (self._data.get("responses") or {}).items()
        }
        found["parameters"] = {
            name: self._parameter(value, ("parameters", name), ("components", "parameters", name))
            for name, value in (self._data.get("parameters") or {}).items()
            if not _is_body(value)
        }
        found["securitySchemes"] = {
            name: _security(value) for name, value in (self._data.get("securityDefinitions") or {}).items()
        }
        return found

    def _item(self, path: str, item: dict[str, Any]) -> dict[str, Any]:
        shared = item.get("parameters") or []
        copy = {key: value for key, value in item.items() if key not in METHODS and key != "parameters"}
        plain = [
            (number, value) for number, value in enumerate(shared) if not _is_body(self._followed(value))
        ]
        copy["parameters"] = self._parameters(("paths", path), plain)
        bodies = [
            (("paths", path, "parameters", number), self._followed(value))
            for number, value in enumerate(shared)
            if _is_body(self._followed(value))
        ]
        for method in METHODS:
            if isinstance(item.get(method), dict):
                copy[method] = self._operation(("paths", path, method), item[method], bodies)
        return copy

    def _operation(
        self,
        at: tuple[str | int, ...],
        operation: dict[str, Any],
        inherited: list[tuple[Any, dict[str, Any]]],
    ) -> dict[str, Any]:
        given = operation.get("parameters") or []
        copy = {
            key: value
            for key, value in operation.items()
            if key not in ("parameters", "responses", "consumes", "produces", "schemes")
        }
        plain = [(number, value) for number, value in enumerate(given) if not _is_body(self._followed(value))]
        copy["parameters"] = self._parameters(at, plain)
        bodies = inherited + [
            ((*at, "parameters", number), self._followed(value))
            for number, value in enumerate(given)
            if _is_body(self._followed(value))
        ]
        consumes = operation.get("consumes") or self._data.get("consumes")
        if bodies:
            copy["requestBody"] = self._body((*at, "requestBody"), bodies, consumes)
        produces = self._produces(operation)
        copy["responses"] = {
            status: self._response(value, (*at, "responses", status), (*at, "responses", status), produces)
            for status, value in (operation.get("responses") or {}).items()
        }
        return copy

    def _produces(self, operation: dict[str, Any]) -> list[str]:
        """The media types of answers; any, where the document names none."""
        produces: list[str] = operation.get("produces") or self._data.get("produces") or ANY
        return produces

    def _followed(self, value: Any) -> dict[str, Any]:
        """A parameter, or the one it refers to; what leads nowhere is found by the lint."""
        name = str(value.get("$ref", "")) if isinstance(value, dict) else ""
        if name.startswith("#/parameters/"):
            return dict((self._data.get("parameters") or {}).get(name.removeprefix("#/parameters/")) or {})
        return value if isinstance(value, dict) else {}

    def _parameters(self, at: tuple[str | int, ...], given: list[tuple[int, Any]]) -> list[Any]:
        return [
            self._parameter(value, (*at, "parameters", number), (*at, "parameters", place))
            for place, (number, value) in enumerate(given)
        ]

    def _parameter(
        self, value: dict[str, Any], original: tuple[str | int, ...], at: tuple[str | int, ...]
    ) -> dict[str, Any]:
        self._build.note(at, original)
        if "$ref" in value:
            return dict(references(value, REFERENCES))
        self._build.note((*at, "schema"), original)
        kept = ("name", "in", "description", "required", "allowEmptyValue")
        copy: dict[str, Any] = {key: value[key] for key in kept if key in value}
        copy["schema"] = schema({key: item for key, item in value.items() if key not in OUTSIDE})
        return copy | _styled(value)

    def _body(
        self, at: tuple[str | int, ...], given: list[tuple[Any, dict[str, Any]]], consumes: list[str] | None
    ) -> dict[str, Any]:
        for original, value in given:
            if value.get("in") == "body":
                self._build.note(at, original)
                media = consumes or JSON
                for name in media:
                    self._build.note((*at, "content", name, "schema"), (*original, "schema"))
                content = {name: {"schema": schema(value.get("schema") or {})} for name in media}
                return {"required": value.get("required") is True, "content": content}
        self._build.note(at, given[0][0])
        fields = {value["name"]: schema(_without(value)) for _, value in given}
        files = any(value.get("type") == "file" for _, value in given)
        media = consumes or [MULTIPART if files else FORM]
        for name in media:
            for original, value in given:
                self._build.note((*at, "content", name, "schema", "properties", value["name"]), original)
        form: dict[str, Any] = {"type": "object", "properties": fields}
        required = [value["name"] for _, value in given if value.get("required") is True]
        if required:
            form["required"] = required
        styles = {value["name"]: style for _, value in given if (style := _styled(value))}
        declared: dict[str, Any] = {"schema": form, **({"encoding": styles} if styles else {})}
        return {"required": bool(required), "content": dict.fromkeys(media, declared)}

    def _response(
        self,
        value: Any,
        original: tuple[str | int, ...],
        at: tuple[str | int, ...],
        produces: list[str],
    ) -> Any:
        self._build.note(at, original)
        if not isinstance(value, dict) or "$ref" in value:
            return references(value, REFERENCES)
        copy = {key: item for key, item in value.items() if key not in ("schema", "headers", "examples")}
        if "schema" in value:
            copy["content"] = {name: {"schema": schema(value["schema"])} for name in produces}
            for name in produces:
                self._build.note((*at, "content", name), original)
                self._build.note((*at, "content", name, "schema"), (*original, "schema"))
                example = (value.get("examples") or {}).get(name)
                if example is not None:
                    copy["content"][name]["example"] = example
                    self._build.note((*at, "content", name, "example"), (*original, "examples", name))
        if value.get("headers"):
            copy["headers"] = {
                name: {
                    "schema": schema(_without(header)),
                    "description": header.get("description", ""),
                    **_styled(header),
                }
                for name, header in value["headers"].items()
            }
            for name in value["headers"]:
                self._build.note((*at, "headers", name, "schema"), (*original, "headers", name))
        return copy


def schema(value: Any) -> Any:
    """A Schema Object of 2.0 in 3.0: references, files, ``x-nullable``, the discriminator's form."""
    if isinstance(value, list):
        return [schema(item) for item in value]
    if not isinstance(value, dict):
        return value
    copy: dict[str, Any] = {}
    for key, item in value.items():
        if key in ("example", "default", "enum", "x-example"):
            copy[key] = item
        elif key in ("properties", "definitions") and isinstance(item, dict):
            copy[key] = {name: schema(inner) for name, inner in item.items()}
        elif key == "discriminator" and isinstance(item, str):
            copy[key] = {"propertyName": item}
        elif key == "x-nullable":
            copy["nullable"] = item
        elif key == "$ref" and isinstance(item, str):
            copy |= references({key: item}, REFERENCES)
        else:
            copy[key] = schema(item)
    if copy.get("type") == "file":
        copy |= {"type": "string", "format": "binary"}
    return copy


def _styled(value: dict[str, Any]) -> dict[str, Any]:
    """What ``collectionFormat`` is in 3.0; ``csv`` is the default of paths and headers."""
    if value.get("type") != "array":
        return {}
    style = STYLES.get(str(value.get("collectionFormat") or "csv"))
    if style is not None:
        return {"style": style[0], "explode": style[1]}
    return {"style": "form", "explode": False} if value.get("in") in ("query", "formData") else {}


def _is_body(value: dict[str, Any]) -> bool:
    return value.get("in") in ("body", "formData")


def _without(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key not in OUTSIDE}


def _security(value: dict[str, Any]) -> dict[str, Any]:
    if value.get("type") == "basic":
        return {"type": "http", "scheme": "basic"}
    if value.get("type") != "oauth2":
        return value
    flow = {key: value[key] for key in ("authorizationUrl", "tokenUrl", "scopes") if key in value}
    name = str(value.get("flow"))
    return {"type": "oauth2", "flows": {FLOWS.get(name, name): {"scopes": {}, **flow}}}
