"""``harness faults``: plant each fault of the catalogue and see that the check it names finds it."""

from __future__ import annotations

from typing import Annotated, TypedDict

import typer

from harness.cli.commands import Config, LanguageOption, Profile, Seed, app, config_path, console
from harness.core.errors import EXIT_BROKEN, EXIT_PRODUCT, UsageError
from harness.core.text import Language

MARKS = {
    "found": "[green]found [/]",
    "missed": "[red]MISSED[/]",
    "listed": "[yellow]listed[/]",
    "stale": "[red]STALE [/]",
    "broken": "[red]BROKEN[/]",
}


class Given(TypedDict):
    """What every run of the command is given."""

    language: Language | None
    seed: str | None
    profile: str | None


@app.command()
def faults(
    ids: Annotated[list[str] | None, typer.Argument(help="faults to plant (default: all)")] = None,
    times: Annotated[int, typer.Option("--times", min=1, help="plant each this many times")] = 1,
    cold: Annotated[
        bool, typer.Option("--cold", help="start a system for each fault; none is planted while it runs")
    ] = False,
    all_tests: Annotated[
        bool,
        typer.Option(
            "--all-tests",
            help="run every test of the operations concerned, not only until one finds the fault",
        ),
    ] = False,
    pairs: Annotated[
        int,
        typer.Option(
            "--pairs", min=0, help="plant so many pairs at once, drawn by lot, each of which is two problems"
        ),
    ] = 0,
    config: Config = None,
    profile: Profile = None,
    language: LanguageOption = None,
    seed: Seed = None,
) -> None:
    """Plant each fault of the catalogue and see that the check it names finds it, and that it is told as one problem.

    Warm: in one running system, where its service has a fault switch. Cold: in a system started with it.
    """
    from harness.config.settings import load
    from harness.runs import faults as planted
    from harness.runs.fault_switch import has_switch
    from harness.runs.warm_proof import prove_all, prove_warm, summary

    path = config_path(config)
    settings = load(path, profile=profile)
    if settings.paths.faults is None:
        raise UsageError("[paths] names no catalogue of planted faults ('faults = …')", where=str(path))
    catalogue = planted.load(settings.paths.faults)
    chosen = [planted.choose(catalogue, id, settings.paths.faults) for id in ids or catalogue]
    if not chosen:
        raise UsageError("the catalogue names no fault", where=str(settings.paths.faults))
    given: Given = {"language": language, "seed": seed, "profile": profile}
    if pairs:
        lot = planted.pairs(
            [one for one in chosen if has_switch(settings, one) and one.missed is None], pairs, seed or "1"
        )
        if not lot:
            raise UsageError("two faults with a switch are needed, that not only the same scenarios find")
        proving = prove_warm(path, lot, whole=True, **given)
    else:
        proving = prove_all(path, settings, chosen, times=times, cold=cold, whole=all_tests, **given)
    proofs = []
    for proof in proving:
        proofs.append(proof)
        words = proof.planting.title.say(language or settings.language)
        mark = MARKS[proof.outcome]
        told = "" if proof.problems is None else f"  problems {proof.problems}"
        console.print(
            f"{mark} {proof.planting.id:<36} {proof.how} {proof.seconds:5.1f} s{told}  {words}",
            soft_wrap=True,
        )
        listed = f"missed, as its entry says: {proof.planting.missed}" if proof.planting.missed else ""
        for line in [listed, proof.reason, *proof.message.splitlines()]:
            if line:
                console.print(f"         {line}", markup=False, soft_wrap=True)
    console.print(summary(proofs), soft_wrap=True)
    outcomes = {proof.outcome for proof in proofs}
    wrong = outcomes & {"missed", "stale"}
    raise typer.Exit(EXIT_BROKEN if "broken" in outcomes else EXIT_PRODUCT if wrong else 0)
