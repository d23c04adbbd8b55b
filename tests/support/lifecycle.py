"""The fixture app ``lifecycle``, which logs whatever the app service calls, and the log of it."""

from __future__ import annotations

from tests.support.miniprograms import OpenApp
from tests.support.simulator import APPS

APP = APPS / "lifecycle"
TAKE = "() => global.take()"
"""What was logged since the last look."""


def log(app: OpenApp) -> list[str]:
    """What was logged since the last look, after every route change has ended."""
    app.pages()
    return list(app.evaluate(TAKE))
