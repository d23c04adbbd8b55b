"""A process that must not outlive the one that started it watches whether that is still there.

For a child in the same terminal, which is told apart from its parent by nothing but this: a Ctrl-C reaches both,
a parent that is killed takes nobody along.
"""

from __future__ import annotations

import os
import signal
import threading

import psutil

from harness.core.errors import EXIT_BROKEN
from harness.core.polling import pause
from harness.processes.process_tree import Identity

LOOK_EVERY = 0.3
GRACE = 20.0  # seconds to put away what this process has started


def end_with(pid: int) -> None:
    """Interrupt this process, as a Ctrl-C does, once that with ``pid`` is gone; later, end it whatever it does."""
    try:
        parent: Identity | None = Identity.of(pid)
    except psutil.Error:
        parent = None
    threading.Thread(target=_watch, args=(parent,), daemon=True, name="parent watch").start()


def _watch(parent: Identity | None) -> None:
    while parent is not None and parent.find() is not None:
        pause(LOOK_EVERY)
    if os.name == "posix":
        os.kill(
            os.getpid(), signal.SIGINT
        )  # to the process, so that the main thread wakes whatever it waits for
    else:
        signal.raise_signal(signal.SIGINT)
    pause(GRACE)
    os._exit(EXIT_BROKEN)
