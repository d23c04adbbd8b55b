"""The outputs of a run's report, and writing them all.

::

    reports/runs/<run id>/gate.json            the gate for machines, and for the trend of later runs
    reports/runs/<run id>/gate.md              the gate for people, to paste
    reports/runs/<run id>/junit.xml            the verdicts for tools that read JUnit's format
    reports/runs/<run id>/report/index.html    overview: verdict, matrix, lags, contracts, trend
    reports/runs/<run id>/report/allure.html   Allure, in one file
    reports/runs/<run id>/exchanges.har        the recorded exchanges; only where asked for

Whoever draws a report draws all of :data:`OUTPUTS`, from the run folder alone, so that they say the same, in one
language, and those of :data:`ON_DEMAND` that are asked for. Another output is one module with an ``OUTPUT``, and its
line here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass

from filelock import FileLock, Timeout

from harness.core.errors import HarnessError
from harness.core.text import Text, text_of
from harness.reporting import allure, gate_json, gate_markdown, har, junit, overview
from harness.reporting.gate import GateResult
from harness.reporting.output import Output
from harness.reporting.settings import ReportingSettings

# In the order of writing. Allure is last: it takes seconds, and needs more than this process.
OUTPUTS: tuple[Output, ...] = (
    gate_json.OUTPUT,
    gate_markdown.OUTPUT,
    junit.OUTPUT,
    overview.OUTPUT,
    allure.OUTPUT,
)
# As large as all that was recorded, and not needed to judge a run.
ON_DEMAND: tuple[Output, ...] = (har.OUTPUT,)


LOCK = "draw.lock"  # two that draw one run at once would take away each other's files
WAITS_FOR = 180.0  # seconds
BUSY = Text(
    zh=f"另一个进程已经绘制了 {WAITS_FOR:g} 秒，尚未完成",
    en=f"another process has been drawing it for {WAITS_FOR:g} s",
)


@dataclass(frozen=True, slots=True)
class OutputFailure:
    """An output that could not be written, and why."""

    output: str
    reason: Text

    @property
    def text(self) -> Text:
        return Text(zh=f"{self.output}：{self.reason.zh}", en=f"{self.output}: {self.reason.en}")


def draw(
    result: GateResult, settings: ReportingSettings, outputs: Iterable[Output] = OUTPUTS
) -> tuple[OutputFailure, ...]:
    """Write every output into the run folder; the failures of those that could not be written.

    May be called again, also in the other language: nothing of the run's own data is lost, and no output of an
    earlier call is left beside a new one.
    """
    outputs = tuple(outputs)
    lock = FileLock(result.folder / LOCK, timeout=WAITS_FOR)
    with contextlib.ExitStack() as alone:
        try:
            alone.enter_context(lock)
        except Timeout:
            return (OutputFailure("report", BUSY),)
        except OSError:
            pass  # nothing can be written there: each output says so
        for output in outputs:
            with contextlib.suppress(OSError):  # writing it will say so
                (result.folder / output.file).unlink(missing_ok=True)
        attempts = [*outputs, *(output for output in outputs if output.links)]
        failures = [failure for output in attempts if (failure := _write(output, result, settings))]
        return tuple(dict.fromkeys(failures))


def _write(output: Output, result: GateResult, settings: ReportingSettings) -> OutputFailure | None:
    try:
        (result.folder / output.file).parent.mkdir(parents=True, exist_ok=True)
        output.write(result, settings)
    except HarnessError as error:
        return OutputFailure(output.name, error.text)
    except Exception as error:  # of any kind: one output that fails costs no other
        return OutputFailure(output.name, text_of(f"{type(error).__name__}: {error}"))
    return None
