"""``harness drift``: recorded traffic of others (HAR, NDJSON) against OpenAPI documents. Needs no project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli.commands import ENDS, LanguageOption, app, console
from harness.core.errors import UsageError
from harness.core.text import Text

NO_CONTRACT = Text(
    zh="请指定接口规范：--contract 文件", en="name the OpenAPI documents to judge by: --contract FILE"
)


@app.command()
def drift(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="HAR, NDJSON, or the folder of a run")
    ],
    contract: Annotated[
        list[Path] | None, typer.Option("--contract", help="an OpenAPI document (repeat it for several)")
    ] = None,
    server: Annotated[
        list[str] | None,
        typer.Option(
            "--server", help="where the API was recorded, instead of the documents' servers (repeat it)"
        ),
    ] = None,
    undocumented: Annotated[
        int | None,
        typer.Option("--undocumented-operations", min=0, help="how many may be used (default: any number)"),
    ] = None,
    sarif: Annotated[Path | None, typer.Option("--sarif", help="write the findings as SARIF 2.1.0")] = None,
    har: Annotated[Path | None, typer.Option("--har", help="write what was read as HAR 1.2, masked")] = None,
    language: LanguageOption = None,
) -> None:
    """Judge recorded traffic by OpenAPI documents, and say which side would have to change. Needs no harness.toml."""
    from harness.config.location import find
    from harness.config.settings import language_of
    from harness.drift.outputs import run
    from harness.drift.summary import exit_code, lines

    if not contract:
        raise UsageError(NO_CONTRACT)
    words = language or language_of(find(Path.cwd()))
    found = run(files, contract, server or (), language=words, sarif=sarif, har=har)
    for line in lines(found, words):
        console.print(line, markup=False, soft_wrap=True)
    code = exit_code(found, undocumented)
    console.print(ENDS[code].say(words))
    raise typer.Exit(code)
