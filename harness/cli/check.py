"""``harness check``: do the backends keep their contracts? No Python from the user."""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli.commands import (
    Config,
    LanguageOption,
    Profile,
    Seed,
    YesProduction,
    app,
    begun,
    perform_and_print,
)
from harness.conformance.kind_names import KIND_NAMES

Names = list[str] | None


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def check(
    context: typer.Context,
    backend: Annotated[Names, typer.Option("--backend", help="only this backend (may be repeated)")] = None,
    contract: Annotated[
        Names, typer.Option("--contract", help="only this document, such as shared.yaml")
    ] = None,
    operation: Annotated[Names, typer.Option("--operation", help="only this operationId")] = None,
    tag: Annotated[Names, typer.Option("--tag", help="only operations with this tag")] = None,
    kind: Annotated[Names, typer.Option("--kind", help=f"only {', '.join((*KIND_NAMES, 'linkage'))}")] = None,
    contracts: Annotated[
        str | None, typer.Option("--contracts", help="test against another version: a folder or a git tag")
    ] = None,
    seconds: Annotated[int | None, typer.Option("--seconds", min=1, help="budget of each operation")] = None,
    workers: Annotated[str, typer.Option("-n", help="processes (pytest-xdist), a number or 'auto'")] = "",
    config: Config = None,
    profile: Profile = None,
    yes_production: YesProduction = None,
    language: LanguageOption = None,
    seed: Seed = None,
    open_report: Annotated[bool, typer.Option("--open", help="open the report in a browser")] = False,
) -> None:
    """Test the backends against their contracts, report and judge (options of pytest pass through)."""
    path = begun(config)
    from harness.runs.run import Run

    chosen = {"backend": backend, "contract": contract, "operation": operation, "tag": tag, "kind": kind}
    args = ["-n", workers] if workers else []
    for key, values in chosen.items():
        for value in values or ():
            args += ["--harness-only", f"{key}={value}"]
    run = Run.begin(
        path,
        language=language,
        seed=seed,
        contracts=contracts,
        seconds=seconds,
        profile=profile,
        yes_production=yes_production,
    )
    perform_and_print(run, [run.settings.paths.contracts], [*args, *context.args], open_report)
