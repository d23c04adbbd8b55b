from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as xml

from harness.core.events import EventLog
from harness.core.payloads import CheckResult, RunEnd, Verdict
from harness.reporting import junit
from harness.reporting.gate import judge
from harness.reporting.settings import GateSettings, ReportingSettings


def drawn(folder: Path) -> Path:
    junit.write(judge(folder, GateSettings()), ReportingSettings(language="en"))
    return folder / junit.FILE


def test_every_verdict_is_what_junit_calls_it(full_run: Path) -> None:
    root = xml.parse(drawn(full_run)).getroot()
    cases = list(root.iter("testcase"))
    kinds = {"failure": 2, "error": 3, "skipped": 1}  # two broken tests and a flaky one are errors
    for kind, count in kinds.items():
        assert len([case for case in cases if case.find(kind) is not None]) == count, kind
    assert root.get("tests") == str(len(cases)) == "11"
    assert (root.get("failures"), root.get("errors"), root.get("skipped")) == ("2", "3", "1")
    assert sum(int(suite.get("tests", "0")) for suite in root.findall("testsuite")) == 11


def test_a_contract_test_says_what_it_is_about(tmp_path: Path) -> None:
    test, pointer = "contracts/shared.yaml::website::getPoints", "shared.yaml#/paths/~1api~1points/get"
    tested = {"backend": "website", "operation": pointer, "operation_id": "getPoints", "kind": "generated"}
    with EventLog(tmp_path, "r", "main") as log:
        result = CheckResult.model_validate({**tested, "test": test, "cases": 3, "seconds": 0.5})
        log.write(result, scenario=test)
        log.write(Verdict(test=test, verdict="passed", seconds=0.5), scenario=test)
        log.write(RunEnd(exit_code=0))
    (case,) = xml.parse(drawn(tmp_path)).getroot().iter("testcase")
    assert (case.get("classname"), case.get("name")) == ("contracts/shared.yaml::website", "getPoints")
    about = {item.get("name"): item.get("value") for item in case.iter("property")}
    assert about == {
        "backend": "website",
        "kind": "generated",
        "operation": "getPoints",
        "contract": pointer,
    }


def test_what_xml_cannot_carry_is_replaced() -> None:
    assert junit._text("a\x00b\x1b[31m\ud800") == "a�b�[31m�"
