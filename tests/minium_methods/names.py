"""What minium offers a test on the IDE platform, read off its classes."""

from __future__ import annotations

import types
import warnings
from collections.abc import Iterator

OFFERED = (types.FunctionType, property, classmethod, staticmethod, type)


def _below(kind: type) -> Iterator[type]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


def _names(kind: type, *, inherited: bool) -> set[str]:
    kinds = kind.__mro__[:-1] if inherited else (kind,)
    return {
        f"{kind.__name__}.{name}"
        for each in kinds
        for name, value in vars(each).items()
        if not name.startswith("_") and isinstance(value, OFFERED)
    }


def public_names() -> dict[str, set[str]]:
    """By class: ``Class.name`` of every public method and property; of a special element what it adds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from minium import WXMinium
        from minium.miniprogram.base_driver.app import App
        from minium.miniprogram.base_driver.element import BaseElement
        from minium.miniprogram.base_driver.page.page import Page
        from minium.native.wx_native.idenative import IdeNative
    whole = {
        kind.__name__: _names(kind, inherited=True) for kind in (App, Page, WXMinium, BaseElement, IdeNative)
    }
    special = {kind.__name__: _names(kind, inherited=False) for kind in (*_below(BaseElement), *_below(Page))}
    return {**whole, **special}
