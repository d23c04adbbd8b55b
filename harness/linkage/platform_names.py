"""Names of platforms in the project's YAML files: only what harness.toml declares, which is the context."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from harness.core.nearest import ANY, nearest
from harness.core.platforms import API, USUAL, Platforms
from harness.core.text import Text
from harness.core.validation import InvalidInput

NO_PLATFORM = Text(
    zh="没有名为 {name!r} 的端；是不是 {near!r}？",
    en="no platform is called {name!r}; did you mean {near!r}?",
)


def _declared(name: str, info: ValidationInfo) -> str:
    known = info.context if isinstance(info.context, Platforms) else USUAL
    if name not in known:
        near = nearest(name, known.names, alike=ANY)
        raise InvalidInput(NO_PLATFORM.format(name=name, near=near))
    return name


def _declared_or_api(name: str, info: ValidationInfo) -> str:
    return name if name == API else _declared(name, info)


PlatformName = Annotated[str, AfterValidator(_declared)]
"""A platform's name in a file; the platforms there are come as the validation's context."""
PlatformOrApi = Annotated[str, AfterValidator(_declared_or_api)]
