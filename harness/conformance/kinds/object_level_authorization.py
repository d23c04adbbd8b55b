"""What is one person's is nobody else's: ``getOrder[object_level_authorization]``.

For an operation whose path names an object that some list shows to its owner only (the list asks for a
log-in), every other user and nobody must be refused, and the object stay as it was. For an operation that
users of harness.toml are ``forbidden``, they are refused although they are logged in.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice

from harness.api.backend import NOBODY, BackendUnderTest
from harness.api.choosing import able, requirements_of, why_nobody
from harness.api.client import Answer, Client, Request
from harness.api.known_ids import KnownIds
from harness.checks.findings import Findings
from harness.checks.outcome import Outcome
from harness.conformance.contract_test import ContractTest
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Index, Operation, load
from harness.contracts.addresses import VARIABLE
from harness.core import causes
from harness.core.causes import Cause
from harness.core.errors import BrokenError
from harness.core.exchange import SAFE_METHODS
from harness.core.text import Text, text_of

PHASE = "declared"
REFUSED = (401, 403, 404)
WRITES = 2  # different ones
TRIES = 12  # requests until the owner's is taken
ABOUT = Text(zh="别人的东西动不了也看不到", en="what is one person's is nobody else's")
ONE_ONLY = Text(
    zh="harness.toml 只为 {backend} 配置了一个能访问 {operation} 的用户（{user}），还需要另一个同类用户",
    en="harness.toml gives {backend} one user only who may use {operation} ({user}); another of that kind is needed",
)


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """A test for every operation on one person's object, or that some user is forbidden."""
    objects = KnownIds(_no_client(backend), backend, contract)
    for operation in contract.operations:
        if not operation.serves(backend.name) or not asks_for_a_person(operation, backend):
            continue
        owned = any(_is_owned(objects, operation, name, backend) for name in VARIABLE.findall(operation.path))
        if owned or _forbidden(operation, backend):

            def execute(operation: Operation = operation, owned: bool = owned) -> Outcome:
                return _Try(operation, backend, settings).run(owned)

            yield ContractTest(
                name=f"{operation.id}[object_level_authorization]",
                kind="declared",
                contract=contract,
                backend=backend,
                operation=operation,
                about=ABOUT,
                execute=execute,
            )


def asks_for_a_person(operation: Operation, backend: BackendUnderTest) -> bool:
    """Whether who sends the request makes a difference: a signature of the system is not a person."""
    signed = {settings.scheme for settings in backend.signatures}
    requirements = requirements_of(operation)
    return bool(requirements) and all(item and not set(item) <= signed for item in requirements)


def _is_owned(objects: KnownIds, operation: Operation, name: str, backend: BackendUnderTest) -> bool:
    """Whether all lists that show such objects ask for a person."""
    lists = objects.lists(name, operation.path)
    return bool(lists) and all(asks_for_a_person(item, backend) for item in lists)


def _forbidden(operation: Operation, backend: BackendUnderTest) -> list[str]:
    return [user.name for user in backend.users if operation.id in user.forbidden]


def _no_client(backend: BackendUnderTest) -> Client:
    """For looking at contracts only."""
    return Client(backend, Index([], service=backend.name), timeout=1)


class _Try:
    """The test of one operation under way."""

    def __init__(
        self, operation: Operation, backend: BackendUnderTest, settings: ConformanceSettings
    ) -> None:
        self._operation, self._backend = operation, backend
        contracts = [
            operation.contract
            if path.resolve() == operation.contract.path.resolve()
            else load(path, readable=backend.readable)
            for path in backend.contracts
        ]
        self._contracts = contracts
        self._client = Client(
            backend,
            Index(contracts, service=backend.name),
            timeout=settings.request_timeout,
            about=operation,
        )
        self._able = [user.name for user in able(operation, backend)]
        self._findings = Findings(operation.pointer, backend.logged)
        self._not_run: list[Text] = []

    @property
    def _owner(self) -> str:
        return self._able[0]

    def run(self, owned: bool) -> Outcome:
        began = time.monotonic()
        forbidden = _forbidden(self._operation, self._backend)
        others = [*self._able[1:], *forbidden] if owned else forbidden
        try:
            if (why := why_nobody(self._operation, self._backend)) is not None:
                self._not_run.append(why)
            else:
                if not others:
                    self._not_run.append(
                        ONE_ONLY.format(
                            backend=self._backend.name, user=self._owner, operation=self._operation.label
                        )
                    )
                self._try(others, owned)
        finally:
            self._client.close()
        return Outcome(
            findings=self._findings.all(),
            cases={PHASE: self._client.sent},
            statuses=dict(sorted(self._client.statuses.items())),
            seconds=round(time.monotonic() - began, 3),
            not_run=tuple(self._not_run),
        )

    def _try(self, others: list[str], owned: bool) -> None:
        """Find requests the owner may send, then send them as the others."""
        for request in self._right_requests():
            before = self._state(request)
            for name in [*others, NOBODY]:
                if name and owned and self._is_shown_to(name, request):
                    continue  # it is theirs as well
                answer = self._client.send(self._operation, request, user=name)
                self._findings.note_violations(answer, PHASE)
                if answer.ok:
                    self._note(name, request, answer)
                elif answer.status not in REFUSED:
                    words = Text(
                        zh="以{who}的身份：在确认身份之前就返回了 {status}",
                        en="as {who}: answered {status} before asking who it is",
                    )
                    who = name or Text(zh="未登录者", en="nobody")
                    self._not_run.append(words.format(who=who, status=answer.status))
            after = self._state(request)
            if before is not None and after is not None and before.data != after.data:
                self._note_changed(before, after)

    def _right_requests(self) -> list[Request]:
        """Requests the owner may send: one that reads; writes of which none says what is there anyway."""
        objects = KnownIds(self._client, self._backend, self._operation.contract)
        found: list[Request] = []
        refused: list[str] = []
        for request in islice(objects.requests(self._operation), TRIES):
            if self._operation.method not in SAFE_METHODS and self._state(request) is not None:
                # Sent by the owner it would change what the others must not reach.
                if request.body not in [known.body for known in found]:
                    found.append(request)
                if len(found) == WRITES:
                    break
                continue
            answer = self._client.send(self._operation, request)
            if answer.ok:
                return [request]
            refused.append(str(answer.status))
        if not found:
            words = Text(
                zh="{operation}：所有者的 {number} 个正确的请求都没有被接受：{answers}",
                en="{operation}: none of {number} right requests was taken from its owner: {answers}",
            )
            answers = ", ".join(refused) or Text(zh="一个也构造不出", en="none could be made")
            raise BrokenError(
                words.format(operation=self._operation.label, number=len(refused), answers=answers)
            )
        return found

    def _is_shown_to(self, name: str, request: Request) -> bool:
        """Whether the user's own lists show every object the request names."""
        objects = KnownIds(self._client, self._backend, self._operation.contract, user=name)
        return all(
            value in objects.ids(parameter, self._operation.path) for parameter, value in request.path.items()
        )

    def _state(self, request: Request) -> Answer | None:
        """What reading the object says to its owner; None where it cannot be read."""
        names = VARIABLE.findall(self._operation.path)
        if not names:
            return None
        path = self._operation.path.partition("}")[0] + "}"
        for contract in self._contracts:
            for operation in contract.operations:
                if (operation.method, operation.path) == ("GET", path) and operation.serves(
                    self._backend.name
                ):
                    values = {names[0]: request.path[names[0]]}
                    answer = self._client.send(operation, Request(path=values))
                    return answer if answer.ok else None
        return None

    def _note(self, name: str, request: Request, answer: Answer) -> None:
        whose = ", ".join(str(value) for value in request.path.values())
        forbidden = name in _forbidden(self._operation, self._backend)
        owner = self._owner
        who = text_of(name) if name else Text(zh="未登录者", en="nobody")
        title = Text(zh="{who}能访问别人的数据", en="{who} is let through to what is somebody else's")
        expected = Text(
            zh=f"除所有者 {owner} 外一律 401、403 或 404" + (f"（{whose}）" if whose else ""),
            en=f"401, 403 or 404 for anybody but {owner}, the owner" + (f" of {whose}" if whose else ""),
        )
        if forbidden:
            title = Text(
                zh="{who} 能访问 harness.toml 禁止其访问的接口",
                en="{who} is let through to what harness.toml forbids {who}",
            )
            expected = Text(zh=f"对 {name} 返回 403", en=f"403 for {name}")
        self._findings.note(
            "object_level_authorization",
            title.format(who=who),
            expected=expected,
            seen=Text(zh="以{who}的身份：{answer}", en="as {who}: {answer}").format(
                who=who, answer=answer.seen
            ),
            exchange=answer.exchange,
            curl=answer.curl,
            phase=PHASE,
            key="nobody" if not name else "other",
            cause=self._cause(name, forbidden=forbidden),
        )

    def _note_changed(self, before: Answer, after: Answer) -> None:
        self._findings.note(
            "object_level_authorization",
            Text(
                zh="请求被拒绝，却仍改动了别人的数据",
                en="was refused, and changed what is somebody else's all the same",
            ),
            expected=before.seen,
            seen=after.seen,
            exchange=after.exchange,
            curl=after.curl,
            phase=PHASE,
            key="changed",
            checked=after.checked,
        )

    def _cause(self, name: str, *, forbidden: bool) -> Cause:
        """Operations that one kind of user must not use are usually guarded in one place."""
        service, operation = self._backend.name, self._operation.pointer
        if not name:
            return Cause(causes.anonymous(service, operation), service)
        if forbidden:
            return Cause(causes.service_rule(service, "forbidden", name), service)
        return Cause(causes.check(service, operation, "object_level_authorization"), service)
