"""``harness linkage``: what a linkage contract comes to, without a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from harness.cli.commands import Config, LanguageOption, Profile, Seed, app, config_path, console
from harness.core import advice
from harness.core.errors import BrokenError, UsageError
from harness.core.masking import mask_text
from harness.core.text import Language, Text

if TYPE_CHECKING:
    from harness.linkage.draft.side_by_side import Comparison, Field

linkage = typer.Typer(
    help="The linkage contract: draft, explain and try it, or upgrade one of before version 1.",
    no_args_is_help=True,
)
app.add_typer(linkage, name="linkage")


@linkage.command()
def explain(
    entity: Annotated[str, typer.Argument(help="only this entity")] = "",
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="each check by itself: its id, what it asks")
    ] = False,
    config: Config = None,
    profile: Profile = None,
    language: LanguageOption = None,
) -> None:
    """Show what the linkage contract checks, in which directions, and what is not run and why. Sends nothing."""
    from harness.config.settings import load
    from harness.core.nearest import ANY, nearest
    from harness.linkage.checks.summary import each, overview, total
    from harness.runs import linkage as runs

    settings = load(config_path(config), profile=profile)
    every = list(runs.explain(settings))
    names = dict.fromkeys(check.entity for check in every)
    if entity and entity not in names:
        raise UsageError(NO_CHECK.format(entity=entity), nearest=nearest(entity, names, alike=ANY))
    chosen = [check for check in every if not entity or check.entity == entity]
    hints = [] if entity else [hint.map(lambda said: f"! {said}") for hint in runs.hints(settings)]
    for text in (*(each if verbose else overview)(chosen), total(chosen), *hints):
        said = text.say(language or settings.language)
        console.print(said, markup=False, highlight=False, soft_wrap=True)


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


@linkage.command()
def draft(
    entity: Annotated[str, typer.Argument(help="only this, and what it needs: 'order'")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", help="a new file, instead of printing; never overwrites one")
    ] = None,
    within: Annotated[float, typer.Option("--within", help="seconds a record may take to cross")] = 5.0,
    config: Config = None,
    profile: Profile = None,
    language: LanguageOption = None,
    seed: Seed = None,
) -> None:
    """Write a first linkage contract: make records with unlikely values, and find them on the other participants."""
    from harness.runs.linkage_draft import draft as drafted
    from harness.runs.linkage_draft import written
    from harness.runs.run import Run

    if output is not None and output.exists():
        raise UsageError(ALREADY_THERE, where=str(output))
    run = Run.begin(config_path(config), language=language, seed=seed, profile=profile)
    try:
        made = drafted(run, entity or None, within=within, progress=_say)
    finally:
        run.close()
    writes = written(run.folder, made.reads)
    _say((MADE.format(count=sum(writes.values())) if writes else NOTHING_WRITTEN).say(run.language))
    for operation, count in writes.items():
        _say(f"  {operation} × {count}")
    if not made.entities:
        for reason in made.left_out:
            _say(f"  {reason.say(run.language)}")
        raise BrokenError(NOTHING)
    if output is None:
        typer.echo(made.text, nl=False)
    else:
        with output.open("x", encoding="utf-8") as file:
            file.write(made.text)
        _say(DRAFTED.format(file=output).say(run.language))
    if made.open:
        _say(OPEN.format(count=len(made.open)).say(run.language))
        for name, note in made.open:
            _say(f"  {name}: {note.say(run.language)}")
    if made.untraced is not None:
        _say(made.untraced.say(run.language))


NO_CHECK = Text(zh="没有关于 {entity!r} 的检查", en="no check is about {entity!r}")
ALREADY_THERE = Text(
    zh="文件已存在；'draft' 不覆盖任何文件", en="is there already; 'draft' overwrites nothing"
)
MADE = Text(zh="写入 {count} 次：", en="{count} writes were made:")
OPEN = Text(
    zh="以下 {count} 点要由你决定，在此之前没有检查会看它们；每一点也可能就是系统的缺陷：",
    en="{count} points for you to decide: no check looks at them until you do, and each may be a fault of the system:",
)
DRAFTED = Text(zh="草稿写入了 {file}", en="the draft is in {file}")
NOTHING_WRITTEN = Text(zh="没有写入任何数据", en="nothing was written")
TRY = advice.harness("linkage try")
NOTHING = Text(
    zh=f"没有在两个参与方上找到同一条记录，原因见上；可以手写一个实体，再用 '{TRY}' 核对",
    en="no record was found on two participants, for the reasons above; write one entity by hand, then see "
    f"'{TRY}'",
)


def _say(line: str) -> None:
    """Beside the draft, which is what the command prints."""
    typer.echo(mask_text(line), err=True)


@linkage.command("try")
def try_(
    entity: Annotated[str, typer.Argument(help="an entity of the linkage contract")],
    config: Config = None,
    profile: Profile = None,
    language: LanguageOption = None,
    seed: Seed = None,
) -> None:
    """Make one record of an entity on each participant that can, and show it side by side on all of them."""
    from harness.linkage.draft.side_by_side import Comparison
    from harness.processes.settings import EnvironmentClass
    from harness.runs import linkage as runs
    from harness.runs.linkage_draft import DISPOSABLE_ONLY
    from harness.runs.run import Run

    run = Run.begin(config_path(config), language=language, seed=seed, profile=profile)
    if run.settings.environment != EnvironmentClass.DISPOSABLE:
        raise UsageError(DISPOSABLE_ONLY.format(command="try"))
    try:
        for found in runs.comparisons(run, entity):
            if isinstance(found, Comparison):
                _print(found, run.language)
            else:
                console.print(found.say(run.language), markup=False, highlight=False)
    finally:
        run.close()


def _print(comparison: Comparison, language: Language) -> None:
    from harness.linkage.draft.words import NOT_FOUND

    table = Table(title=f"{comparison.writer}: {comparison.write}", title_justify="left")
    for heading in (Text(zh="字段", en="field"), *(Text(zh=name, en=name) for name in comparison.readings)):
        table.add_column(heading.say(language), overflow="fold")
    rows: dict[str, list[str]] = {}
    for field in comparison.fields:
        rows.setdefault(field.name, []).append(_cell(field, language))
    for name, row in rows.items():
        table.add_row(name, *row)
    console.print(table)
    for field in comparison.fields:
        if field.reason is not None:
            _line(f"✗ {field.name}: {field.reason.say(language)}")
    for name, reading in comparison.readings.items():
        if not reading.found:
            asked = f"{reading.answer.exchange.method} {reading.answer.exchange.path}"
            _line(f"✗ {NOT_FOUND.format(participant=name, seen=reading.words, asked=asked).say(language)}")


def _line(text: str) -> None:
    console.print(mask_text(text), markup=False, highlight=False, soft_wrap=True)


def _cell(field: Field, language: Language) -> str:
    if field.value is None:
        return "–"
    if field.equal is None:
        return escape(mask_text(f"{field.value}"))
    mark = "✓" if field.equal else "✗"
    shown = (
        f"{mark} {field.value}"
        if field.there
        else f"✗ {Text(zh='没有', en='nothing at').say(language)} {field.at}"
    )
    return escape(mask_text(shown))
