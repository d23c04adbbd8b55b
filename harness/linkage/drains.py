"""How much data a service still has to deliver: what its ``drain`` says, of whatever kind that is.

Each gives ``{"pending": n}``; an answer of the service itself may add ``dead`` (given up for good) and ``last_error``.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from harness.contracts import pointers
from harness.core.errors import BrokenError
from harness.linkage.contract.model import Read
from harness.linkage.participants.row_source import RowSource

TIMEOUT = 5.0  # seconds
LAST_WORDS = 200  # characters
State = dict[str, Any]
Drain = Callable[[], State]


def of_address(address: str, *, pending: str = "/pending", headers: Mapping[str, str] | None = None) -> Drain:
    """A JSON object whose value at ``pending`` is the number, or a list of what is pending."""

    def read() -> State:
        try:
            with httpx.Client(timeout=TIMEOUT, trust_env=False, headers=headers) as client:
                data = client.get(address).raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            raise BrokenError(f"{error!r}") from error
        try:
            value = pointers.walk(data, pointers.split(pending))
        except KeyError:
            raise BrokenError(f"the answer has nothing at {pending}") from None
        number = _number(len(value) if isinstance(value, list) else value, f"{pending} in the answer")
        return {**(data if isinstance(data, dict) and pending == "/pending" else {}), "pending": number}

    return read


def of_rows(database: RowSource, sql: str) -> Drain:
    """The first column of the only row is the number."""

    def read() -> State:
        found = database.read(Read(sql=sql), {})
        if len(found.rows) != 1:
            raise BrokenError(f"{sql} reads {len(found.rows)} rows, not the one with the number")
        return {"pending": _number(found.rows[0][found.columns[0]], f"column {found.columns[0]!r}")}

    return read


def of_command(command: Sequence[str], folder: Path) -> Drain:
    """A command that prints the number."""

    def read() -> State:
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=os.environ,
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BrokenError(f"{command[0]}: {error}") from None
        if done.returncode:
            said = (done.stderr or done.stdout).strip()[-LAST_WORDS:]
            raise BrokenError(f"{command[0]} ends with {done.returncode}: {said}")
        return {"pending": _number(done.stdout.strip(), f"what {command[0]} prints")}

    return read


def _number(value: Any, what: str) -> int:
    try:
        if not isinstance(value, bool):
            return int(value)
    except (TypeError, ValueError):
        pass
    raise BrokenError(f"{what} is no number but {str(value)[:LAST_WORDS]!r}")
