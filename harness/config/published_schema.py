"""JSON Schemas for editors: of harness.toml, of the catalogue, of the linkage contract.

Made from the models that read the files, so that they say what is read. Draft 2020-12; taplo (Even Better TOML) and
yaml-language-server take it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.config.location import FILE
from harness.config.settings import HarnessSettings
from harness.linkage.catalogue import Entry
from harness.linkage.contract.published_schema import published_schema as of_linkage

DRAFT = "https://json-schema.org/draft/2020-12/schema"
EXAMPLE = Path(__file__).parent / "example.toml"
"""A harness.toml with every kind of table, explained; as it stands it can be read."""
PROFILES = (
    "overrides of the keys above, by name; chosen by --profile or HARNESS_PROFILE. Tables are merged, anything else "
    "is replaced"
)


TEXT = {
    "type": "object",
    "description": "in Chinese and in English",
    "properties": {
        "zh": {"type": "string", "description": "in Chinese"},
        "en": {"type": "string", "description": "in English"},
    },
    "required": ["zh", "en"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Published:
    """A schema: the file it is of, how it is made, and the line by which a file names its schema."""

    name: str
    make: Callable[[], dict[str, Any]]
    header: str

    @property
    def default_file(self) -> str:
        """What its file is called, where nothing else is said."""
        return f"{self.name.removesuffix('.toml')}.schema.json"

    def text(self) -> str:
        return json.dumps(self.make(), ensure_ascii=False, indent=2) + "\n"


def of_settings() -> dict[str, Any]:
    """Of harness.toml, profiles included."""
    schema: dict[str, Any] = _without_null(HarnessSettings.model_json_schema())
    for name in ("root", "profile"):  # of the settings that were read, no keys of the file
        del schema["properties"][name]
    parts = schema["$defs"]
    parts["Text"] = TEXT
    # A stand-in brings along everything else that a service needs.
    service = parts["ProjectService"]
    service["anyOf"] = [{"required": service.pop("required")}, {"required": ["stand_in"]}]
    profile = _partial({key: value for key, value in schema.items() if key != "$defs"})
    parts |= {f"{name}OfProfile": _partial(part) for name, part in list(parts.items())}
    parts["Profile"] = {**profile, "description": PROFILES}
    schema["properties"]["profiles"] = {
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/Profile"},
        "description": PROFILES,
    }
    return {"$schema": DRAFT, **schema, "title": FILE}


def of_catalogue() -> dict[str, Any]:
    """Of ``scenarios/catalogue.yaml``: a list of scenarios. Platforms are the project's own names."""
    entry: dict[str, Any] = Entry.model_json_schema()
    parts = entry.pop("$defs")
    parts["Text"] = TEXT
    return {
        "$schema": DRAFT,
        "title": "catalogue",
        "type": "array",
        "items": {"$ref": "#/$defs/Entry"},
        "$defs": {**parts, "Entry": entry},
    }


SCHEMAS = {
    each.name: each
    for each in (
        Published(FILE, of_settings, "#:schema ./{file}"),
        Published("catalogue", of_catalogue, "# yaml-language-server: $schema=./{file}"),
        Published("linkage", of_linkage, "# yaml-language-server: $schema=./{file}"),
    )
}


def _without_null(value: Any) -> Any:
    """TOML has no null: what may be absent is left out."""
    if isinstance(value, list):
        return [_without_null(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _without_null(each) for key, each in value.items() if not (key == "default" and each is None)
    }
    alternatives = kept.get("anyOf")
    if isinstance(alternatives, list):
        some = [each for each in alternatives if each != {"type": "null"}]
        if len(some) < len(alternatives) and len(some) == 1:
            return {**some[0], **{key: each for key, each in kept.items() if key != "anyOf"}}
        kept["anyOf"] = some
    return kept


def _partial(schema: Any) -> Any:
    """The same with nothing required, here and in what it refers to: a profile overrides single keys."""
    if isinstance(schema, list):
        return [_partial(each) for each in schema]
    if not isinstance(schema, dict):
        return copy.deepcopy(schema)
    made = {}
    for key, value in schema.items():
        if key == "required" and isinstance(value, list):
            continue
        if key == "$ref":
            made[key] = f"{value}OfProfile"
        elif key in ("oneOf", "anyOf") and all(set(each) == {"required"} for each in value):
            continue
        elif key in ("oneOf", "discriminator"):  # by the driver, which a profile need not repeat
            made |= {"anyOf": _partial(value)} if key == "oneOf" else {}
        elif key == "default":
            continue
        else:
            made[key] = _partial(value)
    return made
