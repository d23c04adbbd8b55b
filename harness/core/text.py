"""Text for people, in Chinese and English. Owns the pair and the choice; the words are the caller's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; pydantic models take it as ``{zh: …, en: …}``."""

    # For pydantic, which is not imported here: errors need texts, and must stay cheap to import.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)

    def format(self, **values: object) -> Text:
        """With ``{name}`` filled in; values that are texts, or have some, each in its language."""
        return Text(
            zh=self.zh.format(**{name: _said(value, "zh") for name, value in values.items()}),
            en=self.en.format(**{name: _said(value, "en") for name, value in values.items()}),
        )

    def map(self, change: Callable[[str], str]) -> Text:
        """The same change made to both."""
        return Text(zh=change(self.zh), en=change(self.en))

    def say(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    def to_json(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


def text_of(words: Text | str) -> Text:
    """What is one text in both languages (a value, a path, somebody else's words) as such."""
    return words if isinstance(words, Text) else Text(zh=words, en=words)


def joined(several: Iterable[Text | str]) -> Text:
    """One after the other, with semicolons between."""
    texts = [text_of(each) for each in several]
    return Text(zh="；".join(text.zh for text in texts), en="; ".join(text.en for text in texts))


def alternatives(names: Iterable[str]) -> Text:
    """One name or another."""
    several = list(names)
    return Text(zh=" 或 ".join(several), en=" or ".join(several))


def _said(value: object, language: Language) -> object:
    for text in (
        value,
        getattr(value, "words", None),
        getattr(value, "text", None),
    ):  # an error of ours has a text
        if isinstance(text, Text):
            return text.say(language)
    return value
