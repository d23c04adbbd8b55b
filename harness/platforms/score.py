"""The experience score (体验评分) of a mini-program: WeChat's rules, as far as a simulator can measure them.

Each rule is kept (100 points) or lost (0), and the score is the mean by weight:
https://developers.weixin.qq.com/miniprogram/dev/framework/audits/scoring.html. Times are of this machine, not of a
phone. A rule that is not measured is named, and counts nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.core.text import Text
from harness.platforms.score_rules import NOT_MEASURED, RULES, AppMeasures, Breach, Rule


@dataclass(frozen=True, slots=True)
class Verdict:
    """``empty``: there was nothing that the rule is about, so it is neither kept nor lost."""

    rule: Rule
    breaches: tuple[Breach, ...]
    empty: bool


def judge(measured: AppMeasures) -> list[Verdict]:
    there = {
        "pages": bool(measured.pages),
        "requests": bool(measured.requests),
        **{name: any(page[name] for page in measured.pages) for name in ("pictures", "places")},
    }
    return [Verdict(rule, tuple(rule.breaches(measured)), not there[rule.about]) for rule in RULES]


def score_of(verdicts: Sequence[Verdict]) -> int:
    """0 to 100, by the weights of the rules that were measured; 0 without any."""
    measured = [each for each in verdicts if not each.empty]
    kept = sum(each.rule.weight for each in measured if not each.breaches)
    return round(100 * kept / (sum(each.rule.weight for each in measured) or 1))


KEPT, LOST = Text(zh="达标", en="kept"), Text(zh="未达标", en="lost")
EMPTY = Text(zh="无对象", en="nothing")
SCORE = Text(
    zh="体验评分 {score}：{pages} 个页面，{requests} 个请求，{rules} 条规则（共 {all} 条）",
    en="experience score {score}; pages: {pages}, requests: {requests}, rules: {rules} of {all}",
)
OMITTED = Text(zh="未测量：{names}", en="not measured: {names}")
UNANSWERED = Text(
    zh="没有映射的服务器，其请求不计入：{servers}（--map 原地址=实际地址）",
    en="servers that are not mapped, requests to them do not count: {servers} (--map A=B)",
)

ELSEWHERE = Text(
    zh="打开后立即转到其他页面、因而未评的页面：{pages}",
    en="pages that led elsewhere at once, and are not judged: {pages}",
)
MORE = Text(zh="另有 {count} 个请求未计入", en="requests that are not looked at: {count}")


def summary(measured: AppMeasures, verdicts: Sequence[Verdict]) -> Iterator[Text]:
    """The score, and what it leaves out."""
    total = len(verdicts) + len(NOT_MEASURED)
    counts = {"pages": len(measured.pages), "requests": len(measured.requests)}
    rules = sum(not each.empty for each in verdicts)
    yield SCORE.format(score=score_of(verdicts), rules=rules, all=total, **counts)
    yield OMITTED.format(
        names=Text(
            zh="、".join(each.zh for each in NOT_MEASURED), en=", ".join(each.en for each in NOT_MEASURED)
        )
    )
    if measured.elsewhere:
        yield ELSEWHERE.format(pages=", ".join(measured.elsewhere))
    if measured.more_requests:
        yield MORE.format(count=measured.more_requests)
    if measured.unanswered:
        yield UNANSWERED.format(servers=", ".join(measured.unanswered))
