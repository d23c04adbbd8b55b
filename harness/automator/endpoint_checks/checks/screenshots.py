"""Pictures of the app."""

from __future__ import annotations

import base64
import struct

from harness.automator.endpoint_checks.probe import HOME, Probe
from harness.automator.endpoint_checks.registry import Seen, check


@check("screenshots.png", "App.captureScreenshot gives a PNG with the proportions of a phone")
def png(probe: Probe) -> Seen:
    data = _picture(probe)
    width, height = struct.unpack(">II", data[16:24])
    return Seen([True, True], [data.startswith(b"\x89PNG\r\n\x1a\n"), height > width > 0])


@check("screenshots.current", "a picture shows the page as it is now")
def current(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    before = _picture(probe)
    page.call("setData", data={"shown": True})
    page.one("#late")
    return Seen(True, probe.settled(lambda: _picture(probe) != before, True))


def _picture(probe: Probe) -> bytes:
    return base64.b64decode(probe.call("App.captureScreenshot")["data"])
