"""The clean-up list: what a run created on a shared environment, for whoever has to remove it.

Made from the recorded exchanges, so that it lists what was really answered, by scenarios and generated tests
alike. Values are masked, as everything that is written.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from harness.config.settings import HarnessSettings
from harness.processes.settings import EnvironmentClass
from harness.reporting.run_files import CLEANUP
from harness.traffic import exchanges_of
from harness.traffic.attribution import Attributed

# How answers call what they made: id, order_id, orderId, order_no.
ID = re.compile(r"(?:.*_)?(?:id|no)|.*(?:Id|No)|ID")


def write(settings: HarnessSettings, folder: Path) -> int:
    """Write ``cleanup.json`` of a run on a shared environment; how many entries it has.

    Entries, in order of time: ``service``, ``method``, ``path`` (as sent), ``status``, ``operation`` (place in
    the contract or null), ``location`` (header of the answer or null), ``ids`` (fields of the answer that name
    what was made), ``trace`` (id of the scenario's trace or null), ``wall`` (UTC).
    """
    if settings.environment != EnvironmentClass.SHARED or not (folder / "events").is_dir():
        return 0
    entries = [
        _entry(seen, folder)
        for seen in exchanges_of(folder)
        if seen.exchange.source not in settings.services and _creates(seen)
    ]
    text = json.dumps(entries, ensure_ascii=False, indent=2) + "\n"
    (folder / CLEANUP).write_text(text, encoding="utf-8")
    return len(entries)


def _creates(seen: Attributed) -> bool:
    exchange = seen.exchange
    status = seen.record.meant or exchange.status  # out of its envelope, if it came in one
    if status is None or not 200 <= status < 300 or seen.record.refused:
        return False
    return exchange.method == "POST" or (exchange.method == "PUT" and status == 201)


def _entry(seen: Attributed, folder: Path) -> dict[str, Any]:
    exchange, trace = seen.whole(folder), seen.record.trace
    assert exchange.response is not None  # a status came
    return {
        "service": exchange.target,
        "method": exchange.method,
        "path": exchange.path,
        "status": exchange.status,
        "operation": seen.record.operation,
        "location": exchange.response.header("location"),
        "ids": _ids(exchange.response.body),
        "trace": trace and trace.trace_id,
        "wall": seen.event.wall.isoformat(),
    }


def _ids(body: bytes) -> dict[str, Any]:
    """The fields that name what was made: at the top of the answer, or inside its envelope's ``data``."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if isinstance(data, dict) and isinstance(data.get("data"), dict):
        data = data["data"]
    if not isinstance(data, dict):
        return {}
    return {
        name: value for name, value in data.items() if ID.fullmatch(name) and isinstance(value, str | int)
    }
