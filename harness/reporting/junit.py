"""``junit.xml``: the verdicts of a run for tools that read JUnit's format.

Written from the run's events, so that it says what the report says: *failed* is a failure (the product),
*broken* and *flaky* are errors (the harness, the environment), *not run* is skipped with its reason: also the
scenarios of the catalogue that were not selected. A run that is not complete is an error of its own. The format
is that of Jenkins' xUnit plugin, https://github.com/jenkinsci/xunit-plugin.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as xml

from harness.core.text import Language
from harness.reporting.event_records import CheckResult, Verdict
from harness.reporting.figures import RunFigures
from harness.reporting.gate import GateResult
from harness.reporting.output import Output
from harness.reporting.settings import ReportingSettings
from harness.reporting.verdicts import UNKNOWN_END

FILE = "junit.xml"
CATALOGUE, RUN = "catalogue", "run"  # suites beside those of files
WHOLE_RUN = ("run_incomplete", "events_lost")  # rules that no test tells of
FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


def write(result: GateResult, settings: ReportingSettings) -> None:
    """Write the file into the run folder; one suite per file of tests."""
    figures = result.figures
    about = {item.test: item for item in figures.records.conformance}
    suites: dict[str, xml.Element] = {}
    root = xml.Element("testsuites", name=_text(figures.name))
    for test in figures.tests:
        file, _, name = test.test.partition("::")
        suite = suites.get(file)
        if suite is None:
            suite = suites[file] = xml.SubElement(root, "testsuite", name=_text(file))
        _case(suite, test, name, about.get(test.test), settings.language)
    for test in _left_out(figures):
        suite = suites.setdefault(CATALOGUE, xml.Element("testsuite", name=CATALOGUE))
        _case(suite, test, test.test.partition("::")[2], None, settings.language)
    for rule in result.failed:
        if rule.name in WHOLE_RUN:
            suite = suites.setdefault(RUN, xml.Element("testsuite", name=RUN))
            case = xml.SubElement(suite, "testcase", classname=RUN, name=rule.name, time="0.000")
            xml.SubElement(
                case, "error", message=_text(rule.explanation.say(settings.language)), type="incomplete"
            )
    root.extend(suite for name, suite in suites.items() if name in (CATALOGUE, RUN))
    for suite in [root, *suites.values()]:
        cases = list(suite.iter("testcase"))
        suite.set("tests", str(len(cases)))
        for kind in ("failure", "error", "skipped"):
            count = sum(case.find(kind) is not None for case in cases)
            suite.set({"failure": "failures", "error": "errors"}.get(kind, kind), str(count))
        suite.set("time", f"{sum(float(case.get('time', 0)) for case in cases):.3f}")
    xml.ElementTree(root).write(result.folder / FILE, encoding="utf-8", xml_declaration=True)


OUTPUT = Output("JUnit", FILE, write)


def _left_out(figures: RunFigures) -> list[Verdict]:
    return [
        Verdict.model_validate(
            {
                "test": f"{CATALOGUE}::{left_out.scenario.id}",
                "at": UNKNOWN_END,
                "id": left_out.scenario.id,
                "title": left_out.scenario.title,
                "priority": left_out.scenario.priority,
                "platforms": left_out.scenario.platforms,
                "verdict": "not run",
                "message": left_out.reason,
            }
        )
        for left_out in figures.selected.left_out
    ]


def _case(
    suite: xml.Element, test: Verdict, name: str, about: CheckResult | None, language: Language
) -> None:
    where, _, short = name.rpartition("::")
    case = xml.SubElement(
        suite,
        "testcase",
        classname=_text(f"{test.test.partition('::')[0]}::{where}".removesuffix("::")),
        name=_text(short),
        time=f"{test.seconds or 0:.3f}",
    )
    given = {
        "id": test.id,
        "title": test.title.say(language) if test.title else None,
        "platforms": ", ".join(test.platforms),
        "priority": test.priority,
        "reproduce": test.reproduce,
    }
    if about is not None:
        given |= {
            "backend": about.backend,
            "kind": about.check_kind,
            "operation": about.operation_id,
            "contract": about.operation,
        }
    properties = xml.SubElement(case, "properties")
    for key, value in given.items():
        if value:
            xml.SubElement(properties, "property", name=key, value=_text(value))
    if test.verdict == "passed":
        return
    message = test.message.say(language) if test.message else ""
    first = message.splitlines()[0] if message else test.verdict
    if test.verdict == "not run":
        xml.SubElement(case, "skipped", message=_text(first))
        return
    kind = "failure" if test.verdict == "failed" else "error"
    told = xml.SubElement(case, kind, message=_text(first), type=_text(test.fault or test.verdict))
    told.text = _text(message)


def _text(value: str) -> str:
    """Without the characters XML cannot carry."""
    return FORBIDDEN.sub("�", value)
