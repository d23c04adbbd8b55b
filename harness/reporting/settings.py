"""Settings of the reports (``[reporting]``) and of the release gate (``[gate]``) in harness.toml."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from harness.core.text import Language


class ReportingSettings(BaseModel):
    """How the report is made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Language = Field(default="zh", description="language of titles, words and the report's pages")
    history: int = Field(default=30, ge=1, le=500, description="runs kept in reports/history")
    packages: Path | None = Field(
        default=None,
        description="folder holding node_modules/allure; default: the one that comes with the harness",
    )


class GateSettings(BaseModel):
    """The limits of the release gate. Counts are maxima unless the name says otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    statuses_unshown: int | None = Field(
        default=None,
        ge=0,
        description="documented statuses a whole run did not bring about, nor lists; absent: told, not judged",
    )
    not_producible: float = Field(
        default=15.0, ge=0, le=100, description="percent of documented statuses listed as not producible"
    )
    tests_failed: int = Field(default=0, ge=0, description="tests that found a product fault")
    p0_passed: float = Field(
        default=100.0, ge=0, le=100, description="at least so many % of the P0 tests passed"
    )
    conformance_findings: int = Field(default=0, ge=0, description="findings of the contract tests")
    promises_broken: int = Field(default=0, ge=0, description="findings of the linkage contract's checks")
    sync_rate: float = Field(
        default=95.0, ge=0, le=100, description="at least so many % of each entity's writes seen in time"
    )
    violations: int = Field(default=0, ge=0, description="violations of a contract in recorded traffic")
    undocumented_operations: int | None = Field(
        default=None,
        ge=0,
        description="operations in recorded traffic that no document holds; absent: told, not judged",
    )
    unchecked: float = Field(
        default=5.0,
        ge=0,
        le=100,
        description="percent of the exchanges of documented operations that could not be checked (no answer, …)",
    )
    flaky: int = Field(default=0, ge=0, description="tests that both passed and did not")
    broken: int = Field(default=0, ge=0, description="tests that the harness or the environment broke")
    not_run_p0: int = Field(default=0, ge=0, description="P0 tests not run")
    processes_died: int = Field(default=0, ge=0, description="processes of the run that died")
    events_lost: int = Field(default=0, ge=0, description="events of the record lost or unreadable")
    minimum_tests: int = Field(default=1, ge=1, description="at least so many tests ran")
