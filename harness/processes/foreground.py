"""A command's child process: it ends before, or with, the command that waits for it.

A Ctrl-C in a terminal reaches the child as well, which ends in its own way and is waited for; a second one ends
it at once. Whoever ends the command by a signal of its own calls :func:`end_all` first. Owns no meaning of exit
codes.
"""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from harness.core.polling import poll
from harness.processes.process_tree import Identity, end_trees

GRACE = 10.0  # seconds a child may take to put away what it started
_children: set[subprocess.Popen[str]] = set()
_lock = threading.Lock()


def run(
    command: Sequence[str], *, cwd: Path, environment: Mapping[str, str], quiet: bool = False
) -> tuple[int, str]:
    """Exit code and, where ``quiet``, all output; else the child writes to our own."""
    output = subprocess.PIPE if quiet else None
    child = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment,
        stdout=output,
        stderr=subprocess.STDOUT if quiet else None,
        encoding="utf-8",
        errors="replace",
    )
    with _lock:
        _children.add(child)
    try:
        try:
            text, _ = child.communicate()
        except KeyboardInterrupt:
            text, _ = child.communicate()
    finally:
        _end(child)
        with _lock:
            _children.discard(child)
    return child.returncode, text or ""


def end_all() -> None:
    """End every child that still runs: asked as by Ctrl-C, and after :data:`GRACE` killed with all it started.

    May be called by a signal's handler: it waits for no child, since its thread may be doing just that.
    """
    with _lock:
        identities = [identity for identity in map(_identity, _children) if identity is not None]
    for identity in identities:
        process = identity.find()
        if process is not None:
            process.send_signal(signal.SIGINT)
    poll(lambda: [one for one in identities if one.find()], lambda left: not left, within=GRACE, every=0.05)
    end_trees(identities, grace=GRACE)


def _identity(child: subprocess.Popen[str]) -> Identity | None:
    try:
        return Identity.of(child.pid)
    except psutil.Error:
        return None


def _end(child: subprocess.Popen[str]) -> None:
    identity = _identity(child)
    if child.poll() is None and identity is not None:
        end_trees([identity], grace=GRACE)
        child.wait()
