"""The line that tells why a command ended: in the language asked for, else that of harness.toml."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from rich.markup import escape

from harness.core.errors import HarnessError, UsageError
from harness.core.text import LANGUAGES, Language, Text

USAGE = Text(zh="[red]用法错误：[/]", en="[red]usage:[/] ")
BROKEN = Text(zh="[red]故障：[/]", en="[red]broken:[/] ")


def error_line(error: HarnessError, arguments: Sequence[str]) -> str:
    """With rich's markup. What nobody has translated is English as a whole."""
    text = error.text
    language = _language(arguments) if text.zh != text.en else "en"
    kind = USAGE if isinstance(error, UsageError) else BROKEN
    return kind.say(language) + escape(text.say(language))


def _language(arguments: Sequence[str]) -> Language:
    from harness.config.location import find
    from harness.config.settings import language_of

    asked = _option(arguments, "--language")
    for language in LANGUAGES:
        if asked == language:
            return language
    given = _option(arguments, "--config")
    return language_of(Path(given) if given else find(Path.cwd()))


def _option(arguments: Sequence[str], name: str) -> str | None:
    """The value of an option of the command line, which may not have been read as a whole."""
    split = [part for each in arguments for part in each.split("=", 1)]
    return next((value for option, value in pairwise(split) if option == name), None)
