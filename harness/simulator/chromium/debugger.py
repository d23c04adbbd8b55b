"""Says where an app's code is when it does not come back: the V8 debugger, kept at hand and out of the way.

It must be enabled before the app loops: a page in a loop hears ``Debugger.pause``, but not ``Debugger.enable``.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from harness.simulator.chromium.cdp import CDPError, CDPSession
from harness.simulator.chromium.source_locations import (
    NAMELESS,
    Spot,
    column_in_module,
    in_module,
    in_template,
)
from harness.simulator.source.source_maps import SourceMaps


class Debugger:
    """The debugger of one frame, over the frame's session."""

    def __init__(self, session: CDPSession, files: Mapping[str, str], maps: SourceMaps | None = None) -> None:
        self._session, self._files, self._maps = session, files, maps
        self._asking = asyncio.Lock()
        self._pause: asyncio.Future[list[Spot]] | None = None
        self._sent: set[asyncio.Future[Any]] = set()
        self._scripts: dict[str, str] = {}
        session.on("Debugger.scriptParsed", self._parsed)
        session.on("Debugger.paused", self._paused)

    async def enable(self) -> None:
        await self._session.send("Debugger.enable")

    async def where(self, within: float) -> str:
        """The app's function running now, as ``name (file:line)``; empty when nothing runs within the seconds."""
        try:
            async with asyncio.timeout(within), self._asking:
                self._pause = pause = asyncio.get_running_loop().create_future()
                try:
                    self._send("Debugger.pause")
                    return await self._describe(await pause)
                finally:
                    self._pause = None
                    if pause.done():
                        self._send("Debugger.resume")
        except (TimeoutError, CDPError):
            return ""

    def _parsed(self, event: Mapping[str, Any]) -> None:
        # Every call into the page is a script too, without an address: kept, they would be one more each time.
        if url := event.get("url"):
            self._scripts[event["scriptId"]] = url

    def _paused(self, event: Mapping[str, Any]) -> None:
        if self._pause is not None and not self._pause.done():
            self._pause.set_result(list(map(self._spot, event["callFrames"])))
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

    def _spot(self, frame: Mapping[str, Any]) -> Spot:
        at = frame["location"]
        return Spot(
            function=frame.get("functionName") or "",
            script=at["scriptId"],
            url=self._scripts.get(at["scriptId"], ""),
            line=at["lineNumber"],
            column=at.get("columnNumber", 0),
        )

    async def _describe(self, stack: list[Spot]) -> str:
        """The innermost place that is the app's own; else the innermost function's name."""
        for spot in stack:
            if found := in_module(spot, self._files, await self._original(spot)):
                return found
            if not spot.url:
                source = await self._text(spot)
                if found := in_template(spot, source, self._files):
                    return found
        return next((spot.function for spot in stack if spot.function), NAMELESS) if stack else ""

    async def _original(self, spot: Spot) -> str | None:
        """``file:line`` of what the place was built from, where a source map tells it."""
        if self._maps is None or spot.path not in self._files:
            return None
        column = column_in_module(spot, await self._text(spot))
        place = await asyncio.to_thread(self._maps.place, spot.path, spot.line + 1, column)
        return place and re.sub(r"(:\d+):\d+$", r"\1", place)

    async def _text(self, spot: Spot) -> str:
        answer = await self._session.send("Debugger.getScriptSource", {"scriptId": spot.script})
        return str(answer["scriptSource"])
