"""Situations: a state of the system in which every operation must answer as documented, such as *closed*.

``[[situations]]`` of harness.toml says how to bring it about: a request to the backend before and one after,
or a service that the others cannot reach meanwhile. One test per contract and backend,
``situation[maintenance]``; nothing else runs at the same time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from harness.api.backend import BackendUnderTest
from harness.api.client import Answer, Client, Request
from harness.api.situation_settings import SituationSettings
from harness.api.situations import switch
from harness.checks.findings import Findings
from harness.checks.outcome import Outcome
from harness.conformance.contract_test import ContractTest
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Index, Operation, load
from harness.contracts.violations import one_of
from harness.core import causes
from harness.core.causes import Cause
from harness.core.errors import BrokenError
from harness.core.polling import poll
from harness.core.text import Text

OVER_WITHIN = 10.0  # seconds a backend may take to leave the situation


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """A test for every situation in which an operation of the contract has something to say."""
    for situation in backend.situations:
        if situation.services and backend.name not in situation.services:
            continue
        concerned = _concerned(contract, backend, situation)
        if concerned:

            def execute(
                situation: SituationSettings = situation, concerned: tuple[Operation, ...] = concerned
            ) -> Outcome:
                return try_out(concerned, backend, situation, settings)

            yield ContractTest(
                name=f"situation[{situation.name}]",
                kind="statuses",
                contract=contract,
                backend=backend,
                operation=None,
                about=situation.title,
                execute=execute,
                alone=True,
            )


def _concerned(
    contract: Contract, backend: BackendUnderTest, situation: SituationSettings
) -> tuple[Operation, ...]:
    names = {str(status) for status in situation.statuses}
    return tuple(
        operation
        for operation in contract.operations
        if operation.serves(backend.name)
        and names & set(operation.responses)
        and (not situation.operations or operation.id in situation.operations)
    )


def try_out(
    concerned: tuple[Operation, ...],
    backend: BackendUnderTest,
    situation: SituationSettings,
    settings: ConformanceSettings,
) -> Outcome:
    """Bring the situation about, ask every operation, end it and see that it is over."""
    from harness.conformance.fuzzing.valid_requests import valid_requests

    began = time.monotonic()
    contracts = [load(path, readable=backend.readable) for path in backend.contracts]
    client = Client(backend, Index(contracts, service=backend.name), timeout=settings.request_timeout)
    requests = {
        item.id: next(iter(valid_requests(item, backend, settings.seed)), Request()) for item in concerned
    }
    findings: list[Findings] = []
    # Credentials are got while the backend still gives them.
    for operation in concerned:
        client.prepare(operation)
    switch(client, contracts, backend, situation, on=True)
    try:
        for operation in concerned:
            mine = Findings(operation.pointer, backend.logged)
            findings.append(mine)
            answer = client.insist(operation, requests[operation.id])  # refused, it changes nothing
            mine.note_violations(answer, "statuses")
            if answer.status not in situation.statuses:
                _note(mine, operation, situation, answer)
    finally:
        switch(client, contracts, backend, situation, on=False)
        _wait_until_over(client, concerned[0], requests[concerned[0].id], situation)
        client.close()
    return Outcome(
        findings=tuple(finding for mine in findings for finding in mine.all()),
        cases={"statuses": client.sent},
        statuses=dict(sorted(client.statuses.items())),
        seconds=round(time.monotonic() - began, 3),
    )


def _note(findings: Findings, operation: Operation, situation: SituationSettings, answer: Answer) -> None:
    service = answer.exchange.target
    findings.note(
        "documented_situation",
        Text(zh="返回 {status}，而系统状态是：{title}", en="answers {status} while: {title}").format(
            status=answer.status, title=situation.title
        ),
        expected=Text(
            zh="系统状态 {name!r} 下返回 {statuses}", en="{statuses} in the situation {name!r}"
        ).format(statuses=one_of(map(str, situation.statuses)), name=situation.name),
        seen=answer.seen,
        exchange=answer.exchange,
        curl=answer.curl,
        phase="statuses",
        key=situation.name,
        cause=Cause(causes.service_rule(service, situation.name, str(answer.status)), service),
        checked=answer.checked,
    )


def _wait_until_over(
    client: Client, operation: Operation, request: Request, situation: SituationSettings
) -> None:
    """BrokenError where the backend stays in the situation: what follows would prove nothing."""
    polled = poll(
        lambda: client.send(operation, request),
        lambda answer: answer.status not in situation.statuses,
        within=OVER_WITHIN,
    )
    if not polled.satisfied:
        still = polled.value.seen[:200]
        raise BrokenError(
            Text(
                zh=f"系统状态 {situation.name!r} 没有结束：{OVER_WITHIN} 秒后 {operation.label} 仍返回 {still}",
                en=f"situation {situation.name!r} does not end: after {OVER_WITHIN} s {operation.label} still "
                f"answers {still}",
            )
        )
