"""Bodies for the writes of a check: from the OpenAPI document's examples and schema, no two alike in a row.

Making them costs schemathesis' strategies once per operation; they are equal for equal seeds.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
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

MOST = 8
_making = threading.Lock()  # strategies are drawn from by one thread at a time


class Samples:
    """The right requests to one operation, one after the other, round and round."""

    def __init__(
        self, operation: Operation, backend: BackendUnderTest, client: Client, *, seed: int, user: str | None
    ) -> None:
        self._operation = operation
        with _making:
            made = valid_requests(operation, backend, seed, client=client, user=user)
            self._requests = list(islice(made, MOST))
        self._turn = 0

    def next(self, over: Any) -> Request:
        """The next request, ``over`` laid over its body. BrokenError where the contract gives none."""
        if not self._requests:
            raise BrokenError(f"{self._operation.label}: no request can be made from the contract")
        request = self._requests[self._turn % len(self._requests)]
        full, self._turn = self._turn % 2 == 1, self._turn + 1
        body = self._full(request.body) if full else request.body
        return replace(request, body=overlaid(body, over), headers=fresh(request.headers))

    def _full(self, body: Any) -> Any:
        """``body`` with every member that any of the requests has, and its texts as long as they may be."""
        schema = fields.body_schema(self._operation)
        if schema is None or not isinstance(body, dict):
            return body
        contract = self._operation.contract
        takes = Schema(contract.library, schema, contract.openapi, "request").is_valid
        for other in self._requests:
            for name, value in other.body.items() if isinstance(other.body, dict) else ():
                if name not in body and takes({**body, name: value}):
                    body = {**body, name: value}
        return _long(contract.library, schema, takes, body)


def overlaid(body: Any, over: Any) -> Any:
    """``over`` laid over ``body``, object by object; a list takes the place of the whole list."""
    if over is None:
        return body
    if isinstance(body, dict) and isinstance(over, Mapping):
        return {**body, **{key: overlaid(body.get(key), item) for key, item in over.items()}}
    return over


def _long(
    library: Library, schema: Place, takes: Callable[[Any], bool], body: dict[str, Any]
) -> dict[str, Any]:
    """``body`` with its texts as long as the schema lets them be: what is cut on its way, is cut then."""
    for name, value in body.items():
        if not isinstance(value, str) or not value:
            continue
        for place in _field(library, schema, name):
            limit = fields.keyword(library, place, "maxLength")
            if not isinstance(limit, int) or not len(value) < limit <= 10_000:
                continue
            longer = {**body, name: (value * (limit // len(value) + 1))[:limit]}
            if takes(longer):
                body = longer
    return body


def _field(library: Library, schema: Place, name: str) -> list[Place]:
    try:
        return fields.find(library, schema, f"/{name.replace('~', '~0').replace('/', '~1')}")
    except fields.NoField:
        return []
