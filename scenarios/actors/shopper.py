"""What a shopper can do, in product words, whatever the platform. Two ways to do it stand beside this file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from harness import MiniProgramSession, Person, Stage, WebsiteSession
from scenarios.actors.miniprogram import MiniProgramShopper
from scenarios.actors.website import WebsiteShopper


class AsMember(Protocol):
    """What a member can see on every platform."""

    def sees_nickname(self, nickname: str) -> None: ...
    def sees_points(self, points: int) -> None: ...


@dataclass
class Shopper:
    """One person who uses both platforms; each is opened when they first turn to it."""

    stage: Stage
    person: Person
    open_website: Callable[[], WebsiteSession]
    open_miniprogram: Callable[[Person], MiniProgramSession]
    _website: WebsiteShopper | None = field(default=None, repr=False)
    _miniprogram: MiniProgramShopper | None = field(default=None, repr=False)

    @property
    def on_website(self) -> WebsiteShopper:
        if self._website is None:
            self._website = WebsiteShopper(self.stage, self.person, self.open_website())
        return self._website

    @property
    def on_miniprogram(self) -> MiniProgramShopper:
        if self._miniprogram is None:
            self._miniprogram = MiniProgramShopper(
                self.stage, self.person, self.open_miniprogram(self.person)
            )
        return self._miniprogram
