"""``harness waive``: list what a run found, findings and undocumented operations, or excuse one for a time."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from harness.cli.commands import Config, Profile, app, config_path, console, run_folder
from harness.core.errors import UsageError


@app.command()
def waive(
    finding: Annotated[
        str, typer.Argument(help="F1, U1, or 'GET /path/{id}'; without it they are listed")
    ] = "",
    reason: Annotated[str, typer.Option("--reason", help="why it may stay for now")] = "",
    owner: Annotated[str, typer.Option("--owner", help="who sees to it")] = "",
    expires: Annotated[str, typer.Option("--expires", help="last day it holds, YYYY-MM-DD")] = "",
    run_id: Annotated[str, typer.Option("--run", help="default: the latest")] = "",
    config: Config = None,
    profile: Profile = None,
) -> None:
    """Excuse a known violation or an undocumented operation until a day; or list what could be excused."""
    from harness.config.settings import load
    from harness.reporting import undocumented_table
    from harness.runs import waiving

    settings = load(config_path(config), profile=profile)
    folder = run_folder(settings, run_id)
    if not finding:
        for offer in waiving.offers(folder):
            console.print(f"{offer.name:<4} {offer.test}", markup=False, soft_wrap=True)
            console.print(
                f"     {offer.finding.check}: {offer.finding.title.say(settings.language)}", markup=False
            )
        for name, item in waiving.undocumented(folder).items():
            console.print(f"{name:<4} {item.operation}", markup=False, soft_wrap=True)
            words = undocumented_table.counts(item).say(settings.language)
            console.print(f"     {words}", markup=False)
        return
    missing = [
        name
        for name, value in (("--reason", reason), ("--owner", owner), ("--expires", expires))
        if not value
    ]
    if missing:
        raise UsageError(f"a waiver needs {', '.join(missing)}")
    try:
        day = date.fromisoformat(expires)
    except ValueError:
        raise UsageError(f"--expires {expires!r} is no day, write it as 2026-12-31") from None
    made = waiving.waive(settings.waivers, folder, finding, reason=reason, owner=owner, expires=day)
    console.print(f"{made.id} in {settings.waivers.name} until {made.expires}: {made.subject}", markup=False)
