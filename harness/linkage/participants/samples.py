"""Bodies for the writes of a check: from the OpenAPI document's examples and schema, no two alike in a row.

Making them costs schemathesis' strategies once per operation; they are equal for equal seeds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from harness.api.backend import BackendUnderTest
from harness.api.client import Client, Request
from harness.api.examples import fresh
from harness.conformance.fuzzing.valid_requests import valid_requests
from harness.contracts import Operation, fields
from harness.contracts.library import Library, Place
from harness.contracts.schemas import Schema
from harness.core.errors import BrokenError
from harness.core.text import Text
from harness.linkage.contract import members, translate
from harness.linkage.participants.leaves import put, without

MOST = 8
NO_REQUEST = Text(
    zh="{operation}：无法按接口规范生成请求", en="{operation}: no request can be made from the contract"
)
_making = threading.Lock()  # strategies are drawn from by one thread at a time


class Samples:
    """The right requests to one operation, one after the other, round and round."""

    def __init__(
        self, operation: Operation, backend: BackendUnderTest, client: Client, *, seed: int, user: str | None
    ) -> None:
        self._operation = operation
        with _making:
            # What is made on the side would move what a check measures.
            made = valid_requests(operation, backend, seed, client=client, user=user, makes=False)
            self._requests = list(islice(made, MOST))
        self._turn = 0

    def next(self, over: Any, plain: Collection[str] = ()) -> Request:
        """The next request, ``over`` laid over its body. BrokenError where the contract gives none. ``plain``: pointers
        to what is never as long or as small as it may be.
        """
        if not self._requests:
            raise BrokenError(NO_REQUEST.format(operation=self._operation.label))
        request = self._requests[self._turn % len(self._requests)]
        change, self._turn = CYCLE[self._turn % len(CYCLE)], self._turn + 1
        body = request.body if change is None else self._extreme(request.body, change)
        for pointer in plain:
            if (value := translate.at(request.body, pointer)) is not None:
                body = put(body, pointer, value)
        return replace(request, body=merge(body, over), headers=fresh(request.headers))

    def _extreme(self, body: Any, change: Callable[[Library, Place, Any], list[Any]]) -> Any:
        """``body`` with every member that any of the requests has, each changed as far as the schema lets it be."""
        schema = fields.body_schema(self._operation)
        if schema is None or not isinstance(body, dict):
            return body
        contract = self._operation.contract
        takes = Schema(contract.library, schema, contract.openapi, "request").is_valid
        for other in self._requests:
            for name, value in other.body.items() if isinstance(other.body, dict) else ():
                if name not in body and takes({**body, name: value}):
                    body = {**body, name: value}
        for name, value in body.items():
            for place in _field(contract.library, schema, name):
                better = ({**body, name: candidate} for candidate in change(contract.library, place, value))
                body = next(filter(takes, better), body)
        return body


def _most(library: Library, place: Place, value: Any) -> list[Any]:
    """Texts as long as they may be, amounts that are not round: what is cut or rounded on its way, is so then."""
    if isinstance(value, str) and value:
        limit = fields.keyword(library, place, "maxLength")
        if isinstance(limit, int) and len(value) < limit <= LONGEST:
            return [(value * (limit // len(value) + 1))[:limit]]
    if isinstance(value, int) and not isinstance(value, bool):
        return list(UNEVEN)
    return []


def _least(library: Library, place: Place, value: Any) -> list[Any]:
    """The smallest numbers; texts with a character beyond the first 65,536, which not every store takes."""
    if isinstance(value, str) and value:
        limit = fields.keyword(library, place, "maxLength")
        kept = value[: limit - 1] if isinstance(limit, int) else value
        return [f"{kept}{ASTRAL}"]
    minimum = fields.keyword(library, place, "minimum")
    whole = isinstance(value, int) and not isinstance(value, bool)
    return [int(minimum)] if whole and isinstance(minimum, int | float) else []


CYCLE = (None, _most, None, _least)
UNEVEN = (1999, 119, 17, 7)
ASTRAL = "\N{TANGERINE}"
LONGEST = 10_000


def merge(body: Any, over: Any) -> Any:
    """``over`` laid over ``body``, object by object; a list takes the place of the whole list."""
    if over is None:
        return body
    if isinstance(body, dict) and isinstance(over, Mapping):
        below = {
            key: None if item is None else merge(body.get(key), item) for key, item in over.items()
        }  # a null that is written takes the place of what was there
        return {**body, **below}
    return over


def leave_out(operation: Operation, body: Any, said: Any) -> Any:
    """``body`` without the members that ``said`` takes out of it by null."""
    for path, _ in members.left_out(operation, said):
        body = without(body, path)
    return body


def replaced(body: Any, values: Any) -> Any:
    """``body`` with these values in the place of those that it has."""
    if isinstance(body, dict) and isinstance(values, Mapping):
        return {key: replaced(item, values[key]) if key in values else item for key, item in body.items()}
    return body if values is None else values


def _field(library: Library, schema: Place, name: str) -> list[Place]:
    try:
        return fields.find(library, schema, f"/{name.replace('~', '~0').replace('/', '~1')}")
    except fields.NoField:
        return []
