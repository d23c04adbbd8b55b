"""Is a document a contract at all? Every mistake is one UsageError with file, line and, where there is
one, the nearest valid name.

Owns the mistakes that would make later checks silently wrong or blind. Style is left to a linter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.contracts import declaration_lint
from harness.contracts.contract import METHODS, Contract, Operation
from harness.contracts.dialect import Version
from harness.contracts.library import Library, Place
from harness.contracts.parameters import parameters_of
from harness.contracts.schemas import compile_alone
from harness.core.nearest import nearest

STATUS = re.compile(r"(?:[1-5][0-9][0-9]|[1-5]XX|default)\Z")
ITEM_FIELDS = frozenset({*METHODS, "$ref", "summary", "description", "servers", "parameters"})
DIALECTS = (
    "https://json-schema.org/draft/2020-12/schema",
    "https://spec.openapis.org/oas/3.1/dialect/base",
    "https://spec.openapis.org/oas/3.1/dialect/2024-11-10",
)
DATA = frozenset({"example", "examples", "default", "enum", "const", "value"})  # not read as contract
NAMES = frozenset({"properties", "patternProperties", "schemas", "$defs", "headers"})
VARIABLE = re.compile(r"\{([^{}]*)\}")


def recognise(root: Place) -> Version:
    """Which OpenAPI a document is written in; UsageError if none we read."""
    data = root.value
    if not isinstance(data, dict):
        raise root.refuse("not an OpenAPI document: its top level is not a mapping")
    if "swagger" in data:
        raise root.refuse(
            f"this is Swagger {data['swagger']}, read are Swagger 2.0 and OpenAPI 3.0 and 3.1; convert it",
            "swagger",
        )
    if "openapi" not in data:
        raise root.refuse(
            "not an OpenAPI document: no 'openapi' field", nearest=nearest("openapi", list(data)[:20])
        )
    version = data["openapi"]
    if not isinstance(version, str):
        raise root.refuse(f"openapi must be text, such as '3.1.0', not the number {version}", "openapi")
    if not re.fullmatch(r"3\.[01]\.\d+.*", version):
        known = nearest(version, ("3.0.3", "3.0.4", "3.1.0", "3.1.1"))
        raise root.refuse(f"unknown OpenAPI version {version!r}", "openapi", nearest=known)
    info = data.get("info")
    if not isinstance(info, dict) or not {"title", "version"} <= info.keys():
        raise root.refuse("info must have a title and a version", "info")
    dialect = data.get("jsonSchemaDialect", DIALECTS[0])
    if dialect not in DIALECTS:
        raise root.refuse(f"schemas in {dialect!r} are not read", "jsonSchemaDialect", nearest=DIALECTS[0])
    return "3.0" if version.startswith("3.0") else "3.1"


def lint(contract: Contract) -> None:
    """Raise the first mistake of the document, if there is one."""
    library, root = contract.library, contract.library.root
    _references(library)
    _paths(contract)
    _operations(contract)
    waiting, done = list(_schemas(contract)), set[tuple[str, str]]()
    while waiting:
        place = waiting.pop()
        if place.key not in done:
            done.add(place.key)
            waiting += compile_alone(library, place, contract.openapi)
    if not contract.operations and not root.value.get("components"):
        raise root.refuse("has neither operations nor components", "paths")
    declaration_lint.lint(contract)


def _references(library: Library) -> None:
    """Every ``$ref`` of every document reached leads somewhere."""
    done: set[str] = set()
    while waiting := [source for source in library.sources if str(source.path) not in done]:
        for source in waiting:
            done.add(str(source.path))
            for place in _walk(Place(source, "", source.data)):
                if isinstance(place.value.get("$ref"), str):
                    library.follow(place)
                if "$dynamicRef" in place.value:
                    raise place.refuse("$dynamicRef is not followed; use $ref", "$dynamicRef")


def _walk(place: Place, *, names: bool = False) -> Iterator[Place]:
    """Every mapping that is contract; ``names``: the keys of this one are names, none is a keyword."""
    if isinstance(place.value, dict):
        if not names:
            yield place
        for key in place.value:
            if names or (key not in DATA and not key.startswith("x-")):
                inner = not names and key in NAMES
                yield from _walk(place.down(key), names=inner)
    elif isinstance(place.value, list):
        for number in range(len(place.value)):
            yield from _walk(place.down(number))


def _paths(contract: Contract) -> None:
    root, seen = contract.library.root, dict[str, str]()
    paths = root.value.get("paths", {})
    if not isinstance(paths, dict):
        raise root.refuse("paths must be a mapping", "paths")
    for template in paths:
        if template.startswith("x-"):
            continue
        place = root.down("paths", template)
        if not template.startswith("/"):
            raise place.refuse(f"a path begins with '/': {template!r}", nearest="/" + template)
        shape = VARIABLE.sub("{}", template)
        if shape in seen:
            raise place.refuse(f"{template} and {seen[shape]} are the same path")
        seen[shape] = template
        item = contract.library.follow(place)
        if not isinstance(item.value, dict):
            raise place.refuse(f"the path {template} must be a mapping of methods")
        for key in item.value:
            if key not in ITEM_FIELDS and not key.startswith("x-"):
                raise item.refuse(f"{key!r} is not a method", key, nearest=nearest(key, METHODS))
        for method in METHODS:
            if method in item.value and not isinstance(item.value[method], dict):
                raise item.refuse(f"{method.upper()} {template} must be a mapping", method)


def _operations(contract: Contract) -> None:
    ids: dict[str, Operation] = {}
    schemes = ((contract.document.get("components") or {}).get("securitySchemes") or {}).keys()
    _security(contract.library.root, schemes)
    for operation in contract.operations:
        place = operation.place
        declared = place.value.get("operationId")
        if declared in ids:
            first = ids[declared].place
            known = first.source.where(first.pointer + "/operationId")
            raise place.refuse(f"operationId {declared!r} is taken, see {known}", "operationId")
        if declared is not None:
            ids[declared] = operation
        _security(place, schemes)
        _path_parameters(operation, parameters_of(operation))
        responses = place.value.get("responses")
        if not isinstance(responses, dict) or not responses:
            raise place.refuse(f"{operation.label} has no responses", "responses")
        for status in responses:
            if not STATUS.match(status) and not status.startswith("x-"):
                raise place.refuse(f"{status!r} is not a status (200, 4XX, default)", "responses", status)


def _security(place: Place, schemes: Any) -> None:
    for number, requirement in enumerate(place.value.get("security") or ()):
        for name in requirement:
            if name not in schemes:
                raise place.refuse(
                    f"security scheme {name!r} is not declared",
                    "security",
                    number,
                    nearest=nearest(name, schemes),
                )


def _path_parameters(operation: Operation, parameters: list[Place]) -> None:
    used = VARIABLE.findall(operation.path)
    declared = [place.value["name"] for place in parameters if place.value["in"] == "path"]
    for name in used:
        if name not in declared:
            raise operation.place.refuse(
                f"path parameter {name!r} of {operation.label} is not declared",
                nearest=nearest(name, declared),
            )
    for place in parameters:
        if place.value["in"] == "path":
            if place.value["name"] not in used:
                raise place.refuse(
                    f"path parameter {place.value['name']!r} is not in {operation.path}",
                    "name",
                    nearest=nearest(place.value["name"], used),
                )
            if place.value.get("required") is not True:
                raise place.refuse(f"path parameter {place.value['name']!r} must be required: true")


def _schemas(contract: Contract) -> Iterator[Place]:
    """Every schema an operation or the components use; what it refers to comes with it."""
    root = contract.library.root
    for name in (contract.document.get("components") or {}).get("schemas") or {}:
        yield root.down("components", "schemas", name)
    seen: set[tuple[str, str]] = set()
    for operation in contract.operations:
        for place in (*_walk(operation.place), *(_walk_all(parameters_of(operation)))):
            if "schema" in place.value and "$ref" not in place.value:
                schema = place.down("schema")
                if schema.key not in seen and isinstance(schema.value, dict | bool):
                    seen.add(schema.key)
                    yield schema


def _walk_all(places: list[Place]) -> Iterator[Place]:
    for place in places:
        yield from _walk(place)
