"""Bringing a backend into a situation (``[[situations]]`` of harness.toml), and out of it again."""

from __future__ import annotations

from collections.abc import Iterable

from harness.api.backend import BackendUnderTest
from harness.api.client import Client, Request
from harness.api.situation_settings import SituationSettings
from harness.contracts import Contract
from harness.core.errors import BrokenError, UsageError
from harness.core.nearest import nearest
from harness.core.text import Text


def switch(
    client: Client,
    contracts: Iterable[Contract],
    backend: BackendUnderTest,
    situation: SituationSettings,
    *,
    on: bool,
) -> None:
    """Begin or end a situation. UsageError where harness.toml names no operation of the backend, BrokenError where
    the backend does not take the request.
    """
    if situation.unreachable is not None:
        backend.obstruct(situation.unreachable, on)
        return
    request = situation.before if on else situation.after
    assert request is not None
    known = {item.id: item for contract in contracts for item in contract.operations}
    if request.operation not in known:
        raise UsageError(
            f"situations.{situation.name}: no operation of {backend.name} is called {request.operation!r}",
            where="harness.toml",
            nearest=nearest(request.operation, known),
        )
    answer = client.insist(known[request.operation], Request(body=request.body))
    if not answer.ok:
        raise BrokenError(
            Text(
                zh=f"系统状态 {situation.name}：{request.operation} 返回 {answer.seen[:200]}",
                en=f"situation {situation.name}: {request.operation} answered {answer.seen[:200]}",
            )
        )
