"""Who calls whom: the edges of the system, one recording proxy each, found in the settings.

An edge is drawn wherever a service's command or environment says ``{url:OTHER}``, from the browser to the
website, from the phone (the mini-program) to each of its hosts, and from the harness itself to each platform.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.config.settings import HarnessSettings

BROWSER, PHONE, HARNESS = "browser", "phone", "harness"  # who calls that is no service


@dataclass(frozen=True, slots=True)
class EdgeName:
    source: str
    target: str


def edges(settings: HarnessSettings) -> list[EdgeName]:
    """All edges, each once, in a stable order."""
    return list(dict.fromkeys(_all(settings)))


def _all(settings: HarnessSettings) -> Iterator[EdgeName]:
    if settings.website is not None:
        yield EdgeName(BROWSER, settings.website.service)
    if settings.miniprogram is not None:
        for target in settings.miniprogram.hosts.values():
            yield EdgeName(PHONE, target)
        if settings.miniprogram.wechat:
            yield EdgeName(PHONE, settings.miniprogram.wechat)
    for name, service in settings.services.items():
        if service.platform:
            yield EdgeName(HARNESS, name)
        for target in service.peers:
            yield EdgeName(name, target)
