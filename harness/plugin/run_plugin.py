"""pytest's hooks of a run the harness takes part in: collecting, deciding verdicts, ending.

Verdicts are decided in the call phase: the steps, then what must hold afterwards, then the pictures.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest
from filelock import ReadWriteLock

from harness.checks.item import CheckItem
from harness.checks.skipping import skip
from harness.config.location import INVITATION
from harness.core.errors import EXIT_BROKEN, BrokenError, HarnessError, NotRun, ProductFault, UsageError
from harness.core.events import Unwritten, read_events
from harness.core.payloads import Damage, RunEnd, Verdict
from harness.core.shards import events_written
from harness.core.text import Text
from harness.linkage.evidence import take_evidence
from harness.platforms import pages
from harness.plugin import allure_results
from harness.plugin.broken_lines import broken_lines
from harness.plugin.collected import why_stopped
from harness.plugin.collecting import Collecting
from harness.plugin.not_run_lines import not_run_lines
from harness.plugin.own_frames import without_ours
from harness.plugin.scenario_end import after_the_steps, explained
from harness.plugin.state import OUTCOME, STAGE, PluginState
from harness.plugin.verdicts import exit_code, judge, not_to_be_judged, verdict_of
from harness.reporting.figures import RunFigures
from harness.reporting.language import VERDICTS
from harness.reporting.losses import sentence
from harness.reporting.problem_lines import lines as problem_lines
from harness.reporting.target_coverage import coverage_lines
from harness.runs.announcement import announcement, driver_of
from harness.runs.parts import lost_exchanges, require_parts
from harness.runs.resident.state import Use

VERDICT = "harness_verdict"
LOST = Text(
    zh="有 {count} 次请求与响应没能写入记录，记录中也没有说明：见 logs/proxies.log",
    en="{count} exchanges could not be recorded, nor that they are missing: see logs/proxies.log",
)
UNWRITTEN = "harness_unwritten"  # in what xdist's workers tell the controller at their end

SUMMARY = Text(
    zh="{verdicts}；随机种子 {seed}；运行文件夹 {folder}", en="{verdicts}; seed {seed}; run folder {folder}"
)
DRIVEN = Text(zh="{title}：{driver}", en="{title}: {driver}")


class RunPlugin:
    """Registered by :mod:`harness.plugin.activation` where there is a run to take part in."""

    def __init__(self, config: pytest.Config, state: PluginState, collecting: Collecting) -> None:
        self.config, self.state, self.run, self.collecting = config, state, state.run, collecting
        self.mask: allure_results.Mask | None = None
        self.damage: list[Damage] = []
        self.lost = 0
        self.unwritten: list[Unwritten] = []  # what the record lacks, of this process and of xdist's workers

    # beginning

    def pytest_report_header(self) -> list[str]:
        """What is tested: pytest shows it before it collects anything."""
        settings = self.run.settings
        folder = os.path.relpath(self.run.folder, self.config.invocation_params.dir)
        return [f"harness: {settings.name}, {settings.environment}, seed {self.run.seed}, {folder}"]

    def _tell(self, text: Text) -> None:
        """A line of its own, at once: what a person waits for; plain, so that a log of CI can be read."""
        reporter = self.config.pluginmanager.getplugin("terminalreporter")
        capture = self.config.pluginmanager.getplugin("capturemanager")
        if reporter is None or self.config.option.verbose < 0:
            return
        with capture.global_and_fixture_disabled() if capture is not None else contextlib.nullcontext():
            reporter.write_line(text.say(self.run.language))
            reporter.flush()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        if not hasattr(self.config, "workerinput"):
            self.run.tell = self._tell
        self.mask = allure_results.put_mask(self.config)  # allure-pytest has its writer by now
        if not self.state.owner:
            return
        try:
            arguments = list(self.config.invocation_params.args)
            start = announcement(self.run, arguments)
            if self.run.settings.paths.catalogue.exists():
                self.collecting.catalogue()  # xdist's workers could not say what is wrong
            settings = self.run.settings
            pages.load(settings.paths.scenarios / pages.FOLDER, settings.known_platforms)
            if self.collecting.asked_for(self.run.settings.linkage_map):
                from harness.runs.linkage import fitting

                fitting(self.run.settings)  # as one error, before anything is collected
            self.run.log.write(start)
        except UsageError as error:
            raise pytest.UsageError(error.say(self.run.language)) from None
        except BrokenError as error:
            pytest.exit(f"broken: {error}", returncode=EXIT_BROKEN)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Let xdist's workers join the run (hook of pytest-xdist)."""
        node.workerinput["harness"] = self.run.invitation()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """The linkage checks wait together, so they belong to one process (hook of pytest-xdist)."""
        path = self.run.settings.linkage_map
        if config.getoption("dist", None) != "load" or not path.is_file():
            return None
        from harness.plugin.scheduler import LinkageScheduling

        return LinkageScheduling(config, log, f"{path.parent.name}/{path.name}")

    # running

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """With xdist, a test that changes the state of the whole system waits until it is alone."""
        allure_results.identify(item)
        if not hasattr(self.config, "workerinput"):
            return (yield)
        lock = ReadWriteLock(str(self.run.folder / "alone.lock"))
        with lock.write_lock() if getattr(item, "alone", False) else lock.read_lock():
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> None:
        if isinstance(item, CheckItem):
            allure_results.describe(item)

    # verdicts

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> Generator[None, object, object]:
        stage = pyfuncitem.stash.get(STAGE, None)
        if stage is None:
            return (yield)
        try:
            result = yield
            after_the_steps(stage)
            require_parts(self.run)  # one that stands still may not have been needed so far
        except NotRun as reason:
            skip(reason.text, self.run.language)
        except pytest.fail.Exception as error:
            take_evidence(stage, error)
            raise
        except Exception as error:
            take_evidence(stage, error)
            shown = explained(self.run, stage, error)
            if isinstance(shown, ProductFault | HarnessError) and not self.config.option.usepdb:
                shown = shown.with_traceback(without_ours(shown.__traceback__))
            raise shown from error.__cause__
        take_evidence(stage)
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        verdict = judge(call, report)
        if verdict is not None and verdict.verdict == "failed" and (why := self.run.log.unwritten()):
            verdict = not_to_be_judged(verdict, why.reason)
        if verdict is not None:
            report.user_properties.append((VERDICT, verdict.verdict))
            said = verdict_of(item, verdict, call.duration, self.run.seed)
            self.run.log.write(said, scenario=item.nodeid)
            item.stash[OUTCOME] = said
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.state.verdicts.update(str(value) for name, value in report.user_properties if name == VERDICT)

    @pytest.hookimpl(optionalhook=True)
    def pytest_handlecrashitem(self, crashitem: str, report: pytest.TestReport) -> None:
        """A worker that died takes its test with it: broken, and said so (hook of pytest-xdist)."""
        report.user_properties.append((VERDICT, "broken"))
        verdict = Verdict(
            test=crashitem,
            id=None,
            title=Text(zh=crashitem, en=crashitem),
            group="other",
            platforms=[],
            priority=None,
            verdict="broken",
            message=Text(
                zh=f"测试进程在执行 {crashitem} 时死掉了",
                en=f"the test process died while running {crashitem}",
            ),
            fault="WorkerCrashed",
            seconds=0.0,
            reproduce=f"pytest '{crashitem}' --harness-seed={self.run.seed}",
            seed=self.run.seed,
        )
        self.run.log.write(verdict, scenario=crashitem)

    # ending

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Stop what the run started, and turn pytest's exit code into ours."""
        if not self.state.owner:
            self.config.workeroutput[UNWRITTEN] = self.run.log.unwritten()  # type: ignore[attr-defined]
            return
        self.lost = lost_exchanges(self.run)
        try:
            self.run.stop()
        finally:
            session.exitstatus = exit_code(self.state.verdicts, exitstatus)
            if self.lost and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = EXIT_BROKEN
            log = self.run.log
            written = events_written(self.run.folder, but=log.source)
            problems = sum(self.state.verdicts[word] for word in ("failed", "broken", "flaky"))
            stopped = why_stopped(session, int(exitstatus), problems)
            log.write(RunEnd(exit_code=int(session.exitstatus), stopped=stopped, events=written))
            self.unwritten += filter(None, [log.unwritten()])
            list(read_events(self.run.folder, RunEnd, damage=self.damage))
            if (self.damage or self.unwritten) and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = EXIT_BROKEN

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """What a worker could not write (hook of pytest-xdist)."""
        if lost := getattr(node, "workeroutput", {}).get(UNWRITTEN):
            self.unwritten.append(Unwritten(*lost))

    def pytest_unconfigure(self) -> None:
        """Whatever ended the session, leave no process of ours behind."""
        if self.mask is not None:
            self.mask.remove()
        if self.state.owner:
            self.run.close()

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        verdicts = self.state.verdicts
        language = self.run.language
        folder = os.path.relpath(self.run.folder, self.config.invocation_params.dir)
        terminalreporter.write_sep("=", "harness")
        summary = SUMMARY.format(verdicts=_counted(verdicts), seed=self.run.seed, folder=folder)
        terminalreporter.write_line(summary.say(language))
        for name, miniprogram in self.run.settings.miniprograms.items():
            title = self.run.settings.known_platforms.title(name)
            driven = DRIVEN.format(title=title, driver=driver_of(miniprogram))
            terminalreporter.write_line(driven.say(language))
        use = Use.read(self.run.folder)
        for text in [
            *([] if use is None else [use.text]),
            *(each.text for each in self.unwritten),
            *(self.mask.lost if self.mask is not None else ()),
        ]:
            terminalreporter.write_line(text.say(language))
        lines = coverage_lines(self.run.folder, language) if verdicts else []
        if self.lost:
            lines.append(LOST.format(count=self.lost).say(language))
        if self.damage:
            lines.append(sentence(self.damage).say(language))
        if verdicts["not run"]:
            said = (event.data for event in read_events(self.run.folder, Verdict))
            lines += not_run_lines(said, language)
        if verdicts["broken"]:
            lines += broken_lines((event.data for event in read_events(self.run.folder, Verdict)), language)
        figures = RunFigures.read(self.run.folder)
        if verdicts and figures.unchecked.total:
            lines.append(figures.unchecked.text.say(language))
        lines += problem_lines(figures.problems, language) if verdicts["failed"] else []
        if INVITATION not in os.environ:  # a command shows it under its gate
            lines += [line.say(language) for line in figures.scope.lines]
        for line in lines:
            terminalreporter.write_line(line)


def _counted(verdicts: Counter[str]) -> Text:
    """``3 failed, 2 passed``."""
    if not verdicts:
        return Text(zh="没有执行任何测试", en="nothing ran")
    counts = sorted(verdicts.items())
    return Text(
        zh="，".join(f"{VERDICTS[verdict].zh} {count}" for verdict, count in counts),
        en=", ".join(f"{count} {verdict}" for verdict, count in counts),
    )
