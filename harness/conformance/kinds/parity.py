"""Parity: the same reads, as the same person, to two backends, answered with the same meaning.

``contracts/shared.yaml::parity::listProducts``; where more than two backends serve it, each further one is compared
with the first, too: ``listProducts[erp]``. Compared are the status, and of successful answers every
field, the order, the paging and the defaults; of problems (RFC 9457) the type. What may differ is declared at
the operation: ``x-parity: {ignore: {/platform: each names itself}}``, or ``{compare: false, reason: …}``. A
difference counts when it stays: data still crossing is the linkage's matter, not parity's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from harness.api.backend import BackendUnderTest
from harness.api.choosing import require_somebody
from harness.api.client import Answer, Client, Request
from harness.checks.findings import Findings
from harness.checks.outcome import Outcome
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds.parity_cause import cause_of
from harness.conformance.kinds.parity_difference import Difference, differences
from harness.conformance.kinds.refusals import absent
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Index, Operation, pointers
from harness.core.difference import in_words
from harness.core.polling import poll
from harness.core.text import Text

NODE = "parity"
NOT_APPLICABLE = Text(
    zh="不适用：几个端共用一个后端，没有可比较的",
    en="not applicable: one backend serves several platforms, there is nothing to compare",
)
GUILTY = Text(zh="；此处违反接口规范的是 {service}", en="; {service} breaks its contract there")
WHAT = {
    "status": Text(zh="状态码", en="status"),
    "type of the problem": Text(zh="问题类型", en="type of the problem"),
    "only on one end": Text(zh="字段（只有一端有）", en="only on one end"),
    "value": Text(zh="值", en="value"),
    "number of entries": Text(zh="条目数", en="number of entries"),
    "entries": Text(zh="条目", en="entries"),
    "order": Text(zh="顺序", en="order"),
}
MOST_READS = 40


def tests(
    contract: Contract, backends: Sequence[BackendUnderTest], settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """A test for every read that several platforms' backends serve, unless the contract says that it differs."""
    alone = _one_for_all(contract, backends)
    if alone is not None:
        yield ContractTest(
            name="not-applicable",
            kind="parity",
            contract=contract,
            backend=alone,
            operation=None,
            about=Text(zh="几个端共用一个后端，无需比较", en="one backend serves several platforms"),
            execute=lambda: Outcome((), {}, {}, 0.0, not_run=(NOT_APPLICABLE,)),
        )
        return
    for operation in contract.operations:
        serving = _one_of_each_platform(backends, operation)
        declared = operation.place.value.get("x-parity") or {}
        if operation.method != "GET" or len(serving) < 2 or declared.get("compare") is False:
            continue
        first, *others = serving
        for number, other in enumerate(others):
            yield ContractTest(
                # The first pair keeps the plain name, however many are added later.
                name=operation.id if number == 0 else f"{operation.id}[{other.name}]",
                kind="parity",
                contract=contract,
                backend=first,
                beside=(other,),
                operation=operation,
                about=Text(zh="两个后端回答一致", en="the two backends answer alike"),
                execute=partial(compare, operation, first, other, settings),
                alone=True,
            )


def _one_for_all(contract: Contract, backends: Sequence[BackendUnderTest]) -> BackendUnderTest | None:
    """The backend that serves several platforms, if it is the only one with operations of the contract."""
    serving = [
        backend for backend in backends if any(item.serves(backend.name) for item in contract.operations)
    ]
    return serving[0] if len(serving) == 1 and len(serving[0].platforms) > 1 else None


def _one_of_each_platform(
    backends: Sequence[BackendUnderTest], operation: Operation
) -> list[BackendUnderTest]:
    found = {backend.platforms: backend for backend in reversed(backends) if operation.serves(backend.name)}
    return [backend for backend in backends if backend in found.values()]


@dataclass(frozen=True, slots=True)
class _Pair:
    left: Answer
    right: Answer
    differences: tuple[Difference, ...]


def compare(
    operation: Operation, first: BackendUnderTest, second: BackendUnderTest, settings: ConformanceSettings
) -> Outcome:
    """Send the same reads to both. BrokenError where one does not answer, NotRun where nobody can act on one."""
    declared = operation.place.value.get("x-parity") or {}
    from harness.conformance.fuzzing.valid_requests import valid_requests

    for backend in (first, second):
        require_somebody(operation, backend)
    began = time.monotonic()
    findings = Findings(operation.pointer)
    clients = [_client(operation, backend, settings) for backend in (first, second)]
    try:
        requests = list(islice(valid_requests(operation, first, settings.seed), MOST_READS))
        for request in [*requests, *absent(operation, requests[0])]:
            # One difference that stayed is enough waiting: what follows is looked at twice and no longer.
            patience = 0.0 if len(findings) else settings.settled_within
            pair = _read(clients, operation, request, declared.get("ignore") or {}, patience)
            for difference in pair.differences:
                _note(findings, operation, (first, second), pair, difference)
    finally:
        for client in clients:
            client.close()
    statuses: dict[str, int] = {}
    for client in clients:
        for status, times in client.statuses.items():
            statuses[status] = statuses.get(status, 0) + times
    return Outcome(
        findings=findings.all(),
        cases={NODE: sum(client.sent for client in clients)},
        statuses=dict(sorted(statuses.items())),
        seconds=round(time.monotonic() - began, 3),
    )


def _client(operation: Operation, backend: BackendUnderTest, settings: ConformanceSettings) -> Client:
    index = Index([operation.contract], service=backend.name)
    return Client(backend, index, timeout=settings.request_timeout, about=operation)


def _read(
    clients: Sequence[Client],
    operation: Operation,
    request: Request,
    ignored: Mapping[str, str],
    patience: float,
) -> _Pair:
    """Both answers, once they agree or have had the time to."""

    def read() -> _Pair:
        left, right = (client.send(operation, request) for client in clients)
        return _Pair(left, right, tuple(_differences(left, right, ignored)))

    return poll(read, lambda pair: not pair.differences, within=patience, every=0.25).value


def _differences(left: Answer, right: Answer, ignored: Mapping[str, str]) -> list[Difference]:
    if left.status != right.status:
        return [Difference("", "status", left.status, right.status)]
    if left.ok:
        return differences(left.data, right.data, ignored)
    kinds = [answer.data.get("type") if isinstance(answer.data, dict) else None for answer in (left, right)]
    return [] if kinds[0] == kinds[1] else [Difference("/type", "type of the problem", *kinds)]


def _note(
    findings: Findings,
    operation: Operation,
    backends: tuple[BackendUnderTest, BackendUnderTest],
    pair: _Pair,
    difference: Difference,
) -> None:
    names = [backend.name for backend in backends]
    at, cause = difference.at, cause_of(operation, pair.left, pair.right, difference)
    where = Text(zh=f"（{at}）", en=f" at {at}") if at else Text(zh="", en="")
    left, right = in_words(difference.left, difference.right, at.rpartition("/")[2])
    findings.note(
        "parity",
        Text(
            zh="{one} 与 {other} 的{what}不同{where}{guilty}",
            en="{one} and {other} differ in {what}{where}{guilty}",
        ).format(
            one=names[0],
            other=names[1],
            what=WHAT[difference.what],
            where=where,
            guilty=GUILTY.format(service=cause.service) if cause.service else "",
        ),
        expected=Text(zh="两端相同", en="the same on both"),
        seen=Text(zh="{one}：{left}；{other}：{right}", en="{one}: {left}; {other}: {right}").format(
            one=names[0], other=names[1], left=left, right=right
        ),
        exchange=pair.right.exchange,
        curl=f"{pair.left.curl}  # {names[0]}\n{pair.right.curl}  # {names[1]}",
        phase=NODE,
        pointer=_pointer(operation, pair.left, difference),
        key=f"{difference.what} {difference.general}",
        cause=cause,
    )


def _pointer(operation: Operation, answer: Answer, difference: Difference) -> str:
    """The declared response; which of its fields, the message says."""
    at = pointers.join("", "responses", str(answer.status))
    known = str(answer.status) in operation.responses
    return operation.pointer + (at if known and difference.what != "status" else "/responses")
