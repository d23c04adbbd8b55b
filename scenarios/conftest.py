"""The people of the scenarios: ``shopper("王芳")`` is one person on both platforms."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness import MiniProgramSession, Person, Stage, WebsiteSession
from scenarios.actors.shopper import Shopper


@pytest.fixture
def shopper(
    stage: Stage,
    open_website: Callable[[], WebsiteSession],
    open_miniprogram: Callable[[Person], MiniProgramSession],
) -> Callable[[str], Shopper]:
    def meet(alias: str) -> Shopper:
        return Shopper(stage, stage.person(alias), open_website, open_miniprogram)

    return meet
