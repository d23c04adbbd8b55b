"""``harness``: run, demo, report, gate, up; the other commands are beside this module.

Exit codes: 0 passed, 1 the product is at fault, 2 wrong usage, 3 the harness or the system is broken.
"""

from __future__ import annotations

import os
import signal
import sys
import webbrowser
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from harness.cli.error_line import error_line
from harness.cli.unread_output import UnreadOutput
from harness.config.location import TRACEBACK
from harness.core import advice
from harness.core.errors import (
    EXIT_BROKEN,
    EXIT_PASSED,
    EXIT_PRODUCT,
    EXIT_USAGE,
    HarnessError,
    UsageError,
)
from harness.core.text import Text

if TYPE_CHECKING:
    from harness.runs.run import Run

PYTEST_USAGE = 4
REPORT = Text(zh="报告     {page}", en="report   {page}")
SECONDS = Text(zh="用时     {seconds:.1f} 秒", en="seconds  {seconds:.1f}")
ENDS = {
    EXIT_PASSED: Text(zh="[green]通过", en="[green]passed"),
    EXIT_PRODUCT: Text(zh="[red]未通过", en="[red]failed"),
    EXIT_USAGE: Text(zh="[red]用法错误", en="[red]wrong usage"),
    EXIT_BROKEN: Text(zh="[red]故障", en="[red]broken"),
}
NO_SUCH_FILE = Text(zh="没有这个文件", en="no such file")
NO_PROJECT = Text(
    zh="这里和上级文件夹中没有 {file}；请用 --config 指定",
    en="no {file} here or above; name one with --config",
)
SHOP = Path("demo", "miniprogram", "project.config.json")
NO_SHOP = Text(
    zh="演示商店在测试工具的源代码中，不在安装包里，而这里不是它的文件夹；测试自己的系统请写 {file}，然后执行 {run}",
    en="the demo shop is in the harness's source, not in its package, and this is no folder of it; for a system of "
    "your own, write {file}, then {run}",
)
UP = Text(
    zh="接下来的 pytest 会使用这个系统；按 Ctrl-C 停止",
    en="the next pytest uses this system; Ctrl-C stops it",
)
STOPPING = Text(zh="正在停止", en="stopping")
NOT_WRITTEN = Text(zh="未写出：", en="not written:")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Contract-testing and linkage QA for a website and a WeChat mini-program run as one system.",
)
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

Config = Annotated[Path | None, typer.Option("--config", help="harness.toml (default: the nearest one)")]
LanguageOption = Annotated[
    Literal["zh", "en"] | None, typer.Option("--language", help="language of report and messages")
]
Profile = Annotated[str | None, typer.Option("--profile", help="profile of harness.toml")]
YesProduction = Annotated[
    str | None, typer.Option("--yes-production", help="read from production: the name of the system")
]
Seed = Annotated[str | None, typer.Option("--seed", help="seed of everything generated")]


def main() -> None:
    """Entry point: whatever goes wrong with us becomes one line and an exit code of its own, never the product's."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal of another charset shows what it can
            setattr(sys, name, UnreadOutput(stream))
    signal.signal(signal.SIGTERM, _terminated)
    try:
        app()
    except UsageError as error:
        errors.print(error_line(error, sys.argv[1:]), soft_wrap=True)
        sys.exit(EXIT_USAGE)
    except HarnessError as error:
        errors.print(error_line(error, sys.argv[1:]), soft_wrap=True)
        sys.exit(EXIT_BROKEN)
    except OSError as error:
        if os.environ.get(TRACEBACK):
            raise
        where = f": {error.filename}" if error.filename else ""
        errors.print(f"[red]broken:[/] {escape(f'{error.strerror or error}{where}')}", soft_wrap=True)
        sys.exit(EXIT_BROKEN)
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        words = f"{type(error).__name__}: {error} (a fault of the harness; {TRACEBACK}=1 shows where)"
        errors.print(f"[red]broken:[/] {escape(words)}", soft_wrap=True)
        sys.exit(EXIT_BROKEN)


def _terminated(number: int, frame: object) -> NoReturn:
    """SIGTERM: what we started ends first."""
    from harness.processes.foreground import end_all

    end_all()
    sys.exit(128 + number)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        console.print(f"linkage-harness {version('linkage-harness')}")
        raise typer.Exit


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="say the version and end")
    ] = False,
) -> None:
    """Options of ``harness`` itself."""


@app.command()
def demo(
    profile: Profile = None,
    language: LanguageOption = None,
    seed: Seed = None,
    open_report: Annotated[bool, typer.Option("--open", help="open the report in a browser")] = False,
) -> None:
    """Run the main job on the shop that comes with the harness's source: contracts, scenarios, report, gate."""
    from harness.config.location import FILE, find

    found = find(Path.cwd())
    if found is None or not (found.parent / SHOP).is_file():
        raise UsageError(NO_SHOP.format(file=FILE, run=advice.harness("run")))
    _run(found, [], language, seed, open_report, profile)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run(
    context: typer.Context,
    config: Config = None,
    profile: Profile = None,
    yes_production: YesProduction = None,
    language: LanguageOption = None,
    seed: Seed = None,
    part: Annotated[
        bool,
        typer.Option(
            "--part", help="one of several runs to merge: what it leaves out does not fail its gate"
        ),
    ] = False,
    open_report: Annotated[bool, typer.Option("--open", help="open the report in a browser")] = False,
) -> None:
    """Run contracts and scenarios (or the paths given; options of pytest pass through), report and judge."""
    args = [*context.args, "--harness-part"] if part else context.args
    _run(config, args, language, seed, open_report, profile, yes_production)


def _run(
    config: Path | None,
    args: list[str],
    language: Literal["zh", "en"] | None,
    seed: str | None,
    show: bool,
    profile: str | None = None,
    yes_production: str | None = None,
) -> None:
    path = begun(config)
    from harness.runs.run import Run

    run = Run.begin(path, language=language, seed=seed, profile=profile, yes_production=yes_production)
    # A path that follows an option with a value (-k contracts) is that value.
    flags = {"-q", "-v", "-vv", "-x", "-s", "-l", "--lf", "--ff"}
    free = [
        arg for before, arg in zip(["", *args], args, strict=False) if before in flags or before[:1] != "-"
    ]
    named = any((run.settings.root / arg.partition("::")[0]).exists() for arg in free)
    its = run.settings.paths
    # Scenarios first: contract tests leave data as no person does.
    rooms = (its.scenarios, *its.tests, its.contracts)
    paths = [] if named else [room for room in rooms if room.is_dir()]
    perform_and_print(run, paths, args, show)


def perform_and_print(run: Run, paths: Sequence[Path], args: Sequence[str], show: bool) -> NoReturn:
    """Run the suite, print gate and report, and leave with the verdict's exit code."""
    from harness.runs.suite import perform

    outcome = perform(run, paths, args)
    if outcome.pytest_exit == PYTEST_USAGE:  # pytest has said what is wrong; there is nothing to judge
        raise typer.Exit(EXIT_USAGE)
    _print_gate(outcome.gate, run.language)
    if outcome.report is not None:
        console.print(REPORT.format(page=_relative(outcome.report)).say(run.language), soft_wrap=True)
        if show:
            webbrowser.open(outcome.report.as_uri())
    _print_failures(outcome.failures, run.language)
    console.print(SECONDS.format(seconds=outcome.seconds).say(run.language))
    console.print(ENDS.get(outcome.exit_code, ENDS[EXIT_BROKEN]).say(run.language))
    raise typer.Exit(outcome.exit_code)


@app.command()
def gate(
    run_id: Annotated[str, typer.Argument()] = "",
    config: Config = None,
    profile: Profile = None,
    language: LanguageOption = None,
) -> None:
    """Judge a run again (default: the latest): every rule with its number, its limit and its verdict.

    Its report is drawn again too, so that no page says anything else.
    """
    from harness.config.settings import load
    from harness.reporting.gate import judge
    from harness.reporting.outputs import draw

    settings = load(config_path(config), profile=profile)
    reporting = settings.reporting.model_copy(update={"language": language or settings.language})
    result = judge(run_folder(settings, run_id).resolve(), settings.gate)
    failures = draw(result, reporting)
    _print_gate(result, reporting.language)
    _print_failures(failures, reporting.language)
    raise typer.Exit(result.exit_code)


@app.command()
def report(
    run_id: Annotated[str, typer.Argument()] = "",
    config: Config = None,
    profile: Profile = None,
    language: LanguageOption = None,
    merge: Annotated[
        list[Path] | None, typer.Option("--merge", help="make one run of this folder and others (repeat it)")
    ] = None,
    har: Annotated[
        bool, typer.Option("--har", help="write its exchanges as HAR 1.2, too: exchanges.har in its folder")
    ] = False,
    open_report: Annotated[bool, typer.Option("--open", help="open it in a browser")] = False,
) -> None:
    """Draw the report of a run again (default: the latest), in either language."""
    from harness.config.settings import load
    from harness.reporting.outputs import ON_DEMAND
    from harness.reporting.report import generate
    from harness.runs.merging import merge as merge_runs

    settings = load(config_path(config), profile=profile)
    reporting = settings.reporting.model_copy(update={"language": language or settings.language})
    folder = merge_runs(merge, settings.paths.runs) if merge else run_folder(settings, run_id)
    page = generate(folder, reporting, settings.gate, ON_DEMAND if har else ())
    console.print(_relative(page), soft_wrap=True)
    for output in ON_DEMAND if har else ():
        console.print(_relative(folder / output.file), soft_wrap=True)
    if open_report:
        webbrowser.open(page.as_uri())


@app.command()
def up(config: Config = None, profile: Profile = None, yes_production: YesProduction = None) -> None:
    """Keep the system, its proxies, a simulator and a browser running for the next pytest; Ctrl-C stops them.

    It starts again when settings, contracts or sources change.
    """
    from harness.runs.edge_discovery import edges
    from harness.runs.resident.host import ResidentHost
    from harness.runs.run import Run

    def begin() -> Run:
        return Run.begin(config_path(config), profile=profile, yes_production=yes_production)

    def tell(run: Run) -> None:
        for edge in edges(run.settings):
            console.print(f"{edge.source:>12} → {edge.target:<12} {run.url(edge.source, edge.target)}")
        console.print(UP.say(run.language))

    host = ResidentHost(
        begin, tell, lambda text: console.print(text.say(host.language), soft_wrap=True, markup=False)
    )
    try:
        host.start()
        host.keep()
    except KeyboardInterrupt:
        console.print(STOPPING.say(host.language))
    finally:
        host.stop()


def begun(config: Path | None) -> Path:
    """The harness.toml of a run, named before anything is loaded: the first that people see of a run is at once."""
    path = config_path(config)
    console.print(f"harness  {_relative(path)}", markup=False, soft_wrap=True)
    return path


def config_path(given: Path | None) -> Path:
    from harness.config.location import FILE, find

    if given is not None:
        if not given.is_file():
            raise UsageError(NO_SUCH_FILE, where=str(given))
        return given
    found = find(Path.cwd())
    if found is None:
        raise UsageError(NO_PROJECT.format(file=FILE))
    return found


def run_folder(settings: Any, run_id: str) -> Path:
    from harness.core.nearest import nearest
    from harness.runs.run import latest

    if not run_id:
        return latest(settings.paths.runs)
    runs: Path = settings.paths.runs
    for folder in (runs / run_id, Path(run_id)):  # its name, or the path that a run printed
        if (folder / "events").is_dir():
            return folder
    names = [events.parent.name for events in runs.glob("*/events")]
    raise UsageError(f"no run is called {run_id!r}", where=str(runs), nearest=nearest(run_id, names))


def _print_gate(result: Any, language: Any) -> None:
    from harness.reporting.gate_table import table

    console.print(table(result, language))


def _print_failures(failures: Sequence[Any], language: Any) -> None:
    """What of the report could not be written; it changes no verdict."""
    for failure in failures:
        words = NOT_WRITTEN.say(language), escape(failure.text.say(language))
        errors.print(f"[yellow]{words[0]}[/] {words[1]}", soft_wrap=True)


def _relative(path: Path) -> str:
    return os.path.relpath(path)
