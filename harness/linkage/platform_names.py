"""Names of platforms in the project's YAML files: only what harness.toml declares, which is the context."""

from __future__ import annotations

import difflib
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from harness.core.platforms import API, USUAL, Platforms


def _declared(name: str, info: ValidationInfo) -> str:
    known = info.context if isinstance(info.context, Platforms) else USUAL
    if name not in known:
        near = difflib.get_close_matches(name, known.names, n=1, cutoff=0.0)
        raise ValueError(f"no platform is called {name!r}; did you mean {near[0]!r}?" if near else name)
    return name


def _declared_or_api(name: str, info: ValidationInfo) -> str:
    return name if name == API else _declared(name, info)


PlatformName = Annotated[str, AfterValidator(_declared)]
"""A platform's name in a file; the platforms there are come as the validation's context."""
PlatformOrApi = Annotated[str, AfterValidator(_declared_or_api)]
