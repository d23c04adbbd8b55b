"""OpenAPI's table of styles as cells, and values as RFC 6570 expands them (3.2.1), which the table is made of.

Shares nothing with the decoder of the harness, so that the truth of a generated exchange does not hang on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Version = Literal["2.0", "3.0", "3.1"]
NAME = "colour"


@dataclass(frozen=True)
class Cell:
    """Where a value stands and how it is written. ``style`` is a style of OpenAPI, or ``json``: a media type."""

    location: str
    style: str
    explode: bool
    types: str  # "s" for a single value, "a" for an array, "o" for an object
    versions: tuple[Version, ...] = ("3.0", "3.1")

    def __str__(self) -> str:
        return f"{self.location} {self.style}" + " explode" * self.explode


BOTH = (False, True)
ALL: tuple[Version, ...] = ("2.0", "3.0", "3.1")
# What the standards leave undefined has no truth, and no cell: arrays and objects of exploded cookies, exploded
# delimited styles, exploded objects within a form.
CELLS = (
    *(Cell("path", style, explode, "sao") for style in ("label", "matrix") for explode in BOTH),
    Cell("path", "simple", False, "sao", ALL),
    Cell("path", "simple", True, "sao"),
    Cell("query", "form", False, "sao", ALL),
    Cell("query", "form", True, "sao", ALL),
    *(Cell("query", style, False, "ao", ALL) for style in ("spaceDelimited", "pipeDelimited")),
    Cell("query", "tabDelimited", False, "a", ("2.0",)),
    Cell("query", "deepObject", True, "o"),
    Cell("query", "json", False, "sao"),
    Cell("header", "simple", False, "sao", ALL),
    Cell("header", "simple", True, "sao"),
    Cell("header", "json", False, "sao"),
    Cell("cookie", "form", False, "sao"),
    Cell("cookie", "form", True, "s"),
    Cell("form", "default", True, "sao", ALL),
    Cell("form", "form", False, "sao", ALL),
    *(Cell("form", style, False, "ao") for style in ("spaceDelimited", "pipeDelimited")),
    Cell("form", "deepObject", True, "o"),
    Cell("multipart", "default", True, "sao"),
    Cell("body", "json", False, "sao", ALL),
    Cell("response header", "simple", False, "sao", ALL),
    Cell("response header", "simple", True, "sao"),
    Cell("response body", "json", False, "sao", ALL),
)

# RFC 6570, appendix A: what stands first, between values, and whether the name is written.
OPERATORS = {
    "simple": ("", ",", False),
    "label": (".", ".", False),
    "matrix": (";", ";", True),
    "form": ("", "&", True),
}
JOINTS = {"spaceDelimited": "%20", "pipeDelimited": "%7C", "tabDelimited": "%09"}


def text_of(value: Any) -> str:
    """A single value as text: as JSON writes it, a string as itself."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def written(
    style: str,
    explode: bool,
    value: Any,
    coded: Callable[[str], str],
    version: Version = "3.1",
    name: str = NAME,
) -> str:
    """A value in a style; ``coded`` encodes what is no delimiter. Of a form: ``name=value``, without ``?``."""

    def pieces(joint: str) -> list[str]:
        if isinstance(value, dict):
            return [f"{coded(key)}{joint}{coded(text_of(item))}" for key, item in value.items()]
        return [coded(text_of(item)) for item in value]

    if style == "deepObject":
        return "&".join(f"{name}{coded(f'[{key}]')}={coded(text_of(item))}" for key, item in value.items())
    if style in JOINTS:
        joint = JOINTS[style]
        return f"{name}={joint.join(pieces(joint))}"
    first, between, is_named = OPERATORS[style]
    if not isinstance(value, list | dict):
        text = coded(text_of(value))
        return first + (f"{name}={text}" if is_named else text)
    if not explode:
        joint = "." if style == "label" and version == "3.0" else ","  # 3.0.3; 3.0.4 and 3.1 go by RFC 6570
        return first + (f"{name}=" if is_named else "") + joint.join(pieces(joint))
    if isinstance(value, list) and is_named:
        return first + between.join(f"{name}={piece}" for piece in pieces("="))
    return first + between.join(pieces("="))
