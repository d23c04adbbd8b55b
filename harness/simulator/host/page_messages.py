"""Answers the page: what an app frame asks of its phone, checked and carried out.

Owns the validation of every message (app code can reach the bridge, so each is hostile) and the app's storage.
It does not know the automation protocol: events go out through a callback.
"""

from __future__ import annotations

import asyncio
import json
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from harness.core.errors import DriverError
from harness.core.masking import mask_text
from harness.simulator.device.phone import Phone
from harness.simulator.device.wechat_users import refusal_of
from harness.simulator.host.wechat import WeChatClient
from harness.simulator.network.fetch import Network
from harness.simulator.network.page_requests import PageRequests
from harness.simulator.source.source_maps import SourceMaps

MAX_MESSAGE = 16 * 1024 * 1024
# Only these carry data of the app's; anything else this long is no message of the page runtime.
LONG_KINDS = frozenset({"event", "storage", "request", "stream", "say"})
MAX_SHORT_MESSAGE = 256 * 1024
# WeChat allows 10 MB of storage per app.
MAX_STORAGE = 10 * 1024 * 1024

Answer = Mapping[str, Any] | None
OnEvent = Callable[[str, Mapping[str, Any]], None]
OnChrome = Callable[[Mapping[str, Any]], Awaitable[Answer]]
OnWish = Callable[[str, Mapping[str, Any]], None]


STACKS_OF = frozenset({"App.exceptionThrown", "App.logAdded"})
# What an error is told as.
ERROR = {"message", "stack"}


class PageMessages:
    """One per app. ``on_event`` gets (method, params); ``on_chrome`` draws the bars.

    ``on_wish`` hears that the app wants to start anew, or to leave the screen. ``named`` gives a stack of the page
    runtime with the places in its source, ``maps`` those of the app.
    """

    def __init__(
        self,
        phone: Phone,
        network: Network,
        wechat: WeChatClient,
        *,
        on_event: OnEvent,
        on_chrome: OnChrome,
        on_wish: OnWish = lambda wish, told: None,
        named: Callable[[str], str] = str,
        maps: SourceMaps | None = None,
    ) -> None:
        self.phone = phone
        self._wechat = wechat
        self._on_event, self._on_chrome, self._on_wish = on_event, on_chrome, on_wish
        self._named, self._maps = named, maps
        # Events stay in order while a map is read for one of them.
        self._telling = asyncio.Lock()
        self.requests = PageRequests(phone, network)
        self._sizes = {key: len(json.dumps(value)) + len(key) for key, value in phone.storage.items()}
        self._kinds: dict[str, Callable[[dict[str, Any]], Awaitable[Answer]]] = {
            "event": self._event,
            "storage": self._store,
            "granted": self._grant,
            "clipboard": self._copy,
            "effect": self._effect,
            "consent": self._agree,
            "gap": self._miss,
            "wish": self._wish,
            "finding": self._finding,
            "fault": self._fault,
            "chrome": self._chrome,
            **self.requests.kinds,
            "login": self._login,
            "phoneNumber": self._phone_number,
            "ask": self._ask,
        }

    async def on_message(self, kind: str, text: str) -> str | None:
        """Take one message of the page; the JSON of the answer, or None.

        A message that cannot be understood is noted among the findings and answered with None.
        """
        handler = self._kinds.get(kind)
        if handler is None or len(text) > (MAX_MESSAGE if kind in LONG_KINDS else MAX_SHORT_MESSAGE):
            self.phone.findings.warn(
                f"bridge: refused a message of kind {kind[:40]!r} ({len(text)} characters)"
            )
            return None
        try:
            told = json.loads(text)
        except (ValueError, RecursionError) as error:
            self.phone.findings.warn(f"bridge: {kind}: not JSON: {error}")
            return None
        if not isinstance(told, dict):
            self.phone.findings.warn(f"bridge: {kind}: expected an object")
            return None
        try:
            answer = await handler(told)
            return None if answer is None else json.dumps(answer)
        except DriverError as error:
            self.phone.findings.warn(f"{kind}: {error}")
        except Exception as error:
            # Nobody waits for this but the page; the reason must not be lost.
            message, stack = f"{kind}: {type(error).__name__}: {error}", traceback.format_exc()
            self.phone.findings.fault(message, stack, "")
            self._log_fault(message, stack)
        return None

    def close(self) -> None:
        """Give up what is under way."""
        self.requests.close()

    async def _event(self, told: dict[str, Any]) -> Answer:
        method, params = told.get("method"), told.get("params")
        if not isinstance(method, str) or not isinstance(params, dict):
            self.phone.findings.warn("bridge: event: expected method and params")
            return None
        async with self._telling:
            if self._maps is not None and method in STACKS_OF:
                params = await self._with_sources(self._maps, params)
            self.phone.findings.note(method, params)
            self._on_event(method, params)
        return None

    async def settled(self) -> None:
        """Once all events so far are told."""
        async with self._telling:
            pass

    async def _with_sources(self, maps: SourceMaps, params: dict[str, Any]) -> dict[str, Any]:
        """The event with its stacks in the sources that the app was built from."""
        stacks: list[str] = []

        def note(stack: str) -> str:
            stacks.append(stack)
            return stack

        _renamed(params, note)
        # Other apps are answered while a large map is read.
        if any(map(maps.is_new, stacks)):
            await asyncio.to_thread(lambda: [maps.named(stack) for stack in stacks])
            for problem in maps.problems.values():
                self.phone.findings.warn_once(problem)
        return _renamed(params, maps.named)

    async def _finding(self, told: dict[str, Any]) -> Answer:
        await self.diagnose(told)
        return None

    async def diagnose(self, found: Mapping[str, Any]) -> None:
        """Note what the page found odd about a file of the app, and what that was built from."""
        async with self._telling:
            made_from, path = None, str(found.get("path", ""))
            if self._maps is not None:
                if not self._maps.knows(path):
                    await asyncio.to_thread(self._maps.made_from, path)
                made_from = self._maps.made_from(path)
            self.phone.findings.diagnose(found, made_from)

    async def _fault(self, told: dict[str, Any]) -> Answer:
        message, stack, page = (str(told.get(name, "")) for name in ("message", "stack", "page"))
        # Noted before anything is waited for: whoever asks next must hear of it.
        if self.phone.findings.fault(message, stack, page):
            self._log_fault(message, await asyncio.to_thread(self._named, stack))
        return None

    @staticmethod
    def _log_fault(message: str, stack: str) -> None:
        sys.stderr.write(mask_text(f"the simulator failed: {message}\n{stack}\n"))

    async def _store(self, told: dict[str, Any]) -> Answer:
        storage, sealed = self.phone.storage, self.phone.sealed
        if told.get("clear") is True:
            storage.clear()
            sealed.clear()
        remove, put = told.get("remove"), told.get("set")
        for key in remove if isinstance(remove, list) else []:
            storage.pop(str(key), None)
            sealed.discard(str(key))
        if isinstance(put, dict):
            # Kept by key: an app that writes little into much must not cost the other apps their time.
            sizes = {str(key): len(json.dumps(value)) + len(str(key)) for key, value in put.items()}
            kept = sum(size for key, size in self._sizes.items() if key in storage and key not in sizes)
            if kept + sum(sizes.values()) > MAX_STORAGE:
                self.phone.findings.warn("storage: more than 10 MB, not kept")
            else:
                storage.update(put)
                self._sizes.update(sizes)
                sealed.difference_update(sizes)
                sealed.update(sizes if told.get("sealed") is True else ())
        return None

    async def _grant(self, told: dict[str, Any]) -> Answer:
        self.phone.granted = {scope: allowed is True for scope, allowed in told.items()}
        return None

    async def _copy(self, told: dict[str, Any]) -> Answer:
        self.phone.device_state = self.phone.device_state.changed({"clipboard": str(told.get("text", ""))})
        return None

    async def _agree(self, _: dict[str, Any]) -> Answer:
        self.phone.device_state = self.phone.device_state.changed({"privacy": None})
        return None

    async def _miss(self, told: dict[str, Any]) -> Answer:
        self.phone.findings.miss(str(told.get("name")))
        return None

    async def _effect(self, told: dict[str, Any]) -> Answer:
        detail = told.get("detail")
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        known = detail if isinstance(detail, dict) else {}
        self.phone.effects.append({"api": str(told.get("api")), "at": at, "detail": known})
        return None

    async def _wish(self, told: dict[str, Any]) -> Answer:
        self._on_wish(str(told.get("wish")), told)
        return None

    async def _chrome(self, told: dict[str, Any]) -> Answer:
        return await self._on_chrome(told)

    async def _login(self, _: dict[str, Any]) -> Answer:
        try:
            code = await self._wechat.login_code(self.phone.app_id, self.phone.person, self.phone.trace)
        except DriverError as error:
            self.phone.findings.warn(str(error))
            return {"error": str(error)}
        return {"code": code}

    async def _phone_number(self, _: dict[str, Any]) -> Answer:
        if (refusal := refusal_of(self.phone.answer("getPhoneNumber"))) is not None:
            return {"error": refusal}
        if self.phone.person.phone is None:
            return {"error": "no phone number is bound to this WeChat user"}
        try:
            code = await self._wechat.phone_code(self.phone.app_id, self.phone.person, self.phone.trace)
        except DriverError as error:
            self.phone.findings.warn(str(error))
            return {"error": str(error)}
        return {"code": code}

    async def _ask(self, told: dict[str, Any]) -> Answer:
        # None leaves the API its default: a dialogue stays on the screen until a finger answers it.
        return self.phone.answer(str(told.get("api")))


def _renamed(params: Mapping[str, Any], named: Callable[[str], str]) -> dict[str, Any]:
    """An exception or a console line with other texts for its stacks, and for what of it may be one."""
    args = params.get("args")
    return {
        **params,
        **({"stack": named(params["stack"])} if isinstance(params.get("stack"), str) else {}),
        **({"args": [_argument(each, named) for each in args]} if isinstance(args, list) else {}),
    }


def _argument(argument: object, named: Callable[[str], str]) -> object:
    if isinstance(argument, str):
        return named(argument)
    return _renamed(argument, named) if isinstance(argument, dict) and set(argument) == ERROR else argument
