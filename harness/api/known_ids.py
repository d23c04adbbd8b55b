"""Real objects of a backend: the ids a request can name, found as the user who will send it.

A contract's example may name an object this system does not have. Found are objects in lists (an operation
that reads a list whose items have a field called as the parameter) and through links (OpenAPI *Link Object*,
``x-reads-back``), whose source makes the object first. What is found is of this moment: another test may
change it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from harness.api.backend import BackendUnderTest
from harness.api.client import Answer, Client, Request
from harness.api.examples import from_examples
from harness.contracts import Contract, Operation, fields, pointers
from harness.contracts.addresses import VARIABLE
from harness.contracts.declarations import declarations
from harness.contracts.expressions import Exchanged, evaluate
from harness.contracts.other_documents import BETWEEN, document_at
from harness.contracts.parameters import parameters_of
from harness.core.errors import NotRun
from harness.core.exchange import SAFE_METHODS

MOST = 50  # objects of one kind
ROTATIONS = 5  # requests that differ in the object they name
TRIES = 4  # requests to a link's source until one is taken
DEEPEST = 3  # links that lead to links


class KnownIds:
    """The objects one user of a backend can name in requests to the operations of its contracts.

    ``makes``: an object may be made to have one; else nothing is written.
    """

    def __init__(
        self,
        client: Client,
        backend: BackendUnderTest,
        contract: Contract,
        *,
        user: str | None = None,
        makes: bool = True,
        within: tuple[str, ...] = (),
    ) -> None:
        self._client, self._backend, self._user, self._within = client, backend, user, within
        self._makes = makes
        home = contract.path.resolve()
        others = [path for path in backend.contracts if path.resolve() != home]
        self._contracts = (contract, *map(document_at, others))
        self._operations = [
            item for one in self._contracts for item in one.operations if item.serves(backend.name)
        ]
        self._names = {name for item in self._operations for name in VARIABLE.findall(item.path)}
        self._found: dict[tuple[str, str], list[Any]] = {}

    def ids(self, name: str, path: str = "") -> list[Any]:
        """What the lists of the backend say under ``name``; ``path``: the template the parameter stands in.

        Empty where no list has it, or has nothing in it.
        """
        before = path.partition(f"/{{{name}}}")[0] if path else ""
        key = (name, before)
        if key not in self._found:
            self._found[key] = []  # a list that needs itself finds nothing
            self._found[key] = self._in_lists(name, before)
        return self._found[key]

    def lists(self, name: str, path: str) -> list[Operation]:
        """The operations whose lists show objects with such an id. Sends nothing."""
        return [item for item, _ in self._lists(name, path.partition(f"/{{{name}}}")[0])]

    def requests(self, operation: Operation) -> Iterator[Request]:
        """Right requests as far as contract and system give them, without generating any.

        An unsafe operation is tried on objects made for it first: those that are there may be needed.
        """
        names = VARIABLE.findall(operation.path)
        safe = operation.method in SAFE_METHODS
        if names and not safe:
            yield from self._linked(operation)
        sent = []
        examples = list(from_examples(operation, partial(self.ids, path=operation.path)))[:ROTATIONS]
        most = max((len(self.ids(name, operation.path)) for name in names), default=1)
        for turn in range(max(1, min(ROTATIONS, most))):
            for example in examples:
                request = self.fill(operation, example, turn)
                if _parts(request) not in sent:
                    sent.append(_parts(request))
                    yield request
        if names and safe and not most:
            yield from self._linked(operation)
        for example in examples:
            if _parts(example) not in sent:
                sent.append(_parts(example))
                yield example

    def fill(self, operation: Operation, request: Request, turn: int = 0, *, keep: bool = True) -> Request:
        """The request with every id that names nothing (``keep=False``: every id) replaced by a real one.

        ``turn`` chooses among them; 0 keeps what is there already.
        """
        keep = keep and turn == 0
        path = {
            name: _chosen(value, self.ids(name, operation.path), turn, keep)
            for name, value in request.path.items()
        }
        query = {
            name: _chosen(value, self.ids(name), turn, keep) if self._is_id(name) else value
            for name, value in request.query.items()
        }
        return replace(request, path=path, query=query, body=self._filled(request.body, turn, keep))

    def _filled(self, value: Any, turn: int, keep: bool) -> Any:
        if isinstance(value, dict):
            return {
                name: _chosen(item, self.ids(name), turn, keep)
                if self._is_id(name) and isinstance(item, str | int)
                else self._filled(item, turn, keep)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [self._filled(item, turn + number, keep) for number, item in enumerate(value)]
        return value

    def _is_id(self, name: str) -> bool:
        return name in self._names or name.endswith(("_id", "Id"))

    def _in_lists(self, name: str, before: str) -> list[Any]:
        for operation, pointer in self._lists(name, before):
            request = next(from_examples(operation, partial(self.ids, path=operation.path)), None)
            if request is None:
                continue
            needed = {
                place.value["name"]
                for place in parameters_of(operation)
                if place.value["in"] == "query" and place.value.get("required") is True
            }
            query = {key: value for key, value in request.query.items() if key in needed}
            path = {
                key: _chosen(value, self.ids(key, operation.path), 0, True)
                for key, value in request.path.items()
            }
            answer = self._ask(operation, replace(request, query=query, path=path))
            if answer is not None and answer.ok and answer.unread is None:
                found = [item for item in fields.values(answer.data, pointer) if isinstance(item, str | int)]
                if found:
                    return list(dict.fromkeys(found))[:MOST]
        return []

    def _lists(self, name: str, before: str) -> list[tuple[Operation, str]]:
        """The lists that have such ids, with the pointer to them; the list of the very objects first."""
        found = []
        for operation in self._operations:
            items = declarations(operation).items if operation.method == "GET" else None
            if items is None:
                continue
            own = bool(before) and operation.path == before
            for field in (name, "id") if own else (name,):
                pointer = items + pointers.join("", fields.EVERY, field)
                if (own or field != "id") and _has(operation, pointer):
                    found.append((not own, operation.path.count("{"), operation, pointer))
                    break
        found.sort(key=lambda item: item[:2])
        return [item[2:] for item in found]

    def _linked(self, operation: Operation) -> Iterator[Request]:
        """Requests to objects that the source of a link to ``operation`` gives."""
        if len(self._within) >= DEEPEST or not self._makes:
            return
        names = set(VARIABLE.findall(operation.path))
        for source, parameters, body in self._links(operation):
            if not names <= parameters.keys() or source.id in (operation.id, *self._within):
                continue
            taken = self._take(source, operation)
            if taken is None:
                continue
            try:
                values = evaluate(parameters, taken)
                linked_body = evaluate(body, taken)
            except KeyError:
                continue
            for example in from_examples(operation, partial(_only, values)):
                path = {name: values[name] for name in names}
                yield replace(example, path=path, body=example.body if body is None else linked_body)

    def _links(self, operation: Operation) -> Iterator[tuple[Operation, dict[str, Any], Any]]:
        for source in self._operations:
            reads_back = declarations(source).reads_back
            if reads_back is not None and reads_back.operation.rpartition(BETWEEN)[2] == operation.id:
                yield source, reads_back.parameters, None
            library = source.contract.library
            for status in source.responses:
                if not status.startswith("2"):
                    continue
                response = library.follow(source.place.down("responses", status))
                for name in response.value.get("links") or ():
                    link = library.follow(response.down("links", name)).value
                    if link.get("operationId") == operation.id:
                        parameters = {
                            key.rpartition(".")[2]: value
                            for key, value in (link.get("parameters") or {}).items()
                        }
                        yield source, parameters, link.get("requestBody")

    def _take(self, source: Operation, target: Operation) -> Exchanged | None:
        """What the source of a link answers to the first request it takes."""
        inside = KnownIds(
            self._client,
            self._backend,
            source.contract,
            user=self._user,
            within=(*self._within, target.id),
        )
        for request in islice(inside.requests(source), TRIES):
            answer = self._ask(source, request)
            if answer is not None and answer.ok:
                return exchanged(request, answer)
        return None

    def _ask(self, operation: Operation, request: Request) -> Answer | None:
        """The answer; None where the environment does not let the request through."""
        try:
            return self._client.send(operation, request, user=self._user)
        except NotRun:
            return None


def exchanged(request: Request, answer: Answer) -> Exchanged:
    """A request and its answer as runtime expressions see them."""
    response = answer.exchange.response
    return Exchanged(
        path=request.path,
        query=request.query,
        headers=request.headers,
        body=request.body,
        status=answer.status,
        answered_headers=dict(response.headers) if response else {},
        answered=answer.data,
        url=answer.exchange.path,
        method=answer.exchange.method,
    )


def _has(operation: Operation, pointer: str) -> bool:
    for schema in fields.answer_schemas(operation).values():
        try:
            if fields.find(operation.contract.library, schema, pointer):
                return True
        except fields.NoField:
            continue
    return False


def _chosen(value: Any, known: list[Any], turn: int, keep: bool) -> Any:
    if not known or (keep and value in known):
        return value
    return known[turn % len(known)]


def _only(values: dict[str, Any], name: str) -> list[Any]:
    return [values[name]] if name in values else []


def _parts(request: Request) -> tuple[Any, ...]:
    return dict(request.path), dict(request.query), request.body
