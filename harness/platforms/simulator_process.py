"""Our side of the simulator: its process, its control connection, its death.

Platforms and simulator meet only over the command line and the WebSocket: nothing of ``harness.simulator`` is
imported here. A watchdog tells at once when the process is gone, because a Minium call blocks its thread and
would otherwise wait out its own time limit.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, Queue
from typing import Any, TextIO

import psutil

from harness.automator.client import SimulatorClient
from harness.core.environment_variables import needed
from harness.core.errors import EXIT_USAGE, BrokenError, HarnessError, ProcessDied, UsageError
from harness.core.masking import mask_text
from harness.core.text import Text
from harness.platforms.simulator_control import ENDS_WITHIN, SIMULATOR, Simulator
from harness.processes.stillness import STOPPED, Stillness

REFUSED = Text(zh="模拟器不接受它的命令行", en="the simulator refused its command line")
LOOK_EVERY = 0.5  # seconds
START_WITHIN = 60.0  # seconds; the first start may have to build the page runtime
DID_NOT_END = Text(
    zh=f"它断开了连接，{ENDS_WITHIN:g} 秒后进程仍未结束，已被强制结束",
    en=f"it ended its connections, was not gone {ENDS_WITHIN:g} s later, and was killed",
)


class SimulatorProcess(Simulator):
    """One simulator: many apps, one Chromium. ``on_death`` is called from the watchdog's thread."""

    def __init__(
        self,
        project: Path,
        *,
        hosts: Mapping[str, str],
        wechat: str | None,
        log: Path,
        headless: bool = True,
        options: Sequence[str] = (),
    ) -> None:
        """``options`` are further words of its command line."""
        command = [sys.executable, "-m", "harness.simulator", "--project", str(project)]
        command += ["--port", "0", "--control-port", "0", "--no-app", "--json", "--stdin-guard"]
        for source, target in hosts.items():
            command += ["--map", f"{source}={target}"]
        if wechat:
            command += ["--wechat", wechat]
        if not headless:
            command += ["--headed"]
        command += options
        super().__init__(log)
        self._death: ProcessDied | None = None
        self._why: Text | None = None  # this side has ended it
        self._closing = False
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
            lines = log.open("a", encoding="utf-8", errors="replace")
        except OSError as error:
            words = Text(
                zh="无法写入模拟器的日志：{error}", en="the simulator's log cannot be written: {error}"
            )
            raise BrokenError(words.format(error=error)) from None
        self._process = subprocess.Popen(
            command,
            env=needed(os.environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._pump = threading.Thread(target=self._pump_log, args=(lines,), daemon=True, name="simulator log")
        self._pump.start()
        try:
            ready = self._await_ready()
        except HarnessError:
            self._pump.join(timeout=2)
            self._close_pipes()
            raise
        self.pid = self._process.pid
        self.browser_pid = int(ready.get("browserPid") or 0)
        self.control = SimulatorClient(str(ready["control"]))
        self._watchdog = threading.Thread(target=self._watch, daemon=True, name="simulator watchdog")
        self._watchdog.start()

    def _pump_log(self, file: TextIO) -> None:
        assert self._process.stderr is not None
        with file:
            for line in self._process.stderr:
                # Whatever becomes of the line: the simulator must not wait for somebody to read what it says.
                with contextlib.suppress(OSError):
                    file.write(mask_text(line))
                    file.flush()

    def _await_ready(self) -> dict[str, Any]:
        lines: Queue[str] = Queue()
        stdout = self._process.stdout
        assert stdout is not None
        threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
        try:
            line = lines.get(timeout=START_WITHIN)
        except Empty:
            self._kill()
            raise ProcessDied(
                SIMULATOR,
                how=Text(zh=f"{START_WITHIN:g} 秒后仍未就绪", en=f"not ready after {START_WITHIN:g} s"),
                last_words=self.last_words(),
            ) from None
        told: dict[str, Any] = json.loads(line) if line.strip() else {}
        if "refused" in told:  # a source tree it cannot load
            self._process.wait(timeout=5)
            raise UsageError(Text(**told["refused"]).map(mask_text))
        if not told:
            code = self._process.wait(timeout=5)
            self._pump.join(timeout=2)
            words = self.last_words()
            if code == EXIT_USAGE:  # of its command line
                raise UsageError(words or REFUSED)
            how = Text(zh=f"启动时以退出码 {code} 结束", en=f"exit code {code} while starting")
            raise ProcessDied(SIMULATOR, how=how, last_words=words)
        return told

    def _watch(self) -> None:
        still, itself = Stillness(), psutil.Process(self._process.pid)
        while self._process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=LOOK_EVERY)
            if self._why is None and still.of(itself):
                self._end(STOPPED)
        if self._closing:
            return
        self._tell(self._note_death())

    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        """How the process died, if it did; waits up to ``within`` seconds for it to show.

        One that has ended its connection to us is dying, whatever still runs of it: it is waited for until it has
        put its apps and its browser away, and ended where that takes too long.
        """
        if self._death is None and not self._closing and within:
            dying = self.control.over
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=self._patience(within))
            if dying and self._process.poll() is None:
                self._end(DID_NOT_END)
            if self._process.poll() is not None:
                self._note_death()
        return self._death

    def _end(self, why: Text) -> None:
        self._why = why
        self._kill()

    def _note_death(self) -> ProcessDied:
        self._pump.join(timeout=2)
        how = self._why or _how(self._process.returncode)
        self._death = ProcessDied(SIMULATOR, how=how, last_words=self.last_words())
        return self._death

    def close(self) -> None:
        """End the process and its browser; at most a few seconds, never raises."""
        self._closing = True
        with contextlib.suppress(Exception):
            self.control.close()
        with contextlib.suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()  # the simulator's guard: end of input ends it
        try:
            self._process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self._kill()
        for thread in (self._pump, self._watchdog):
            thread.join(timeout=2)
        self._close_pipes()

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _kill(self) -> None:
        with contextlib.suppress(psutil.Error):
            family = psutil.Process(self._process.pid).children(recursive=True)
            for process in family:
                with contextlib.suppress(psutil.Error):
                    process.kill()
        self._process.kill()
        self._process.wait(timeout=5)


def quiet_environment() -> None:
    """Keep loopback out of any proxy: Minium's websocket client honours ``http_proxy`` otherwise."""
    for name in ("no_proxy", "NO_PROXY"):
        hosts = [host for host in os.environ.get(name, "").split(",") if host]
        for host in ("localhost", "127.0.0.1"):
            if host not in hosts:
                hosts.append(host)
        os.environ[name] = ",".join(hosts)


def _how(code: int) -> Text:
    if code < 0:
        return Text(zh=f"信号 {-code}", en=f"signal {-code}")
    return Text(zh=f"退出码 {code}", en=f"exit code {code}")
