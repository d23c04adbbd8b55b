"""Running the suite: pytest in a process of its own, then the report and the gate from what it left.

Owns the sequence only: pytest decides verdicts, ``reporting`` counts and draws.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.config.location import INVITATION
from harness.core.errors import EXIT_BROKEN, EXIT_USAGE
from harness.core.masking import mask_text
from harness.processes import foreground
from harness.reporting.gate import GateResult, judge
from harness.reporting.outputs import OutputFailure
from harness.reporting.report import draw_report, first_page
from harness.runs.run import Run

CACHE = "pytest-cache"  # beside the runs, which are no part of a project's sources


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to: the gate's verdict, the report's first page (None: it could not be drawn).

    ``failures`` are the outputs that could not be written; they change no verdict.
    """

    run: Run
    gate: GateResult
    report: Path | None
    failures: tuple[OutputFailure, ...]
    pytest_exit: int
    seconds: float

    @property
    def exit_code(self) -> int:
        """The gate's; a run pytest could not finish (usage, internal error) is never better than that."""
        if self.pytest_exit == 4:
            return EXIT_USAGE
        if self.pytest_exit not in (0, 1, EXIT_BROKEN):
            return max(self.gate.exit_code, EXIT_BROKEN)
        return self.gate.exit_code


def perform(run: Run, paths: Sequence[Path], extra: Sequence[str] = ()) -> Outcome:
    """Run pytest on ``paths`` as part of ``run``, then report and judge."""
    began = time.monotonic()
    pytest_exit = run_pytest(run, paths, extra)
    gate = judge(run.folder, run.settings.gate)
    report: Path | None = None
    failures: tuple[OutputFailure, ...] = ()
    if pytest_exit != 4:
        reporting = run.settings.reporting.model_copy(update={"language": run.language})
        failures = draw_report(gate, reporting)
        page = first_page(run.folder)
        report = page if page.is_file() else None
    return Outcome(run, gate, report, failures, pytest_exit, time.monotonic() - began)


def rooms(run: Run) -> list[Path]:
    """The folders with tests, as far as they are there: contract tests last, which leave data as no person does."""
    paths = run.settings.paths
    return [room for room in (paths.scenarios, paths.contracts) if room.is_dir()]


def run_pytest(run: Run, paths: Sequence[Path], extra: Sequence[str] = (), *, quiet: bool = False) -> int:
    """Run pytest as part of ``run`` and give its exit code; ``quiet``: what it says goes to pytest.log."""
    root = run.settings.root
    command = [sys.executable, "-m", "pytest", *(os.path.relpath(path, root) for path in paths), *extra]
    # What failed last is asked for by people (--lf); a run of planted faults is nobody's last run.
    kept = (
        ["-p", "no:cacheprovider"] if quiet else ["-o", f"cache_dir={run.settings.paths.runs.parent / CACHE}"]
    )
    command += [*kept, "--tb=short"]
    environment = {**os.environ, INVITATION: run.invitation()}
    try:
        code, text = foreground.run(command, cwd=root, environment=environment, quiet=quiet)
    finally:
        run.stop()  # nothing to do, unless pytest was killed
    if quiet:
        (run.folder / "pytest.log").write_text(mask_text(text), encoding="utf-8")
    return code
