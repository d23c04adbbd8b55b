"""Conformance: what a mini-program does behind any endpoint of the automation protocol, written down.

The checks drive the mini-program in ``app/``, which a user opens in WeChat DevTools or our simulator. Their
results make a record; records of two endpoints can be compared. Behaviours, not only shapes.
"""

from __future__ import annotations

from pathlib import Path

APP = Path(__file__).parent / "app"
"""The mini-program the checks need; open this folder."""

OURS = Path(__file__).parent / "simulator.json"
"""The record of our simulator that comes with this version."""
