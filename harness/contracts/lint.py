"""Is a document a contract at all? Every mistake is told with file, line and, where there is one, the nearest
valid name.

Owns the mistakes that would make later checks silently wrong or blind. Style is left to a linter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from harness.contracts import flaw_words as words
from harness.contracts.addresses import VARIABLE, query_variables
from harness.contracts.contract import ADDITIONAL, Contract, Operation
from harness.contracts.dialect import Version
from harness.contracts.expansion import Expansion
from harness.contracts.flaws import Collected
from harness.contracts.keyword_lint import is_nullable, keywords, nullable_error
from harness.contracts.library import DocumentError, Library, Place
from harness.contracts.parameters import parameters_of
from harness.contracts.patterns import DELIMITED, is_too_large, reading
from harness.contracts.schemas import compile_alone
from harness.contracts.servers import unknown
from harness.contracts.walk import METHODS, QUERY, Kind, children, reachable, refers
from harness.core.nearest import nearest

STATUS = re.compile(r"(?:[1-5][0-9][0-9]|[1-5]XX|default)\Z")
ITEM_FIELDS = frozenset({*METHODS, "$ref", "summary", "description", "servers", "parameters"})
ITEM_FIELDS_32 = ITEM_FIELDS | {QUERY, ADDITIONAL}
MOST_SHOWN = 100  # characters of a pattern
SAYING_NOTHING = frozenset({"description", "summary", "title", "example", "examples", "tags", "externalDocs"})
DIALECTS = (
    "https://json-schema.org/draft/2020-12/schema",
    "https://spec.openapis.org/oas/3.1/dialect/base",
    "https://spec.openapis.org/oas/3.1/dialect/2024-11-10",
    "https://spec.openapis.org/oas/3.2/dialect/2025-09-17",
)


def recognise(root: Place) -> Version:
    """Which OpenAPI a document is written in; UsageError if none we read."""
    data = root.value
    if not isinstance(data, dict):
        raise root.refuse(words.NO_MAPPING)
    if "swagger" in data:
        raise root.refuse(words.OTHER_SWAGGER.format(version=data["swagger"]), "swagger")
    if "openapi" not in data:
        raise root.refuse(words.NO_VERSION, nearest=nearest("openapi", list(data)[:20]))
    version = data["openapi"]
    if not isinstance(version, str):
        raise root.refuse(words.VERSION_NO_TEXT.format(version=version), "openapi")
    if not re.fullmatch(r"3\.[0-2](\.\d+.*)?", version):
        known = nearest(version, ("3.0.3", "3.0.4", "3.1.0", "3.1.1", "3.2.0"))
        raise root.refuse(words.UNKNOWN_VERSION.format(version=version), "openapi", nearest=known)
    dialect = data.get("jsonSchemaDialect", DIALECTS[0])
    if dialect not in DIALECTS:
        raise root.refuse(
            words.OTHER_DIALECT.format(dialect=dialect), "jsonSchemaDialect", nearest=DIALECTS[0]
        )
    return "3.0" if version.startswith("3.0") else "3.1"


def lint(contract: Contract) -> Collected:
    """The mistakes of the document. UsageError where nothing of it can be read."""
    library, root, found = contract.library, contract.library.root, Collected()
    info = root.value.get("info")
    if not isinstance(info, dict) or not {"title", "version"} <= info.keys():
        found.note(root.refuse(words.NO_INFO, "info"))
    _components(root, found)
    names = (contract.document.get("components") or {}).get("schemas") or {}
    waiting = [root.down("components", "schemas", name) for name in names]
    nullable: list[Place] = []
    # Once, and none of them kept: of a large document they take more than its data.
    for place, kind in reachable(library, root, "document"):
        _reference(library, place, kind, found)
        if kind == "schema":
            _patterns(place, found)
            for error in keywords(place, contract.openapi):
                found.note(error)
            nullable += [place] if is_nullable(place, contract.openapi) else []
        elif not refers(place):
            waiting += _schemas(place, kind)
    if nullable:
        found.note(nullable_error(nullable, contract.openapi))
    _repeated(library, root, found)
    expansion = Expansion(library)
    _paths(contract, found)
    _operations(contract, found)
    done: set[tuple[str, str]] = set()
    while waiting:
        place = waiting.pop()
        if place.key not in done:
            done.add(place.key)

            def compile(place: Place = place) -> None:
                waiting.extend(_compile(contract, place, found))
                expansion.check(place)

            found.attempt(place, compile)
    if not contract.operations and not root.value.get("components"):
        found.add(root.refuse(words.NOTHING_IN_IT, "paths"))
    return found


def _compile(contract: Contract, place: Place, found: Collected) -> list[Place]:
    """See that a schema is one, if need be as it must be meant; gives the places it refers to."""
    try:
        return compile_alone(contract.library, place, contract.openapi)
    except DocumentError as error:
        referred = compile_alone(contract.library, place, contract.openapi, mended=True)
        found.note(error)
        return referred


def _components(root: Place, found: Collected) -> None:
    components = root.value.get("components", {})
    if not isinstance(components, dict):
        raise root.refuse(words.NAMED_MAPPING.format(name="components"), "components")
    for kind, named in components.items():
        if not kind.startswith("x-") and not isinstance(named, dict):
            raise root.refuse(words.NAMED_MAPPING.format(name=f"components/{kind}"), "components", kind)
    found.attempt(root, partial(_servers, root))


def _servers(owner: Place) -> None:
    """The address of operations is known: of all servers, the base path of one."""
    servers = owner.value.get("servers", [])
    if not isinstance(servers, list) or not all(isinstance(each, dict) for each in servers):
        raise owner.refuse(words.SERVERS_NO_LIST, "servers")
    every = [owner.down("servers", number) for number in range(len(servers))]
    for server in every:
        if not isinstance(server.value.get("url"), str):
            raise server.refuse(words.NO_URL)
    open_ones = [list(unknown(server)) for server in every]
    if open_ones and all(open_ones):
        name = open_ones[0][0]
        close = nearest(name, every[0].value.get("variables") or ())
        raise every[0].refuse(words.NO_DEFAULT.format(name=name), "url", nearest=close)


def _reference(library: Library, place: Place, kind: Kind, found: Collected) -> None:
    """A ``$ref`` leads somewhere."""
    if refers(place) and kind == "media type":
        found.add(place.refuse(words.MEDIA_TYPE_REFERRED, "$ref"))
    elif refers(place):
        found.attempt(place, partial(library.follow, place), harmless=kind == "example")
    for keyword in ("$dynamicRef", "$recursiveRef"):
        if kind == "schema" and keyword in place.value:
            message = words.DYNAMIC.format(keyword=keyword, value=place.value[keyword])
            found.add(place.refuse(message, keyword))


def _repeated(library: Library, root: Place, found: Collected) -> None:
    """No key stands twice in a mapping: what the first one had is not read."""
    if not any(source.repeated for source in library.sources):
        return
    known = {place.key: (place, kind) for place, kind in reachable(library, root, "document")}
    for source in library.sources:
        for each in source.repeated:
            pointer = source.converted(each.pointer)
            error = Place(source, pointer, None).refuse(words.REPEATED.format(key=each.key), each.key)
            above, _, last = pointer.rpartition("/")
            holder = known.get((str(source.path), above))
            is_named = holder is not None and any(
                path[:-1] == (last,) for path, _ in children(holder[0].value, holder[1])
            )
            says_nothing = each.key in SAYING_NOTHING or each.key.startswith("x-")
            if is_named or ((str(source.path), pointer) in known and not says_nothing):
                (found.note if each.same else found.add)(error)
            else:
                found.note(error)


def _brief(pattern: str) -> str:
    return pattern if len(pattern) <= MOST_SHOWN else pattern[:MOST_SHOWN] + "…"


def _patterns(schema: Place, found: Collected) -> None:
    """Every pattern is one of ECMA-262; what another one asks cannot be known."""
    pattern, named = schema.value.get("pattern"), schema.value.get("patternProperties")
    given: list[tuple[str, tuple[str, ...]]] = [(pattern, ("pattern",))] if isinstance(pattern, str) else []
    given += [(name, ("patternProperties", name)) for name in (named if isinstance(named, dict) else ())]
    for written, below in given:
        if reading(written) is None:
            message = words.LARGE_PATTERN if is_too_large(written) else words.UNREAD_PATTERN
            found.note(schema.refuse(message.format(pattern=_brief(written)), *below))
        elif inside := DELIMITED.fullmatch(written):
            message = words.DELIMITED_PATTERN.format(pattern=_brief(written), inside=_brief(inside[1]))
            if "i" in inside[2]:
                message = words.ANY_CASE.format(words=message)
            found.note(schema.refuse(message, *below))


def _paths(contract: Contract, found: Collected) -> None:
    root, seen = contract.library.root, dict[tuple[str, str], str]()
    paths = root.value.get("paths", {})
    if not isinstance(paths, dict):
        raise root.refuse(words.NAMED_MAPPING.format(name="paths"), "paths")
    for template in paths:
        if not template.startswith("x-"):
            place = root.down("paths", template)
            found.attempt(place, partial(_path, contract, template, place, seen, found))


def _path(
    contract: Contract, template: str, place: Place, seen: dict[tuple[str, str], str], found: Collected
) -> None:
    if not template.startswith("/"):
        raise place.refuse(words.NO_SLASH.format(template=template), nearest="/" + template)
    if "#" in template:
        raise place.refuse(words.FRAGMENT.format(template=template))
    item = contract.library.follow(place)
    if not isinstance(item.value, dict):
        raise place.refuse(words.NO_METHODS.format(template=template))
    shape = VARIABLE.sub("{}", template)
    for key in item.value:
        first = seen.setdefault((shape, key), template)
        if first != template and key in METHODS:
            found.add(place.refuse(words.SAME_PATH.format(template=template, first=first), key))
        if key not in (ITEM_FIELDS_32 if contract.is_32 else ITEM_FIELDS) and not key.startswith("x-"):
            found.add(item.refuse(words.NO_METHOD.format(key=key), key, nearest=nearest(key, METHODS)))
    found.attempt(item, partial(_servers, item))
    for method in (*METHODS, QUERY):
        if method in item.value and not isinstance(item.value[method], dict):
            found.add(item.refuse(words.NAMED_MAPPING.format(name=f"{method.upper()} {template}"), method))


def _operations(contract: Contract, found: Collected) -> None:
    ids: dict[str, Operation] = {}
    schemes = ((contract.document.get("components") or {}).get("securitySchemes") or {}).keys()
    root = contract.library.root
    found.attempt(root, partial(_security, root, schemes, found))
    for operation in contract.operations:
        place = operation.place
        declared = place.value.get("operationId")
        if declared is not None and not isinstance(declared, str):
            found.add(place.refuse(words.ID_NO_TEXT, "operationId"))
        elif declared in ids:
            first = ids[declared].place
            known = first.source.where(first.pointer + "/operationId")
            found.add(place.refuse(words.ID_TAKEN.format(id=declared, place=known), "operationId"))
        elif declared is not None:
            ids[declared] = operation
        found.attempt(place, partial(_security, place, schemes, found))
        found.attempt(place, partial(_servers, place))
        found.attempt(place, partial(_path_parameters, operation, found))
        found.attempt(place, partial(_responses, operation, found))


def _responses(operation: Operation, found: Collected) -> None:
    place = operation.place
    responses = place.value.get("responses", {})
    if not isinstance(responses, dict):
        raise place.refuse(words.RESPONSES_NO_MAPPING.format(operation=operation.label), "responses")
    written = [key for key in place.value if key.lower().startswith("respon") and key != "responses"]
    if not responses and written:
        raise place.refuse(
            words.NO_FIELD_OF_OPERATION.format(key=written[0]), written[0], nearest="responses"
        )
    if not responses and ("responses" in place.value or operation.contract.openapi == "3.0"):
        found.note(place.refuse(words.NO_RESPONSES.format(operation=operation.label), "responses"))
    for status in responses:
        if status.startswith("x-"):
            continue
        if not STATUS.match(status):
            found.add(place.refuse(words.NO_STATUS.format(status=status), "responses", status))
        found.attempt(place, partial(_message, operation, place.down("responses", status)))
    if "requestBody" in place.value:
        found.attempt(place, partial(_message, operation, place.down("requestBody")))


def _message(operation: Operation, place: Place) -> None:
    """A request body or a response: its media types and headers are mappings."""
    library = operation.contract.library
    followed = library.follow(place)
    if not isinstance(followed.value, dict):
        raise place.refuse(words.MUST_BE_MAPPING)
    for key in ("content", "headers"):
        below = followed.value.get(key, {})
        if not isinstance(below, dict):
            raise followed.refuse(words.NAMED_MAPPING.format(name=key), key)
        for name in below:
            if not isinstance(library.follow(followed.down(key, name)).value, dict):
                raise followed.refuse(words.NAMED_MAPPING.format(name=name), key, name)


def _security(place: Place, schemes: Any, found: Collected) -> None:
    for number, requirement in enumerate(place.value.get("security") or ()):
        if not isinstance(requirement, dict):
            raise place.refuse(words.REQUIREMENT_NO_MAPPING, "security", number)
        for name in requirement:
            if name not in schemes:
                message = words.NO_SCHEME.format(name=name)
                tell = found.add if schemes else found.note  # where none is, only how to sign in is left open
                tell(place.refuse(message, "security", number, nearest=nearest(name, schemes)))


def _path_parameters(operation: Operation, found: Collected) -> None:
    parameters = parameters_of(operation)
    used = VARIABLE.findall(operation.path)
    declared = [place.value["name"] for place in parameters if place.value["in"] == "path"]
    for name in used:
        if name not in declared:
            raise operation.place.refuse(
                words.PATH_UNDECLARED.format(name=name, operation=operation.label),
                nearest=nearest(name, declared),
            )
    for place in parameters:
        if place.value["in"] == "path":
            name = place.value["name"]
            if name not in used and name in VARIABLE.findall(operation.template):
                message = words.IN_THE_QUERY.format(name=name, template=operation.template)
                if not _read_as_query(operation, place):
                    raise place.refuse(message, "in")
                found.note(place.refuse(message, "in"))
                continue
            if name not in used:
                raise place.refuse(
                    words.NOT_IN_PATH.format(name=name, template=operation.template),
                    "name",
                    nearest=nearest(name, used),
                )
            if place.value.get("required") is not True:
                found.note(place.refuse(words.MUST_BE_REQUIRED.format(name=name)))


def _read_as_query(operation: Operation, parameter: Place) -> bool:
    """Have a parameter that the query of the path shows as one of the query; False where it is not as clear."""
    name = query_variables(operation.template).get(parameter.value["name"])
    known = {(each.value["in"], each.value["name"]) for each in parameters_of(operation)}
    if name is None or ("query", name) in known:
        return False
    meant = {key: value for key, value in parameter.value.items() if key not in ("style", "explode")}
    for owner in (operation.item, operation.place):
        given = owner.value.get("parameters") or []
        for number in range(len(given)):
            place = operation.contract.library.follow(owner.down("parameters", number))
            # Not changed where it stands, for another path may refer to it; in another file it refers to others.
            if place.key == parameter.key and place.source is owner.source:
                given[number] = {**meant, "in": "query", "name": name, "required": True}
                return True
    return False


def _schemas(place: Place, kind: Kind) -> Iterator[Place]:
    """The schemas that something other than a schema has; what they refer to comes with them."""
    for path, inner in children(place.value, kind):
        if inner == "schema" and isinstance((schema := place.down(*path)).value, dict | bool):
            yield schema
