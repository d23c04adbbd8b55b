"""Text for people, in Chinese and English. Owns the pair and the choice; the words are the caller's."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["zh", "en"]


class Text(BaseModel):
    """One text in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str

    def format(self, **values: object) -> Text:
        return Text(zh=self.zh.format(**values), en=self.en.format(**values))

    def say(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en
