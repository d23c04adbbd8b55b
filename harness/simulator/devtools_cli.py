"""A ``cli`` that minium and miniprogram-automator launch like the one of WeChat DevTools; it starts simulators.

Owns the command line of that tool as far as tests use it (``open``, ``auto``, ``close``, ``quit``,
``islogin``), and which simulators it has left running. Both clients take anything on standard output for an
error and wait until it is closed: success says nothing there, and a simulator inherits none of our streams.

``python -m harness.simulator.devtools_cli [simulator's options] -- <what the client gives>``
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import json
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import psutil

from harness.automator.client import SimulatorClient
from harness.core.environment_variables import needed
from harness.core.errors import EXIT_BROKEN, EXIT_PASSED, EXIT_USAGE, BrokenError, HarnessError, UsageError
from harness.core.polling import poll

DEFAULT_PORT = 9420
IDLE = 1800.0
"""Seconds without a client after which a simulator ends: a test that died has closed nothing."""
START_WITHIN, GONE_WITHIN = 60.0, 10.0  # seconds
KNOWN = ("open", "auto", "close", "quit", "islogin", "login")


def folder() -> Path:
    """Where it is written down which simulators run: one for each user of this machine."""
    return Path(tempfile.gettempdir()) / f"linkage-harness-devtools-{getpass.getuser()}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code. What is wrong goes to standard output, where both clients look."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    split = given.index("--") if "--" in given else 0
    options, words = given[:split], given[split:]
    try:
        _carry_out(options, words[1:] if words[:1] == ["--"] else words)
    except HarnessError as error:
        code = EXIT_USAGE if isinstance(error, UsageError) else EXIT_BROKEN
        sys.stdout.write(f"[error] {error}\n")
        return code
    return EXIT_PASSED


def _carry_out(options: list[str], words: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="cli", add_help=False, allow_abbrev=False)
    parser.add_argument("command", nargs="?")
    parser.add_argument("--project", type=Path)
    parser.add_argument("--auto-port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--auto-account")
    given, _ = parser.parse_known_args(words)  # the tool's many other options concern its window
    match given.command:
        case "auto":
            if given.project is None:
                raise UsageError("auto: --project is missing")
            start(given.project, given.auto_port, options, openid=given.auto_account)
        case "close" | "quit":
            for file in _running():
                if given.project is None or _read(file).get("project") == _name(given.project):
                    stop(file)
        case "open" | "login":
            pass  # a window and an account: there is nothing to do
        case "islogin":
            sys.stdout.write('{"login":true}\n')
        case other:
            raise UsageError(f"{other or 'no command'}: the simulator's cli knows {', '.join(KNOWN)} only")


def start(project: Path, port: int, options: Sequence[str] = (), *, openid: str | None = None) -> None:
    """Leave a simulator running that serves ``project`` at ``port``; returns once its first page is ready.

    A simulator this tool started there before gives way. UsageError or BrokenError in the simulator's words.
    """
    file = folder() / f"{port}.json"
    if file.exists():
        stop(file)
    if _in_use(port):
        raise BrokenError(f"Error: Port {port} is in use (code 10)")  # minium connects when it reads this
    command = [sys.executable, "-m", "harness.simulator", "--project", str(project), "--port", str(port)]
    command += ["--json", "--idle", str(IDLE), *options]
    if openid:
        command += ["--person", json.dumps({"openid": openid})]
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    log = folder() / f"{port}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command,
            env=needed(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            **_detached(),
        )
    line = _first_line(process)  # of a simulator that fails to start: the end of its output
    told = json.loads(line) if line.strip() else {}
    if not told or "refused" in told:
        code = process.wait()
        said = log.read_text(encoding="utf-8", errors="replace").strip() or f"exit code {code}"
        raise (UsageError if code == EXIT_USAGE else BrokenError)(said)
    process.returncode = 0  # it outlives us: subprocess must not warn of it
    about = {**told, "project": _name(project)}
    file.write_text(json.dumps(about), encoding="utf-8")


def stop(file: Path) -> None:
    """End the simulator a file of :func:`folder` tells of; nothing happens when it has gone already."""
    about = _read(file)
    with (
        contextlib.suppress(HarnessError, OSError),
        SimulatorClient(str(about.get("control")), deadline=3) as it,
    ):
        # Another program may have been given the port since: only the process we wrote down is ended.
        if it.info()["pid"] == about.get("pid"):
            it.shutdown()
            poll(lambda: _alive(about["pid"]), lambda alive: not alive, within=GONE_WITHIN)
    file.unlink(missing_ok=True)


def shim(path: Path, options: Sequence[str] = ()) -> Path:
    """Write the executable that ``dev_tool_path`` and ``cliPath`` name; ``options`` go to every simulator.

    ``path`` is a file to write, called ``cli`` or ``cli.bat`` as minium wants it, or a folder for it.
    """
    windows = sys.platform == "win32"
    name = "cli.bat" if windows else "cli"
    target = path / name if path.is_dir() else path
    if not target.name.endswith(name):
        raise UsageError(f"minium accepts a tool only if its name ends in {name}", where=str(target))
    words = [sys.executable, "-m", "harness.simulator.devtools_cli", *options, "--"]
    target.parent.mkdir(parents=True, exist_ok=True)
    if windows:
        target.write_text(f"@{subprocess.list2cmdline(words)} %*\r\n", encoding="utf-8", newline="")
    else:
        target.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
        target.chmod(0o755)
    return target


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    output, lines = process.stdout, Queue[bytes]()
    threading.Thread(target=lambda: lines.put(output.readline()), daemon=True).start()
    try:
        line = lines.get(timeout=START_WITHIN)
    except Empty:
        process.kill()
        raise BrokenError(f"the simulator was not ready after {START_WITHIN:g} s") from None
    output.close()
    return line


def _running() -> list[Path]:
    return sorted(folder().glob("*.json")) if folder().is_dir() else []


def _read(file: Path) -> dict[str, Any]:
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return about if isinstance(about, dict) else {}


def _name(project: Path) -> str:
    return str(project.resolve())


def _in_use(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _alive(pid: int) -> bool:
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def _detached() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
    return {"start_new_session": True}


if __name__ == "__main__":
    sys.exit(main())
