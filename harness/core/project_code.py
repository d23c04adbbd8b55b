"""Functions and objects of the user's project that harness.toml names: ``module:name``."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

from harness.core.errors import UsageError
from harness.core.text import Text

NO_IMPORT = Text(zh="{key} = {name!r}：无法导入：{error}", en="{key} = {name!r}: cannot be imported: {error}")
NO_FUNCTION = Text(
    zh="{key} = {name!r}：其中没有函数 {member!r}", en="{key} = {name!r}: no function {member!r} in it"
)


def load_named(name: str, root: Path, where: str) -> Any:
    """``module:name`` of the project whose harness.toml is in ``root``; ``where`` is the key that says it."""
    module_name, _, member = name.partition(":")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        module = importlib.import_module(module_name)
    except Exception as error:  # whatever the project's module raises, the reader needs to know where
        words = NO_IMPORT.format(key=where, name=name, error=repr(error))
        raise UsageError(words, where="harness.toml") from None
    if not hasattr(module, member):
        raise UsageError(NO_FUNCTION.format(key=where, name=name, member=member), where="harness.toml")
    return getattr(module, member)
