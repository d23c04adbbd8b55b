"""Along the links of a contract (OpenAPI *Link Object*): one test per contract and backend, ``links``.

What an operation made is used the way its links say, and so on from there, at most ``DEEPEST`` steps: each
answer keeps to the contract, what was just made is there, and what was deleted is gone. A finding shows the
whole chain as curl lines, to be pasted in order.
"""

from __future__ import annotations

import time
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

from harness.api.backend import BackendUnderTest
from harness.api.choosing import why_nobody
from harness.api.client import Answer, Client, Request
from harness.api.examples import from_examples
from harness.api.known_ids import KnownIds, exchanged
from harness.checks.findings import Findings
from harness.checks.outcome import Outcome
from harness.conformance.contract_test import ContractTest
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Index, Operation
from harness.contracts.addresses import VARIABLE
from harness.contracts.expressions import Exchanged, evaluate
from harness.contracts.parameters import parameters_of
from harness.contracts.violations import one_of
from harness.core.errors import NotRun
from harness.core.text import Text

PHASE = "stateful"
DEEPEST = 4
TRIES = 6
GONE = (404, 410)
ABOUT = Text(zh="按接口规范的链接一步步走下去", en="step by step along the contract's links")


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a 2xx answer. ``parameters`` and ``body`` are runtime expressions or values."""

    name: str
    status: str
    target: Operation
    parameters: dict[str, Any]
    body: Any


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """The one test, if an operation of the backend has a link."""
    if any(
        links_of(operation, backend) for operation in contract.operations if operation.serves(backend.name)
    ):
        yield ContractTest(
            name="links",
            kind="links",
            contract=contract,
            backend=backend,
            operation=None,
            about=ABOUT,
            execute=lambda: _Walk(contract, backend, settings).run(),
        )


def links_of(operation: Operation, backend: BackendUnderTest) -> list[Link]:
    """The links of an operation that lead to operations of its contract on this backend."""
    library = operation.contract.library
    targets = {item.id: item for item in operation.contract.operations if item.serves(backend.name)}
    found = []
    for status in operation.responses:
        if not status.startswith("2"):
            continue
        response = library.follow(operation.place.down("responses", status))
        for name in response.value.get("links") or ():
            link = library.follow(response.down("links", name)).value
            target = targets.get(str(link.get("operationId")))
            if target is not None:
                parameters = {
                    key.rpartition(".")[2]: value for key, value in (link.get("parameters") or {}).items()
                }
                found.append(Link(name, status, target, parameters, link.get("requestBody")))
    return found


class _Walk:
    """All chains of one contract on one backend."""

    def __init__(self, contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings) -> None:
        self._contract, self._backend, self._settings = contract, backend, settings
        index = Index([contract], service=backend.name)
        self._client = Client(backend, index, timeout=settings.request_timeout)
        self._findings: dict[str, Findings] = {}
        self._not_run: list[Text] = []
        self._began = time.monotonic()

    def run(self) -> Outcome:
        """Every operation with links is a beginning."""
        try:
            for operation in self._contract.operations:
                if operation.serves(self._backend.name) and links_of(operation, self._backend):
                    self._from(operation)
        finally:
            self._client.close()
        return Outcome(
            findings=tuple(item for mine in self._findings.values() for item in mine.all()),
            cases={PHASE: self._client.sent},
            statuses=dict(sorted(self._client.statuses.items())),
            seconds=round(time.monotonic() - self._began, 3),
            out_of_time=self._out_of_time(),
            not_run=tuple(dict.fromkeys(self._not_run)),
        )

    def _out_of_time(self) -> bool:
        return time.monotonic() - self._began > self._settings.seconds

    def _from(self, operation: Operation) -> None:
        """Each link is tried on a thing of its own: one link may use up what another needs."""
        if (why := why_nobody(operation, self._backend)) is not None:
            self._not_run.append(why)
            return
        self._client.begin(operation)
        links = links_of(operation, self._backend)
        for name in dict.fromkeys(link.name for link in links):
            same = {link.status: link for link in links if link.name == name}  # made now, or made before
            taken = self._take(operation, same)
            if taken is None:
                words = Text(
                    zh="{operation}：没有请求得到 {statuses}，链接 {name} 无从继续",
                    en="{operation}: no request was answered {statuses}, so {name} leads nowhere",
                )
                self._not_run.append(
                    words.format(operation=operation.label, statuses=one_of(same), name=name)
                )
                continue
            request, answer = taken
            self._follow(same[str(answer.status)], exchanged(request, answer), [answer])

    def _take(self, operation: Operation, statuses: Container[str]) -> tuple[Request, Answer] | None:
        objects = KnownIds(self._client, self._backend, self._contract)
        for request in islice(objects.requests(operation), TRIES):
            answer = self._ask(operation, request)
            if answer is not None and str(answer.status) in statuses:
                return request, answer
        return None

    def _follow(self, link: Link, source: Exchanged, chain: list[Answer]) -> None:
        if len(chain) > DEEPEST or self._out_of_time():
            return
        request = _request(link, source)
        if request is None:
            return
        answer = self._ask(link.target, request)
        if answer is None:
            return
        chain = [*chain, answer]
        findings = self._findings.setdefault(
            link.target.id, Findings(link.target.pointer, self._backend.logged)
        )
        findings.note_violations(replace(answer, curl=_lines(chain)), PHASE)
        if answer.status in GONE and set(VARIABLE.findall(link.target.path)) & link.parameters.keys():
            title = Text(zh="前一个响应链接到的数据不存在", en="What the answer before links to is not there")
            self._note(findings, "ensure_resource_availability", title, chain)
        if link.target.method == "DELETE" and answer.ok:
            self._after_delete(link.target, request, chain)
        if answer.ok:
            for further in links_of(link.target, self._backend):
                if further.status == str(answer.status):
                    self._follow(further, exchanged(request, answer), chain)

    def _after_delete(self, deleted: Operation, request: Request, chain: list[Answer]) -> None:
        """The same address, read: it must be gone."""
        for operation in self._contract.operations:
            if (operation.method, operation.path) == ("GET", deleted.path) and VARIABLE.findall(deleted.path):
                answer = self._ask(operation, Request(path=request.path))
                if answer is not None and answer.ok:
                    findings = self._findings.setdefault(
                        operation.id, Findings(operation.pointer, self._backend.logged)
                    )
                    title = Text(zh="已删除的数据仍然存在", en="What was deleted is still there")
                    self._note(findings, "use_after_free", title, [*chain, answer])

    def _ask(self, operation: Operation, request: Request) -> Answer | None:
        try:
            return self._client.send(operation, request)
        except NotRun as refused:  # the environment does not let it through
            self._not_run.append(refused.text)
            return None

    def _note(self, findings: Findings, check: str, title: Text, chain: list[Answer]) -> None:
        findings.note(
            check,
            title,
            seen=chain[-1].seen,
            exchange=chain[-1].exchange,
            curl=_lines(chain),
            phase=PHASE,
            checked=chain[-1].checked,
        )


def _request(link: Link, source: Exchanged) -> Request | None:
    """The request a link describes; what it leaves open is filled from the target's examples."""
    try:
        values = evaluate(link.parameters, source)
        body = evaluate(link.body, source)
    except KeyError:
        return None  # an optional field that this answer does not have
    places = {place.value["name"]: place.value["in"] for place in parameters_of(link.target)}
    for example in from_examples(link.target, partial(_known, values)):
        request = example if link.body is None else replace(example, body=body)
        for name, value in values.items():
            if places.get(name) == "path":
                request = replace(request, path={**request.path, name: value})
            elif places.get(name) == "query":
                request = replace(request, query={**request.query, name: value})
            elif places.get(name) == "header":
                request = replace(request, headers={**request.headers, name: str(value)})
        return request
    return None


def _known(values: dict[str, Any], name: str) -> list[Any]:
    return [values[name]] if name in values else []


def _lines(chain: list[Answer]) -> str:
    return "\n".join(answer.curl for answer in chain)
