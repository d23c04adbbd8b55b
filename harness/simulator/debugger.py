"""Says where an app's code is when it does not come back: the V8 debugger, kept at hand and out of the way.

It must be enabled before the app loops: a page in a loop hears ``Debugger.pause``, but not ``Debugger.enable``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from playwright.async_api import CDPSession


class Debugger:
    """The debugger of one frame, over the frame's session."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._asked: asyncio.Future[str] | None = None
        self._sent: set[asyncio.Future[Any]] = set()
        self._scripts: dict[str, str] = {}
        session.on("Debugger.scriptParsed", self._parsed)
        session.on("Debugger.paused", self._paused)

    async def enable(self) -> None:
        await self._session.send("Debugger.enable")

    async def where(self, within: float) -> str:
        """The function running now, as ``name (file:line)``; empty when nothing runs within the seconds."""
        self._asked = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(within):
                self._send("Debugger.pause")
                return await self._asked
        except TimeoutError:
            return ""
        finally:
            self._asked = None

    def _parsed(self, event: Mapping[str, Any]) -> None:
        self._scripts[event["scriptId"]] = event.get("url") or ""

    def _paused(self, event: Mapping[str, Any]) -> None:
        if self._asked is not None and not self._asked.done():
            self._asked.set_result(self._describe(event["callFrames"]))
        else:
            # A `debugger` statement of the app: nobody sits at this debugger.
            self._send("Debugger.resume")

    def _send(self, method: str) -> None:
        """Send without waiting: a page in a loop answers when it pauses, or never."""
        sent = asyncio.ensure_future(self._session.send(method))
        self._sent.add(sent)
        sent.add_done_callback(self._done)

    def _done(self, sent: asyncio.Future[Any]) -> None:
        self._sent.discard(sent)
        if not sent.cancelled():
            # Looked at, so that asyncio does not complain of a session that ended with its frame.
            sent.exception()

    def _describe(self, frames: list[Mapping[str, Any]]) -> str:
        if not frames:
            return ""
        name, location = frames[0].get("functionName") or "a function without a name", frames[0]["location"]
        url = self._scripts.get(location["scriptId"], "")
        place = url.partition("://")[2].partition("/")[2] or url
        return f"{name} ({place}:{location['lineNumber'] + 1})" if place else str(name)
