"""What a person hands over, as the protocol takes it: paths and bytes become base64. Owns nothing else."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError

HANDED_OVER = ("pictures", "videos", "files")


def prepared(device_state: Mapping[str, Any], folder: Path = Path()) -> dict[str, Any]:
    """``device_state`` with every picture, video and file as name and base64; UsageError when one cannot be read.

    ``folder`` is what relative paths are of.
    """
    out = dict(device_state)
    for name in HANDED_OVER:
        given = out.get(name)
        if isinstance(given, list | tuple):
            out[name] = [_chosen(each, folder, f"device_state.{name}[{at}]") for at, each in enumerate(given)]
    return out


def _chosen(given: object, folder: Path, place: str) -> object:
    if isinstance(given, bytes):
        return {"base64": base64.b64encode(given).decode()}
    path = given.get("path") if isinstance(given, Mapping) else given
    if not isinstance(path, str | Path):
        return given
    file = folder / path
    try:
        return {"name": file.name, "base64": base64.b64encode(file.read_bytes()).decode()}
    except OSError as error:
        raise UsageError(f"{place}: {file} cannot be read: {error.strerror}") from None
