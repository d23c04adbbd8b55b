"""What the doctor says of one thing: a line, in both languages, with what to do where something is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from harness.core.errors import EXIT_BROKEN, EXIT_PASSED, EXIT_USAGE, HarnessError, UsageError
from harness.core.text import Text

State = Literal["ok", "warning", "problem"]
WORDS = {
    "ok": Text(zh="正常", en="ok"),
    "warning": Text(zh="注意", en="warning"),
    "problem": Text(zh="有问题", en="problem"),
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """``seen`` is what was found, ``todo`` what to do. ``usage``: the user's input is wrong, not the machine."""

    what: Text
    state: State
    seen: Text
    todo: Text | None = None
    usage: bool = False


def same(words: str) -> Text:
    """Words that are the same in both languages: paths, versions, messages of programs."""
    return Text(zh=words, en=words)


def attempt(what: Text, do: Callable[[], Text | str], todo: Text | None = None) -> Diagnosis:
    """``do`` says what is right, or raises one of our errors; its advice is what to do, else ``todo``."""
    try:
        seen = do()
    except HarnessError as error:
        return Diagnosis(
            what, "problem", error.text, error.advice or todo, usage=isinstance(error, UsageError)
        )
    return Diagnosis(what, "ok", same(seen) if isinstance(seen, str) else seen)


def exit_code(found: Iterable[Diagnosis]) -> int:
    """0 where a run can begin, 2 where the input must be changed first, else 3."""
    problems = [each for each in found if each.state == "problem"]
    if any(each.usage for each in problems):
        return EXIT_USAGE
    return EXIT_BROKEN if problems else EXIT_PASSED
