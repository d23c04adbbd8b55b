"""The JSON Schema of the linkage contract, for editors and other tools; ``linkage.schema.json`` beside this file.

pydantic's schema of the model, with the short forms that the model's validators take.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from harness.linkage.contract.model import LinkageContract

FILE = Path(__file__).parent / "linkage.schema.json"
TEXT: dict[str, Any] = {"type": "string"}
DURATION = {"anyOf": [{"type": "string", "pattern": r"^\d+(\.\d+)?(ms|s|m|h)$"}, {"type": "number"}]}


def published_schema() -> dict[str, Any]:
    """Draft 2020-12. Participants are the project's own names, so any other key of an entity may be one."""
    schema: dict[str, Any] = LinkageContract.model_json_schema()
    parts = schema["$defs"]
    entity, rule, promise = parts["Entity"], parts["FieldRule"], parts["Promise"]
    del entity["properties"]["participants"]
    entity["additionalProperties"] = {"$ref": "#/$defs/ParticipantTable"}
    accounts = parts["Accounts"]
    del accounts["properties"]["participants"]
    accounts["additionalProperties"] = {"$ref": "#/$defs/Account"}
    rule["properties"]["at"] = {"anyOf": [TEXT, {"type": "object", "additionalProperties": TEXT}]}
    rule["additionalProperties"] = TEXT
    for name in ("Read", "List"):
        parts[name]["oneOf"] = [{"required": [way]} for way in ("call", "sql", "csv")]
    places = [
        ("within", promise),
        ("tolerance", rule),
        *((name, parts["Defaults"]) for name in ("within", "settle")),
    ]
    for name, place in places:
        place["properties"][name] = {
            **DURATION,
            "description": place["properties"][name].get("description", ""),
        }
    schema = _with_short_forms(schema)
    schema["$defs"]["Entity"]["properties"]["fields"] = {
        "anyOf": [{"type": "array", "items": TEXT}, schema["$defs"]["Entity"]["properties"]["fields"]],
        "description": "what must be equal",
    }
    always = schema["$defs"]["Entity"]["properties"]
    always["always"] = {
        "anyOf": [TEXT, _without_title(always["always"]) | {"type": "array"}],
        "description": always["always"]["description"],
    }
    for part, name in (("Account", "sign-in"), ("Way", "before"), ("SignIn", "before")):
        place = schema["$defs"][part]["properties"]
        place[name] = {
            "anyOf": [place[name]["items"], _without_title(place[name]) | {"type": "array"}],
            "description": place[name]["description"],
        }
    promises = schema["$defs"]["Entity"]["properties"]["promises"]
    names = promises["propertyNames"]
    item = {"anyOf": [names, {"type": "object", "maxProperties": 1, **_without_title(promises)}]}
    schema["$defs"]["Entity"]["properties"]["promises"] = {
        "anyOf": [{"type": "array", "items": item}, promises]
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


CALLS = ("BaseCall", "Call", "Make", "Act", "Find", "Read", "List", "Way", "SignIn")
SHORT: dict[str, list[dict[str, Any]]] = {
    **{f"#/$defs/{name}": [TEXT] for name in (*CALLS, "FieldRule")},
    "#/$defs/Promise": [*DURATION["anyOf"], {"type": "null"}],
}


def _with_short_forms(value: Any) -> Any:
    if isinstance(value, dict):
        if (short := SHORT.get(value.get("$ref", ""))) is not None:
            return {"anyOf": [*short, value]}
        return {key: _with_short_forms(item) for key, item in value.items()}
    return [_with_short_forms(item) for item in value] if isinstance(value, list) else value


def _without_title(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key not in ("title", "default", "type")}


def text() -> str:
    """The file's content."""
    return json.dumps(published_schema(), ensure_ascii=False, indent=2) + "\n"
