"""Undocumented operations as rows of a table, for whoever draws one.

Owns words and layout only; what is counted is :mod:`harness.reporting.undocumented`'s.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.core.text import Text
from harness.reporting.language import words
from harness.reporting.undocumented import Undocumented, UndocumentedOperation

MOST = 30  # rows shown
TITLE = words("接口规范中没有的接口", "Undocumented operations")
COLUMNS = (
    words("接口", "Operation"),
    words("服务", "Service"),
    words("次数", "Times"),
    words("响应", "Responses"),
    words("备注", "Note"),
)


def cells(item: UndocumentedOperation) -> tuple[Text, ...]:
    """What stands under each of :data:`COLUMNS`."""
    return (
        words(item.operation, item.operation),
        words(item.service, item.service),
        words(str(item.times), str(item.times)),
        _responses(item),
        _note(item),
    )


def counts(item: UndocumentedOperation) -> Text:
    """Where, how often and how it was answered, in one line."""
    answers = _responses(item)
    return words(
        f"{TITLE.zh}：{item.service}，{item.times} 次（{answers.zh}）",
        f"undocumented operation of {item.service}, exchanges: {item.times} ({answers.en})",
    )


def rest(found: Undocumented) -> Iterator[Text]:
    """What is to be said below the rows."""
    more = len(found.operations) - MOST
    if more > 0:
        yield words(f"另有 {more} 个", f"{more} more")
    for entry in found.stale:
        yield words(
            f"豁免 {entry.id} 已无必要：接口规范中已有 {entry.undocumented}，请从清单中删除",
            f"waiver {entry.id} is stale: {entry.undocumented} is documented by now; take it out of the list",
        )


def _responses(item: UndocumentedOperation) -> Text:
    counts = [f"{status} ×{count}" for status, count in item.statuses.items() if status is not None]
    unanswered = item.statuses.get(None, 0)
    return words(
        "，".join([*counts, *([f"无响应 ×{unanswered}"] if unanswered else [])]),
        ", ".join([*counts, *([f"no response ×{unanswered}"] if unanswered else [])]),
    )


def _note(item: UndocumentedOperation) -> Text:
    if item.waiver is not None:
        entry = item.waiver
        return words(
            f"{entry.id} 豁免至 {entry.expires}（{entry.owner}）：{entry.reason}",
            f"waived until {entry.expires} by {entry.id} ({entry.owner}): {entry.reason}",
        )
    if item.expired is not None:
        entry = item.expired
        return words(
            f"豁免 {entry.id} 已于 {entry.expires} 过期", f"waiver {entry.id} expired on {entry.expires}"
        )
    if item.nearest is not None:
        return words(
            f"服务也没有这个接口，是否应为 {item.nearest}？",
            f"the service does not have it either; is {item.nearest} meant?",
        )
    return words("", "")
