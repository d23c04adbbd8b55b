"""Durations as people write them: ``500ms``, ``5s``, ``15m``, ``2h``; a bare number is seconds."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from harness.core.validation import InvalidInput
from harness.linkage.contract.words import NO_DURATION

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(value: Any) -> Any:
    """The seconds of a duration. InvalidInput for text that is none; other values are pydantic's to judge."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|m|h)", value.strip())
    if match is None:
        raise InvalidInput(NO_DURATION.format(value=value))
    return round(float(match[1]) * UNITS[match[2]], 6)


Duration = Annotated[float, BeforeValidator(seconds), Field(gt=0)]
