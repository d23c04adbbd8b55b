"""How long data takes to cross: an interval on one clock, from the writer's response to the reader's eyes.

The lower end is the last read without it, the upper end the first read with it; both count from the moment
the writer's platform answered, as the recording proxy noted it. Owns the measurement and its verdict.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from harness.core import causes, payloads
from harness.core.difference import in_words
from harness.core.errors import Evidence, LinkageFault, PageFault
from harness.core.exchange import SAFE_METHODS
from harness.core.polling import Polled, in_time, poll
from harness.core.text import Text
from harness.linkage.entities import choose
from harness.linkage.recorded import Recorded, last_recorded
from harness.linkage.stage import Stage

T = TypeVar("T")
IN_TIME = Text(
    zh="{source}响应后 {within:g} 秒内：{value}", en="{value} within {within:g} s of the {source}'s answer"
)


@dataclass(frozen=True, slots=True)
class Lag:
    """Seconds; ``lower`` is 0 where already the first read saw it."""

    lower: float
    upper: float
    reads: int

    def __str__(self) -> str:
        return f"between {self.lower:.2f} and {self.upper:.2f} s ({self.reads} reads)"


def appears(
    stage: Stage,
    what: Text,
    *,
    entity: str,
    source: str,
    target: str,
    read: Callable[[], T],
    expected: T,
    within: float | None = None,
    every: float = 0.1,
) -> Lag:
    """Wait until ``read`` on the target platform gives ``expected``; measure and record the lag.

    ``within`` is in seconds from the write; by default what the linkage contract allows the entity. Errors:
    LinkageFault when it does not appear, with the value seen last, or when it was provably late; PageFault when the
    page was answered it and shows something else; whatever ``read`` raises.
    """
    if within is None:
        within = choose(stage.entities, entity).seconds
    written = last_write(stage, source)
    began = time.monotonic() if written is None else written
    left = max(0.0, within - (time.monotonic() - began))
    outcome = poll(read, lambda value: value == expected, within=left, every=every)
    lower = 0.0 if outcome.last_without is None else max(0.0, outcome.last_without - began)
    upper = None if outcome.first_with is None else outcome.first_with - began
    stage.record_lag(
        payloads.Lag(
            entity=entity,
            source=source,
            target=target,
            title=what,
            lower=lower,
            upper=upper,
            allowed=within,
            reads=outcome.reads,
            since="now" if written is None else "the writer's answer",
        ),
        target,
    )
    if upper is None or lower > within:
        late = f"{lower:.1f} s"
        here, there = stage.run.platforms.title(target), stage.run.platforms.title(source)
        its = stage.entities[entity].title if entity in stage.entities else Text(zh=entity, en=entity)
        how = Text(zh="没有出现", en="does not appear")
        if upper is not None:
            how = Text(zh=f"过了 {late} 以上才出现", en=f"appears only after more than {late}")
        wanted, found = in_words(expected, outcome.value)
        known = stage.entities.get(entity)
        recorded = upper is None and _recorded(
            stage, target, expected, outcome, known.fields if known else ()
        )
        # What the page was answered has crossed: that it is not shown is the page's.
        fault = PageFault if recorded and recorded.answered else LinkageFault
        raise stage.explain(
            fault(
                Text(
                    zh=f"{what.zh}：{there.zh}写入的{its.zh}在{here.zh}{how.zh}",
                    en=f"{what.en}: the {there.en}'s {its.en} {how.en} on the {here.en}",
                ),
                Evidence(
                    platform=target,
                    expected=IN_TIME.format(value=wanted, within=within, source=there),
                    seen=outcome.seen(found),
                    notes=(recorded.words,) if recorded else (),
                ),
                cause=causes.crossing(entity, source, target),
            )
        )
    return Lag(lower, upper, outcome.reads)


def shows(
    stage: Stage, what: Text, *, on: str, read: Callable[[], T], expected: T, within: float = 5.0
) -> None:
    """Wait until ``read`` gives what the same platform has written: nothing crosses, no lag is measured.

    Errors: PageFault with the value seen last; whatever ``read`` raises.
    """
    outcome = poll(read, lambda value: value == expected, within=within, every=0.1)
    if not outcome.satisfied:
        wanted, found = in_words(expected, outcome.value)
        recorded = _recorded(stage, on, expected, outcome)
        raise stage.explain(
            PageFault(
                Text(zh=f"{what.zh}不对", en=f"{what.en}: not what it must be"),
                Evidence(
                    platform=on,
                    expected=in_time(wanted, within),
                    seen=outcome.seen(found),
                    notes=(recorded.words,) if recorded else (),
                ),
            )
        )


def _recorded(
    stage: Stage, platform: str, expected: object, outcome: Polled[T], fields: Sequence[str] = ()
) -> Recorded | None:
    looked = outcome.last_without
    if looked is None:
        return None
    return last_recorded(stage, platform, expected, outcome.value, looked=looked, fields=fields)


def last_write(stage: Stage, platform: str) -> float | None:
    """When ``platform`` last answered a successful write of the person who acts (monotonic seconds).

    Taken from the recorded exchanges of the steps done on it: its service may answer other platforms, too. None
    where no exchange can be attributed.
    """
    about = stage.run.platforms.choose(platform)
    writes = [
        seen.summary
        for seen in stage.exchanges.so_far()
        if seen.summary.target == stage.run.services[platform]
        and seen.summary.source == about.caller
        and seen.actor == stage.acting
        and seen.step is not None
        and stage.step_platforms.get(seen.step) == platform
        and seen.summary.method not in SAFE_METHODS
        and seen.summary.status is not None
        and seen.summary.status < 400
    ]
    return writes[-1].ended if writes else None
