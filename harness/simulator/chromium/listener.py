"""Who a screen reports to: what the app says, loads and tries, and how it ends."""

from __future__ import annotations

from typing import Protocol

from harness.simulator.network.fetch import Served, Visit


class Listener(Protocol):
    """Who a screen reports to; set once an app moves in."""

    async def on_message(self, kind: str, text: str) -> str | None:
        """A message of the app frame over the bridge."""
        ...

    async def on_touch(self, kind: str, text: str) -> None:
        """A touch on the bars."""
        ...

    async def on_load(self, url: str) -> tuple[str, bytes] | None:
        """A file the app loads from a server: media type and bytes, or None."""
        ...

    async def on_browse(self, visit: Visit) -> Served | None:
        """What a page inside a web-view loads, or None."""
        ...

    def refused(self, what: str) -> None:
        """The app's code tried what no mini-program may, and it had no effect."""
        ...

    def absent(self, path: str) -> None:
        """The app shows a picture or font of its own that is not there."""
        ...

    def crashed(self) -> None:
        """The browser's process that the app ran in is gone."""
        ...

    def lost(self, how: str) -> None:
        """The app's frame is no longer the app: ``how`` in words."""
        ...
