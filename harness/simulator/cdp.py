"""The Chrome DevTools Protocol, spoken to the browser itself: sessions with pages and frames.

Playwright's driver offers the same from a process in between, where every call takes a millisecond longer
(benchmarks/simulator_tap.py). The port is Chromium's own, on loopback, as chromedriver and Puppeteer use it. No
app reaches it: its browser reaches nothing (OFFLINE_ARGS in core/chromium.py), Chromium refuses whoever comes
with a page's Origin, and what the host fetches for an app never comes from here (Routing in domains.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any, Self

import psutil
from playwright.async_api import BrowserContext, Frame, Page
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from harness.core.errors import BrokenError

PORT_ARGUMENT = "--remote-debugging-port=0"
PROFILE = "--user-data-dir="
# Chromium writes it into its profile before Playwright has heard of the browser, or a moment after.
PORT_FILE = "DevToolsActivePort"
PORT_WITHIN, LOOK_EVERY = 5.0, 0.02
# Bytes. Chromium ends the connection, and every app with it, where a message is longer (100 MB).
LONGEST = 100_000_000

# A browser of ours, on this machine: nothing it sends is too long or worth compressing, and one that is busy
# lives (browser.py watches whether it does).
OUR_OWN: dict[str, Any] = {"max_size": None, "compression": None, "proxy": None, "ping_interval": None}

BROWSER = ""
"""The session with the browser itself."""

Handler = Callable[[Mapping[str, Any]], None]


class CDPError(Exception):
    """The browser refused a command, or the session's target is gone."""


class Session:
    """Commands to one target and its events; made by :meth:`CDP.attach`."""

    def __init__(self, cdp: CDP, id: str) -> None:
        self.id = id
        self._cdp = cdp
        self._handlers: dict[str, list[Handler]] = defaultdict(list)

    async def send(self, method: str, params: Mapping[str, Any] | None = None) -> Any:
        """The command's result; CDPError when it is refused or its target goes."""
        return await self._cdp.command(self.id, method, params or {})

    def on(self, event: str, handler: Handler) -> None:
        """Call ``handler`` with the parameters of every such event, in the order they come."""
        self._handlers[event].append(handler)

    async def detach(self) -> None:
        """End the session; one whose target is gone has ended already."""
        with contextlib.suppress(CDPError):
            await self._cdp.detach(self.id)

    def heard(self, event: str, params: Mapping[str, Any]) -> None:
        for handler in self._handlers.get(event, ()):
            handler(params)


class CDP:
    """The connection to one browser. :meth:`connect`, use, :meth:`close`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.port: int = socket.remote_address[1]
        self._ids = itertools.count(1)
        self._sessions = {BROWSER: Session(self, BROWSER)}
        self._pending: dict[int, tuple[str, asyncio.Future[Any]]] = {}
        """Commands sent: the session each belongs to, and its answer."""
        self._over: str | None = None
        self._reading = asyncio.ensure_future(self._read())

    @classmethod
    async def connect(cls, pid: int) -> Self:
        """To the browser of this process, launched with :data:`PORT_ARGUMENT`; BrokenError when it has no port."""
        try:
            address = await address_of(psutil.Process(pid))
            return cls(await connect(address, open_timeout=PORT_WITHIN, **OUR_OWN))
        except (OSError, TimeoutError, WebSocketException, psutil.Error) as error:
            raise BrokenError(f"Chromium's DevTools do not answer: {error}") from error

    async def attach(self, context: BrowserContext, of: Page | Frame) -> Session:
        """A session of its own with a page, or a frame of another site; Playwright's Error when it is gone."""
        known = await context.new_cdp_session(of)
        target = (await known.send("Target.getTargetInfo"))["targetInfo"]["targetId"]
        await known.detach()
        given = {"targetId": target, "flatten": True}
        id = (await self.command(BROWSER, "Target.attachToTarget", given))["sessionId"]
        return self._sessions.setdefault(id, Session(self, id))

    async def detach(self, session: str) -> None:
        self._forget(session, "the session was ended")
        await self.command(BROWSER, "Target.detachFromTarget", {"sessionId": session})

    async def command(self, session: str, method: str, params: Mapping[str, Any]) -> Any:
        if self._over is not None or session not in self._sessions:
            raise CDPError(self._over or "the page is gone")
        number = next(self._ids)
        message = {"id": number, "method": method, "params": params}
        if session != BROWSER:
            message["sessionId"] = session
        text = json.dumps(message)
        if len(text) > LONGEST:
            raise CDPError(f"too long for the browser: {len(text)} bytes, at most {LONGEST}")
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._pending[number] = session, answer
        try:
            await self._socket.send(text)
            return await answer
        except WebSocketException as error:
            raise CDPError(f"the browser is gone: {error}") from error
        finally:
            self._pending.pop(number, None)

    async def close(self) -> None:
        await self._socket.close()
        await self._reading

    async def _read(self) -> None:
        try:
            with contextlib.suppress(WebSocketException):
                async for text in self._socket:
                    self._heard(json.loads(text))
        finally:
            self._over = "the browser is gone"
            for session in list(self._sessions):
                self._forget(session, self._over)

    def _heard(self, message: Mapping[str, Any]) -> None:
        if "id" in message:
            _, answer = self._pending.get(message["id"], (BROWSER, None))
            if answer is None or answer.done():
                # Nobody waits for it any more.
                return
            if (error := message.get("error")) is not None:
                answer.set_exception(CDPError(str(error.get("message"))))
            else:
                answer.set_result(message["result"])
            return
        method, params = message["method"], message.get("params", {})
        if method == "Target.detachedFromTarget":
            self._forget(params["sessionId"], "the page is gone")
        elif session := self._sessions.get(message.get("sessionId", BROWSER)):
            session.heard(method, params)

    def _forget(self, session: str, why: str) -> None:
        """Nobody answers its commands any more."""
        self._sessions.pop(session, None)
        for of, answer in self._pending.values():
            if of == session and not answer.done():
                answer.set_exception(CDPError(why))


async def address_of(process: psutil.Process) -> str:
    """Where the browser listens, as it writes itself: the port, and a path that nobody guesses."""
    profile = next(
        (word.removeprefix(PROFILE) for word in process.cmdline() if word.startswith(PROFILE)), None
    )
    if profile is None:
        raise BrokenError(f"process {process.pid} is no browser with a profile of its own")
    file = Path(profile, PORT_FILE)
    ends = monotonic() + PORT_WITHIN
    while True:
        written = file.read_text() if file.is_file() else "nothing"
        port, _, path = written.partition("\n")
        if port.isdecimal() and path:
            return f"ws://127.0.0.1:{port}{path}"
        if monotonic() > ends:
            raise BrokenError(
                f"Chromium told no port within {PORT_WITHIN:g} s: {PORT_FILE} holds {written!r}"
            )
        await asyncio.sleep(LOOK_EVERY)
