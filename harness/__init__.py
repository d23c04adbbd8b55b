"""The public names of the harness: what scenarios and projects may use. Pinned by a test.

Everything else may change without notice. The names are looked up when first used: the harness's own
processes (proxies, simulator, supervisor) must not load pytest, a browser or Minium to begin.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.core.actors import Person
    from harness.core.errors import (
        AppException,
        BrokenError,
        ContractViolation,
        Evidence,
        HarnessError,
        LinkageFault,
        NotRun,
        PageFault,
        ProductFault,
        UsageError,
    )
    from harness.core.polling import poll
    from harness.core.text import Text
    from harness.linkage.actor import Actor, scenario, step
    from harness.linkage.lag import Lag, appears, shows
    from harness.linkage.stage import Stage
    from harness.linkage.world import World
    from harness.platforms.locators import Locator
    from harness.platforms.miniprogram import MiniProgramSession
    from harness.platforms.miniprogram_apps import MiniProgramApp, MiniProgramSimulator
    from harness.platforms.pages import PageObject
    from harness.platforms.system import SystemSession
    from harness.platforms.website_session import WebsiteSession

_HOMES = {
    "Actor": "linkage.actor",
    "AppException": "core.errors",
    "BrokenError": "core.errors",
    "ContractViolation": "core.errors",
    "Evidence": "core.errors",
    "HarnessError": "core.errors",
    "Lag": "linkage.lag",
    "LinkageFault": "core.errors",
    "Locator": "platforms.locators",
    "MiniProgramApp": "platforms.miniprogram_apps",
    "MiniProgramSession": "platforms.miniprogram",
    "MiniProgramSimulator": "platforms.miniprogram_apps",
    "NotRun": "core.errors",
    "PageFault": "core.errors",
    "PageObject": "platforms.pages",
    "Person": "core.actors",
    "ProductFault": "core.errors",
    "Stage": "linkage.stage",
    "SystemSession": "platforms.system",
    "Text": "core.text",
    "UsageError": "core.errors",
    "WebsiteSession": "platforms.website_session",
    "World": "linkage.world",
    "appears": "linkage.lag",
    "poll": "core.polling",
    "scenario": "linkage.actor",
    "shows": "linkage.lag",
    "step": "linkage.actor",
}

__all__ = [
    "Actor",
    "AppException",
    "BrokenError",
    "ContractViolation",
    "Evidence",
    "HarnessError",
    "Lag",
    "LinkageFault",
    "Locator",
    "MiniProgramApp",
    "MiniProgramSession",
    "MiniProgramSimulator",
    "NotRun",
    "PageFault",
    "PageObject",
    "Person",
    "ProductFault",
    "Stage",
    "SystemSession",
    "Text",
    "UsageError",
    "WebsiteSession",
    "World",
    "appears",
    "poll",
    "scenario",
    "shows",
    "step",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'harness' has no attribute {name!r}")
    return getattr(import_module(f"harness.{_HOMES[name]}"), name)
