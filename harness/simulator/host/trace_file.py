"""Where a trace may be written."""

from __future__ import annotations

from pathlib import Path

from harness.core.errors import UsageError


def where_to_write(path: Path) -> Path:
    """The path, if a trace can be written there and nothing is lost by it; UsageError otherwise."""
    if not path.is_absolute() or path.suffix != ".zip":
        raise UsageError(f"path: expected an absolute path that ends in .zip, got {path}")
    if not path.parent.is_dir():
        raise UsageError(f"path: there is no folder {path.parent}")
    if path.exists():
        raise UsageError(f"path: {path} is there already")
    return path
