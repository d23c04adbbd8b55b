"""What the HTML of the reports is rendered with: the template environment and a few drawn shapes.

Owns how a lag becomes a bar and a picture becomes part of the page. Decides no number.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.core.payloads.results import CHECK_GROUPS
from harness.core.platforms import Platforms
from harness.core.text import Language, Text
from harness.reporting import language as lang
from harness.reporting.event_records import CheckResult, Evidence, Finding, Lag, Operation, Verdict
from harness.reporting.figures import RunFigures

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True, slots=True)
class Bar:
    """A lag on a scale from 0: all places in per cent of the width."""

    left: float
    width: float
    limit: float
    state: str


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture of one end, embedded; ``platform`` and ``title`` are in the report's language."""

    platform: str
    title: str
    source: Markup


def scale_of(lags: Sequence[Lag]) -> float:
    """Seconds at the right end of the bars of ``lags``."""
    return 1.12 * max((max(lag.allowed, lag.upper or lag.lower or 0.0) for lag in lags), default=1.0)


def bar(lag: Lag, scale: float) -> Bar:
    """The bar of a lag; one that never arrived runs on to the right end."""
    left = 100 * (lag.lower or 0.0) / scale
    right = 100.0 if lag.upper is None else 100 * lag.upper / scale
    return Bar(
        round(left, 2), round(max(right - left, 0.8), 2), round(100 * lag.allowed / scale, 2), lag.state
    )


def screens(figures: RunFigures, test: str, language: Language) -> list[Screen]:
    """The last picture of each person on each end; a file that is gone is left out.

    The one of the step that failed goes first, then the ends in their order.
    """
    last: dict[tuple[str, str], Evidence] = {}
    for item in figures.evidence(test):
        if item.type.startswith("image/") and item.file and (figures.records.folder / item.file).is_file():
            last[item.platform or "", item.actor or ""] = item
    order = list(figures.platforms.in_order({platform for platform, _ in last}))
    shown = sorted(last.values(), key=lambda item: (item.step is None, order.index(item.platform or "")))
    return [
        Screen(
            lang.platform_name(figures.platforms, item.platform or "", language),
            item.title.say(language),
            _data_uri(figures.records.folder / (item.file or ""), item.type),
        )
        for item in shown
    ]


def subject(test: CheckResult, finding: Finding) -> str:
    """What a finding is about: ``GET /api/points``, also where the test is about several operations."""
    pointer = test.operation or finding.pointer or ""
    path, method, *_ = [*pointer.partition("#/paths/")[2].split("/"), "", ""]
    if path and method:
        return Operation(pointer=f"#/paths/{path}/{method}").label
    return (test.test or test.backend).rpartition("::")[2]


def title_of(test: Verdict, language: Language) -> str:
    """The test's title, with its catalogue id; the test's name where it has no title."""
    title = test.title.say(language) if test.title else test.test.rpartition("::")[2]
    return f"{test.id} {title}" if test.id and test.group not in CHECK_GROUPS else title


def environment(language: Language, platforms: Platforms) -> Environment:
    """Jinja2 with ``t(zh, en)`` for words and filters for what comes from events; escapes everything."""
    engine = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def t(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    def pick(text: Text | None) -> str:
        return text.say(language) if text else ""

    def named(table: dict[str, Text], key: str) -> str:
        return table[key].say(language) if key in table else key

    engine.globals.update(t=t, bar=bar, subject=subject)
    filters: dict[str, Any] = {
        "text": pick,
        "platform": lambda name: lang.platform_name(platforms, name, language),
        "backend": lambda name: lang.backend_name(platforms, name, language),
        "verdict": lambda word: named(lang.VERDICTS, word),
        "category": lambda word: named(lang.CATEGORIES, word),
        "group": lambda word: named(lang.GROUPS, word),
        "promise": lambda word: named(lang.PROMISES, word),
        "lag_state": lambda word: named(lang.LAG_STATES, word),
        "interval": lambda lag: lang.interval(lag.lower, lag.upper, lag.allowed, lag.reads, language),
        "duration": lambda value: "–" if value is None else lang.duration(value, language),
        "test_title": lambda test: title_of(test, language),
        "slug": lambda word: word.replace(" ", "-"),
        "first_line": lambda text: text.strip().partition("\n")[0],
    }
    engine.filters.update(filters)
    return engine


def _data_uri(path: Path, kind: str) -> Markup:
    # The bytes are ours; as an attribute value of these characters they need no escape.
    return Markup(f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}")
