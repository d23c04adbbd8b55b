"""What an output of the report is: a file of one format, written from a judged run.

Which outputs there are stands in :mod:`harness.reporting.outputs`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.reporting.gate import GateResult
from harness.reporting.settings import ReportingSettings


@dataclass(frozen=True, slots=True)
class Output:
    """One format. ``file`` is relative to the run folder; its folder exists when ``write`` is called.

    ``write`` takes the gate's result, which holds the figures and the run folder, and the settings, which
    hold the language. Whatever it raises makes this output broken and no other. ``links``: it shows links to
    other outputs, and is written again once they are there.
    """

    name: str
    file: str
    write: Callable[[GateResult, ReportingSettings], object]
    links: bool = False
