"""The payloads of events: one model per kind, written by whoever knows it and read by all.

Owns the union of them and how a payload is masked on its way to disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from harness.core.masking import mask
from harness.core.payloads.base import Kind, Payload
from harness.core.payloads.completeness import Damage, Selection
from harness.core.payloads.results import CheckResult, Finding, Verdict, VerdictWord
from harness.core.payloads.run import Operation, PlantedFault, ProcessExit, ProcessStart, RunEnd, RunStart
from harness.core.payloads.scenario import Evidence, Lag, ScenarioStart, ServiceError, Step
from harness.core.payloads.traffic import Coverage, ExchangeLoss, ExchangeRecord, ExchangeSummary, Violation

EventPayload = (
    RunStart
    | Selection
    | RunEnd
    | Damage
    | ProcessStart
    | ProcessExit
    | ExchangeRecord
    | ExchangeLoss
    | Coverage
    | CheckResult
    | ScenarioStart
    | Step
    | Lag
    | Evidence
    | ServiceError
    | Verdict
    | PlantedFault
)
# The discriminator stands beside ``data``, in the event: its kind.
PAYLOADS: Mapping[Kind, type[EventPayload]] = {model.kind: model for model in get_args(EventPayload)}

__all__ = [
    "PAYLOADS",
    "CheckResult",
    "Coverage",
    "Damage",
    "EventPayload",
    "Evidence",
    "ExchangeLoss",
    "ExchangeRecord",
    "ExchangeSummary",
    "Finding",
    "Kind",
    "Lag",
    "Operation",
    "Payload",
    "PlantedFault",
    "ProcessExit",
    "ProcessStart",
    "RunEnd",
    "RunStart",
    "ScenarioStart",
    "Selection",
    "ServiceError",
    "Step",
    "Verdict",
    "VerdictWord",
    "Violation",
    "masked",
]


def masked(payload: Payload) -> dict[str, Any]:
    """The payload as JSON without secrets and personal data; it still fits its model."""
    data = payload.model_dump(mode="json", by_alias=True, exclude_unset=True)
    hidden: dict[str, Any] = mask(
        {key: value for key, value in data.items() if key not in payload.keyed_by_name}
    )
    named = {
        key: {name: mask(item) for name, item in data[key].items()}
        for key in payload.keyed_by_name
        if key in data
    }
    return hidden | named
