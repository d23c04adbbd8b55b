"""Not running a test, with a reason that both languages of a report can give."""

from __future__ import annotations

from typing import NoReturn

from _pytest.outcomes import Skipped  # pytest.skip.Exception, with its type

from harness.core.text import Language, Text


class NotRunHere(Skipped):
    """pytest's skip in the language of the run; ``text`` is its reason in both."""

    def __init__(self, text: Text, language: Language) -> None:
        self.text = text
        super().__init__(text.say(language))


def skip(text: Text, language: Language) -> NoReturn:
    raise NotRunHere(text, language)
