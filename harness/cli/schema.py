"""``harness schema``: JSON Schemas of the files that a project writes, for editors; and an example of harness.toml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands import LanguageOption, app, console
from harness.core import advice
from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.text import Text

NO_SUCH = Text(zh="没有名为 {name!r} 的模式", en="there is no schema of {name!r}")
NO_EXAMPLE = Text(zh="只有 harness.toml 有示例", en="there is an example of harness.toml only")
THERE = Text(zh="文件已存在，不会被覆盖", en="is there already, and is not written over")
WRITTEN = Text(zh="已写入 {file}", en="written to {file}")
FIRST_LINE = Text(
    zh="放在要编辑的文件旁边，文件第一行写：{line}",
    en="put it beside the file, whose first line then is: {line}",
)
HOW = Text(
    zh=f"用 {advice.harness('schema')} NAME --write FILE 写出模式，编辑器按文件第一行找到它",
    en=f"{advice.harness('schema')} NAME --write FILE writes one; an editor finds it by the first line of the file",
)


@app.command()
def schema(
    name: Annotated[
        str, typer.Argument(help="harness.toml, catalogue or linkage; without one, they are listed")
    ] = "",
    write: Annotated[
        Path | None, typer.Option("--write", help="the file to write it to, instead of printing it")
    ] = None,
    example: Annotated[
        bool, typer.Option("--example", help="an example of harness.toml, with comments")
    ] = False,
    language: LanguageOption = None,
) -> None:
    """Print the JSON Schema of a file that a project writes, so that an editor knows its keys."""
    from harness.config.location import FILE, find
    from harness.config.published_schema import EXAMPLE, SCHEMAS
    from harness.config.settings import language_of

    speak = language or language_of(find(Path.cwd()))
    if not name and not example:
        for each in SCHEMAS.values():
            console.print(f"{each.name:<14}", each.header.format(file=each.default_file), markup=False)
        console.print(HOW.say(speak), markup=False, soft_wrap=True)
        return
    if name and name not in SCHEMAS:
        raise UsageError(NO_SUCH.format(name=name), nearest=nearest(name, SCHEMAS, alike=ANY))
    if example and name not in ("", FILE):
        raise UsageError(NO_EXAMPLE)
    text = EXAMPLE.read_text(encoding="utf-8") if example else SCHEMAS[name].text()
    if write is None:
        typer.echo(text, nl=False)
        return
    if example and write.exists():
        raise UsageError(THERE, where=str(write))
    write.write_text(text, encoding="utf-8")
    console.print(WRITTEN.format(file=write).say(speak), markup=False, soft_wrap=True)
    if not example:
        line = SCHEMAS[name].header.format(file=write.name)
        console.print(FIRST_LINE.format(line=line).say(speak), markup=False, soft_wrap=True)
