"""``harness faults``: plant each fault of the catalogue and see that the check it names finds it."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.commands import Config, LanguageOption, Profile, Seed, app, config_path, console
from harness.core.errors import EXIT_BROKEN, EXIT_PRODUCT, UsageError

MARKS = {
    "found": "[green]found [/]",
    "missed": "[red]MISSED[/]",
    "listed": "[yellow]listed[/]",
    "stale": "[red]STALE [/]",
    "broken": "[red]BROKEN[/]",
}


@app.command()
def faults(
    ids: Annotated[list[str] | None, typer.Argument(help="faults to plant (default: all)")] = None,
    times: Annotated[int, typer.Option("--times", min=1, help="plant each this many times")] = 1,
    cold: Annotated[
        bool, typer.Option("--cold", help="start a system for each fault; none is planted while it runs")
    ] = False,
    config: Config = None,
    profile: Profile = None,
    language: LanguageOption = None,
    seed: Seed = None,
) -> None:
    """Plant each fault of the catalogue and see that the check it names finds it.

    Warm: in one running system, where its service has a fault switch. Cold: in a system started with it.
    """
    from harness.config.settings import load
    from harness.runs import faults as planted
    from harness.runs.warm_proof import prove_all, summary

    path = config_path(config)
    settings = load(path, profile=profile)
    if settings.paths.faults is None:
        raise UsageError("[paths] names no catalogue of planted faults ('faults = …')", where=str(path))
    catalogue = planted.load(settings.paths.faults)
    chosen = [planted.choose(catalogue, id, settings.paths.faults) for id in ids or catalogue]
    if not chosen:
        raise UsageError("the catalogue names no fault", where=str(settings.paths.faults))
    proofs = []
    for proof in prove_all(
        path, settings, chosen, times=times, cold=cold, language=language, seed=seed, profile=profile
    ):
        proofs.append(proof)
        words = proof.fault.title.say(language or settings.language)
        mark = MARKS[proof.outcome]
        console.print(
            f"{mark} {proof.fault.id:<36} {proof.how} {proof.seconds:5.1f} s  {words}", soft_wrap=True
        )
        listed = f"missed, as its entry says: {proof.fault.missed}" if proof.fault.missed else ""
        for line in [listed, proof.reason, *proof.message.splitlines()]:
            if line:
                console.print(f"         {line}", markup=False, soft_wrap=True)
    console.print(summary(proofs), soft_wrap=True)
    outcomes = {proof.outcome for proof in proofs}
    wrong = outcomes & {"missed", "stale"}
    raise typer.Exit(EXIT_BROKEN if "broken" in outcomes else EXIT_PRODUCT if wrong else 0)
