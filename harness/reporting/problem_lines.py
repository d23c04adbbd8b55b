"""A problem in words: what it is, where it was seen first and where else. For terminals, pages and gate.md alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.core.text import Language, Text
from harness.reporting.event_records import Verdict
from harness.reporting.language import words
from harness.reporting.problems import Problem, Problems

SHOWN = 6  # tests that are named
NO_LOG = words(
    "没有日志：这个服务不是由 harness 启动的", "log not available: the harness did not start this service"
)


def details(problem: Problem) -> Text | None:
    """What was expected and what was seen."""
    main = problem.main
    if not main.expected and not main.seen:
        return None
    if not main.expected:
        return words("最后看到 {seen}", "last seen {seen}").format(seen=main.seen)
    both = words("应为 {expected} · 实际 {seen}", "expected {expected} · seen {seen}")
    return both.format(expected=main.expected, seen=main.seen or "–")


def where(problem: Problem) -> Text:
    """The test that showed it first, and the others in short."""
    if not problem.tests:
        return words("只在流量中出现，没有测试因此未通过", "seen in traffic only: no test failed of it")
    first, *others = problem.tests
    zh, en = f"首次出现：{name_of(first)}", f"first seen in {name_of(first)}"
    if others:
        zh, en = f"{zh}；还有：{_names(others, 'zh')}", f"{en}; also in {_names(others, 'en')}"
    if problem.blocked:
        blocked = problem.blocked
        zh = f"{zh}；因此无法执行：{_names(blocked, 'zh')}"
        en = f"{en}; for this reason could not run: {_names(blocked, 'en')}"
    return words(zh, en)


def lines(problems: Problems, language: Language) -> Iterator[str]:
    """All problems, for a terminal."""
    yield problems.headline.say(language)
    for number, problem in enumerate(problems.all, 1):
        yield f"{number:>3}. {problem.title.say(language)}"
        for text in (details(problem), where(problem), problem.main.advice):
            if text is not None:
                yield f"     {text.say(language)}"


def name_of(test: Verdict) -> str:
    """The short name that people and waivers call a test by."""
    return test.id or test.test


def _names(tests: Sequence[Verdict], language: Language) -> str:
    names = [name_of(test) for test in tests[:SHOWN]]
    more = len(tests) - len(names)
    rest = {"zh": f"等 {len(tests)} 个", "en": f" and {more} more"}[language] if more else ""
    return ("、" if language == "zh" else ", ").join(names) + rest
