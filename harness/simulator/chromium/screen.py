"""A phone's screen in the browser: a shell page with the bars, and the app's sandboxed frame in it.

Owns the browser context, what each address serves, and evaluating, touching and photographing. The shell and
the frame are of different sites, so an app that loops or crashes leaves the shell alive. It knows no method
of the automation protocol and no mini-program API.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.async_api import BrowserContext, Error, Frame, Page, Request, Route

from harness.core.errors import BrokenError, DriverError, ProtocolError, UsageError
from harness.core.masking.traces import mask_trace
from harness.simulator.build import Bundle
from harness.simulator.chromium.browser import Chromium
from harness.simulator.chromium.cdp import CDP, CDPError, CDPSession
from harness.simulator.chromium.finger import Finger
from harness.simulator.chromium.frame import FLOOD, FLOOD_WITHIN, AppFrame, Channel
from harness.simulator.chromium.listener import Listener
from harness.simulator.chromium.served_files import (
    ABSENT,
    APP_PAGE,
    SHELL_ORIGIN,
    ServedFiles,
    is_own,
    shell_file,
)
from harness.simulator.network.fetch import USER_AGENT, Visit
from harness.simulator.settings import Device
from harness.simulator.source.project import Project

# What the platform's script gives web pages is there before any of their own scripts.
PLATFORM_SCRIPT = "https://res.wx.qq.com/open/js/jweixin"
READY_WITHIN = 15.0
# Files that are loaded at once, as a browser does from one server: each may be large, and its way makes copies of it.
AT_ONCE = 6
# The first comes before what has changed is drawn, the second after.
TWO_FRAMES = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
DRAWN_WITHIN = 1.0
SHELL = "__simShell"
SHOWN = ("image", "font", "media")


@contextlib.contextmanager
def driving(doing: str) -> Iterator[None]:
    """What the browser says is wrong becomes an error of ours, with the first line of it."""
    try:
        yield
    except (Error, CDPError) as error:
        words = str(error) or type(error).__name__
        raise DriverError(f"{doing}: {words.splitlines()[0]}") from error


class Screen:
    """One phone. :meth:`prepare` makes it ready for any app; the app moves in with ``listener``."""

    def __init__(
        self,
        cdp: CDP,
        context: BrowserContext,
        page: Page,
        glass: CDPSession,
        project: Project,
        bundle: Bundle,
        device: Device,
    ) -> None:
        self.listener: Listener | None = None
        self.device = device
        self._cdp, self._context, self._page, self._glass = cdp, context, page, glass
        self._app: AppFrame | None = None
        self._loading = False
        self._own_loads, self._foreign_loads = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(AT_ONCE)
        self._finger = Finger(page, glass, self._probe)
        page.on("framenavigated", self._navigated)
        self.crashed = False
        """Whether the app took its process down: then nothing here works any more."""
        page.on("crash", lambda _: self._crash())
        self._project, self._files = project, ServedFiles(project, bundle)

    @classmethod
    async def prepare(cls, chromium: Chromium, project: Project, bundle: Bundle, device: Device) -> Screen:
        """A screen with the page runtime loaded and no app yet; BrokenError when that does not load."""
        context = await chromium.browser.new_context(
            viewport={"width": device.width, "height": device.height},
            screen={"width": device.width, "height": device.height},
            device_scale_factor=device.pixel_ratio,
            has_touch=True,
            is_mobile=True,
            locale=device.locale,
            timezone_id=device.timezone,
            user_agent=f"{USER_AGENT} MiniProgramEnv/simulator",
            service_workers="block",
            accept_downloads=False,
        )
        try:
            page = await context.new_page()
            glass = await chromium.cdp.attach(context, page)
            screen = cls(chromium.cdp, context, page, glass, project, bundle, device)
            await context.route("**/*", screen._route)
            for name in ("frame.js", "webview.js"):
                await context.add_init_script(shell_file(name).decode())
            await page.goto(f"{SHELL_ORIGIN}/", wait_until="load")
            await Channel(glass, SHELL, screen._on_touch).open()
            await page.evaluate(
                "px => document.documentElement.style.setProperty('--status-bar', px + 'px')",
                device.status_bar_height,
            )
            await screen.load_frame()
        except (Error, CDPError, BrokenError) as error:
            await context.close()
            raise BrokenError(f"no screen could be prepared: {error}") from error
        return screen

    async def load_frame(self) -> None:
        """Load (or load anew) the app's frame: a fresh app service. BrokenError when it does not load."""
        self._loading = True
        try:
            with driving("the page runtime did not load"):
                await self._page.evaluate("() => window.__shell.mount()")
                if self._app is not None:
                    await self._app.detach()
                await self.frame.goto(APP_PAGE, wait_until="load", timeout=READY_WITHIN * 1000)
                async with asyncio.timeout(READY_WITHIN):
                    self._app = await AppFrame.attach(
                        self._cdp,
                        self._context,
                        self.frame,
                        self._on_message,
                        self._project,
                        self._flood,
                    )
                    if not await self._app.has_runtime():
                        raise BrokenError("the page runtime loaded but defines no window.__sim")
        except TimeoutError:
            raise BrokenError(f"the page runtime did not answer within {READY_WITHIN:g} s") from None
        finally:
            self._loading = False

    async def unload_frame(self) -> None:
        """Take the app off the screen."""
        self._loading = True
        try:
            with driving("the app's frame was not unloaded"):
                await self.frame.goto("about:blank")
        finally:
            self._loading = False

    @property
    def frame(self) -> Frame:
        # Not by name: app code may name a frame of its own the same, but it cannot add one to the shell.
        frames = self._page.main_frame.child_frames
        if not frames:
            raise DriverError("the app's frame is gone")
        return frames[0]

    async def run(self, name: str, *arguments: object) -> Any:
        """Call a function of ``window.__sim``; ProtocolError with the page's own words when it rejects."""
        try:
            # Unescaped: it travels as a string of another JSON, which escapes it once more.
            text = json.dumps(arguments, separators=(",", ":"), ensure_ascii=False)
        except RecursionError:
            raise ProtocolError("nested too deeply") from None
        with driving("the app's frame did not answer"):
            outcome = await self._frame_session().call(name, text)
        try:
            return json.loads(outcome)
        except (ValueError, RecursionError) as error:
            raise ProtocolError(f"the app's code has broken the page runtime: {error}") from None

    async def alive(self, within: float) -> bool:
        """Whether the app's frame still runs code at all."""
        try:
            async with asyncio.timeout(within):
                await self._frame_session().answers()
        except TimeoutError:
            return False
        except (CDPError, DriverError):
            # A frame that is gone does not loop; whoever waits for it hears so itself.
            return True
        return True

    async def draw(self, chrome: Mapping[str, Any]) -> Mapping[str, Any]:
        """Draw the bars; the ``height`` they leave for the app's frame."""
        with driving("the bars were not drawn"):
            drawn = await self._page.evaluate("chrome => window.__shell.draw(chrome)", dict(chrome))
        if "shade" not in chrome:
            self._finger.frame_moved()
        return drawn if isinstance(drawn, Mapping) else {}

    async def resize(self, width: int, height: int) -> None:
        """Another size of the screen: the phone was turned, or its window was."""
        with driving("the screen was not resized"):
            await self._page.set_viewport_size({"width": width, "height": height})
        self._finger.frame_moved()

    async def tap(self, x: float, y: float) -> None:
        """Touch a point of the app's frame."""
        with driving("the screen was not touched"):
            await self._finger.tap(x, y)

    async def drag(self, points: Sequence[tuple[float, float]], hold: float) -> None:
        """One finger through points of the app's frame, resting ``hold`` seconds on the first."""
        with driving("the screen was not touched"):
            await self._finger.drag(points, hold)

    async def keys(self, *, text: str | None = None, key: str | None = None) -> None:
        """Type a text, or press one key by its name."""
        with driving("nothing was typed"):
            if text is not None:
                await self._page.keyboard.type(text)
            if key is not None:
                await self._page.keyboard.press(key)

    async def where_running(self, within: float) -> str:
        """The function the frame is running now, as ``name (file:line)``; empty when it cannot be told."""
        return await self._app.debugger.where(within) if self._app else ""

    async def drop_frame(self) -> None:
        """Take the frame off the screen without asking it; :meth:`load_frame` makes another."""
        self._app = None
        with driving("the app's frame was not dropped"):
            await self._page.evaluate("() => window.__shell.drop()")

    async def screenshot(self, within: float) -> str:
        """The whole screen as base64 of a PNG; DriverError when it takes too long."""
        await self._draw()
        with driving("no screenshot"):
            shot = await self._page.screenshot(type="png", timeout=within * 1000)
        return base64.b64encode(shot).decode()

    async def _draw(self) -> None:
        """Let the app's frame draw what it has changed: Chromium takes the last picture of another process.

        A frame that loops draws nothing; its screen is taken as it stands.
        """
        with contextlib.suppress(Error, DriverError, TimeoutError):
            await asyncio.wait_for(self.frame.evaluate(TWO_FRAMES), DRAWN_WITHIN)

    async def start_tracing(self, title: str) -> None:
        """Record pictures and the DOM at every touch, as Playwright does."""
        with driving("no trace could be started"):
            await self._context.tracing.start(title=title, screenshots=True, snapshots=True)

    async def stop_tracing(self, path: Path) -> None:
        """Write what was recorded, masked, to ``path``."""
        with tempfile.TemporaryDirectory() as folder:
            raw = Path(folder) / "trace.zip"
            with driving("the trace was not written"):
                await self._context.tracing.stop(path=raw)
            await asyncio.to_thread(mask_trace, raw, path)

    async def close(self) -> None:
        self.listener = None
        try:
            await self._context.close()
        except Error:
            # The browser may have gone first; nothing is left to close then.
            return

    async def _probe(self, on: bool) -> tuple[float, float] | None:
        seen = await self.run("probe", on)
        at = seen.get("x"), seen.get("y")
        return (float(at[0]), float(at[1])) if all(isinstance(each, int | float) for each in at) else None

    def _frame_session(self) -> AppFrame:
        if self._app is None:
            raise DriverError("the app's frame is gone")
        return self._app

    async def _on_message(self, kind: str, text: str) -> str | None:
        return None if self.listener is None else await self.listener.on_message(kind, text)

    async def _on_touch(self, text: str) -> None:
        kind, _, told = text.partition(":")
        if self.listener is not None:
            await self.listener.on_touch(kind, told)

    def _navigated(self, frame: Frame) -> None:
        # What needs no request (about:blank, data:) is not refused in time; everything else is by _route.
        leads = frame.url.partition("#")[0] != APP_PAGE
        if not self._loading and leads and frame.parent_frame == self._page.main_frame:
            self._lost(f"its code led its own page away, to {frame.url[:200]}")

    def _crash(self) -> None:
        self.crashed = True
        if self.listener is not None:
            self.listener.crashed()

    def _flood(self) -> None:
        self._lost(f"its code told the simulator {FLOOD} things within {FLOOD_WITHIN:g} s")

    def _lost(self, how: str) -> None:
        if self.listener is not None:
            self.listener.lost(how)

    def _leads_away(self, request: Request) -> bool:
        """Whether the app's frame is about to load another document than its one."""
        if self._loading or not request.is_navigation_request():
            return False
        return request.frame.parent_frame == self._page.main_frame

    def _in_web_view(self, request: Request) -> bool:
        try:
            frame: Frame | None = request.frame
            while frame is not None:
                if frame.parent_frame == self.frame:
                    return True
                frame = frame.parent_frame
        except (Error, DriverError):
            # Of a frame that is not there any more, or not yet: not a web page we know.
            return False
        return False

    async def _route(self, route: Route, request: Request) -> None:
        try:
            if self._leads_away(request):
                if self.listener is not None:
                    self.listener.refused(f"its code tried to lead its own page to {request.url[:200]}")
                # Unlike the other errors this one leaves the page as it is.
                await route.abort("aborted")
                return
            # A server that does not answer must not keep the app from its own files.
            async with self._own_loads if is_own(request.url) else self._foreign_loads:
                served = await self._serve(request)
                if served is None:
                    await route.abort("addressunreachable")
                else:
                    status, kind, body, headers = served
                    await route.fulfill(status=status, content_type=kind, body=body, headers=headers)
        except Error:
            # The frame went away meanwhile; there is nobody left to answer.
            return

    async def _serve(self, request: Request) -> tuple[int, str, bytes, dict[str, str]] | None:
        try:
            answer = self._files.answer(request.url)
        except UsageError as refused:
            if self.listener is not None:
                self.listener.refused(str(refused))
            return ABSENT
        if answer is ABSENT and request.resource_type in SHOWN and self.listener is not None:
            self.listener.absent(unquote(urlsplit(request.url).path)[:200])
        return await self._foreign(request) if answer is None else answer

    async def _foreign(self, request: Request) -> tuple[int, str, bytes, dict[str, str]] | None:
        if self.listener is None:
            return None
        if self._in_web_view(request):
            if request.url.startswith(PLATFORM_SCRIPT):
                return 200, "text/javascript", b"", {}
            visit = Visit(request.url, request.method, await request.all_headers(), request.post_data_buffer)
            return await self.listener.on_browse(visit)
        if request.resource_type not in SHOWN:
            where = "/".join(request.url.split("/", 3)[:3])[:200]
            self.listener.refused(f"its code tried to reach {where} without wx.request")
            return None
        loaded = await self.listener.on_load(request.url)
        if loaded is None:
            return None
        kind, body = loaded
        return 200, kind, body, {"access-control-allow-origin": "*"}
