"""Output that nobody may read: after ``harness gate | head -1`` the exit code is still the gate's.

Whoever writes to a closed pipe gets an error, which Typer, Rich and Python itself turn into exit codes of their own,
and 1 among them would accuse the product.
"""

from __future__ import annotations

import os
from typing import Any, TextIO


class UnreadOutput:
    """A text stream that goes nowhere once its reader has left."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._go_nowhere()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._go_nowhere()

    def _go_nowhere(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
