"""``harness doctor``: can a run begin here, and if not, what is to be done?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.commands import Config, LanguageOption, Profile, YesProduction, app, config_path, console
from harness.core.text import Language

if TYPE_CHECKING:
    from harness.runs.doctor.diagnosis import Diagnosis

COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


@app.command()
def doctor(
    config: Config = None,
    profile: Profile = None,
    yes_production: YesProduction = None,
    language: LanguageOption = None,
    wechat_devtools: Annotated[
        bool, typer.Option("--wechat-devtools", help="only: can real WeChat DevTools be driven here?")
    ] = False,
    devtools_cli: Annotated[
        Path | None, typer.Option("--devtools-cli", help="the tool's cli, where it is not in its usual place")
    ] = None,
    start: Annotated[bool, typer.Option("--start", help="start the system, to try every log-in")] = False,
) -> None:
    """Look at machine, settings, contracts, services and log-ins; exit code 0, 2 (input) or 3 (environment)."""
    from harness.config.location import find
    from harness.config.settings import language_of
    from harness.runs.doctor.diagnosis import WORDS, exit_code
    from harness.runs.doctor.project import examine, examine_machine

    here = find(Path.cwd()) if config is None else None
    path = config_path(config) if config or here or wechat_devtools else None
    speak: Language = language or language_of(path)
    found: list[Diagnosis] = []
    if path is None:
        checks = examine_machine()
    elif wechat_devtools:
        checks = _wechat_devtools(path, profile, devtools_cli)
    else:
        checks = examine(path, profile=profile, yes_production=yes_production, start=start)
    for each in checks:
        found.append(each)
        mark = f"[{COLOURS[each.state]}]{WORDS[each.state].say(speak)}[/]"
        console.print(mark, end="  ")
        console.print(f"{each.what.say(speak)}: {each.seen.say(speak)}", markup=False, soft_wrap=True)
        if each.todo is not None and each.state != "ok":
            console.print(f"      → {each.todo.say(speak)}", markup=False, soft_wrap=True)
    raise typer.Exit(exit_code(found))


def _wechat_devtools(path: Path, profile: str | None, tool: Path | None) -> Iterator[Diagnosis]:
    from harness.config.settings import load
    from harness.core.errors import UsageError
    from harness.runs.doctor.devtools import examine

    settings = load(path, profile=profile)
    for miniprogram in settings.miniprograms.values():  # the first
        return examine(miniprogram.project, miniprogram.devtools_port, tool=tool)
    raise UsageError("no table [miniprogram]: which mini-program is it about?", where=str(path))
