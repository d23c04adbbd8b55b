"""``harness simulator``: run a mini-program without WeChat DevTools, and the commands around that.

The first word decides: one of the sub-commands here, or the options of ``python -m harness.simulator``.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands import LanguageOption, app, console
from harness.core.environment_variables import needed
from harness.core.errors import EXIT_PASSED, EXIT_PRODUCT
from harness.core.text import text_of

tools = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False
)
def simulator(context: typer.Context) -> None:
    """Run a mini-program without WeChat DevTools and serve the automation protocol (own --help)."""
    words = list(context.args)
    names = [command.name for command in tools.registered_commands]
    if words and words[0] in names:
        tools(words, prog_name="harness simulator", standalone_mode=True)
    command, helped = [sys.executable, "-m", "harness.simulator", *words], set(words) & {"-h", "--help"}
    if os.name == "posix" and not helped:
        os.execve(
            sys.executable, command, needed(os.environ)
        )  # one process: who ends this ends the simulator
    code = subprocess.run(command).returncode
    if helped:
        console.print(f"\nalso: harness simulator {'|'.join(map(str, names))}, each with its own --help")
    raise typer.Exit(code)


@tools.command("cli", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def cli(context: typer.Context) -> None:
    """Do what WeChat DevTools' cli does for a test (open, auto, close, quit), with the simulator."""
    from harness.simulator import devtools_cli

    raise typer.Exit(devtools_cli.main(["--", *context.args]))


@tools.command("shim", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def shim(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="the file to write (…/cli or …\\cli.bat), or a folder for it")],
) -> None:
    """Write the executable for Minium's dev_tool_path and automator's cliPath.

    What follows the path (such as --map A=B) goes to every simulator it starts.
    """
    from harness.simulator import devtools_cli
    from harness.simulator.command_line import parse_arguments

    parse_arguments(["--project", ".", *context.args])  # a wrong option is told now, not in a test
    console.print(os.path.abspath(devtools_cli.shim(path, context.args)), soft_wrap=True)


@tools.command("check-endpoint")
def check_endpoint(
    endpoint: Annotated[str, typer.Argument(help="ws://… at which the conformance mini-program runs")] = "",
    record: Annotated[Path | None, typer.Option("--record", help="write the record here")] = None,
    compare: Annotated[Path | None, typer.Option("--compare", help="tell differences to this record")] = None,
    domain: Annotated[
        list[str] | None, typer.Option("--domain", help="only this domain (repeatable)")
    ] = None,
    app_folder: Annotated[
        bool, typer.Option("--app", help="print the mini-program's folder and end")
    ] = False,
) -> None:
    """Check what an endpoint does: behaviours of the protocol, of WXML and of wx. Exit code 1: some differ.

    Without an address a simulator is started and checked.
    """
    from harness.automator.endpoint_checks import APP, OURS, runner
    from harness.automator.endpoint_checks import record as records

    if app_folder:
        console.print(str(APP), soft_wrap=True)
        raise typer.Exit
    chosen = runner.entries(domain or ())
    known = None if compare is None else records.read(compare)

    def tell(result: records.Result) -> None:
        colour = {"passed": "green", "failed": "red", "not run": "yellow"}[result.outcome]
        console.print(f"[{colour}]{result.outcome:<8}[/] {result.id:<28}", result.claim, soft_wrap=True)
        if result.outcome != "passed":
            if result.expected is not None:
                console.print(f"         expected {result.expected}", markup=False, soft_wrap=True)
            console.print(f"         seen     {result.seen}", markup=False, soft_wrap=True)

    with _endpoint(endpoint) as address:
        outcome = runner.run(address, chosen, tell)
    if record is not None:
        outcome.write(record)
    counts = ", ".join(f"{outcome.count(kind)} {kind}" for kind in ("passed", "failed", "not run"))
    console.print(f"{outcome.name}: {counts}", soft_wrap=True)
    if known is not None:
        differences = list(records.compare(outcome, known))
        for difference in differences:
            console.print(f"{difference.id}: {difference.claim}", markup=False, soft_wrap=True)
            console.print(
                f"    here   {difference.one}\n    record {difference.other}", markup=False, soft_wrap=True
            )
        console.print(f"{len(differences)} differences to {known.name} of {known.date}")
    elif outcome.endpoint == "devtools":
        agreed, total = records.confirmed(records.read(OURS), outcome)
        console.print(f"the simulator is confirmed for {agreed} of {total} checks", soft_wrap=True)
    raise typer.Exit(EXIT_PASSED if outcome.count("passed") == len(outcome.results) else EXIT_PRODUCT)


@contextlib.contextmanager
def _endpoint(given: str) -> Iterator[str]:
    """The address given, or that of a simulator with the conformance mini-program for the while."""
    if given:
        yield given
        return
    from harness.automator.endpoint_checks import APP
    from harness.platforms.simulator_process import SimulatorProcess

    with tempfile.TemporaryDirectory() as folder:
        process = SimulatorProcess(APP, hosts={}, wechat=None, log=Path(folder) / "simulator.log")
        try:
            yield process.control.new_app({"openid": "oConformance", "nickName": "小明"}).endpoint
        finally:
            process.close()


@tools.command("score", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def score(
    context: typer.Context,
    project: Annotated[Path, typer.Argument(help="the mini-program's folder")],
    hosts: Annotated[
        list[str] | None, typer.Option("--map", help="https://api.example=http://127.0.0.1:8000 (repeatable)")
    ] = None,
    pages: Annotated[
        list[str] | None,
        typer.Option("--page", help="pages/goods/goods?id=1 (repeatable; default: every page of app.json)"),
    ] = None,
    least: Annotated[int, typer.Option(help="exit code 1 below this score", min=0, max=100)] = 0,
    language: LanguageOption = None,
) -> None:
    """WeChat's experience score, as far as it can be measured here: opens every page and names what is too much.

    Further options go to the simulator. Times are of this machine.
    """
    from harness.config.settings import language_of
    from harness.platforms import score as rules
    from harness.platforms.page_measures import measure
    from harness.simulator.command_line import parse_arguments

    mapped = [word for pair in hosts or () for word in ("--map", pair)]
    parse_arguments(["--project", str(project), *mapped, *context.args])  # a wrong option is told at once
    given = dict(pair.split("=", 1) for pair in hosts or ())
    speak = language or language_of(None)
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(
            project, hosts=given, pages=pages or (), log=Path(folder) / "log", options=context.args
        )
    verdicts = rules.judge(measured)
    for each in verdicts:
        mark, colour = (rules.LOST, "red") if each.breaches else (rules.KEPT, "green")
        mark, colour = (rules.EMPTY, "dim") if each.empty else (mark, colour)
        name, condition = each.rule.name.say(speak), each.rule.condition.say(speak)
        console.print(
            f"[{colour}]{mark.say(speak)}[/] {name} ({each.rule.weight}): {condition}", soft_wrap=True
        )
        for breach in each.breaches:
            seen = f"{breach.where} {text_of(breach.seen).say(speak)}".strip()
            console.print(f"        {seen}", markup=False, soft_wrap=True)
    for line in rules.summary(measured, verdicts):
        console.print(line.say(speak), markup=False, soft_wrap=True)
    raise typer.Exit(EXIT_PASSED if rules.score_of(verdicts) >= least else EXIT_PRODUCT)


@tools.command("gaps")
def gaps(
    everything: Annotated[bool, typer.Option("--all", help="also what is simulated")] = False,
) -> None:
    """What of the platform this simulator has and lacks: wx, components, methods of the protocol."""
    from harness.simulator.inventory import inventory

    with _endpoint("") as address:
        found = inventory(address)
    for title, names in (
        ("wx: missing names fail with their documented errMsg and are counted", found.wx),
        ("components: missing ones are shown as boxes that say so", found.components),
        ("protocol: missing methods answer '… unimplemented'", found.methods),
    ):
        there = sum(names.values())
        console.print(f"[bold]{title}: {there} of {len(names)} simulated[/]", soft_wrap=True)
        for wanted, mark in ((True, "simulated"), (False, "missing")):
            listed = [name for name, has in names.items() if has is wanted]
            if listed and (everything or not wanted):
                console.print(f"  {mark}: {' '.join(listed)}", markup=False)


@tools.command("capabilities")
def capabilities() -> None:
    """What a scenario may need (needs: in the catalogue), and what each driver cannot do, with the reason."""
    from harness.platforms.capabilities import CAPABILITIES

    for each in CAPABILITIES.values():
        console.print(f"[bold]{each.name}[/]  {each.what.en}", soft_wrap=True)
        for driver, reason in (("simulator", each.simulator), ("devtools", each.devtools)):
            console.print(f"    {driver:<10} {reason or 'yes'}", markup=False, soft_wrap=True)
