"""One loading of the app's frame, over the Chrome DevTools Protocol: calls into it, its bridge, what its code is at.

Owns one debugging session. Playwright's own bindings and evaluation are not used here: they leave a function
on the page that ends Playwright's driver, and with it every app, when app code calls it with what is not JSON.
Nothing is believed of what the page says but that it is text.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Self

from playwright.async_api import BrowserContext, Frame

from harness.automator.messages import MAX_MESSAGE
from harness.core.errors import DriverError, ProtocolError
from harness.simulator.chromium.cdp import CDP, CDPError, CDPSession
from harness.simulator.chromium.debugger import Debugger
from harness.simulator.source.project import Project

BRIDGE = "__simBridge"
MAX_WORDS = 10_000
# The page runtime tells a few hundred things a second at most; each costs every app of this process its time.
FLOOD, FLOOD_WITHIN = 30_000, 10.0
# The outcome travels as text: a mark and JSON or words. A page that throws must not look like a driver failing.
# App code may have replaced whatever is called here: what is returned is a text of bounded length all the same.
CALL = """async (name, json, longest, words) => {
  let text
  try {
    const value = await window.__sim[name](...JSON.parse(json))
    text = '+' + JSON.stringify(value === undefined ? {} : value)
    if (text.length > longest) text = '-the result is too long: ' + text.length + ' characters'
  } catch (error) {
    try {
      text = '-' + String((error && (error.message ?? error.errMsg)) || error).slice(0, words)
    } catch {
      text = '-it threw what has no words'
    }
  }
  return text.length > longest ? '-what it threw is too long' : text
}"""

OnText = Callable[[str], Coroutine[Any, Any, None]]
OnMessage = Callable[[str, str], Coroutine[Any, Any, str | None]]


class Channel:
    """Text that one context of a page sends by calling a function it finds under ``name``."""

    def __init__(self, session: CDPSession, name: str, on_text: OnText) -> None:
        self.context: int | None = None
        """The one that is heard: frames the app makes have the function too."""
        self._session, self._name, self._on_text = session, name, on_text
        self._greeting = secrets.token_hex(8)
        self._tasks: set[asyncio.Task[None]] = set()
        self.on_flood: Callable[[], None] | None = None
        """Called once when far more comes than a page has to say; from then on nothing is heard for a while."""
        self._since, self._count = 0.0, 0
        session.on("Runtime.bindingCalled", self._called)

    async def open(self) -> None:
        """Put the function into the page and learn which context is the page's own."""
        await self._session.send("Runtime.addBinding", {"name": self._name})
        greet = f"globalThis[{json.dumps(self._name)}]({json.dumps(self._greeting)})"
        await self._session.send("Runtime.evaluate", {"expression": greet})
        if self.context is None:
            raise DriverError("the page did not call the function it was given")

    def _called(self, event: Mapping[str, Any]) -> None:
        text, context = event.get("payload"), event.get("executionContextId")
        if event.get("name") != self._name or not isinstance(text, str):
            return
        if self.context is None and text == self._greeting:
            self.context = context
        elif context == self.context and not self._flooded():
            task = asyncio.ensure_future(self._on_text(text))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _flooded(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._since > FLOOD_WITHIN:
            self._since, self._count = now, 0
        self._count += 1
        if self._count == FLOOD and self.on_flood is not None:
            self.on_flood()
        return self._count >= FLOOD


class AppFrame:
    """Create with :meth:`attach` after every load; it ends with the frame or with :meth:`detach`."""

    def __init__(
        self,
        session: CDPSession,
        on_message: OnMessage,
        project: Project,
        on_flood: Callable[[], None],
    ) -> None:
        self.debugger = Debugger(session, project.files, project.maps)
        self._session, self._on_message = session, on_message
        self._channel = Channel(session, BRIDGE, self._message)
        self._channel.on_flood = on_flood

    @classmethod
    async def attach(
        cls,
        cdp: CDP,
        context: BrowserContext,
        frame: Frame,
        on_message: OnMessage,
        project: Project,
        on_flood: Callable[[], None],
    ) -> Self:
        """Playwright's Error or CDPError when the frame is gone. ``on_message`` gets kind and text of every message."""
        made = cls(await cdp.attach(context, frame), on_message, project, on_flood)
        await made._channel.open()
        await made.debugger.enable()
        return made

    async def call(self, name: str, arguments: str) -> str:
        """Call a function of ``window.__sim`` with a JSON list; JSON. ProtocolError when it rejects."""
        answer = await self._session.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": CALL,
                "executionContextId": self._channel.context,
                "arguments": [{"value": value} for value in (name, arguments, MAX_MESSAGE, MAX_WORDS)],
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        text = answer["result"].get("value")
        if "exceptionDetails" in answer or not isinstance(text, str) or text[:1] not in ("+", "-"):
            raise ProtocolError("the app's code has broken the page runtime: it gave no answer")
        if text.startswith("-"):
            raise ProtocolError(text[1:])
        return text[1:]

    async def answers(self) -> None:
        """Return once the frame runs code."""
        await self._session.send("Runtime.evaluate", {"expression": "0"})

    async def has_runtime(self) -> bool:
        given = {"expression": "typeof window.__sim === 'object'", "returnByValue": True}
        return (await self._session.send("Runtime.evaluate", given))["result"].get("value") is True

    async def detach(self) -> None:
        await self._session.detach()

    async def _message(self, text: str) -> None:
        """``number:kind:text``; a message without a number wants no answer."""
        number, _, rest = text.partition(":")
        kind, _, told = rest.partition(":")
        answer = await self._on_message(kind, told)
        if not number.isdecimal() or not number.isascii():
            return
        settle = f"window.__sim.settle({int(number)}, {json.dumps(answer)})"
        with contextlib.suppress(CDPError):
            # Whoever asked may be gone by now.
            await self._session.send(
                "Runtime.evaluate", {"expression": settle, "contextId": self._channel.context}
            )
