"""Exchanges of documented operations that could not be judged: how many, and why.

What no contract describes is no part of it (a page, a WebSocket, an operation that nobody documented), nor what
the rules of the environment refused or a test made unreachable. Owns the count and the words of its reasons.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import get_args

from harness.core.payloads.traffic import Excluded
from harness.core.text import Text
from harness.reporting.event_records import AttributedExchange, Records
from harness.reporting.language import words

LOST = "missing in the record"
OTHER = "another reason"
REASONS = {
    "no answer": words("没有响应", "no answer"),
    "client left": words("客户端提前断开", "the client left"),
    "cut short": words("响应没有传完", "the answer ended early"),
    "too large": words("超过记录上限", "larger than is recorded"),
    "encoding": words("无法解码", "its encoding cannot be undone"),
    "unread": words("有内容无法按接口规范解读", "a part that no schema can judge"),
    "not recordable": words("内容无法记录", "its content cannot be recorded"),
    "check failed": words("检查本身出错", "the check itself failed"),
    "proxy failed": words("录制代理出错", "the recording proxy failed"),
    LOST: words("记录中缺失", "missing in the record"),
    OTHER: words("其他原因", "another reason"),
}


@dataclass(frozen=True, slots=True)
class Unchecked:
    """``reasons``: how often each, the most frequent first. ``total``: the exchanges of documented operations, of
    which ``own`` were sent by contract tests and linkage checks.
    """

    total: int
    reasons: tuple[tuple[str, int], ...]
    own: int = 0

    @property
    def count(self) -> int:
        return sum(times for _, times in self.reasons)

    @property
    def percent(self) -> float | None:
        """The share that was not checked; None where there was nothing to check."""
        return 100.0 * self.count / self.total if self.total else None

    @property
    def text(self) -> Text:
        zh = "、".join(f"{REASONS[reason].zh} {times}" for reason, times in self.reasons)
        en = ", ".join(f"{REASONS[reason].en} {times}" for reason, times in self.reasons)
        own_zh = f"（其中 {self.own} 次由契约测试与联动检查自身发出）" if self.own else ""
        own_en = f" ({self.own} of them sent by contract tests and linkage checks)" if self.own else ""
        return words(
            f"接口规范所述接口的 {self.total} 次请求与响应{own_zh}中有 {self.count} 次没有校验"
            + (f"：{zh}" if zh else ""),
            f"of {self.total} exchanges of documented operations{own_en}, {self.count} could not be checked"
            + (f": {en}" if en else ""),
        )


def unchecked_of(records: Records) -> Unchecked:
    """Those of generated tests included: what they did not see, they could not find."""
    documented = [x for x in records.exchanges if _is_documented(x)]
    reasons = Counter(_reason(x) for x in documented if not x.checked)
    if records.lost:
        reasons[LOST] += len(records.lost)
    return Unchecked(
        len(documented) + len(records.lost),
        tuple(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        own=sum(x.generated for x in documented),
    )


def not_provided_of(records: Records) -> tuple[str, ...]:
    """Operations that a stand-in of the harness's own was asked for and lacks, the most frequent first."""
    asked = Counter(
        f"{x.target} {x.method} {x.path.partition('?')[0]}"
        for x in records.exchanges
        if x.reason == "not provided" and not x.generated
    )
    return tuple(f"{name} ×{times}" for name, times in asked.most_common())


def _is_documented(exchange: AttributedExchange) -> bool:
    """Where the check itself failed, nobody knows; it counts, so that it is not overlooked."""
    if exchange.operation is None:
        return _reason(exchange) == "check failed"
    return exchange.reason not in get_args(Excluded)


def _reason(exchange: AttributedExchange) -> str:
    if exchange.reason is None:  # written before reasons had kinds
        return "check failed" if exchange.unjudged else OTHER
    return exchange.reason
