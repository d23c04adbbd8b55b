"""A person in one of the shops of tests/compiled, by minium: parts are found by text, or by the name they have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.polling import poll
from harness.platforms.miniprogram_apps import MiniProgramApp

WITHIN = 10.0
# The innermost element with the words: frameworks may break a text into several, so `.` and not `text()`.
WITH_WORDS = "//*[contains(., '{words}') and not(*[contains(., '{words}')])]"


class Shopper:
    """``part``: how the parts of the shop are named, an XPath with ``{name}``."""

    def __init__(self, app: MiniProgramApp, part: str) -> None:
        self.app, self._part = app, part
        self.mini = app.minium

    @property
    def page(self) -> Any:
        return self.mini.app.get_current_page()

    @property
    def path(self) -> str:
        return str(self.page.path)

    def find(self, xpath: str) -> Any:
        """The first element of the page, once it is there."""
        seen = poll(lambda: self.page.get_elements(xpath), bool, within=WITHIN)
        assert seen.satisfied, f"{xpath} is not on {self.path}"
        return seen.value[0]

    def count(self, xpath: str) -> int:
        return len(self.page.get_elements(xpath))

    def part(self, name: str, within: str = "") -> Any:
        return self.find(f"{within}{self._part.format(name=name)}")

    def words(self, words: str) -> Any:
        return self.find(WITH_WORDS.format(words=words))

    def press(self, words: str) -> None:
        self.words(words).tap()

    def has(self, words: str) -> bool:
        return self.count(WITH_WORDS.format(words=words)) > 0

    def sees(self, words: str) -> None:
        self.until(lambda: self.has(words), f"{words!r} on the page")

    def misses(self, words: str) -> None:
        self.until(lambda: not self.has(words), f"no {words!r} on the page")

    def until(self, holds: Callable[[], bool], what: str) -> None:
        seen = poll(holds, bool, within=WITHIN)
        assert seen.satisfied, f"expected {what}, on {self.path}: {self.app.findings()['exceptions']}"

    def is_on(self, name: str) -> None:
        self.until(lambda: self.path == f"/pages/{name}/{name}", f"the page {name}")

    def fill(self, name: str, text: str) -> None:
        self.part(name).input(text)

    def choose(self, text: str) -> None:
        """A button of the dialogue or the sheet that is about to open."""
        asked = {"data": {"nodetype": "text", "text": text}}
        self.until(lambda: bool(self.mini.native.send("clickCoverView", asked)), f"a button {text!r}")

    def part_says(self, name: str, text: str) -> None:
        self.until(lambda: self.part(name).inner_text == text, f"{text!r} in {name!r}")

    def tab(self, name: str) -> None:
        self.mini.app.switch_tab(f"/pages/{name}/{name}")
        self.is_on(name)

    def to_the_end(self) -> None:
        self.page.scroll_to(99999, 0)
