"""How long it takes until the first test of a big contract could run: 1,000 operations, 11 MB of YAML.

``python benchmarks/start_on_big_contract.py``. The promise: reading it takes at most 1.2 times what schemathesis
alone takes for the same file, and at most a second when it was read before.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from _measure import Promises, big_contract, interleaved

OURS = """
import sys
from pathlib import Path
from harness.conformance.fuzzing.run_operation import bundled
from harness.contracts import load
contract = load(Path(sys.argv[1]))
assert len(contract.operations) == 1000
"""
THEIRS = """
import sys
import schemathesis
schema = schemathesis.openapi.from_path(sys.argv[1])
assert sum(1 for _ in schema.get_all_operations()) == 1000
"""
IMPORTS = (
    "from harness.conformance.fuzzing.run_operation import bundled\nfrom harness.contracts import load\n"
)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        path, cache = Path(name) / "big.yaml", Path(name) / "cache"
        big_contract(path)
        print(f"{path.stat().st_size / 1e6:.1f} MB of YAML, 1,000 operations")

        def run(code: str, *, fresh: bool = False) -> None:
            if fresh:
                for file in cache.glob("*"):
                    file.unlink()
            environment = {"PATH": "/usr/bin:/bin", "HARNESS_CACHE": str(cache)}
            subprocess.run([sys.executable, "-c", code, str(path)], check=True, env=environment)

        run(OURS)
        median = interleaved(
            {
                "harness, first time": lambda: run(OURS, fresh=True),
                "schemathesis": lambda: run(THEIRS),
                "harness, again": lambda: run(OURS),
                "its imports": lambda: run(IMPORTS),
            }
        )
    for task, seconds in median.items():
        print(f"{seconds:7.2f} s  {task}")
    promises = Promises()
    promises.at_most(
        "first time, of schemathesis' time", median["harness, first time"] / median["schemathesis"], 1.2
    )
    promises.at_most("again, without imports", median["harness, again"] - median["its imports"], 1.0, " s")
    promises.end()


if __name__ == "__main__":
    main()
