"""Build hook: a wheel carries the page runtime already built; an editable install builds it on first use."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RuntimeBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        runtime = Path(self.root) / "harness" / "simulator" / "runtime"
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("building a wheel needs npm: the simulator's page runtime is TypeScript")
        # npm writes this file last: older than the lock file means an install that is out of date or unfinished.
        installed, lock = runtime / "node_modules" / ".package-lock.json", runtime / "package-lock.json"
        there = installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime
        for command in ([] if there else [["ci"]]) + [["run", "build"]]:
            subprocess.run([npm, "--prefix", str(runtime), *command], check=True)
