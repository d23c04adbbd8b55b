"""The standby of a supervisor: ends what that has started where it was killed, alone or with its owner.

``python -m harness.processes.standby``, started by the supervisor, which tells it through a pipe whom it serves and
every process it starts. The end of the pipe is the end of the supervisor, however that came about; after a run
that ended as it should nothing is left to do. Imports little: it costs every run a process.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from harness.processes.process_tree import Identity, detached, end_trees

GRACE = 0.4  # seconds; nobody is left who would read what a slow shutdown says
LOOK_EVERY = 0.5
# A supervisor ends by itself when its owner is gone; one that does not, for so many seconds, is frozen.
FROZEN_AFTER = 8.0
ENDS_WITHIN = 2.0


class Standby:
    """The supervisor's side. A standby that is gone is not missed: the supervisor does its work itself."""

    def __init__(self, owner: Identity, remove: Sequence[Path]) -> None:
        """``remove``: files and folders that are gone when the system has ended."""
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "harness.processes.standby"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **detached(),
        )
        self._tell({"owner": _pair(owner), "supervisor": _pair(Identity.of(os.getpid()))})
        self._tell({"remove": [str(path.resolve()) for path in remove]})

    def note(self, started: Identity) -> None:
        """One more process of the system; called before anything else is done with it."""
        self._tell({"started": _pair(started)})

    def close(self) -> None:
        """The system has ended; returns once the standby has too."""
        assert self._process.stdin is not None
        self._tell({"remove": []})  # the supervisor has removed what is to be
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _tell(self, said: dict[str, object]) -> None:
        assert self._process.stdin is not None
        with self._lock, contextlib.suppress(OSError):
            self._process.stdin.write(json.dumps(said).encode() + b"\n")
            self._process.stdin.flush()


def _pair(identity: Identity) -> tuple[int, float]:
    return identity.pid, identity.created


class _Heard:
    """What the supervisor has said so far; ``over`` once it has no more to say."""

    def __init__(self) -> None:
        self.owner: Identity | None = None
        self.supervisor: Identity | None = None
        self.started: list[Identity] = []
        self.remove: list[Path] = []
        self.over = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        # Bytes of the descriptor: a thread inside a buffered reader disturbs the interpreter's own ending.
        rest = b""
        while block := os.read(0, 65536):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                self._take(json.loads(line))
        self.over.set()

    def _take(self, said: dict[str, list[object]]) -> None:
        if "remove" in said:
            self.remove = [Path(str(path)) for path in said["remove"]]
            return
        for name, pair in said.items():
            identity = Identity(*pair)  # type: ignore[arg-type]
            if name == "started":
                self.started.append(identity)
            else:
                setattr(self, name, identity)


def main() -> int:
    heard = _Heard()
    gone_since: float | None = None
    while not heard.over.wait(LOOK_EVERY):
        if heard.owner is None or heard.owner.find() is not None:
            continue
        gone_since = gone_since or time.monotonic()
        if time.monotonic() - gone_since > FROZEN_AFTER:
            break
    frozen = [] if heard.over.is_set() or heard.supervisor is None else [heard.supervisor]
    end_trees([*frozen, *heard.started], grace=GRACE)
    for path in heard.remove:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
