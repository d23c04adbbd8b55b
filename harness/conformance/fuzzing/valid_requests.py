"""Right requests to an operation: the contract's examples on objects that are there, then generated ones.

For tests that need a request that should be taken, to change it, repeat it, or send it to two backends.
Equal seeds generate equal requests; the objects they name are those the backend has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.api.backend import BackendUnderTest
from harness.api.client import Client, Request
from harness.api.examples import fresh
from harness.api.known_ids import KnownIds
from harness.contracts import Index, Operation
from harness.core.errors import BrokenError
from harness.core.text import Text

GENERATED = 10
EXACT = 2**53  # beyond it, floats are not the numbers they were written as
TIMEOUT = 10.0  # seconds; for reading which objects there are


def valid_requests(
    operation: Operation,
    backend: BackendUnderTest,
    seed: int,
    *,
    client: Client | None = None,
    user: str | None = None,
    makes: bool = True,
) -> Iterator[Request]:
    """At least one request; the examples of the contract first. BrokenError where none can be made.

    ``user`` is whose objects they name, sent as by :meth:`Client.send`; ``client`` is used where given. ``makes``:
    an object may be made for them to name.
    """
    index = Index([operation.contract], service=backend.name)
    own = Client(backend, index, timeout=TIMEOUT, about=operation) if client is None else client
    try:
        yield from _samples(
            operation, KnownIds(own, backend, operation.contract, user=user, makes=makes), seed
        )
    finally:
        if client is None:
            own.close()


def _samples(operation: Operation, objects: KnownIds, seed: int) -> Iterator[Request]:
    made, known = 0, dict[str, object]()
    for request in objects.requests(operation):
        known = known or dict(request.path)
        made += 1
        yield replace(request, headers=fresh(request.headers))
    for number, request in enumerate(_generated(operation, seed)):
        made += 1
        # Where no list has the objects, random ids name nothing: the examples' are taken.
        named = replace(request, path={**request.path, **known})
        yield objects.fill(operation, named, number, keep=False)
    if not made:
        raise BrokenError(
            Text(
                zh=f"{operation.label}：无法按接口规范生成请求；请在其中给出示例（example）",
                en=f"{operation.label}: no request could be made from the contract; give it an example",
            )
        )


def _generated(operation: Operation, seed: int) -> Iterator[Request]:
    from harness.conformance.fuzzing.valid_cases import valid_cases

    for case in valid_cases(operation, seed, GENERATED):
        yield Request(
            path=case.path_parameters or {},
            query=case.query or {},
            headers=fresh({name: str(value) for name, value in (case.headers or {}).items()}),
            body=_plain(case.body),
            media_type=case.media_type or "application/json",
        )


def _plain(value: Any) -> Any:
    """Whole numbers written as such: 9.0 is a right integer (JSON Schema 2020-12, section 4.2.3), but an
    unusual one.
    """
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return int(value)
    return value
