"""No artefact of a run, a waiver or a report holds a secret or personal data; findings still say what differs.

tests/fixture_leaks sends what tests/core/masking/planted.yaml has: from the website, from the mini-program and between
the backends, in headers, bodies, targets, pages and logs. The run fails.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.core.events import read_events
from harness.core.payloads import CheckResult, ExchangeRecord, Verdict
from tests.core.masking.test_planted import PLANTED, body_of
from tests.support.artefacts import standing

pytestmark = pytest.mark.full

TESTS = Path(__file__).resolve().parents[2]
OWN = (
    "pw-fake-answer-01 pw-fake-page-01 ti-fake-000001-page ti-fake-000001-phone ti-fake-000001-answer pw-fake-step-0001"
    " ba-fake-000001-cookie se-fake-000001-hook lo-fake-000001-header pw-fake-example-01 co-fake-01"
    " 0a1FakeCode0000000000000000000w tk-fake-captured-01 13800138000 13899998000 王大假 李二虚 MEM-000042"
    " 无名路1号 有名街2号 pw-fake-phone-01"
).split()
# Of a service's own log the header of a scheme and what stands in a path: whoever reads it there has no contract.
LEFT_IN_LOGS = {"ap-fake-000001", "ap-fake-000002", "tk-fake-00005b"}
# Browsers set these themselves, or forbid to.
FORBIDDEN = ("cookie", "referer", "sec-", "proxy-", "from", "content-disposition", "location")
# Several lines of a log are one text only where a service says so; what is in no text is in no log.
PACKED = ("gzip", "base64", "from base64", "utf-16", "utf-16-le", "utf-32", "gb18030", "latin-1")


def planted() -> Iterator[tuple[dict[str, Any], list[str]]]:
    """What the page and the mini-program send, and what must be gone then."""
    for entry in PLANTED["secrets"]:
        # The contract of this project has none of the templates there, and no parameter of that name.
        if (
            "repeat" in entry
            or "envelope" in entry
            or "of a template" in entry["name"]
            or "drawer" in str(entry)
        ):
            continue
        header = {
            name: value
            for name, value in entry.get("header", {}).items()
            if not name.lower().startswith(FORBIDDEN) and str(value).isascii()
        }
        if not header and not {"body", "path", "query"} & entry.keys():
            continue
        if "header" in entry and not header:
            continue
        path = entry.get("path", "")
        yield (
            {
                "header": header,
                "target": path + (f"?{entry['query']}" if "query" in entry else ""),
                "type": entry.get("type", "application/json"),
                "body": base64.b64encode(body_of(entry)).decode(),
                "text": "" if entry.get("coding") in PACKED else body_of(entry).decode(),
            },
            [str(value) for value in entry["gone"]],
        )


def command(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harness", *arguments],
        cwd=project,
        env={
            **os.environ,
            "PYTHONPATH": str(project),
            "HARNESS_REPORTING__PACKAGES": str(TESTS.parent / "reports"),
        },
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that failed, a waiver made of each of its findings, and its reports."""
    project = tmp_path_factory.mktemp("leaks") / "project"
    shutil.copytree(TESTS / "fixture_leaks", project, ignore=shutil.ignore_patterns("reports", "__pycache__"))
    sent = [entry for entry, _ in planted()]
    (project / "planted.json").write_text(json.dumps(sent), encoding="utf-8")
    (project / "app" / "planted.js").write_text(f"module.exports = {json.dumps(sent)}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "scenarios", "contracts", "-q", "-p", "no:cacheprovider"],
        cwd=project,
        env={
            **os.environ,
            "PYTHONPATH": str(project),
            "HARNESS_REPORTING__PACKAGES": str(TESTS.parent / "reports"),
        },
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    (run,) = (project / "reports" / "runs").iterdir()
    findings = [finding for event in read_events(run, CheckResult) for finding in event.data.findings]
    assert findings
    for number in range(1, len(findings) + 1):
        more = ("--reason", "known for now", "--owner", "qa", "--expires", "2099-01-01")
        waived = command(project, "waive", f"F{number}", *more)
        assert waived.returncode == 0, waived.stdout + waived.stderr
    for language in ("zh", "en"):
        drawn = command(project, "report", "--language", language, "--har")
        assert drawn.returncode == 0, drawn.stdout + drawn.stderr
        (project / f"terminal-{language}.txt").write_text(drawn.stdout + drawn.stderr, encoding="utf-8")
    drift = command(
        project, "drift", str(run), "--contract", "contracts/shop.yaml", "--sarif", "reports/drift.sarif"
    )
    (project / "terminal.txt").write_text(drift.stdout + drift.stderr, encoding="utf-8")
    return project


def artefacts(project: Path) -> list[Path]:
    given = {each.relative_to(TESTS / "fixture_leaks") for each in (TESTS / "fixture_leaks").rglob("*")}
    made = {Path("planted.json"), Path("app/planted.js")}
    return [
        file
        for file in sorted(project.rglob("*"))
        if file.is_file()
        and not file.is_symlink()
        and file.relative_to(project) not in given | made
        and not {"__pycache__", "scenarios"} & set(file.parts)
    ]


def test_what_is_planted_came_through(project: Path) -> None:
    (run,) = (project / "reports" / "runs").iterdir()
    carried = [event.data for event in read_events(run, ExchangeRecord) if "/api/carrier" in event.data.path]
    edges = {(each.source, each.target) for each in carried}
    assert edges >= {("browser", "shop"), ("shop", "mall"), ("phone", "mall")}
    sent = len(list(planted()))
    assert sent > 100
    for edge in (("browser", "shop"), ("shop", "mall"), ("phone", "mall")):
        assert sum((each.source, each.target) == edge for each in carried) > sent * 0.9, edge


def test_nothing_planted_stands_in_any_artefact(project: Path) -> None:
    values = {value for _, gone in planted() for value in gone if len(value) > 6} | set(OWN)
    files = artefacts(project)
    names = {file.suffix for file in files}
    assert names >= {".jsonl", ".log", ".xml", ".html", ".json", ".png", ".yaml", ".har", ".sarif", ".zip"}, (
        names
    )
    found = standing(values, files)
    elsewhere = {
        value: names for value, names in found.items() if any("/logs/" not in name for name in names)
    }
    assert elsewhere == {}
    assert found.keys() <= LEFT_IN_LOGS


def test_a_finding_about_a_masked_field_names_it_and_what_differs(project: Path) -> None:
    (run,) = (project / "reports" / "runs").iterdir()
    verdicts = {event.data.id: event.data for event in read_events(run, Verdict)}
    for scenario, field in (("K01", "/realName"), ("K02", "/address")):
        said = verdicts[scenario].message_in("en")
        assert verdicts[scenario].verdict == "failed"
        assert re.search(r"platform +website\n", said), said
        expected, seen = re.findall(rf'"(\*\*\*[0-9a-f]{{6}})" at {field}', said)
        assert expected != seen
    findings = [finding for event in read_events(run, CheckResult) for finding in event.data.findings]
    for field, rule, shown in (
        ("realName", "maxLength", "***"),
        ("address", "maxLength", "***"),
        ("phone", "pattern", "138****8000"),
    ):
        about = [each for each in findings if each.pointer and each.pointer.endswith(f"/{field}/{rule}")]
        assert {each.pointer for each in about} == {
            f"shop.yaml#/components/schemas/Member/properties/{field}/{rule}"
        }
        assert all(each.seen and f'response.body/{field}: "{shown}' in each.seen.en for each in about)


def test_a_trace_shows_the_page_and_what_differs_in_its_fields(project: Path) -> None:
    with zipfile.ZipFile(project / "trace.zip") as trace:
        events = [json.loads(line) for line in trace.read("trace.trace").decode().splitlines()]
        assert any(name.endswith(".jpeg") for name in trace.namelist())
    pages = json.dumps([each for each in events if each["type"] == "frame-snapshot"])
    assert len(set(re.findall(r'"__playwright_value_": "(\*\*\*[0-9a-f]{6})"', pages))) == 3
    assert sum(each["type"] == "console" for each in events) > 50


def test_the_waivers_can_be_read_and_their_cases_sent(project: Path) -> None:
    listed = yaml.safe_load((project / "contracts" / "waivers.yaml").read_text(encoding="utf-8"))
    assert all(entry["case"]["path"].startswith("/") for entry in listed)
