"""The description block of one test in Allure: what happened, in product words, with its pictures.

Owns the choice of what is shown for a test; its look is ``templates/description.html.j2``.
"""

from __future__ import annotations

from harness.core.text import Language
from harness.reporting import view
from harness.reporting.event_records import Verdict
from harness.reporting.figures import RunFigures


class Describer:
    """Renders descriptions of one run in one language."""

    def __init__(self, figures: RunFigures, language: Language) -> None:
        self.figures, self.language = figures, language
        self._template = view.environment(language, figures.platforms).get_template("description.html.j2")

    def describe(self, test: Verdict) -> str:
        """The block as HTML without scripts; all ends side by side where the test did not pass."""
        pictures = [] if test.verdict == "passed" else view.screens(self.figures, test.test, self.language)
        lags = self.figures.lags(test.test)
        return self._template.render(
            test=test,
            lags=lags,
            scale=view.scale_of(lags),
            exchanges=self.figures.exchanges(test.test),
            screens=pictures,
            findings=[pair for pair in self.figures.findings if pair[0].test == test.test],
        )
