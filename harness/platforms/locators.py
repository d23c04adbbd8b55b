"""How an element is named: by what a person sees of it, or by the page's source. Playwright's words for both."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.core.masking import mask_text
from harness.core.text import Text
from harness.core.validation import InvalidInput

WAYS = ("role", "label", "text", "placeholder", "test_id", "id", "data", "css", "xpath")
ONE_WAY = Text(zh="一个元素只用 {ways} 之一定位", en="an element is located by exactly one of {ways}")
SEVERAL_FOUND = Text(
    zh="{about}页面 {where} 上有 {count} 个元素符合“{element}”，请用 nth、has_text 或 within 指明是哪一个：{which}",
    en="{count} elements of the {about}'s page {where} are '{element}': say which with nth, has_text, "
    "within: {which}",
)
THERE = Text(zh="页面上有：{names}", en="the page has: {names}")
NOTHING = Text(zh="页面上没有任何此类元素", en="the page has nothing of the kind")
MOST = 5  # elements in a message
LONGEST = 40  # characters of one
NAME_OF_ROLE = Text(zh="name 只能与 role 一起使用", en="name goes with role only")


class Locator(BaseModel):
    """One way to find an element; ``nth`` (from 0), ``has_text`` and ``within`` leave fewer.

    On a website they are Playwright's locators: ``get_by_role``, ``get_by_label``, … On a mini-program ``text`` is the
    innermost element with that text, ``role``, ``label`` and ``placeholder`` are its attributes ``role``,
    ``aria-label`` and ``placeholder``, and ``css`` is a selector as Minium takes it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str | None = Field(default=None, description="ARIA role: button, link, textbox, row")
    name: str | None = Field(default=None, description="accessible name of the element with that role")
    label: str | None = Field(default=None, description="text of its label")
    text: str | None = Field(default=None, description="text in it")
    placeholder: str | None = None
    test_id: str | None = Field(default=None, description="value of the test-id attribute")
    id: str | None = None
    data: Mapping[str, str] | None = Field(
        default=None, min_length=1, description="data attributes without 'data-', with their values"
    )
    css: str | None = None
    xpath: str | None = None
    exact: bool = Field(default=False, description="name, label, text and placeholder are whole, not a part")
    has_text: str | None = Field(default=None, description="only those with this text in them")
    nth: int | None = Field(default=None, description="which of several, from 0; from the end if negative")
    within: Locator | None = Field(default=None, description="only inside this element")
    frame: str | None = Field(default=None, description="CSS of the iframe it is in (websites)")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(getattr(self, way) is not None for way in WAYS) != 1:
            raise InvalidInput(ONE_WAY.format(ways=", ".join(WAYS)))
        if self.name is not None and self.role is None:
            raise InvalidInput(NAME_OF_ROLE)
        return self

    @property
    def way(self) -> str:
        return next(way for way in WAYS if getattr(self, way) is not None)

    def __str__(self) -> str:
        """``role=button name='Log in'``, as a message names it."""
        parts = [f"{self.way}={getattr(self, self.way)}"]
        parts += [f"name={self.name!r}"] if self.name is not None else []
        parts += [f"has_text={self.has_text!r}"] if self.has_text is not None else []
        parts += [f"nth={self.nth}"] if self.nth is not None else []
        inside = f" within {self.within}" if self.within is not None else ""
        return " ".join(parts) + inside + (f" in frame {self.frame}" if self.frame else "")


Locator.model_rebuild()

Element = str | Locator
"""A locator; a text alone is a test id on a website, and a selector as Minium takes it on a mini-program."""


def there(wanted: str, names: list[str]) -> Text:
    """What a page has where ``wanted`` is not: a few of ``names``, the most alike first, masked."""
    short = list(dict.fromkeys(name[:LONGEST] for name in names if name.strip()))
    if not short:
        return NOTHING
    first = get_close_matches(wanted, short, n=MOST, cutoff=0.3)
    shown = [*first, *(name for name in short if name not in first)][:MOST]
    more = "" if len(short) <= MOST else f" … ({len(short)})"
    return THERE.format(names=", ".join(f"'{mask_text(name)}'" for name in shown) + more)
