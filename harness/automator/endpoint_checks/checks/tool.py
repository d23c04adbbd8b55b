"""What the tool says of itself."""

from __future__ import annotations

import re

from harness.automator.endpoint_checks.probe import Probe
from harness.automator.endpoint_checks.registry import Seen, check

ASK = """() => { const app = getApp(); app.answer = null
  getCurrentPages()[0].ask().then((res) => { app.answer = res }) }"""


@check(
    "tool.version", "Tool.getInfo names version and SDKVersion in numbers; minium refuses to start without"
)
def version(probe: Probe) -> Seen:
    info = probe.call("Tool.getInfo")
    seen = {
        name: bool(re.fullmatch(r"\d+(\.\d+)+", str(info.get(name)))) for name in ("version", "SDKVersion")
    }
    return Seen({"version": True, "SDKVersion": True}, seen)


@check("tool.native-drivable", "the version is one for which minium uses Tool.native (1.06.2301160 or later)")
def native(probe: Probe) -> Seen:
    numbers = [int(part) for part in str(probe.call("Tool.getInfo")["version"]).split(".")]
    return Seen(True, numbers >= [1, 6, 2301160])


@check("tool.native-modal", "Tool.native confirmModal presses the confirm button of a modal")
def modal(probe: Probe) -> Seen:
    probe.js(ASK)
    said = probe.settled(lambda: probe.call("Tool.native", method="confirmModal", data={}), {})
    confirmed = probe.settled(lambda: (probe.js("() => getApp().answer") or {}).get("confirm"), True)
    return Seen([{}, True], [said, confirmed])


@check("tool.native-cancel", "Tool.native cancelModal presses the cancel button of a modal")
def cancel(probe: Probe) -> Seen:
    probe.js(ASK)
    said = probe.settled(lambda: probe.call("Tool.native", method="cancelModal", data={}), {})
    answer = probe.settled(lambda: (probe.js("() => getApp().answer") or {}).get("cancel"), True)
    return Seen([{}, True], [said, answer])
