"""The payloads of events: one model per kind, written by whoever knows it and read by all.

Owns the union of them and how a payload is masked on its way to disk.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, get_args

from harness.core.masking import mask_shapes, mask_texts
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
    """The payload as JSON without secrets and personal data; it still fits its model.

    Its fields are ours: what they are called says nothing of what they hold.
    """
    data: dict[str, Any] = payload.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return {
        key: _masked_message(item) if key in payload.messages and item is not None else mask_texts(item)
        for key, item in data.items()
    }


def _masked_message(message: dict[str, Any]) -> dict[str, Any]:
    """A request or response whose body was masked, by its media type, by who wrote it: looked at once more, quickly."""
    hidden: dict[str, Any] = mask_texts({key: item for key, item in message.items() if key != "content"})
    if (content := message.get("content")) is not None:
        mask_content = _masked_base64 if content.get("encoding") else mask_shapes
        hidden["content"] = {**mask_texts({**content, "text": ""}), "text": mask_content(content["text"])}
    return hidden


def _masked_base64(text: str) -> str:
    try:
        b64decode(text, validate=True)
    except ValueError:
        return mask_shapes(text)
    return text
