"""How much data a service still has to deliver: what its ``drain`` says, of whatever kind that is.

Each gives ``{"pending": n}``; an answer of the service itself may add ``dead`` (given up for good) and ``last_error``.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import httpx

from harness.contracts import pointers
from harness.core import http_client
from harness.core.errors import BrokenError
from harness.core.text import Text
from harness.linkage.contract.model import Read
from harness.linkage.participants.row_source import RowSource

TIMEOUT = 5.0  # seconds
LAST_WORDS = 200  # characters
OUTPUT = 64 * 1024  # bytes of what a command prints
NOTHING_AT = Text(zh="响应在 {pending} 处没有内容", en="the answer has nothing at {pending}")
IN_ANSWER = Text(zh="响应中的 {pending}", en="{pending} in the answer")
NOT_ONE_ROW = Text(
    zh="{sql} 读到 {rows} 行，应为写有数量的一行", en="{sql} reads {rows} rows, not the one with the number"
)
COLUMN = Text(zh="列 {column}", en="column {column}")
ENDS_WITH = Text(zh="{command} 以退出码 {code} 结束：{said}", en="{command} ends with {code}: {said}")
NO_OUTPUT = Text(zh="没有输出", en="no output")
PRINTED = Text(zh="{command} 的输出", en="what {command} prints")
NO_NUMBER = Text(zh="{what}不是数字，而是 {value}", en="{what} is no number but {value}")
State = dict[str, Any]
Drain = Callable[[], State]


def of_address(address: str, *, pending: str = "/pending", headers: Mapping[str, str] | None = None) -> Drain:
    """A JSON object whose value at ``pending`` is the number, or a list of what is pending."""

    def read() -> State:
        try:
            with http_client.client(TIMEOUT, headers=headers) as client:
                data = client.get(address).raise_for_status().json()
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            raise BrokenError(http_client.seen(error)) from error
        try:
            value = pointers.walk(data, pointers.split(pending))
        except KeyError:
            raise BrokenError(NOTHING_AT.format(pending=pending)) from None
        number = _number(len(value) if isinstance(value, list) else value, IN_ANSWER.format(pending=pending))
        return {**(data if isinstance(data, dict) and pending == "/pending" else {}), "pending": number}

    return read


def of_rows(database: RowSource, sql: str) -> Drain:
    """The first column of the only row is the number."""

    def read() -> State:
        found = database.read(Read(sql=sql), {})
        if len(found.rows) != 1:
            raise BrokenError(NOT_ONE_ROW.format(sql=sql, rows=len(found.rows)))
        return {
            "pending": _number(found.rows[0][found.columns[0]], COLUMN.format(column=repr(found.columns[0])))
        }

    return read


def of_command(command: Sequence[str], folder: Path) -> Drain:
    """A command that prints the number."""

    def read() -> State:
        try:
            code, printed, told = _run(command, folder)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BrokenError(f"{command[0]}: {error}") from None
        if code:
            said = (told or printed).strip()[-LAST_WORDS:]
            raise BrokenError(ENDS_WITH.format(command=command[0], code=code, said=said or NO_OUTPUT))
        return {"pending": _number(printed.strip(), PRINTED.format(command=command[0]))}

    return read


def _run(command: Sequence[str], folder: Path) -> tuple[int, str, str]:
    """Its exit code, and the beginning of what it prints: who prints without end waits, and is ended in time."""
    with subprocess.Popen(
        command, cwd=folder, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        found: dict[str, bytes] = {}

        def take(name: str, pipe: IO[bytes]) -> None:
            found[name] = pipe.read(OUTPUT)

        assert process.stdout is not None
        assert process.stderr is not None
        pipes = (("printed", process.stdout), ("told", process.stderr))
        readers = [threading.Thread(target=take, args=each, daemon=True) for each in pipes]
        for reader in readers:
            reader.start()
        try:
            process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        for reader in readers:
            reader.join(TIMEOUT)  # a child of it may hold the pipe
    printed, told = (found.get(name, b"").decode("utf-8", "replace") for name, _ in pipes)
    return process.returncode, printed, told


def _number(value: Any, what: Text) -> int:
    try:
        if not isinstance(value, bool):
            return int(value)
    except (TypeError, ValueError):
        pass
    raise BrokenError(NO_NUMBER.format(what=what, value=repr(str(value)[:LAST_WORDS])))
