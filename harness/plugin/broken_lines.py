"""What kept several tests from being run to their end, for the terminal: each reason once, however often it came."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.checks.item import NOT_TESTED
from harness.core.causes import VALUES
from harness.core.payloads import Verdict
from harness.core.text import Language, Text

BROKEN = Text(
    zh="故障（{count} 个测试，同一原因）：{reason}；首先是 {first}",
    en="broken ({count} tests, one reason): {reason}; the first was {first}",
)
STATUS = re.compile(r"(?<![\w-])[1-5]\d\d(?![\w-])")


def broken_lines(verdicts: Iterable[Verdict], language: Language) -> Iterator[str]:
    """A line for each reason that several tests have; reasons that differ in a value only are one.

    A status is no such value: who is not let in and who finds nobody there are two.
    """
    found: dict[str, dict[str, str]] = {}
    for said in verdicts:
        if said.verdict == "broken" and said.message is not None:
            prefix = NOT_TESTED.format(test=said.test, problems="").say(language)
            reason = said.message.say(language).removeprefix(prefix)
            found.setdefault(VALUES.sub(_without, reason), {})[said.test] = reason
    for tests in found.values():
        if len(tests) > 1:
            first, reason = next(iter(tests.items()))
            yield BROKEN.format(count=len(tests), reason=reason, first=first).say(language)


def _without(value: re.Match[str]) -> str:
    return value[0] if STATUS.match(value.string, value.start()) else "…"
