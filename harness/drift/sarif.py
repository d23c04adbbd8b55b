"""The findings as SARIF 2.1.0, for code hosts and editors: each at its line of the contract.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from harness.contracts.violations import CHECKS
from harness.core.masking import mask_text
from harness.core.text import Language, Text
from harness.drift.findings import Drift, Finding, Undeclared, Undocumented
from harness.drift.reading import Recorded
from harness.drift.reading.recorded import GAPS
from harness.drift.summary import (
    COUNT,
    NOTHING,
    SIDES,
    limits,
    location,
    parameter_words,
    request_of,
    sentence,
    shown,
)

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
RULES: dict[str, Text] = {
    "undocumented-status": Text(
        zh="响应了接口规范中没有的状态码", en="A status that the contract does not have"
    ),
    "undocumented-content-type": Text(
        zh="响应了接口规范中没有的媒体类型", en="A media type that the contract does not have"
    ),
    "response-body": Text(zh="响应体不符合接口规范", en="A response body that breaks the contract"),
    "response-header": Text(zh="响应头不符合接口规范", en="A response header that breaks the contract"),
    "request-body": Text(zh="请求体不符合接口规范", en="A request body that breaks the contract"),
    "request-parameter": Text(zh="请求参数不符合接口规范", en="A parameter that breaks the contract"),
    "envelope": Text(zh="响应不是约定的信封", en="An answer that is no envelope"),
    "undocumented-operation": Text(zh="接口规范中没有的接口", en="An operation that no contract holds"),
    "undeclared-query-parameter": Text(
        zh="接口规范中没有的查询参数", en="A query parameter that no contract has"
    ),
}
SAID = Text(zh="{what}。{side}：{reason}。", en="{what}. {side}: {reason}.")
SAMPLE = Text(zh="首次见于第 {number} 条：{request}", en="first seen in exchange {number}: {request}")


def log(drift: Drift, language: Language) -> dict[str, Any]:
    """The whole document."""
    results = [_finding(each, language) for each in drift.findings]
    results += [_undocumented(each, drift, language) for each in drift.undocumented]
    results += [_parameter(each, language) for each in drift.undeclared]
    rules = [
        {"id": name, "shortDescription": {"text": words.say(language)}, "properties": _check(name)}
        for name, words in RULES.items()
    ]
    notes = [
        _note(COUNT.format(count=count, what=GAPS[gap]), language, error=gap == "check failed")
        for gap, count in drift.unchecked.items()
    ]
    notes += [_note(text, language) for text in limits(drift)]
    if not drift.judged:
        notes.append(_note(NOTHING, language, error=True))
    run = {
        "tool": {
            "driver": {
                "name": "linkage-harness drift",
                "version": version("linkage-harness"),
                "language": "zh-CN" if language == "zh" else "en",
                "rules": rules,
            }
        },
        "invocations": [
            {
                "executionSuccessful": drift.judged > 0 and not drift.own_faults,
                "toolExecutionNotifications": notes,
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _note(text: Text, language: Language, *, error: bool = False) -> dict[str, Any]:
    return {"level": "error" if error else "warning", "message": {"text": mask_text(text.say(language))}}


def _check(rule: str) -> dict[str, str]:
    return {"check": CHECKS[rule]} if rule in CHECKS else {}


def _finding(finding: Finding, language: Language) -> dict[str, Any]:
    file, line = location(finding.operation.contract, finding.violation.pointer)
    words = {
        "what": sentence(finding.operation, finding.violation),
        "side": SIDES[finding.side],
        "reason": finding.reason,
    }
    return {
        "ruleId": finding.violation.code,
        "ruleIndex": list(RULES).index(finding.violation.code),
        "level": "error",
        "message": {"text": mask_text(SAID.format(**words).say(language))},
        "locations": [_location(file, line, finding.violation.pointer)],
        "relatedLocations": [_sample(finding.sample, language)],
        "partialFingerprints": {"identity/v1": _digest(finding.identity)},
        "occurrenceCount": finding.count,
        "properties": {
            "side": finding.side,
            "operation": finding.operation.id,
            "pointer": finding.violation.pointer,
            "total": finding.total,
        },
    }


def _undocumented(operation: Undocumented, drift: Drift, language: Language) -> dict[str, Any]:
    """No line of a contract is about it: it stands at the beginning of the first."""
    what = Text(
        zh=f"{RULES['undocumented-operation'].zh}：{operation.name}", en=f"Undocumented: {operation.name}"
    )
    words = {"what": what, "side": SIDES[operation.side], "reason": operation.reason}
    return {
        "ruleId": "undocumented-operation",
        "ruleIndex": list(RULES).index("undocumented-operation"),
        "level": "warning",
        "message": {"text": mask_text(SAID.format(**words).say(language))},
        "locations": [_location(drift.contracts[0].path, 1, f"{drift.contracts[0].name}#/paths")],
        "relatedLocations": [_sample(operation.sample, language)],
        "partialFingerprints": {"identity/v1": _digest(f"{operation.host} {operation.name}")},
        "occurrenceCount": max(1, operation.count),
        "properties": {"side": operation.side, "operation": operation.name},
    }


def _parameter(parameter: Undeclared, language: Language) -> dict[str, Any]:
    operation = parameter.operation
    file, line = location(operation.contract, operation.pointer)
    return {
        "ruleId": "undeclared-query-parameter",
        "ruleIndex": list(RULES).index("undeclared-query-parameter"),
        "level": "note",
        "message": {"text": mask_text(parameter_words(parameter).say(language))},
        "locations": [_location(file, line, operation.pointer)],
        "relatedLocations": [_sample(parameter.sample, language)],
        "partialFingerprints": {"identity/v1": _digest(f"{operation.pointer} query {parameter.name}")},
        "occurrenceCount": parameter.count,
        "properties": {"operation": operation.id},
    }


def _location(file: Path, line: int | None, pointer: str) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    if line is not None:
        place["region"] = {"startLine": line}
    return {"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": pointer}]}


def _sample(recorded: Recorded, language: Language) -> dict[str, Any]:
    spot = recorded.spot
    words = SAMPLE.format(number=spot.number, request=request_of(recorded))
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(spot.file)},
            "region": {"startLine": spot.line},
        },
        "message": {"text": mask_text(words.say(language))},
    }


def _uri(file: Path) -> str:
    """Relative to where the command runs, as code hosts want it; absolute where it lies elsewhere."""
    relative = Path(shown(file))
    return file.resolve().as_uri() if relative.is_absolute() else quote(relative.as_posix())


def _digest(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:32]
