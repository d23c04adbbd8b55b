"""Functions of the test that the app can call."""

from __future__ import annotations

from typing import Any

from harness.automator.endpoint_checks.probe import Probe
from harness.automator.endpoint_checks.registry import Seen, check
from harness.automator.endpoint_checks.wire import Wire
from harness.core.errors import Timeout


@check(
    "bindings.called", "a name given to App.addBinding is a function of the app service; its calls are events"
)
def called(probe: Probe) -> Seen:
    probe.call("App.addBinding", name="conformanceCalled")
    probe.js("() => { conformanceCalled(1, 'two', { three: [3] }) }")
    return Seen([1, "two", {"three": [3]}], _args(probe, "conformanceCalled"))


@check("bindings.bare-name", "the name can be asked for with typeof, as minium does")
def bare(probe: Probe) -> Seen:
    probe.call("App.addBinding", name="conformanceBare")
    return Seen(
        ["function", "undefined"], probe.js("() => [typeof conformanceBare, typeof conformanceNever]")
    )


@check("bindings.app-code", "calls made later, by a timer of the app, are told too")
def app_code(probe: Probe) -> Seen:
    probe.call("App.addBinding", name="conformanceLater")
    probe.js("() => { setTimeout(() => conformanceLater('late'), 30) }")
    return Seen(["late"], _args(probe, "conformanceLater"))


@check("bindings.cycles", "an argument that contains itself does not stop the event")
def cycles(probe: Probe) -> Seen:
    probe.call("App.addBinding", name="conformanceCycle")
    probe.js("() => { const a = { name: 'round' }; a.self = a; conformanceCycle(a) }")
    return Seen("round", _args(probe, "conformanceCycle")[0]["name"])


@check("bindings.own", "a connection hears nothing of names another one added")
def own(probe: Probe) -> Seen:
    with Wire(probe.wire.endpoint) as other:
        other.call("Tool.getInfo")
        probe.call("App.addBinding", name="conformanceOwn")
        probe.js("() => { conformanceOwn('mine') }")
        mine = _args(probe, "conformanceOwn")
        try:
            other.event(lambda event: event.params.get("name") == "conformanceOwn", "an event", within=0.3)
        except Timeout:
            return Seen([["mine"], "nothing"], [mine, "nothing"])
    return Seen([["mine"], "nothing"], [mine, "the event"])


def _args(probe: Probe, name: str) -> Any:
    event = probe.wire.event(
        lambda event: event.method == "App.bindingCalled" and event.params.get("name") == name,
        f"App.bindingCalled of {name}",
    )
    return event.params["args"]
