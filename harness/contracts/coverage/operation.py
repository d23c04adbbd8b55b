"""The targets of one operation, and those an exchange hits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from harness.contracts.contract import Operation
from harness.contracts.coverage.tree import Node
from harness.contracts.library import Place
from harness.contracts.parameters import located, schema_of
from harness.contracts.raw_values import RawValues, RequestValues
from harness.contracts.styles import ABSENT, EMPTY, MALFORMED, UNREAD, Reader
from harness.core.exchange import Exchange, Message
from harness.core.media_types import holds_json

STATUS = "status"
VALID, INVALID = "valid", "invalid"
PRESENT, MISSING = "present", "absent"
BODY = "body"


def status_target(operation: str, status: str) -> str:
    """The target of a documented status."""
    return f"{operation}|{STATUS}|{status}"


class _Parameter:
    """A parameter: how it is read, and its schema's questions."""

    __slots__ = ("location", "name", "node", "reader", "required", "where")

    def __init__(
        self, operation: Operation, place: Place, location: str, name: str, taken: frozenset[str]
    ) -> None:
        contract = operation.contract
        self.name, self.location = name, location
        self.where = f"{location}.{name}"
        self.required = place.value.get("required") is True
        self.reader = Reader.of(contract, place, name, location, "request", taken)
        schema = schema_of(place)
        self.node = None if schema is None else Node(contract.library, schema, self.where)


class OperationCoverage:
    """What one operation documents, as targets; made once per operation."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        library = operation.contract.library
        self._parameters = [
            _Parameter(operation, place, where, name, taken)
            for place, where, name, taken in located(operation)
        ]
        self._body: Node | None = None
        self._has_body = "requestBody" in operation.place.value
        if self._has_body:
            self._body = _json_node(operation, library.follow(operation.place.down("requestBody")), BODY)
        self._answers: dict[str, Node | None] = {}
        for status in operation.responses:
            if not status.startswith("x-"):
                place = library.follow(operation.place.down("responses", status))
                self._answers[status] = _json_node(operation, place, status)

    def targets(self) -> tuple[str, ...]:
        """All targets of the operation, each once, in the order of the contract."""
        return tuple(dict.fromkeys(self._targets()))

    def _targets(self) -> Iterator[str]:
        id = self._operation.id
        for status in self._answers:
            yield status_target(id, status)
        for parameter in self._parameters:
            yield f"{id}|{parameter.where}|{PRESENT}"
            if parameter.location not in ("path", "cookie"):
                yield f"{id}|{parameter.where}|{MISSING}"
            if parameter.node is not None:
                for at, keyword in parameter.node.targets():
                    yield f"{id}|{at}|{keyword}|{VALID}"
                    if _can_be_broken(parameter, keyword):
                        yield f"{id}|{at}|{keyword}|{INVALID}"
        if self._has_body:
            yield f"{id}|{BODY}|{PRESENT}"
            yield f"{id}|{BODY}|{MISSING}"
        if self._body is not None:
            for at, keyword in self._body.targets():
                yield f"{id}|{at}|{keyword}|{VALID}"
                yield f"{id}|{at}|{keyword}|{INVALID}"
        for node in self._answers.values():
            if node is not None:
                for at, keyword in node.targets():
                    if not keyword.startswith(("oneOf", "anyOf")):
                        yield f"{id}|{at}|{keyword}|{VALID}"

    def hits(self, exchange: Exchange, path_values: RawValues) -> set[str]:
        """The targets an exchange hits; its answer is out of its envelope."""
        id, found = self._operation.id, set[str]()
        values = RequestValues(exchange.request, exchange.path, path_values)
        for parameter in self._parameters:
            value = parameter.reader.read(values.at(parameter.location))
            found.add(f"{id}|{parameter.where}|{MISSING if value is ABSENT else PRESENT}")
            if parameter.node is not None and value not in (ABSENT, EMPTY, UNREAD, MALFORMED):
                found |= _keywords_met(id, parameter.node, value)
        if self._has_body:
            found.add(f"{id}|{BODY}|{PRESENT if exchange.request.body else MISSING}")
            if self._body is not None and (value := _json(exchange.request)) is not UNREAD:
                found |= _keywords_met(id, self._body, value)
        if exchange.status is not None:
            self._answered(exchange, exchange.status, found)
        return found

    def _answered(self, exchange: Exchange, status: int, found: set[str]) -> None:
        id = self._operation.id
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in self._answers:
                found.add(status_target(id, key))
                node = self._answers[key]
                if node is not None and exchange.response is not None:
                    value = _json(exchange.response)
                    if value is not UNREAD:
                        asked = node.ask(value)
                        found |= {f"{id}|{at}|{keyword}|{VALID}" for at, keyword, met in asked if met}
                return


def _keywords_met(id: str, node: Node, value: Any) -> set[str]:
    return {f"{id}|{at}|{keyword}|{VALID if met else INVALID}" for at, keyword, met in node.ask(value)}


def _can_be_broken(parameter: _Parameter, keyword: str) -> bool:
    """Whether a request can carry a value against the keyword: all on the wire is text, none of a path is
    empty.
    """
    if keyword == "type":
        return bool(parameter.reader.types - {"string", "null"}) and "string" not in parameter.reader.types
    return not (keyword == "minLength" and parameter.location == "path")


def _json_node(operation: Operation, place: Place, at: str) -> Node | None:
    """The schema of the JSON a body is, if it is JSON."""
    for media, content in (place.value.get("content") or {}).items():
        if holds_json(media) and "schema" in (content or {}):
            return Node(operation.contract.library, place.down("content", media, "schema"), at)
    return None


def _json(message: Message) -> Any:
    if not message.body:
        return UNREAD
    try:
        return json.loads(message.body)
    except (ValueError, RecursionError):
        return UNREAD
