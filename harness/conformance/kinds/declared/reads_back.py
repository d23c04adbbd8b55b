"""``x-reads-back``: after a write was answered, a read says the same.

Several different writes are made, so that one that changed nothing cannot hide behind what was there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.api.backend import BackendUnderTest
from harness.api.client import Answer, Request
from harness.api.examples import fresh
from harness.api.known_ids import exchanged
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds.declared.declared_check import DeclaredCheck, Fault, Problem, for_each
from harness.conformance.kinds.declared.list_reader import canonical
from harness.conformance.kinds.parity_difference import generalised
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Operation, fields
from harness.contracts.declarations import REQUEST, ReadsBack
from harness.contracts.expressions import evaluate
from harness.contracts.other_documents import operation_named
from harness.contracts.parameters import parameters_of
from harness.contracts.violations import NOTHING
from harness.core import causes
from harness.core.causes import Cause
from harness.core.text import Text, text_of

ABOUT = Text(zh="写入后读得到", en="what is written is read back")
SENT = Text(zh="发送：{value}", en="sent: {value}")
ANSWERED = Text(zh="响应：{value}", en="answered: {value}")
READ = Text(zh="读到：{value}", en="read: {value}")
WRITES = 3
ABSENT: Any = object()


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """``createOrder[reads-back]`` for every write that says where it is read."""
    return for_each(contract, backend, settings, "x-reads-back", ABOUT, work)


def work(check: DeclaredCheck) -> None:
    """Write and read a few times."""
    declared = check.declared.reads_back
    assert declared is not None
    written: list[str] = []
    for request, answer in check.accepted_requests():
        content = canonical([dict(request.path), request.body])
        if content in written:
            continue
        written.append(content)
        pending = [answer]

        def look(request: Request = request, pending: list[Answer] = pending) -> list[Problem]:
            again = replace(request, headers=fresh(request.headers))
            wrote = pending.pop() if pending else check.send(again)
            return compare(check, declared, request, wrote) if wrote.ok else []

        check.judge(look)
        if len(written) == WRITES:
            return


def reader(check: DeclaredCheck, declared: ReadsBack) -> Operation:
    """The operation that reads. It is there: the contract was linted."""
    return operation_named(check.operation.contract, declared.operation)


def read(check: DeclaredCheck, declared: ReadsBack, request: Request, wrote: Answer) -> Answer:
    """The answer of the reading operation. Fault where the written answer does not say what to read."""
    operation = reader(check, declared)
    try:
        values = evaluate(declared.parameters, exchanged(request, wrote))
    except KeyError as error:
        title = Text(zh="响应没有说明该读取什么", en="The answer does not say what to read")
        wanted = Text(zh=f"{error} 的值", en=f"a value for {error}")
        raise Fault(Problem("parameters", title, wanted, wrote.seen, (wrote,), "/parameters")) from None
    places = {place.value["name"]: place.value["in"] for place in parameters_of(operation)}
    parts: dict[str, dict[str, Any]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
    for name, value in values.items():
        parts[places[name]][name] = value
    headers = {name: str(value) for name, value in parts["header"].items()}
    return check.send(Request(path=parts["path"], query=parts["query"], headers=headers), operation)


def compare(check: DeclaredCheck, declared: ReadsBack, request: Request, wrote: Answer) -> list[Problem]:
    """Read, and say which of the declared fields are not what was written."""
    answer = read(check, declared, request, wrote)
    if not answer.ok:
        title = Text(
            zh=f"写入的内容无法用 {declared.operation} 读取",
            en=f"What was written cannot be read with {declared.operation}",
        )
        wanted = Text(zh="2xx 响应", en="a 2xx answer")
        service, pointer = check.backend.name, check.operation.pointer
        cause = Cause(
            causes.written(service, pointer, "unreadable"),
            service,
            explained_by=(causes.refused(service, reader(check, declared).pointer, answer.status),),
        )
        answers = (wrote, answer)
        return [Problem("unreadable", title, wanted, answer.seen, answers, "/operation", cause=cause)]
    problems = []
    for number, (source, target) in enumerate(declared.pairs):
        sent = source.startswith(REQUEST)
        left = _value(request.body if sent else wrote.data, source.removeprefix(REQUEST))
        right = _value(answer.data, target)
        if sent and left is ABSENT:
            continue  # an optional field that was not sent
        if not (same(left, right) or _among(left, right, source, target)):
            at = f"/same/{number}" if isinstance(declared.same, list) else "/same"
            problems.append(
                Problem(
                    f"different {source} {target}",
                    Text(
                        zh=f"{target} 读回的与写入的不同", en=f"{target} is not read back as it was written"
                    ),
                    (SENT if sent else ANSWERED).format(value=shown(left)),
                    READ.format(value=shown(right)),
                    (wrote, answer),
                    at,
                    cause=not_kept(check, reader(check, declared), None if sent else source, target),
                )
            )
    return problems


def not_kept(check: DeclaredCheck, read: Operation, source: str | None, target: str) -> Cause:
    """That what was written is read otherwise, at fields of both answers (``source`` None: of the request).

    Either answer may be known to be wrong by itself.
    """
    service, pointer = check.backend.name, check.operation.pointer
    there = (read.pointer, generalised(target))
    places = [there] if source is None else [there, (pointer, generalised(source))]
    values = tuple(causes.value(service, *place) for place in places)
    forms = tuple(causes.form(service, *place) for place in places)
    return Cause(causes.written(service, pointer, generalised(target)), service, values, (*values, *forms))


def same(left: Any, right: Any) -> bool:
    """Equal as JSON is written: 12 is not 12.0, and no text is a number."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and bool(left == right)


def _among(left: Any, right: Any, source: str, target: str) -> bool:
    """Whether what was written is one of the entries read: ``{/id: /things/*/id}``."""
    many = fields.EVERY in target.split("/") and fields.EVERY not in source.split("/")
    return many and any(same(left, item) for item in right)


def shown(value: Any) -> Text:
    return NOTHING if value is ABSENT else text_of(canonical(value)[:100])


def _value(data: Any, pointer: str) -> Any:
    """The value of a field; a list of all of them where the pointer is about every entry."""
    found = fields.values(data, pointer)
    if fields.EVERY in pointer.split("/"):
        return found
    return found[0] if found else ABSENT
