"""Reads OpenAPI documents as ``harness`` does, each in a process of its own with little memory and time.

``python -m tests.support.document_reader`` takes ``{"path", "answer", "seconds"}`` as lines of JSON and says of
each, as one line: the verdict, the words, the seconds of a processor (others may be at work, too), and the memory at
its peak.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from harness.contracts import Index, check, load
from harness.core.errors import UsageError
from tests.support.exchanges import exchange

MEMORY = 500 * 1024 * 1024
PATIENCE = 5  # times the seconds, for what waits


def read(path: Path, answer: Any) -> tuple[str, str]:
    """Load a document and judge an answer by it, as a run does."""
    try:
        contract = load(path)
        check(exchange("GET", "/x", 200, answer), Index([contract]))
    except UsageError as error:
        return "refused", str(error)
    except MemoryError:
        return "broken", "out of memory"
    except Exception as error:
        return "broken", f"{type(error).__name__}: {error}"
    return ("flawed", str(contract.flaws[0].message)) if contract.flaws else ("read", "")


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            signal.alarm(PATIENCE * asked["seconds"])
            resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"]))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            verdict, words = read(Path(asked["path"]), asked["answer"])
            with os.fdopen(writing, "w") as out:
                out.write(json.dumps([verdict, words[:2_000]]))
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as found:
            text = found.read()
        _, status, usage = os.wait4(child, 0)
        verdict, words = json.loads(text) if text else ["broken", f"ended by signal {status}"]
        said = {"verdict": verdict, "words": words, "seconds": round(usage.ru_utime + usage.ru_stime, 2)}
        sys.stdout.write(json.dumps({**said, "memory": usage.ru_maxrss * 1024}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
