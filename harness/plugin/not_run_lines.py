"""Why tests were not run, for the terminal: each reason once, with the tests that it kept from running."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.core.payloads import Verdict
from harness.core.text import Language, Text

NOT_RUN = Text(zh="未执行（{count}）：{reason}", en="not run ({count}): {reason}")
NO_REASON = Text(zh="没有写明原因", en="no reason was given")


def not_run_lines(verdicts: Iterable[Verdict], language: Language) -> Iterator[str]:
    """A line for each reason, and below it one for each of its tests."""
    found: dict[str, dict[str, None]] = {}
    for said in verdicts:
        if said.verdict == "not run":
            reason = (said.message or NO_REASON).say(language)
            found.setdefault(reason, {})[said.test] = None
    for reason, tests in found.items():
        yield NOT_RUN.format(count=len(tests), reason=reason).say(language)
        yield from (f"  {test}" for test in tests)
