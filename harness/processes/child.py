"""One supervised process: its start, its log, its readiness and how it ended. Knows nothing of the others."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import threading
import time
from collections import deque
from typing import IO
from urllib.parse import urlsplit

import psutil

from harness.core.errors import BrokenError
from harness.core.masking import mask_text
from harness.core.masking.digests import KEY
from harness.core.text import Text
from harness.processes import health, ports
from harness.processes.plan import ProcessPlan
from harness.processes.process_tree import Identity, detached, how_it_ended, signal_name
from harness.processes.service_log import LineTimes

LAST_WORDS = 5
KEY_BEGINS, KEY_ENDS = re.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----"), "-----END "
LONGEST_LINE = 64 * 1024
# Output must be in the log before its process is killed, and Chinese on any platform.
OUTPUT = {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}


class Child:
    """A running process of the plan. ``news`` is set whenever its state may have changed."""

    def __init__(self, plan: ProcessPlan, news: threading.Event) -> None:
        """Start it. BrokenError when its port is taken or its command cannot be run."""
        self.plan = plan
        self.ready = plan.ready is None
        self.seen = "nothing"
        self.reported = False
        self._news = news
        self._last_words: deque[str] = deque(maxlen=LAST_WORDS)
        self._stopping = threading.Event()
        self._in_key = False
        _require_free_port(plan)
        try:
            plan.log.parent.mkdir(parents=True, exist_ok=True)
            self._log = plan.log.open("ab", buffering=0)
            self._times = LineTimes(plan.log)
        except OSError as error:
            log = Text(zh="无法写入它的日志：{error}", en="its log cannot be written: {error}")
            raise _unstartable(plan, log.format(error=error)) from None
        try:
            self._process = subprocess.Popen(
                plan.command,
                env={**OUTPUT, **_inherited(plan), **plan.environment},
                cwd=plan.cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                **detached(),
            )
        except OSError as error:
            self._log.close()
            self._times.close()
            command = mask_text(" ".join(plan.command))
            why = Text(zh="{error}；启动命令：{command}", en="{error}; its command: {command}")
            raise _unstartable(plan, why.format(error=error, command=command)) from None
        try:
            self.identity = Identity.of(self._process.pid)
        except psutil.Error:  # it has already ended
            self.identity = Identity(self._process.pid, time.time())
        assert self._process.stdout is not None
        self._pump = threading.Thread(target=self._keep_log, args=(self._process.stdout,), daemon=True)
        self._pump.start()
        if not self.ready:
            threading.Thread(target=self._wait_until_ready, daemon=True).start()

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative numbers are signals (POSIX)."""
        return self._process.poll()

    @property
    def how(self) -> Text:
        return how_it_ended(self.exit_code or 0)

    @property
    def signal(self) -> str | None:
        return signal_name(self.exit_code or 0)

    def last_words(self) -> str:
        """The last lines of its log, one per line, masked."""
        if self.exit_code is not None:
            # What it wrote before its end may still be in the pipe; a child of its own may keep that open.
            self._pump.join(timeout=0.5)
        return "\n    ".join(list(self._last_words))

    def stop_waiting(self) -> None:
        """No more health requests."""
        self._stopping.set()

    def _keep_log(self, output: IO[bytes]) -> None:
        with output, self._log, contextlib.closing(self._times):
            while line := output.readline(LONGEST_LINE):
                text = self._masked(line.decode("utf-8", "replace"))
                # On a full disk too: a process that nobody reads from is held up, or dies of it.
                with contextlib.suppress(OSError):
                    self._times.note(self._log.tell())
                    self._log.write(text.encode("utf-8"))
                if text.strip():
                    self._last_words.append(text.strip())
        self._process.wait()
        self._news.set()

    def _masked(self, line: str) -> str:
        """A line as it may be written; a private key has several."""
        if self._in_key:
            self._in_key = KEY_ENDS not in line
            return "***\n"
        self._in_key = KEY_BEGINS.search(line) is not None and KEY_ENDS not in line
        return mask_text(line)

    def _wait_until_ready(self) -> None:
        assert self.plan.ready is not None
        while not self._stopping.is_set() and self.exit_code is None:
            answer = health.ask(self.plan.ready)
            self.seen = answer.seen
            if answer.healthy:
                self.ready = True
                self._news.set()
                return
            self._stopping.wait(health.EVERY)


def _inherited(plan: ProcessPlan) -> dict[str, str]:
    """Our own environment; what values are digested with is for processes of ours alone."""
    is_ours = plan.role is not None
    return {name: value for name, value in os.environ.items() if is_ours or name != KEY}


def _require_free_port(plan: ProcessPlan) -> None:
    parts = urlsplit(plan.ready or "")
    if parts.hostname in (ports.LOOPBACK, "localhost") and parts.port and not ports.is_free(parts.port):
        raise _unstartable(plan, ports.conflict(parts.port))


def _unstartable(plan: ProcessPlan, why: Text) -> BrokenError:
    words = Text(zh="{name} 无法启动：{why}", en="{name} cannot be started: {why}")
    return BrokenError(words.format(name=plan.name, why=why))
