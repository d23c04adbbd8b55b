"""Answers whose list comes in pages (``x-pagination``), read as if it were one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from harness.api.client import Answer, Client, Request
from harness.contracts import Operation, fields, pointers
from harness.contracts.declarations import Pagination, declarations, query_schema
from harness.linkage.contract import translate

PAGE, PAGES = 100, 20


def read(client: Client, operation: Operation, request: Request, user: str | None) -> tuple[Answer, Any]:
    """The last answer, and the first one's JSON with the list as long as it is on all pages together."""
    pagination = declarations(operation).pagination
    if pagination is None:
        answer = client.send(operation, request, user=user)
        return answer, answer.data
    size, found, first = _size(operation, pagination), [], None
    for page in range(PAGES):
        query = {**request.query, **pagination.query(size, page * size)}
        answer = client.send(operation, replace(request, query=query), user=user)
        if not answer.ok:
            return answer, answer.data
        first = answer.data if first is None else first
        shown = translate.at(answer.data, pagination.items)
        found += shown if isinstance(shown, list) else []
        if not isinstance(shown, list) or len(shown) < size:
            break
    return answer, laid(first, pagination.items, found)


def most(operation: Operation) -> int | None:
    """So many entries of a list in pages are read; None where nothing declares pages."""
    pagination = declarations(operation).pagination
    return None if pagination is None else PAGES * _size(operation, pagination)


def default(operation: Operation) -> int:
    """How many a page has where nobody says how many."""
    pagination = declarations(operation).pagination
    schema = query_schema(operation, pagination.limit) if pagination else None
    usual = None if schema is None else fields.keyword(operation.contract.library, schema, "default")
    return usual if isinstance(usual, int) else 0


def laid(data: Any, pointer: str, value: Any) -> Any:
    """``data`` with ``value`` at ``pointer``; objects that are missing on the way are made."""
    *above, last = pointers.split(pointer) or [""]
    if not pointer:
        return value
    copy = dict(data) if isinstance(data, Mapping) else {}
    place = copy
    for token in above:
        below = place.get(token)
        place[token] = dict(below) if isinstance(below, Mapping) else {}
        place = place[token]
    place[last] = value
    return copy


def _size(operation: Operation, pagination: Pagination) -> int:
    """As many as a page may have."""
    schema = query_schema(operation, pagination.limit)
    most = None if schema is None else fields.keyword(operation.contract.library, schema, "maximum")
    return min(PAGE, int(most)) if isinstance(most, int | float) else PAGE


def list_of(operation: Operation) -> str | None:
    """The list in the answer, declared or the only one there is."""
    return declarations(operation).items


def declared_items(operation: Operation) -> str | None:
    """The list in the answer, where the operation declares one (``x-pagination``)."""
    pagination = declarations(operation).pagination
    return pagination.items if pagination else None
