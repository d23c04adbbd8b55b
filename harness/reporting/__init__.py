"""Layer 4: readers of the run folder: figures, gate, overview, Allure.

A command needs three names: :func:`judge` (verdict and exit code), :func:`generate` (the pages) and the two
settings models.
"""

from harness.reporting.figures import RunFigures
from harness.reporting.gate import GateResult, judge
from harness.reporting.report import generate
from harness.reporting.settings import GateSettings, ReportingSettings

__all__ = ["GateResult", "GateSettings", "ReportingSettings", "RunFigures", "generate", "judge"]
