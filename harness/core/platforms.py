"""The platforms (端) of the system under test: people's ends, which have a screen, and systems without one.

Owns what the rest of the harness needs to know of a platform: its name, its titles, what drives it, its place in
reports. harness.toml declares them, a run announces them, reports read them back; nothing else knows which ones
there are, or how many.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from harness.core.errors import UsageError
from harness.core.nearest import ANY, nearest
from harness.core.text import Language, Text

BROWSER, PHONE, HARNESS = "browser", "phone", "harness"
"""Who calls the services and is none itself: the sources of edges."""
DriverKind = Literal["website", "simulator", "devtools", "none"]
CALLERS: Mapping[DriverKind, str] = {
    "website": BROWSER,
    "simulator": PHONE,
    "devtools": PHONE,
    "none": HARNESS,
}
NO_PLATFORM = Text(zh="没有名为 {name!r} 的端", en="no platform is called {name!r}")
API = "api"
"""Stands in the catalogue for scenarios that talk to backends only; declared by nobody."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform. ``title`` as it stands in a sentence: ``the website``; ``driver`` is what people use it by."""

    name: str
    title: Text
    driver: DriverKind

    @property
    def has_screen(self) -> bool:
        """Whether people use it; a system without a screen is asked by requests."""
        return self.driver != "none"

    @property
    def caller(self) -> str:
        """Who sends the requests of the people on it, as recorded traffic names them."""
        return CALLERS[self.driver]

    def label(self, language: Language) -> str:
        """The title as it stands alone: in a heading, a column, a list."""
        return _alone(self.title).say(language)


@dataclass(frozen=True, slots=True)
class Platforms:
    """Several platforms, each name once, in the order in which reports show them."""

    declared: tuple[Platform, ...]

    def __iter__(self) -> Iterator[Platform]:
        return iter(self.declared)

    def __contains__(self, name: object) -> bool:
        return any(platform.name == name for platform in self.declared)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(platform.name for platform in self.declared)

    def find(self, name: str | None) -> Platform | None:
        return next((platform for platform in self.declared if platform.name == name), None)

    def choose(self, name: str) -> Platform:
        """The platform called ``name``. Errors: UsageError with the nearest name."""
        found = self.find(name)
        if found is None:
            near = nearest(name, self.names, alike=ANY)
            raise UsageError(NO_PLATFORM.format(name=name), nearest=near)
        return found

    def title(self, name: str) -> Text:
        """The title for a sentence; a name nobody declared stands for itself."""
        found = self.find(name)
        return found.title if found else Text(zh=name, en=name)

    def label(self, name: str | None, language: Language) -> str:
        """The title for a heading; a name nobody declared (a service's) stands for itself."""
        found = self.find(name)
        return found.label(language) if found else name or ""

    def in_order(self, names: Iterable[str]) -> list[str]:
        """``names``, each once: the declared ones in their order, then the others as they came."""
        given = list(dict.fromkeys(names))
        return [name for name in self.names if name in given] + [name for name in given if name not in self]

    def together(self, language: Language) -> str:
        """All titles as one phrase: ``Website, mini-program and ERP``."""
        titles = [platform.title.say(language) for platform in self.declared]
        before, last = titles[:-1], titles[-1:]
        comma, conjunction = ("、", "与") if language == "zh" else (", ", " and ")
        phrase = conjunction.join([*([comma.join(before)] if before else []), *last])
        return phrase if language == "zh" else phrase[:1].upper() + phrase[1:]


WEBSITE = Platform("website", Text(zh="网站", en="website"), "website")
MINIPROGRAM = Platform("miniprogram", Text(zh="小程序", en="mini-program"), "simulator")
USUAL = Platforms((WEBSITE, MINIPROGRAM))
"""What a project has that declares nothing else; also what runs had before they announced their platforms."""


def _alone(title: Text) -> Text:
    return Text(zh=title.zh, en=title.en[:1].upper() + title.en[1:])
