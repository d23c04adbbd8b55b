"""``harness doctor``: can a run begin here, and if not, what is to be done?"""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.commands import Config, LanguageOption, Profile, YesProduction, app, config_path, console
from harness.core.text import Language

COLOURS = {"ok": "green", "warning": "yellow", "problem": "red"}


@app.command()
def doctor(
    config: Config = None,
    profile: Profile = None,
    yes_production: YesProduction = None,
    language: LanguageOption = None,
    start: Annotated[bool, typer.Option("--start", help="start the system, to try every log-in")] = False,
) -> None:
    """Look at machine, settings, contracts, services and log-ins; exit code 0, 2 (input) or 3 (environment)."""
    from harness.runs.diagnosis import WORDS, Diagnosis, exit_code
    from harness.runs.doctor import examine
    from harness.runs.settings import language_of

    path = config_path(config)
    speak: Language = language or language_of(path)
    found: list[Diagnosis] = []
    for each in examine(path, profile=profile, yes_production=yes_production, start=start):
        found.append(each)
        mark = f"[{COLOURS[each.state]}]{WORDS[each.state].say(speak)}[/]"
        console.print(mark, end="  ")
        console.print(f"{each.what.say(speak)}: {each.seen.say(speak)}", markup=False, soft_wrap=True)
        if each.todo is not None and each.state != "ok":
            console.print(f"      → {each.todo.say(speak)}", markup=False, soft_wrap=True)
    raise typer.Exit(exit_code(found))
