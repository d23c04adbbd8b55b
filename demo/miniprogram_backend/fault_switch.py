"""The fault switch: `PUT /__faults` plants other faults in the running backend. Only with FAULT_SWITCH=1."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from demo.miniprogram_backend import seed
from demo.miniprogram_backend.config import ConfigError, faults_in
from demo.miniprogram_backend.gate import services

views = Blueprint("fault_switch", __name__)


@views.put("/__faults")
def set_faults() -> tuple[Response, int]:
    """Plant what the body's FAULTS names and nothing else; data and doors are as at the start."""
    asked: Any = request.get_json(silent=True)
    if not isinstance(asked, dict) or set(asked) - {"FAULTS"}:
        return jsonify(detail='The body is {} or {"FAULTS": "name,name"}.'), 400
    try:
        names = faults_in(str(asked.get("FAULTS", "")))
    except ConfigError as error:
        return jsonify(detail=str(error)), 400
    here = services()
    # The data of the start knows no fault.
    here.faults.replace(frozenset())
    here.storage.renew(seed.plant)
    here.closed.clear()
    here.faults.replace(names)
    return jsonify(planted=sorted(names)), 200
