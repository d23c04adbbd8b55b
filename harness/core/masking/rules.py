"""What a project declares: its own names of secret and personal fields, and what no rule is to mask.

Held for the process and for those it starts: a proxy masks what the process that started it was told to. Only names
are held, never values.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace

from pydantic import BaseModel, ConfigDict, Field, field_validator

from harness.core.text import Text
from harness.core.validation import InvalidInput

VARIABLE = "LINKAGE_HARNESS_MASKING"  # environment variable of the processes that are started
NO_PATTERN = Text(zh="不是正则表达式：{error}", en="not a regular expression: {error}")


class MaskingSettings(BaseModel):
    """``[masking]``: names as fields, headers, parameters and cookies have them, in any spelling."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    secret: tuple[str, ...] = Field(default=(), description="further names of secrets")
    personal: tuple[str, ...] = Field(default=(), description="further names of personal data")
    patterns: tuple[str, ...] = Field(
        default=(), description="regular expressions of what is personal wherever it stands"
    )
    excepted: tuple[str, ...] = Field(
        default=(), alias="except", description="names whose values are never masked by name"
    )

    @field_validator("patterns")
    @classmethod
    def _regular(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise InvalidInput(NO_PATTERN.format(error=error)) from None
        return patterns


@dataclass(frozen=True, slots=True)
class Rules:
    """Names are as :func:`spelled` has them, but for those of headers, which are in lower case."""

    secret: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()
    excepted: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    headers: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    cookies: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    """Fields of envelopes that say how a request went: no one-time codes."""

    def with_(self, **more: Iterable[str]) -> Rules:
        return replace(
            self,
            **{name: type(getattr(self, name))((*getattr(self, name), *its)) for name, its in more.items()},
        )

    def to_json(self) -> str:
        return json.dumps({name: sorted(names) for name, names in asdict(self).items() if names})

    @staticmethod
    def of_json(text: str) -> Rules:
        return Rules().with_(**json.loads(text))


def spelled(name: str) -> str:
    """A name without what its spellings differ in: ``accessToken`` is ``access_token``."""
    return re.sub(r"[\W_]", "", name).lower()


_current = Rules.of_json(os.environ.get(VARIABLE, "{}"))
_listeners: list[Callable[[], None]] = []


def current() -> Rules:
    return _current


def declare(
    settings: MaskingSettings | None = None,
    *,
    headers: Iterable[str] = (),
    parameters: Iterable[str] = (),
    cookies: Iterable[str] = (),
    codes: Iterable[str] = (),
) -> None:
    """From now on mask by these too: here, and in every process that is started."""
    given = settings or MaskingSettings()
    replace_by(
        _current.with_(
            secret=map(spelled, given.secret),
            personal=map(spelled, given.personal),
            excepted=map(spelled, given.excepted),
            patterns=(each for each in given.patterns if each not in _current.patterns),
            headers=(name.lower() for name in headers),
            parameters=map(spelled, parameters),
            cookies=map(spelled, cookies),
            codes=map(spelled, codes),
        )
    )


def replace_by(rules: Rules) -> None:
    """Mask by these from now on, whatever was declared before."""
    global _current
    if rules == _current:
        return
    _current = rules
    os.environ[VARIABLE] = rules.to_json()
    for forget in _listeners:
        forget()


def on_change(forget: Callable[[], None]) -> None:
    """Call this whenever the rules change: whoever remembers what they said forgets it."""
    _listeners.append(forget)
