"""Run a command while every core is kept busy: ``python tests/soak/busy.py --processes 2 -- pytest scenarios``."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys


def burn() -> None:
    while True:
        sum(range(100_000))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 2)
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()
    burners = [multiprocessing.Process(target=burn, daemon=True) for _ in range(arguments.processes)]
    for burner in burners:
        burner.start()
    try:
        return subprocess.run(arguments.command).returncode
    finally:
        for burner in burners:
            burner.kill()


if __name__ == "__main__":
    sys.exit(main())
