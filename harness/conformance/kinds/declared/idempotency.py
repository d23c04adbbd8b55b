"""``x-idempotency``: a request that is sent again under its key happens once.

The same key with the same content gives the same object, with another content the declared conflict, another
key another object, and two equal requests at the same moment one object (IETF draft *The Idempotency-Key HTTP
Header Field*: the second may be refused while the first is under way).
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any

from harness.api.backend import BackendUnderTest
from harness.api.client import Answer, Request
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds.declared.declared_check import DeclaredCheck, Problem, for_each
from harness.conformance.kinds.declared.list_reader import canonical
from harness.conformance.kinds.declared.reads_back import same, shown
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Operation, fields
from harness.contracts.addresses import VARIABLE
from harness.contracts.declarations import declarations
from harness.contracts.expressions import answer_pointer
from harness.contracts.violations import one_of
from harness.core.errors import BrokenError, HarnessError
from harness.core.text import Text, text_of

ABOUT = Text(zh="重复请求只生效一次", en="a repeated request happens once")
EQUAL = Text(zh="{name} = {value}", en="{name} = {value}")
ROUNDS = 5  # of two requests at once
UNDER_WAY = (409, 425)  # what the second of two may be told
MOST_OTHERS = 12


@dataclass(frozen=True, slots=True)
class _Identity:
    """How one object is told from another: a field of the answer; None: only by the whole answer."""

    pointer: str | None

    def of(self, answer: Answer) -> Any:
        if self.pointer is None:
            return answer.data
        return next(iter(fields.values(answer.data, self.pointer)), None)

    @property
    def name(self) -> Text:
        return text_of(self.pointer) if self.pointer else Text(zh="响应", en="the answer")


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """``createOrder[idempotency]`` for every operation whose requests have keys."""
    return for_each(contract, backend, settings, "x-idempotency", ABOUT, work)


def work(check: DeclaredCheck) -> None:
    """Send again what was taken: the same, changed, under another key, and twice at once."""
    identity = _Identity(identity_of(check.operation))
    request, _ = next(check.accepted_requests(partial(_keyed, check)))
    check.judge(lambda: _again(check, identity, request))
    _with_other_content(check, request)
    if identity.pointer is None:
        check.not_run.append(
            Text(
                zh=f"{check.operation.label}：响应中没有能区分两个对象的字段；请写在 x-idempotency 的 identity 中",
                en=f"{check.operation.label}: nothing in its answer tells two objects apart; name it as 'identity' "
                "of x-idempotency",
            )
        )
        return
    check.judge(lambda: _other_key(check, identity, request))
    check.judge(lambda: _at_once(check, identity, request))


def identity_of(operation: Operation) -> str | None:
    """The field of the answer that names the object: as declared, as it is read back by, else the id that
    the paths below this one have, or that is called as the path (``refund_id`` of ``/refunds``).
    """
    declared = declarations(operation)
    if declared.idempotency is not None and declared.idempotency.identity is not None:
        return declared.idempotency.identity
    own = VARIABLE.findall(operation.path)
    if declared.reads_back is not None:
        for value in declared.reads_back.parameters.values():
            pointer = answer_pointer(value)
            if pointer and pointer.rpartition("/")[2] not in own:
                return pointer
    below = [
        VARIABLE.match(other.path.removeprefix(operation.path + "/"))
        for other in operation.contract.operations
        if other.path.startswith(operation.path + "/{")
    ]
    named = {found[1] for found in below if found}
    last = operation.path.rpartition("/")[2]
    library = operation.contract.library
    for schema in fields.answer_schemas(operation).values():
        for part in fields.parts(library, schema):
            for name in part.value.get("properties") or ():
                stem = re.sub(r"(_id|Id)$", "", name)
                if name in named or (stem != name and last.startswith(stem)):
                    return f"/{name}"
    return None


def _keyed(check: DeclaredCheck, request: Request) -> Request:
    """The request under a new key."""
    assert check.declared.idempotency is not None
    header = check.declared.idempotency.header
    others = {name: value for name, value in request.headers.items() if name.lower() != header.lower()}
    return replace(request, headers={**others, header: f"harness-{uuid.uuid4()}"})


def _first(check: DeclaredCheck, request: Request) -> tuple[Request, Answer]:
    """The request under a new key, taken; another one where it is not taken any more (nothing is left)."""
    keyed = _keyed(check, request)
    answer = check.send(keyed)
    return (keyed, answer) if answer.ok else next(check.accepted_requests(partial(_keyed, check)))


def _again(check: DeclaredCheck, identity: _Identity, request: Request) -> list[Problem]:
    """The same key and content, three times."""
    keyed, first = _first(check, request)
    for _ in range(2):
        answer = check.send(keyed)
        pair = (first, answer)
        if not answer.ok:
            title = Text(zh="同一个键的同一请求被拒绝", en="The same request under the same key is refused")
            wanted = Text(zh="与第一次相同的响应", en="the first answer again")
            return [_about(check, Problem("again refused", title, wanted, answer.seen, pair))]
        left, right = identity.of(first), identity.of(answer)
        if not same(left, right):
            title = Text(
                zh="同一个键的同一请求得到另一个对象",
                en="The same request under the same key gives another object",
            )
            expected = Text(zh="仍是 {name} = {value}", en="{name} = {value} again")
            expected = expected.format(name=identity.name, value=shown(left))
            seen = EQUAL.format(name=identity.name, value=shown(right))
            return [_about(check, Problem("again another", title, expected, seen, pair))]
    return []


def _with_other_content(check: DeclaredCheck, request: Request) -> None:
    """The same key with another content that would be right of its own."""
    declared = check.declared.idempotency
    assert declared is not None
    content = canonical(request.body)
    samples = islice(check.valid_requests(), MOST_OTHERS)
    other = next((sample.body for sample in samples if canonical(sample.body) != content), None)
    if other is None:
        check.not_run.append(
            Text(
                zh=f"{check.operation.label}：没有第二种内容可用，未用已使用的键发送；请在接口规范中再给一个示例",
                en=f"{check.operation.label}: no second content is known, so none was sent under a used key; "
                "give the contract another example",
            )
        )
        return

    def look() -> list[Problem]:
        keyed, first = _first(check, request)
        answer = check.send(replace(keyed, body=other))
        if answer.status == declared.conflict:
            return []
        title = Text(
            zh="用过的键配上不同内容，没有报冲突", en="A used key with another content is not a conflict"
        )
        wanted = str(declared.conflict)
        return [_about(check, Problem("conflict", title, wanted, answer.seen, (first, answer), "/conflict"))]

    check.judge(look)


def _other_key(check: DeclaredCheck, identity: _Identity, request: Request) -> list[Problem]:
    """The same content under two keys."""
    first, left = _first(check, request)
    right = check.send(_keyed(check, first))
    if not right.ok:
        check.not_run.append(
            Text(
                zh=f"{check.operation.label}：同样的内容换一个键不被接受",
                en=f"{check.operation.label}: the same content is not taken under a second key",
            )
        )
    elif same(identity.of(left), identity.of(right)):
        title = Text(
            zh="两个键不同的请求只得到一个对象", en="Two requests with keys of their own give one object"
        )
        wanted = Text(zh="两个不同的 {name}", en="two different {name}").format(name=identity.name)
        seen = Text(zh="两次都是 {name} = {value}", en="{name} = {value} twice")
        seen = seen.format(name=identity.name, value=shown(identity.of(right)))
        return [_about(check, Problem("other key", title, wanted, seen, (left, right), "/header"))]
    return []


def _at_once(check: DeclaredCheck, identity: _Identity, request: Request) -> list[Problem]:
    """Two equal requests at the same moment, a few rounds; the object is asked for once more afterwards."""
    rounds = 0
    for _ in range(ROUNDS):
        keyed = _keyed(check, request)
        answers = _together(check, keyed)
        taken = [answer for answer in answers if answer.ok]
        if not taken:
            continue
        rounds += 1
        last = check.send(keyed)
        taken += [last] if last.ok else []
        distinct = {canonical(identity.of(answer)) for answer in taken}
        if len(distinct) > 1:
            title = Text(
                zh="同时发出的两个相同请求创建了两个对象", en="Two equal requests at once make two objects"
            )
            wanted = Text(zh="一个 {name}", en="one {name}").format(name=identity.name)
            seen = EQUAL.format(name=identity.name, value=" / ".join(sorted(distinct))[:100])
            twice = f"{taken[0].curl} &\n{taken[0].curl} &\nwait"
            problem = Problem("at once", title, wanted, seen, tuple(taken), "/header", curl=twice)
            return [_about(check, problem)]
        for answer in answers:
            if not answer.ok and answer.status not in UNDER_WAY:
                title = Text(
                    zh="同时发出的两个相同请求有一个失败", en="One of two equal requests at once fails"
                )
                wanted = Text(
                    zh="相同的响应；第一个请求处理中时可以是 {statuses}",
                    en="the same answer, or {statuses} while the first is under way",
                ).format(statuses=one_of(map(str, UNDER_WAY)))
                pair = (taken[0], answer)
                return [
                    _about(check, Problem("at once refused", title, wanted, answer.seen, pair, "/header"))
                ]
    if not rounds:
        check.not_run.append(
            Text(
                zh=f"{check.operation.label}：同时发出的两个相同请求都没有被接受",
                en=f"{check.operation.label}: of two equal requests at once none was taken",
            )
        )
    return []


def _about(check: DeclaredCheck, problem: Problem) -> Problem:
    """The problem as one of the header that names a request."""
    assert check.declared.idempotency is not None
    return replace(problem, parameters=(check.declared.idempotency.header,))


def _together(check: DeclaredCheck, request: Request) -> list[Answer]:
    """The answers to two equal requests sent at the same moment."""
    start, answers, failures = threading.Barrier(2), list[Answer](), list[HarnessError]()
    clients = [check.another_client() for _ in range(2)]

    def send(number: int) -> None:
        try:
            clients[number].prepare(check.operation)  # so that logging in is not what takes the time
            start.wait(timeout=check.settings.request_timeout)
            answers.append(clients[number].send(check.operation, request))
        except HarnessError as error:
            failures.append(error)
            start.abort()
        except threading.BrokenBarrierError:
            pass  # the other one says why, or nobody came in time

    threads = [threading.Thread(target=send, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    if len(answers) < len(clients):
        raise BrokenError(Text(zh="两个请求无法同时发出", en="two requests could not be sent at once"))
    return answers
