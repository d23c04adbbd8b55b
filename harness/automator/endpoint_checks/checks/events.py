"""Events: what a tap and other input make of an element's handlers."""

from __future__ import annotations

from typing import Any

from harness.automator.endpoint_checks.probe import HOME, Probe
from harness.automator.endpoint_checks.registry import Seen, check
from harness.core.polling import pause

HELD = 0.45  # seconds; a long press is told after 350 ms


@check("events.tap", "Element.tap runs the handler, whose setData is drawn")
def tap(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    page.one("#plus").tap()
    return Seen("2", page.shows("#count", "2"))


@check("events.tap-event", "a tap event: type, target, currentTarget, dataset in camel case, a place")
def tap_event(probe: Probe) -> Seen:
    probe.arrived(HOME).one("#plus").tap()
    event = _events_of(probe, 1)[0]
    place = sorted(event.pop("detail"))
    dataset = {"step": "2", "longName": "kept"}
    wanted = {"type": "tap", "target": "plus", "currentTarget": "plus", "dataset": dataset}
    return Seen([wanted, ["x", "y"]], [event, place])


@check("events.dataset", "data- of numbers and objects given by mustaches keeps its type")
def dataset(probe: Probe) -> Seen:
    probe.arrived(HOME).all(".row")[1].tap()
    return Seen({"id": 2, "item": {"id": 2, "name": "two"}}, _events_of(probe, 1)[0]["dataset"])


@check("events.bubble", "a tap rises: capture first, then the element, then its parent")
def bubble(probe: Probe) -> Seen:
    probe.arrived(HOME).one("#inner").tap()
    return Seen(["captured", "inner", "outer"], _who(_events_of(probe, 3)))


@check("events.target", "on its way up an event keeps its target")
def target(probe: Probe) -> Seen:
    probe.arrived(HOME).one("#inner").tap()
    return Seen(["inner", "outer"], [_events_of(probe, 3)[2][name] for name in ("target", "currentTarget")])


@check("events.catch", "catchtap lets a tap rise no further")
def catch(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    page.one("#caught").tap()
    page.one("#plus").tap()
    return Seen(["captured", "caught", "plus"], _who(_events_of(probe, 3)))


@check("events.mark", "marks of the elements on the way are told")
def mark(probe: Probe) -> Seen:
    probe.arrived(HOME).one("#inner").tap()
    return Seen({"place": "inside"}, _events_of(probe, 3)[1]["mark"])


@check("events.trigger", "Element.triggerEvent fires a custom event with its detail")
def trigger(probe: Probe) -> Seen:
    probe.arrived(HOME).one("#listener").call("triggerEvent", type="custom", detail={"a": [1]})
    event = _events_of(probe, 1)[0]
    return Seen(["custom", {"a": [1]}], [event["type"], event["detail"]])


@check("events.touch", "touchstart, touchmove and touchend reach their handlers with their touches")
def touch(probe: Probe) -> Seen:
    element = probe.arrived(HOME).one("#listener")
    place = element.call("getOffset")
    for name, count in (("touchstart", 1), ("touchmove", 1), ("touchend", 0)):
        at = [_touch(place["left"] + 5, place["top"] + 5)]
        element.call(name, touches=at[:count], changedTouches=at)
    return Seen(["touchstart 1 1", "touchmove 1 1", "touchend 0 1"], _events_of(probe, 3))


@check("events.long-press", "a finger held for 350 ms is a long press, and then no tap")
def long_press(probe: Probe) -> Seen:
    element = probe.arrived(HOME).one("#plus")
    place = element.call("getOffset")
    at = [_touch(place["left"] + 5, place["top"] + 5)]
    element.call("touchstart", touches=at, changedTouches=at)
    pause(HELD)
    element.call("touchend", touches=[], changedTouches=at)
    return Seen(["longpress"], [event["type"] for event in _events_of(probe, 1)])


def _touch(x: float, y: float) -> dict[str, Any]:
    return {"identifier": 0, "pageX": x, "pageY": y, "clientX": x, "clientY": y}


def _events_of(probe: Probe, count: int) -> list[Any]:
    """The page's events once there are that many, or as many as came."""
    probe.settled(lambda: len(probe.events_of(HOME)) >= count, True, within=3.0)
    return probe.events_of(HOME)


def _who(events: list[Any]) -> list[str]:
    return [event if isinstance(event, str) else event["currentTarget"] for event in events]
