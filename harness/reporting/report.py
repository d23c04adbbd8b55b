"""The report of a run: every output, made from the run's folder alone.

Beside the outputs there is ``reports/latest``: a link to the folder of the last run that was drawn, or a file
with its id.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from harness.core.errors import BrokenError
from harness.core.text import Text, text_of
from harness.reporting import overview
from harness.reporting.gate import GateResult, judge
from harness.reporting.output import Output
from harness.reporting.outputs import OUTPUTS, OutputFailure, draw
from harness.reporting.settings import GateSettings, ReportingSettings


def generate(
    run_folder: Path, settings: ReportingSettings, gate: GateSettings, more: Sequence[Output] = ()
) -> Path:
    """Judge a finished run, draw its report and ``more``, return the first page. BrokenError names what failed."""
    result = judge(run_folder.resolve(), gate)
    if failures := draw_report(result, settings, more):
        said = [each.text for each in failures]
        zh, en = "\n".join(each.zh for each in said), "\n".join(each.en for each in said)
        raise BrokenError(Text(zh=zh, en=en))
    return first_page(result.folder)


def draw_report(
    result: GateResult, settings: ReportingSettings, more: Sequence[Output] = ()
) -> tuple[OutputFailure, ...]:
    """Draw every output of a judged run, which is then the latest; what could not be written."""
    failures = draw(result, settings, (*more, *OUTPUTS))
    try:
        point_latest(result.folder)
    except OSError as error:
        failures += (OutputFailure("latest", text_of(f"{error.strerror}: {error.filename}")),)
    return failures


def first_page(run_folder: Path) -> Path:
    """The page a person opens first."""
    return run_folder / overview.OUTPUT.file


def point_latest(run_folder: Path) -> Path:
    """Let ``reports/latest`` name this run, by a relative link or, where none can be made, by its id."""
    reports = run_folder.parents[1]
    latest, beside = reports / "latest", reports / f".latest-{os.getpid()}"
    target = os.path.relpath(run_folder, reports)
    try:
        try:
            beside.symlink_to(target, target_is_directory=True)
        except OSError:
            beside.write_text(run_folder.name + "\n", encoding="utf-8")
        os.replace(beside, latest)
    finally:
        beside.unlink(missing_ok=True)
    return latest
