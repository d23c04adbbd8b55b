"""Money, sums and times to the letter: ``x-money``, ``x-sum`` and ``x-now`` in every successful answer.

Where the operation says where its writes are read (``x-reads-back``), money and times must also come back as
they were answered, and amounts that binary fractions spoil are sent where the body has money.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from harness.api.backend import BackendUnderTest
from harness.api.client import Answer, Request
from harness.api.examples import fresh
from harness.conformance.contract_test import ContractTest
from harness.conformance.kinds.declared.declared_check import PHASE, DeclaredCheck, Problem, a_test
from harness.conformance.kinds.declared.ranking import moment
from harness.conformance.kinds.declared.reads_back import not_kept, read, reader, same, shown
from harness.conformance.kinds.parity_difference import generalised
from harness.conformance.settings import ConformanceSettings
from harness.contracts import Contract, Operation, fields, pointers
from harness.contracts.declarations import REQUEST
from harness.contracts.library import Place
from harness.contracts.schema_extensions import MONEY, NOW, SUM, Finder, Marked, marked_operation
from harness.contracts.schemas import Schema
from harness.contracts.violations import NOTHING
from harness.core import causes
from harness.core.causes import Cause
from harness.core.text import Text

ABOUT = Text(zh="金额与时间精确无误", en="money and times are exact")
ANSWERS = 3
MOST_ANSWERS = 16  # looked at until one has something to judge in it
ALLOWANCE = 2.0  # seconds two clocks may differ
LARGEST = 2**53 - 1  # what every client reads exactly (RFC 8259 section 6)
AMOUNTS = (1, 115, 1999, 2**31 + 1)  # of 1.15 and 19.99, binary fractions make 114.99… and 1998.99…


def tests(
    contract: Contract, backend: BackendUnderTest, settings: ConformanceSettings
) -> Iterator[ContractTest]:
    """``getOrder[exactness]`` for every operation whose answers have marked values."""
    for operation in contract.operations:
        if operation.serves(backend.name) and marked_operation(operation):
            yield a_test(operation, backend, settings, "exactness", ABOUT, work, alone=False)


def work(check: DeclaredCheck) -> None:
    """Look at a few successful answers; of writes, also at what is read afterwards."""
    finder = Finder(check.operation.contract)
    judged = 0
    for number, (request, answer) in enumerate(check.accepted_requests()):
        if number >= (ANSWERS if judged else MOST_ANSWERS):
            break
        check.findings.note_violations(answer, PHASE)
        schema = _schema(check, answer)
        judged += 0 if schema is None else len(list(finder.marked(schema, answer.data)))
        pending = [answer]

        def look(request: Request = request, pending: list[Answer] = pending) -> list[Problem]:
            again = replace(request, headers=fresh(request.headers))
            wrote = pending.pop() if pending else check.send(again)
            return [*_written(check, finder, wrote), *_survives(check, finder, request, wrote)]

        check.judge(look)
        if number == 0:
            _amounts(check, finder, request)
    if not judged:
        check.not_run.append(
            Text(
                zh=f"{check.operation.label} 的响应中没有金额、合计或时间",
                en=f"no answer of {check.operation.label} had money, sums or times in it",
            )
        )


def _written(check: DeclaredCheck, finder: Finder, answer: Answer) -> list[Problem]:
    """What is wrong with the marked values of one answer."""
    schema = _schema(check, answer)
    if schema is None or not answer.ok:
        return []
    check_of = {MONEY: _money, SUM: _sum, NOW: _now}
    found = [check_of[item.mark](item, answer) for item in finder.marked(schema, answer.data)]
    return [problem for problem in found if problem is not None]


def _money(item: Marked, answer: Answer) -> Problem | None:
    if item.value is None:
        return None
    whole = isinstance(item.value, int) and not isinstance(item.value, bool)
    if whole and abs(item.value) <= LARGEST:
        return None
    if whole:
        title = Text(zh="金额太大，无法精确读取", en="Money is too large to be read exactly")
        wanted = Text(
            zh=f"不超过 {LARGEST}，所有客户端都能精确读取",
            en=f"at most {LARGEST}, which every client reads exactly",
        )
    else:
        title = Text(zh="金额不是整数", en="Money is not written as a whole number")
        wanted = Text(
            zh="整数：没有小数、指数，也不是文本", en="a whole number, no fraction, no exponent, no text"
        )
    return _about(item, answer, title, wanted, shown(item.value))


def _sum(item: Marked, answer: Answer) -> Problem | None:
    if not isinstance(item.value, int | float) or item.parent is None:
        return None
    total: int | float = 0
    for term in item.place.value[SUM]:
        sign = -1 if term.startswith("-") else 1
        amounts = fields.values(item.parent, term.removeprefix("-"))
        total += sign * sum(amount for amount in amounts if isinstance(amount, int | float))
    if total == item.value:
        return None
    terms = " + ".join(item.place.value[SUM]).replace("+ -", "- ")
    title = Text(zh="合计不等于各项之和", en="A sum is not the sum of its terms")
    return _about(item, answer, title, f"{terms} = {total}", shown(item.value))


def _now(item: Marked, answer: Answer) -> Problem | None:
    if item.value is None:
        return None
    found = moment(item.value)
    if found is None:
        title = Text(zh="时间不是带时区的 RFC 3339", en="A time is not RFC 3339 with its offset")
        wanted = Text(zh="例如 2026-03-02T08:00:00.125Z", en="such as 2026-03-02T08:00:00.125Z")
        return _about(item, answer, title, wanted, shown(item.value))
    if found.utcoffset() != timedelta(0):
        title, wanted = (
            Text(zh="时间不是 UTC", en="A time is not in UTC"),
            Text(zh="UTC 时间（Z）", en="a time in UTC (Z)"),
        )
        return _about(item, answer, title, wanted, shown(item.value))
    exchange = answer.exchange
    late = max(exchange.started - found.timestamp(), found.timestamp() - exchange.ended)
    if late <= ALLOWANCE:
        return None
    title = Text(zh="时间不是请求的时间", en="A time is not that of the request")
    wanted = Text(
        zh=f"请求的时间，误差不超过 {ALLOWANCE:g} 秒", en=f"the time of the request, within {ALLOWANCE:g} s"
    )
    seen = Text(zh="{value}，相差 {late:.0f} 秒", en="{value}, {late:.0f} s off")
    return _about(item, answer, title, wanted, seen.format(value=shown(item.value), late=late))


def _about(item: Marked, answer: Answer, title: Text, expected: Text | str, seen: Text | str) -> Problem:
    place = generalised(item.at)
    placed = Text(zh=f"{title.zh}：{place}", en=f"{title.en}: {place}")
    cause = _cause(item, answer, place)
    return Problem(
        f"{title.en} {place}", placed, expected, seen, (answer,), pointer=item.pointer, cause=cause
    )


def _cause(item: Marked, answer: Answer, place: str) -> Cause:
    service, operation = answer.exchange.target, answer.checked.operation
    name = causes.mark(service, item.pointer, place)
    if operation is None:
        return Cause(name, service)
    value, form = (of(service, operation.pointer, place) for of in (causes.value, causes.form))
    # Written as a fraction it is still the right amount: 39.0.
    only_form = isinstance(item.value, float) and item.value.is_integer()
    return Cause(name, service, (form,) if only_form else (form, value), (value,))


def _survives(check: DeclaredCheck, finder: Finder, request: Request, wrote: Answer) -> list[Problem]:
    """Money and times of a written answer that are others when read."""
    declared, schema = check.declared.reads_back, _schema(check, wrote)
    if declared is None or schema is None or not wrote.ok:
        return []
    answer = read(check, declared, request, wrote)
    if not answer.ok:
        return []  # reads-back says so
    there = _schema(check, answer, reader(check, declared))
    anew = (
        set() if there is None else {one.at for one in finder.marked(there, answer.data) if one.mark == NOW}
    )
    problems = []
    for item in finder.marked(schema, wrote.data):
        right = fields.values(answer.data, item.at)
        if item.mark == SUM or item.at in anew or not right or same(item.value, right[0]):
            continue
        place = generalised(item.at)
        what = Text(zh="金额", en="Money") if item.mark == MONEY else Text(zh="时间", en="A time")
        title = Text(
            zh="{what}写入后再读取就变了：{place}", en="{what} changes between write and read: {place}"
        )
        title = title.format(what=what, place=place)
        seen = Text(zh="{value}（{operation}）", en="{value} with {operation}")
        seen = seen.format(value=shown(right[0]), operation=declared.operation)
        problems.append(
            Problem(
                f"survives {place}",
                title,
                shown(item.value),
                seen,
                (wrote, answer),
                pointer=item.pointer,
                cause=not_kept(check, reader(check, declared), item.at, item.at),
            )
        )
    return problems


def _amounts(check: DeclaredCheck, finder: Finder, request: Request) -> None:
    """Send amounts that are easily spoilt, in every field of the body that is declared to be read back."""
    declared, schema = check.declared.reads_back, fields.body_schema(check.operation)
    if declared is None or schema is None:
        return
    contract = check.operation.contract
    takes = Schema(contract.library, schema, contract.openapi, "request").is_valid
    pairs = [pair for pair in declared.pairs if pair[0].startswith(REQUEST)]
    for item in finder.marked(schema, request.body):
        if item.mark != MONEY or item.at not in {pair[0].removeprefix(REQUEST) for pair in pairs}:
            continue
        for amount in AMOUNTS:
            body = _with(request.body, item.at, amount)
            if takes(body):
                check.judge(partial(_amount, check, replace(request, body=body), item, amount))


def _amount(check: DeclaredCheck, request: Request, item: Marked, amount: int) -> list[Problem]:
    """What becomes of one amount that is sent."""
    declared = check.declared.reads_back
    assert declared is not None
    sent = replace(request, headers=fresh(request.headers))
    wrote = check.send(sent)
    if not wrote.ok:
        return []  # an amount may be refused for what it means
    answer = read(check, declared, sent, wrote)
    target = dict(declared.pairs)[f"{REQUEST}{item.at}"]
    right = fields.values(answer.data, target)
    if not answer.ok or (right and same(right[0], amount)):
        return []
    title = Text(
        zh=f"金额读回时与发送的不同：{target}", en=f"Money is not read back as it was sent: {target}"
    )
    seen = shown(right[0]) if right else NOTHING
    cause = not_kept(check, reader(check, declared), None, target)
    answers = (wrote, answer)
    return [Problem(f"amount {target}", title, str(amount), seen, answers, pointer=item.pointer, cause=cause)]


def _with(body: Any, at: str, value: Any) -> Any:
    """The body with another value at a place that is there."""
    if not at:
        return value
    token, rest = pointers.split(at)[0], pointers.join("", *pointers.split(at)[1:])
    if isinstance(body, list):
        return [
            _with(item, rest, value) if str(number) == token else item for number, item in enumerate(body)
        ]
    return {name: _with(item, rest, value) if name == token else item for name, item in body.items()}


def _schema(check: DeclaredCheck, answer: Answer, operation: Operation | None = None) -> Place | None:
    """The schema of an answer's JSON."""
    schemas = fields.answer_schemas(operation or check.operation)
    return schemas.get(str(answer.status)) or schemas.get(f"{answer.status // 100}XX")
