"""Who calls whom: the edges of the system, one recording proxy each, found in the settings.

An edge is drawn wherever a service's command or environment says ``{url:OTHER}``, from the browser to the
service of each website, from the phone to each host of each mini-program, and from the harness itself to each
platform's service. Platforms that share a service share its edge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.config.settings import HarnessSettings
from harness.core.platforms import HARNESS
from harness.platforms.settings import EndSettings, MiniProgramSettings, WebsiteSettings


@dataclass(frozen=True, slots=True)
class EdgeName:
    source: str
    target: str


def edges(settings: HarnessSettings) -> list[EdgeName]:
    """All edges, each once, in a stable order."""
    return list(dict.fromkeys(_all(settings)))


def _all(settings: HarnessSettings) -> Iterator[EdgeName]:
    for platform, end in settings.ends.items():
        caller = settings.known_platforms.choose(platform).caller
        for target in _called_by(end):
            yield EdgeName(caller, target)
    for name, service in settings.services.items():
        if service.platform:
            yield EdgeName(HARNESS, name)
        for target in service.peers:
            yield EdgeName(name, target)


def _called_by(end: EndSettings) -> Iterator[str]:
    """The services that the people of an end call."""
    if isinstance(end, WebsiteSettings):
        yield end.service
    yield from end.hosts.values()
    if isinstance(end, MiniProgramSettings) and end.wechat:
        yield end.wechat
