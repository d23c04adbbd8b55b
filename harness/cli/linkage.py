"""``harness linkage``: what a linkage contract comes to, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands import Config, LanguageOption, Profile, app, config_path, console

linkage = typer.Typer(
    help="The linkage contract: explain it, or upgrade one of before version 1.", no_args_is_help=True
)
app.add_typer(linkage, name="linkage")


@linkage.command()
def explain(
    entity: Annotated[str, typer.Argument(help="only this entity")] = "",
    config: Config = None,
    profile: Profile = None,
    language: LanguageOption = None,
) -> None:
    """List every check of the linkage contract: what it asks, or why it cannot be run. Sends nothing."""
    from harness.config.settings import load
    from harness.core.errors import UsageError
    from harness.core.nearest import ANY, nearest
    from harness.core.text import Text
    from harness.runs import linkage as runs

    settings = load(config_path(config), profile=profile)
    words = language or settings.language
    every = list(runs.explain(settings))
    names = dict.fromkeys(cell.entity for cell in every)
    if entity and entity not in names:
        raise UsageError(f"no check is about {entity!r}", nearest=nearest(entity, names, alike=ANY))
    chosen = [cell for cell in every if not entity or cell.entity == entity]
    for cell in chosen:
        mark = "–" if cell.not_run else "✓"
        console.print(f"{mark} {cell.entity}::{cell.name}", markup=False, highlight=False, soft_wrap=True)
        what = cell.not_run.say(words) if cell.not_run else f"{', '.join(cell.calls)}  ≤ {cell.within:g} s"
        console.print(f"    {what}", markup=False, highlight=False, soft_wrap=True)
    not_run = sum(cell.not_run is not None for cell in chosen)
    total = Text(
        zh=f"共 {len(chosen)} 项检查，其中 {not_run} 项无法执行",
        en=f"{len(chosen)} checks, {not_run} of them cannot be run",
    )
    console.print(total.say(words), markup=False, highlight=False)


@linkage.command()
def upgrade(
    file: Annotated[Path | None, typer.Argument(help="default: the project's linkage contract")] = None,
    write: Annotated[bool, typer.Option("--write", help="into the file, instead of printing")] = False,
    config: Config = None,
    profile: Profile = None,
) -> None:
    """Turn a linkage contract of before version 1 into version 1, with the reads that fit it."""
    from harness.config.settings import load
    from harness.runs import linkage as runs

    settings = load(config_path(config), profile=profile)
    path = file or settings.linkage_map
    text = runs.upgraded(settings, path)
    if write:
        path.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)
