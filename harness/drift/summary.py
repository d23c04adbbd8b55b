"""The comparison for people, in one language, and its exit code."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from harness.contracts import Contract, Operation, Violation
from harness.core.errors import EXIT_BROKEN, EXIT_PASSED, EXIT_PRODUCT
from harness.core.masking import mask_query, mask_text
from harness.core.text import Language, Text, text_of
from harness.drift.findings import Drift, Finding, Side, Undeclared, Undocumented
from harness.drift.reading.recorded import EXCLUDED, GAPS, Recorded

COUNTS = Text(
    zh="录制的请求与响应 {read}，已判断 {judged}；发现 {findings}，接口规范中没有的接口 {undocumented}",
    en="{read} exchanges recorded, {judged} judged; findings: {findings}, undocumented operations: {undocumented}",
)
SIDES: dict[Side, Text] = {
    "contract": Text(zh="改接口规范", en="change the contract"),
    "code": Text(zh="改代码", en="change the code"),
    "either": Text(zh="改接口规范或代码", en="change the contract or the code"),
}
# No colon behind the place: its last name would be taken for that of a secret, and the next word be masked as one.
SENTENCE = Text(
    zh="{operation}：{where} 应为 {expected}，实际为 {seen}",
    en="{operation}: {where} expected {expected}, got {seen}",
)
SEEN = Text(
    zh="{count} / {total} 次，首次见于 {place}：{request}",
    en="{count} of {total}, first at {place}: {request}",
)
ASKED = Text(zh="{count} 次，首次见于 {place}：{request}", en="{count} ×, first at {place}: {request}")
PLACE = Text(zh="{file}:{line}（第 {number} 条）", en="{file}:{line} (exchange {number})")
COUNT = Text(zh="{count} × {what}", en="{count} × {what}")
UNDOCUMENTED = Text(zh="接口规范中没有的接口", en="undocumented operations")
UNDECLARED = Text(
    zh="接口规范中没有的查询参数（不算违反规范）",
    en="query parameters that no contract has (they break none)",
)
PARAMETER = Text(
    zh="{operation}：{name}  {count} 次，首次见于 {place}",
    en="{operation}: {name}  {count} ×, first at {place}",
)
UNCHECKED = Text(zh="未检查（不算通过）", en="unchecked (not counted as fine)")
OUT_OF_SCOPE = Text(zh="不在范围内", en="out of scope")
SUCH_AS = Text(zh="例如 {place}：{words}", en="such as {place}: {words}")
HINT = Text(
    zh="其中 {count} 次与某个接口吻合；若 {server} 就是被测服务，请加 --server {server}",
    en="{count} of them look like operations; if {server} is this API, add --server {server}",
)
FLAWS = Text(
    zh="{file}：{count} 处有误，受影响的接口未检查",
    en="{file}: {count} flaws; operations they reach are unchecked",
)
LEFT_OUT = Text(zh="另有 {count} 次未列出（已达上限）", en="{count} more are not listed (there are too many)")
MOST_HINTS = 5
LONGEST_NAME = 100  # characters; a query may be anything
NOTHING = Text(
    zh="没有任何请求与响应属于这些接口规范：什么都没有判断，不算通过",
    en="no exchange is one of these contracts: nothing was judged, which is not fine",
)


def exit_code(drift: Drift, most_undocumented: int | None = None) -> int:
    """Findings are the product's; a check that failed, or nothing judged, proves nothing."""
    too_many = most_undocumented is not None and len(drift.undocumented) > most_undocumented
    if drift.findings or too_many:
        return EXIT_PRODUCT
    return EXIT_BROKEN if drift.own_faults or not drift.judged else EXIT_PASSED


def lines(drift: Drift, language: Language) -> Iterator[str]:
    """The text, line by line, masked."""
    for text, indent in _texts(drift):
        yield " " * indent + mask_text(text.say(language))


def _texts(drift: Drift) -> Iterator[tuple[Text, int]]:
    for finding in drift.findings:
        yield from _finding(finding)
    if drift.undocumented:
        yield UNDOCUMENTED, 0
        for operation in drift.undocumented:
            yield from _undocumented(operation)
    if drift.undeclared:
        yield UNDECLARED, 0
        for parameter in drift.undeclared:
            yield parameter_words(parameter), 2
    if drift.unchecked:
        yield UNCHECKED, 0
        for gap, count in drift.unchecked.most_common():
            yield COUNT.format(count=count, what=GAPS[gap]), 2
            recorded, words = drift.examples[gap]
            if recorded is not None:
                yield SUCH_AS.format(place=place(recorded), words=words), 6
            else:
                yield words, 6
    if drift.excluded:
        yield OUT_OF_SCOPE, 0
        for excluded, count in drift.excluded.most_common():
            yield COUNT.format(count=count, what=EXCLUDED[excluded]), 2
    for server, count in drift.elsewhere.most_common(MOST_HINTS):
        yield HINT.format(server=server, count=count), 6
    for text in limits(drift):
        yield text, 0
    counts = {"findings": len(drift.findings), "undocumented": len(drift.undocumented)}
    yield COUNTS.format(read=drift.read, judged=drift.judged, **counts), 0
    if not drift.judged:
        yield NOTHING, 0


def limits(drift: Drift) -> Iterator[Text]:
    """What the findings are not the whole of: flaws of the contracts, and more than are listed."""
    for contract in drift.contracts:
        harmful = sum(not flaw.harmless for flaw in contract.flaws)
        if harmful:
            yield FLAWS.format(file=contract.name, count=harmful)
    if drift.left_out:
        yield LEFT_OUT.format(count=drift.left_out)


def _finding(finding: Finding) -> Iterator[tuple[Text, int]]:
    yield sentence(finding.operation, finding.violation), 0
    yield _joined(SIDES[finding.side], finding.reason), 4
    yield text_of(contract_spot(finding)), 4
    numbers = {"count": finding.count, "total": finding.total, "place": place(finding.sample)}
    yield SEEN.format(request=request_of(finding.sample), **numbers), 4


def sentence(operation: Operation, violation: Violation) -> Text:
    """What an operation was to be, and what it was."""
    words = {"where": violation.where, "expected": violation.expected, "seen": violation.seen}
    return SENTENCE.format(operation=operation.id, **words)


def parameter_words(parameter: Undeclared) -> Text:
    """Which query parameter of which operation, how often, and where first."""
    name, where = repr(parameter.name[:LONGEST_NAME]), place(parameter.sample)
    return PARAMETER.format(operation=parameter.operation.id, name=name, count=parameter.count, place=where)


def _undocumented(operation: Undocumented) -> Iterator[tuple[Text, int]]:
    yield text_of(f"{operation.name}  {operation.host}"), 2
    yield _joined(SIDES[operation.side], operation.reason), 6
    sample = operation.sample
    yield ASKED.format(count=operation.count, place=place(sample), request=request_of(sample)), 6


def _joined(side: Text, reason: Text) -> Text:
    return Text(zh=f"{side.zh}：{reason.zh}", en=f"{side.en}: {reason.en}")


def contract_spot(finding: Finding) -> str:
    """``contracts/shop.yaml:41  shop.yaml#/components/…``."""
    file, line = location(finding.operation.contract, finding.violation.pointer)
    return f"{shown(file)}{f':{line}' if line else ''}  {finding.violation.pointer}"


def location(contract: Contract, pointer: str) -> tuple[Path, int | None]:
    """The file and the line of a place in a contract, which may stand in a file beside it."""
    name, _, fragment = pointer.partition("#")
    source = next((each for each in contract.library.sources if each.name == name), None)
    return (contract.path, None) if source is None else (source.path, source.line_of_origin(fragment))


def place(recorded: Recorded) -> Text:
    spot = recorded.spot
    return PLACE.format(file=shown(spot.file), line=spot.line, number=spot.number)


def request_of(recorded: Recorded) -> str:
    """``GET https://api.shop.example/v1/orders/1?page=2``, masked."""
    exchange, address = recorded.exchange, recorded.address
    before = f"{recorded.host} " if address is None else f"{address.scheme}://{recorded.host}"
    return f"{exchange.method} {before}{mask_text(mask_query(exchange.path))}"


def shown(path: Path) -> str:
    """A path as short as it can be said from here."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
