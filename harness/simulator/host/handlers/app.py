"""The ``App`` domain: the app service as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from harness.simulator.host.handlers.call import DONE, Call, Handler, Result, in_page


async def enable_log(call: Call) -> Result:
    """The session has noted it: the page always tells, the connection decides."""
    return DONE


async def leave(call: Call) -> Result:
    await call.app.leave()
    return DONE


async def capture_screenshot(call: Call) -> Result:
    return {"data": await call.app.screenshot()}


HANDLERS: Mapping[str, Handler] = {
    "App.callFunction": in_page,
    "App.callWxMethod": in_page,
    "App.mockWxMethod": in_page,
    "App.addBinding": in_page,
    "App.getCurrentPage": in_page,
    "App.getPageStack": in_page,
    "App.enableLog": enable_log,
    "App.exit": leave,
    "App.captureScreenshot": capture_screenshot,
}
