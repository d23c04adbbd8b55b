"""A report of a run in which everything goes wrong is in one language, whatever it quotes of the product."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from harness.checks.findings import Findings
from harness.checks.table import CHECKS
from harness.contracts import Index, check, load
from harness.core.errors import BrokenError, Evidence, NoAnswer, PageFault
from harness.core.payloads import ProcessExit
from harness.core.polling import in_time
from harness.core.silence_words import silence_text
from harness.core.text import Language, Text
from harness.linkage.after_scenario import NO_ANSWER, NOT_JUDGED
from harness.linkage.contract.translate import Value
from harness.linkage.promises import words
from harness.reporting import junit, overview
from harness.reporting.describe import Describer
from harness.reporting.gate import judge
from harness.reporting.gate_markdown import as_markdown
from harness.reporting.settings import GateSettings, ReportingSettings
from tests.contracts.test_checker import CONTRACTS, RED
from tests.support.languages import chinese, english
from tests.support.sample import Sample

NAME = "shop"  # of the project: a quotation


@pytest.fixture
def bad(sample: Sample) -> Sample:
    index = Index([load(CONTRACTS / "things.yaml"), load(CONTRACTS / "legacy.yaml")])
    sample.started(name=NAME)
    findings = Findings("things.yaml#/paths")
    for exchange, *_ in RED.values():
        violations = [violation.to_json() for violation in check(exchange, index).violations]
        sample.exchange("things.yaml#/paths/~1things/get", violations=violations, url=exchange.path)
    for number, known in enumerate(CHECKS.values()):
        findings.note(
            known.id,
            Text(zh=known.title or "发现", en="found"),
            seen=str(number),
            exchange=exchange,
            curl="curl x",
            phase="fuzzing",
        )
    told = [finding.to_json() for finding in findings.all()]
    sample.conformance("website", "things.yaml#/paths/~1things/get", 3, *told, test="a.py::test_found")
    sample.exchange(None, undocumented="GET /coupons/{id}", status=None)
    sample.exchange(sample.POINTS, source="harness")
    sample.exchange(sample.POINTS, status=None, checked=False, reason="no answer", unchecked=SILENCE)
    sample.exchange(
        sample.POINTS, checked=False, reason="check failed", unchecked="the check itself failed: KeyError"
    )
    sample.loss("OSError")
    promised(sample)
    sample.log.write(ProcessExit(name="website", exit_code=1, expected=False))
    fault = PageFault(
        Text(zh="页面没有出现", en="The page does not appear"),
        Evidence(platform="website", expected=in_time("/cart", 5), seen="/", notes=("at cart.js:3",)),
    )
    broken = BrokenError(Text(zh="系统没有启动", en="the system did not start"))
    title = {"zh": "打开购物车", "en": "opens the cart"}
    for verdict, message in (
        ("failed", fault),
        ("broken", broken),
        ("not run", broken),
        ("flaky", fault),
        ("broken", NoAnswer(NO_ANSWER.format(target="mall", what="GET /x", seen=silence_text(SILENCE)))),
        ("broken", BrokenError(NOT_JUDGED.format(target="mall", what="GET /x", why=silence_text(UNJUDGED)))),
    ):
        both = {language: message.say(language) for language in ("zh", "en")}
        sample.verdict(
            f"a.py::test_{verdict.replace(' ', '_')}", verdict, title=title, message=both, priority="P0"
        )
    sample.verdict("a.py::test_found", "failed", title=title, message=both)
    sample.log.close()  # no end: its process was killed
    return sample


SILENCE = "mall at http://127.0.0.1:1: answered 200, and the body ended early: after 4 of 100 bytes"
UNJUDGED = "the check itself failed: it could not be recorded: ValueError"
GONE = Value(None, None)


def promised(sample: Sample) -> None:
    """A check of the linkage contract that found every thing it can say, with values that are not there."""
    values: Any = defaultdict(
        lambda: words.RECORD, value=GONE, what=words.FIELD.format(name="status", value=GONE)
    )
    values |= {"within": 5.0, "reads": 3, "status": 404}
    findings = Findings("linkage.yaml#/entities/order/promises/appears")
    exchange = next(exchange for exchange, *_ in RED.values())
    for number, each in enumerate(text for text in vars(words).values() if isinstance(text, Text)):
        said = each.format(**{name: values[name] for name in re.findall(r"\{(\w+)", each.zh + each.en)})
        key = str(number)
        findings.note(
            "appears", said, expected=said, seen=said, exchange=exchange, curl="curl x", phase="x", key=key
        )
    cell = {
        "entity": "order",
        "title": Text(zh="订单", en="order"),
        "writer": "website",
        "reader": "miniprogram",
        "promise": "appears",
    }
    test = "contracts/linkage.yaml::order::website→miniprogram[appears]"
    told = [finding.to_json() for finding in findings.all()]
    sample.conformance("website", None, 3, *told, test=test, kind="linkage", cell=cell)
    sample.verdict(test, "failed", id=test, group="promise", platforms=["website", "miniprogram"])


def pages(folder: Path, language: Language) -> dict[str, str]:
    result = judge(folder, GateSettings())
    describer = Describer(result.figures, language)
    junit.write(result, ReportingSettings(language=language))
    return {
        "overview": shown(overview.render(result, language, details="allure.html")),
        "gate.md": as_markdown(result, language),
        "descriptions": "\n".join(shown(describer.describe(test)) for test in result.figures.tests),
        "junit.xml": shown((folder / junit.FILE).read_text(encoding="utf-8").replace('="', '=">')),
    }


def shown(page: str) -> str:
    page = re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "\n", page))


@pytest.mark.parametrize(("language", "other"), [("zh", english), ("en", chinese)])
def test_every_page_is_in_one_language(bad: Sample, language: Language, other: Any) -> None:
    for page, text in pages(bad.folder, language).items():
        assert [(page, line) for line in text.splitlines() if other(line)] == []
