"""The description block of one test in Allure: what happened, in product words, with its pictures.

Owns the choice of what is shown for a test; its look is ``templates/description.html.j2``.
"""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

from harness.core.text import Language
from harness.reporting import view
from harness.reporting.event_records import Verdict
from harness.reporting.figures import RunFigures


class Describer:
    """Renders descriptions of one run in one language."""

    def __init__(self, figures: RunFigures, language: Language) -> None:
        self.figures, self.language = figures, language
        self._template = view.environment(language).get_template("description.html.j2")
        self._markdown = MarkdownIt("commonmark", {"html": False}).enable("table")

    def describe(self, test: Verdict, *, html: str = "", markdown: str = "") -> str:
        """The block as HTML without scripts; both ends side by side where the test did not pass.

        ``html`` and ``markdown`` are the descriptions the test's author gave; Allure shows one description,
        so they stand in it. Allure cleans what is HTML.
        """
        pictures = [] if test.verdict == "passed" else view.screens(self.figures, test.test, self.language)
        lags = self.figures.lags(test.test)
        return self._template.render(
            test=test,
            authors=[Markup(html), Markup(self._markdown.render(markdown))],
            lags=lags,
            scale=view.scale_of(lags),
            exchanges=self.figures.exchanges(test.test),
            screens=pictures,
            findings=[pair for pair in self.figures.findings if pair[0].test == test.test],
        )
