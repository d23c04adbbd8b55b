"""A synthetic run folder, written through the event log as a real run writes it."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.core.events import EventLog
from harness.core.payloads import (
    CheckResult,
    Evidence,
    ExchangeLoss,
    ExchangeRecord,
    Lag,
    RunEnd,
    RunStart,
    ScenarioStart,
    Selection,
    ServiceError,
    Step,
    Verdict,
)
from harness.reporting.raw_results import TEST_LABEL

RUN = "20261123-103000-a1b2"
POINTS = "shared.yaml#/paths/~1api~1member~1points/get"
SESSION = "shared.yaml#/paths/~1api~1session/post"
REGISTER = "shared.yaml#/paths/~1api~1members/post"
ORDERS = "shared.yaml#/paths/~1api~1orders/post"
CANCEL = "shared.yaml#/paths/~1api~1orders~1{id}/delete"
SYNC = "sync.yaml#/paths/~1sync~1events/post"
NAMES = {
    REGISTER: "register", SESSION: "signIn", POINTS: "memberPoints", ORDERS: "placeOrder",
    CANCEL: "cancelOrder", SYNC: "receiveEvent",
}  # fmt: skip
OPERATIONS = {
    "website": [{"pointer": pointer, "operation_id": name} for pointer, name in NAMES.items()],
    "miniprogram": [
        {"pointer": pointer, "operation_id": NAMES[pointer]} for pointer in (SESSION, POINTS, ORDERS, SYNC)
    ],
}
BOTH: dict[str, Any] = {"group": "linkage", "platforms": ["website", "miniprogram"]}
CHECK = "scenarios/linkage/test_account.py"


def png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@dataclass
class Sample:
    """Builds one run folder; every method writes events."""

    POINTS, SESSION, REGISTER, ORDERS, CANCEL, SYNC = POINTS, SESSION, REGISTER, ORDERS, CANCEL, SYNC
    OPERATIONS = OPERATIONS

    folder: Path
    pictures: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.log = EventLog(self.folder, self.folder.name, "sample")
        self.results = self.folder / "allure-results"
        self.results.mkdir(parents=True)

    def started(self, **data: Any) -> None:
        self.log.write(
            RunStart.model_validate(
                {
                    "name": "橙子小铺",
                    "argv": ["harness", "demo"],
                    "seed": 8131,
                    "commit": "e21f683",
                    "environment": "disposable",
                    "drivers": {"website": "Chromium 156", "miniprogram": "simulator 0.1.0"},
                    "contracts": {"shared.yaml": "1.4.0", "sync.yaml": "1.1.0"},
                    **data,
                }
            ),
        )

    def selection(self, **data: Any) -> None:
        self.log.write(Selection.model_validate(data))

    def finished(self, exit_code: int = 0, **data: Any) -> None:
        self.log.write(RunEnd.model_validate({"exit_code": exit_code, **data}))

    def scenario(self, test: str, id: str, title: dict[str, str], **data: Any) -> str:
        """Begin a scenario; returns its trace id."""
        trace = hashlib.sha256(test.encode()).hexdigest()[:32]
        self.log.write(
            ScenarioStart.model_validate(
                {
                    "id": id,
                    "title": title,
                    "priority": "P0",
                    "entities": ["member"],
                    "level": "linkage",
                    "trace_id": trace,
                    "actors": {"anna": 1, "bo": 2},
                    **data,
                }
            ),
            scenario=test,
        )
        return trace

    def step(
        self,
        test: str,
        number: int,
        platform: str,
        zh: str,
        en: str,
        outcome: str = "passed",
        actor: str = "anna",
        seconds: float = 0.4,
    ) -> None:
        data = {"text": {"zh": zh, "en": en}, "seconds": seconds, "outcome": outcome}
        self.log.write(Step.model_validate(data), scenario=test, step=number, actor=actor, platform=platform)

    def lag(self, test: str, step: int, lower: float | None, upper: float | None, **data: Any) -> None:
        self.log.write(
            Lag.model_validate(
                {
                    "entity": "member",
                    "from": "website",
                    "to": "miniprogram",
                    "title": {"zh": "新会员", "en": "new member"},
                    "lower": lower,
                    "upper": upper,
                    "allowed": 5.0,
                    "reads": 7,
                    **data,
                }
            ),
            scenario=test,
            step=step,
        )

    def exchange(
        self,
        operation: str | None,
        trace: str = "",
        span: str = "",
        *,
        source: str = "browser",
        target: str = "website",
        status: int | None = 200,
        checked: bool = True,
        unchecked: str | None = None,
        reason: str | None = None,
        violations: list[dict[str, Any]] | None = None,
        url: str = "/api/x?y=1",
        method: str = "GET",
        undocumented: str | None = None,
        id: str = "x",
    ) -> None:
        self.log.write(
            ExchangeRecord.model_validate(
                {
                    "id": id,
                    "source": source,
                    "target": target,
                    "request": {"method": method, "url": url, "headers": [], "content": {"text": ""}},
                    "response": None
                    if status is None
                    else {"status": status, "headers": [], "content": {"text": ""}},
                    "started": 10.0,
                    "ended": 10.02,
                    "error": None if status else "connection refused",
                    "operation": operation,
                    "operation_id": None,
                    "violations": violations or [],
                    "unchecked": unchecked,
                    "reason": reason,
                    "checked": checked and undocumented is None,
                    "undocumented": undocumented,
                    "trace": {"trace_id": trace, "span_id": span},
                }
            ),
        )

    def logged(self, exchange: str, service: str, lines: list[str]) -> None:
        self.log.write(ServiceError(exchange=exchange, service=service, lines=lines))

    def loss(self, why: str) -> None:
        loss = ExchangeLoss(
            id="x", source="browser", target="website", method="GET", path="/api/x", ended=10.0, why=why
        )
        self.log.write(loss)

    def conformance(
        self, backend: str, operation: str | None, cases: int, *findings: dict[str, Any], **more: Any
    ) -> None:
        data = {
            **more,
            "backend": backend,
            "operation": operation,
            "operation_id": None,
            "cases": cases,
            "seconds": 1.5,
            "seed": 8131,
            "findings": list(findings),
        }
        self.log.write(CheckResult.model_validate(data), scenario=more.get("test"))

    def picture(
        self, test: str, platform: str, zh: str, en: str, *, actor: str = "anna", step: int | None = None
    ) -> None:
        name = f"evidence/{len(list(self.folder.glob('evidence/*')))}-{platform}.png"
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        colour = (255, 102, 0) if platform == "website" else (7, 193, 96)
        path.write_bytes(self.pictures.get(platform) or png(64, 48, colour))
        data = {"title": {"zh": zh, "en": en}, "file": name, "type": "image/png"}
        self.log.write(
            Evidence.model_validate(data), scenario=test, platform=platform, actor=actor, step=step
        )

    def verdict(self, test: str, verdict: str = "passed", *, result: bool = True, **data: Any) -> None:
        """The verdict event, and the result allure-pytest wrote beside it."""
        self.log.write(
            Verdict.model_validate(
                {
                    "test": test,
                    "id": None,
                    "title": None,
                    "group": "other",
                    "platforms": [],
                    "priority": None,
                    "verdict": verdict,
                    "message": None,
                    "fault": None,
                    "seconds": 1.2,
                    "reproduce": f"pytest {test}",
                    "seed": 8131,
                    **data,
                }
            ),
            scenario=test,
        )
        if result:
            self.allure_result(test, {"not run": "skipped", "flaky": "failed"}.get(verdict, verdict))

    def allure_result(
        self, test: str, status: str, labels: dict[str, str] | None = None, **extra: Any
    ) -> Path:
        """What allure-pytest writes of a test, with the label the plugin gives it."""
        path, _, name = test.partition("::")
        uuid = hashlib.sha256(f"{test}{len(list(self.results.iterdir()))}".encode()).hexdigest()[:32]
        full = path.removesuffix(".py").replace("/", ".") + "#" + name.partition("[")[0]
        details = {"message": "raw", "trace": "raw trace"} if status in ("failed", "broken") else None
        result = {
            "uuid": uuid,
            "name": name,
            "fullName": full,
            "historyId": hashlib.md5(test.encode()).hexdigest(),
            "testCaseId": hashlib.md5(full.encode()).hexdigest(),
            "titlePath": path.split("/"),
            "status": status,
            "statusDetails": details,
            "steps": [],
            "attachments": [],
            "parameters": [{"name": "case", "value": name.partition("[")[2]}] if "[" in name else [],
            "labels": [
                {"name": name, "value": value}
                for name, value in {
                    "framework": "pytest",
                    "suite": "raw",
                    TEST_LABEL: test,
                    **(labels or {}),
                }.items()
            ],
            "links": [],
            "start": 1_790_000_000_000,
            "stop": 1_790_000_001_200,
            **extra,
        }
        target = self.results / f"{uuid}-result.json"
        target.write_text(json.dumps(result))
        return target
