"""The Chrome DevTools Protocol, spoken to the browser itself: sessions with pages and frames.

Playwright's driver offers the same from a process in between, where every call takes a millisecond longer
(benchmarks/simulator_tap.py). The port is Chromium's own, on loopback, as chromedriver and Puppeteer use it. None
of its apps reaches it: the browser reaches nothing (OFFLINE_ARGS in core/chromium.py), Chromium refuses whoever
comes with a page's Origin, and what the host fetches for an app never comes from here (Routing in domains.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sys
import traceback
from collections import defaultdict
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, Self

import httpx
import psutil
from playwright.async_api import BrowserContext, Frame, Page
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from harness.core.errors import BrokenError
from harness.core.masking import mask_text

PORT_ARGUMENT = "--remote-debugging-port=0"
PORT_WITHIN, LOOK_EVERY = 5.0, 0.02
# Bytes. Chromium ends the connection, and every app with it, where a message is longer (100 MB). What it sends
# is at most 256 MB: a longer answer never comes, and who waits for one needs a deadline.
LONGEST = 100_000_000

# Options of the connection to a browser of ours, on this machine: what it sends is not worth compressing, and
# one that is busy lives (browser.py watches whether it does).
OPTIONS: dict[str, Any] = {"max_size": None, "compression": None, "proxy": None, "ping_interval": None}

BROWSER = ""
"""The session with the browser itself."""

Handler = Callable[[Mapping[str, Any]], None]


class CDPError(Exception):
    """The browser refused a command, or the session's target is gone."""


class CDPSession:
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

    def on_event(self, event: str, params: Mapping[str, Any]) -> None:
        for handler in self._handlers.get(event, ()):
            try:
                handler(params)
            except Exception:
                # One app's event must not end the connection of all; nor must the reason be lost.
                sys.stderr.write(mask_text(traceback.format_exc()))


class CDP:
    """The connection to one browser. :meth:`connect`, use, :meth:`close`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.port: int = socket.remote_address[1]
        self._ids = itertools.count(1)
        self._sessions = {BROWSER: CDPSession(self, BROWSER)}
        self._pending: dict[int, tuple[str, asyncio.Future[Any]]] = {}
        """Commands sent: the session each belongs to, and its answer."""
        self.over: str | None = None
        """Why nothing is answered any more."""
        self._reading = asyncio.ensure_future(self._read())

    @classmethod
    async def connect(cls, pid: int) -> Self:
        """To the browser of this process, launched with :data:`PORT_ARGUMENT`; BrokenError when it has no port."""
        try:
            address = await address_of(psutil.Process(pid))
            return cls(await connect(address, open_timeout=PORT_WITHIN, **OPTIONS))
        except (OSError, TimeoutError, WebSocketException, psutil.Error) as error:
            raise BrokenError(f"Chromium's DevTools do not answer: {error}") from error

    async def attach(self, context: BrowserContext, of: Page | Frame) -> CDPSession:
        """A session of its own with a page, or a frame of another site; Playwright's Error when it is gone."""
        known = await context.new_cdp_session(of)
        try:
            target = (await known.send("Target.getTargetInfo"))["targetInfo"]["targetId"]
        finally:
            await known.detach()
        given = {"targetId": target, "flatten": True}
        id = (await self.command(BROWSER, "Target.attachToTarget", given))["sessionId"]
        self._sessions[id] = session = CDPSession(self, id)
        return session

    async def detach(self, session: str) -> None:
        self._forget(session, "the session was ended")
        await self.command(BROWSER, "Target.detachFromTarget", {"sessionId": session})

    async def command(self, session: str, method: str, params: Mapping[str, Any]) -> Any:
        if self.over is not None or session not in self._sessions:
            raise CDPError(self.over or "the session has ended")
        number = next(self._ids)
        message = {"id": number, "method": method, "params": params}
        if session != BROWSER:
            message["sessionId"] = session
        try:
            text = json.dumps(message, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise CDPError(f"{method} cannot be sent: {error}") from None
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
            if answer.done() and not answer.cancelled():
                # Looked at, so that asyncio does not complain where sending failed as well.
                answer.exception()

    async def close(self) -> None:
        await self._socket.close()
        await asyncio.wait({self._reading})

    async def _read(self) -> None:
        over = "the browser is gone"
        try:
            async for text in self._socket:
                self._on_message(json.loads(text))
        except WebSocketException as error:
            over = f"{over}: {error}"
        except Exception as error:
            over = f"the browser said what was not understood: {type(error).__name__}: {error}"
            sys.stderr.write(mask_text(traceback.format_exc()))
        finally:
            self.over = over
            for session in list(self._sessions):
                self._forget(session, over)

    def _on_message(self, message: Mapping[str, Any]) -> None:
        if "id" not in message and "error" in message:
            # Chromium could not read something, and does not say what: whoever waits must not wait for ever.
            for session in {of for of, _ in self._pending.values()}:
                self._fail(session, str(message["error"].get("message")))
        elif "id" in message:
            _, answer = self._pending.get(message["id"], (BROWSER, None))
            if answer is None or answer.done():
                # Nobody waits for it any more.
                return
            if (error := message.get("error")) is not None:
                words = (str(error[each]) for each in ("message", "data") if each in error)
                answer.set_exception(CDPError(": ".join(words)))
            else:
                answer.set_result(message["result"])
        elif message["method"] == "Target.detachedFromTarget":
            self._forget(message["params"]["sessionId"], "the page is gone")
        elif its := self._sessions.get(message.get("sessionId", BROWSER)):
            its.on_event(message["method"], message.get("params", {}))

    def _forget(self, session: str, why: str) -> None:
        """Nobody answers its commands any more."""
        self._sessions.pop(session, None)
        self._fail(session, why)

    def _fail(self, session: str, why: str) -> None:
        for of, answer in self._pending.values():
            if of == session and not answer.done():
                answer.set_exception(CDPError(why))


async def address_of(process: psutil.Process) -> str:
    """Where the browser listens: the one port it has, and the path that it tells there.

    Not from the file in its profile, which an installation with a /tmp of its own (snap) keeps to itself.
    """
    ends, seen = monotonic() + PORT_WITHIN, "it listens nowhere"
    # Nothing is encrypted here: verify=False spares reading the machine's certificates.
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        while True:
            for port in _listening(process):
                try:
                    told = await client.get(f"http://127.0.0.1:{port}/json/version", timeout=PORT_WITHIN)
                    return str(told.json()["webSocketDebuggerUrl"])
                except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
                    seen = f"port {port} tells {type(error).__name__}: {error}"
            if monotonic() > ends:
                raise BrokenError(f"Chromium (process {process.pid}) told no address of its DevTools: {seen}")
            await asyncio.sleep(LOOK_EVERY)


def _listening(process: psutil.Process) -> list[int]:
    found = process.net_connections("tcp4")
    return [each.laddr.port for each in found if each.status == psutil.CONN_LISTEN and each.laddr]
