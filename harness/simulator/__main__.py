"""``python -m harness.simulator``: one simulator process, with the environment variables that it needs."""

from __future__ import annotations

import sys

from harness.core.environment_variables import keep_needed

if __name__ == "__main__":
    # Before all the rest is imported: it may start this process anew.
    keep_needed()
    from harness.simulator.command_line import main

    sys.exit(main())
