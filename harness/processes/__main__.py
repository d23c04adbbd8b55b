"""``python -m harness.processes PLAN``: the supervisor process. ``-`` reads the plan from standard input."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import psutil
from pydantic import ValidationError

from harness.core.errors import EXIT_USAGE, UsageError
from harness.core.validation import first_invalid
from harness.processes.plan import SystemPlan
from harness.processes.supervisor import Supervisor


def main(arguments: list[str]) -> int:
    try:
        supervisor = Supervisor(_plan(arguments))
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_USAGE
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, frame: supervisor.stop())
    return supervisor.run()


def _plan(arguments: list[str]) -> SystemPlan:
    if len(arguments) != 1:
        raise UsageError("usage: python -m harness.processes PLAN.json, or - for standard input")
    try:
        text = sys.stdin.read() if arguments[0] == "-" else Path(arguments[0]).read_text(encoding="utf-8")
        return SystemPlan.model_validate_json(text).owned()
    except OSError as error:
        raise UsageError(f"cannot read the plan: {error.strerror}", where=arguments[0]) from None
    except psutil.Error as error:
        raise UsageError(f"the owner of the plan does not run: {error}", where=arguments[0]) from None
    except ValidationError as error:
        raise UsageError(str(first_invalid(error)), where=arguments[0]) from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
