"""Layer 6: the commands. They parse, call ``runs`` and print; no logic of their own."""

from __future__ import annotations

from harness.cli.commands import main

__all__ = ["main"]
