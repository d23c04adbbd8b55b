"""What the app throws and what it says on its console."""

from __future__ import annotations

from functools import partial

from harness.automator.endpoint_checks.probe import HOME, Probe
from harness.automator.endpoint_checks.registry import Seen, check
from harness.automator.messages import Event


@check("exceptions.later", "an error thrown in a timer is App.exceptionThrown with message and stack")
def later(probe: Probe) -> Seen:
    probe.arrived(HOME).call("callMethod", method="fail", args=[])
    event = probe.wire.event(lambda event: event.method == "App.exceptionThrown", "App.exceptionThrown")
    return Seen(
        [True, True], ["thrown later" in event.params["message"], isinstance(event.params["stack"], str)]
    )


@check("exceptions.on-error", "App.onError hears of it")
def on_error(probe: Probe) -> Seen:
    probe.js("() => { getApp().globalData.errors = [] }")
    probe.arrived(HOME).call("callMethod", method="fail", args=[])
    heard = probe.settled(lambda: "thrown later" in str(probe.js("() => getApp().globalData.errors")), True)
    return Seen(True, heard)


@check("exceptions.method", "an error thrown by a called method is the call's error")
def method(probe: Probe) -> Seen:
    said = probe.arrived(HOME).refusal("callMethod", method="refuse", args=[])
    return Seen(True, "refused by the page" in str(said))


@check("exceptions.console", "after App.enableLog console lines are App.logAdded with type and arguments")
def console(probe: Probe) -> Seen:
    probe.call("App.enableLog")
    probe.arrived(HOME).call("callMethod", method="talk", args=[])
    seen = []
    for kind in ("log", "warn"):
        event = probe.wire.event(partial(_logged, kind), f"App.logAdded {kind}")
        seen.append([event.params["type"], event.params["args"]])
    return Seen([["log", ["said", 1, {"two": 2}]], ["warn", ["warned"]]], seen)


def _logged(kind: str, event: Event) -> bool:
    return event.method == "App.logAdded" and event.params.get("type") == kind
