"""The commands. They parse, call ``runs`` and print; no logic of their own.

``commands`` has the app and the commands around a run; larger commands have a module each.
"""

from __future__ import annotations

from harness.cli import check, doctor, drift, faults, fetch, linkage, proxy, schema, simulator, waive, wechat
from harness.cli.commands import main

__all__ = [
    "check",
    "doctor",
    "drift",
    "faults",
    "fetch",
    "linkage",
    "main",
    "proxy",
    "schema",
    "simulator",
    "waive",
    "wechat",
]
