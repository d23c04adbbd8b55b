"""Forms: typing, switching, choosing, sending; swipers and scroll views."""

from __future__ import annotations

from typing import Any

from harness.automator.endpoint_checks.probe import FORM, PARTS, Probe
from harness.automator.endpoint_checks.registry import Seen, check


@check("inputs.input", "input.input sets the value and tells bindinput")
def typed(probe: Probe) -> Seen:
    page = probe.go(FORM)
    page.one("#name").run("input.input", "Hong")
    event = {"type": "input", "id": "name", "value": "Hong"}
    return Seen([event, "Hong"], [_first(probe, "input"), probe.settled(lambda: page.data("name"), "Hong")])


@check("inputs.value", "Element.getProperties value is what stands in the field")
def value(probe: Probe) -> Seen:
    page = probe.go(FORM)
    before = page.one("#name").prop("value")
    page.one("#name").run("input.input", "Hong")
    return Seen(["Ming", "Hong"], [before, probe.settled(lambda: page.one("#name").prop("value"), "Hong")])


@check("inputs.textarea", "textarea.input sets the value and tells bindinput")
def textarea(probe: Probe) -> Seen:
    probe.go(FORM).one("#note").run("textarea.input", "two\nlines")
    return Seen({"type": "input", "id": "note", "value": "two\nlines"}, _first(probe, "input"))


@check("inputs.switch", "switch.tap turns a switch on and tells bindchange")
def switch(probe: Probe) -> Seen:
    probe.go(FORM).one("#news").run("switch.tap")
    return Seen({"type": "change", "id": "news", "value": True}, _first(probe, "change"))


@check("inputs.slider", "slider.slideTo moves a slider and tells bindchange")
def slider(probe: Probe) -> Seen:
    probe.go(FORM).one("#volume").run("slider.slideTo", 4)
    return Seen({"type": "change", "id": "volume", "value": 4}, _first(probe, "change"))


@check("inputs.checkbox", "a tap on a checkbox tells its group the values that are chosen")
def checkbox(probe: Probe) -> Seen:
    page = probe.go(FORM)
    page.one("#red").tap()
    page.one("#blue").tap()
    wanted = [["red"], ["red", "blue"]]
    return Seen(wanted, probe.settled(lambda: [event["value"] for event in _all(probe, "change")], wanted))


@check("inputs.radio", "a tap on a radio tells its group the value that is chosen, once")
def radio(probe: Probe) -> Seen:
    page = probe.go(FORM)
    page.one("#large").tap()
    page.one("#large").tap()
    page.one("#small").tap()
    wanted = ["large", "small"]
    return Seen(wanted, probe.settled(lambda: [event["value"] for event in _all(probe, "change")], wanted))


@check("inputs.label", "a tap on a label is a tap on the radio in it")
def label(probe: Probe) -> Seen:
    probe.go(FORM).one("#small-label").tap()
    return Seen({"type": "change", "id": "sizes", "value": "small"}, _first(probe, "change"))


@check("inputs.picker", "a change event triggered on a picker reaches the page")
def picker(probe: Probe) -> Seen:
    page = probe.go(FORM)
    page.one("#city").call("triggerEvent", type="change", detail={"value": 1})
    return Seen("Shanghai", page.shows("#chosen", "Shanghai"))


@check("inputs.submit", "a submit button sends the values of the form by name")
def submit(probe: Probe) -> Seen:
    page = probe.go(FORM)
    page.one("#name").run("input.input", "Hong")
    page.one("#red").tap()
    page.one("#submit").tap()
    wanted = {"name": "Hong", "news": False, "colours": ["red"], "city": 0}
    probe.settled(lambda: bool(_all(probe, "submit")), True)
    values = _all(probe, "submit")[0]["value"]
    return Seen(wanted, {name: values.get(name) for name in wanted})


@check("inputs.reset", "a reset button tells bindreset")
def reset(probe: Probe) -> Seen:
    probe.go(FORM).one("#reset").tap()
    return Seen({"type": "reset"}, _first(probe, "reset"))


@check("inputs.disabled", "a disabled button takes no tap")
def disabled(probe: Probe) -> Seen:
    page = probe.go(FORM)
    page.one("#disabled").refusal("tap")
    page.one("#reset").tap()
    _first(probe, "reset")
    return Seen(["reset"], [event["type"] for event in probe.events_of(FORM)])


@check("inputs.swiper", "swiper.swipeTo shows that item and tells bindchange")
def swiper(probe: Probe) -> Seen:
    page = probe.go(PARTS)
    page.one("#swiper").run("swiper.swipeTo", 2)
    return Seen(2, probe.settled(lambda: page.data("at"), 2))


@check("inputs.scroll-view", "scroll-view.scrollTo scrolls; scrollTop and scrollHeight tell")
def scroll_view(probe: Probe) -> Seen:
    page = probe.go(PARTS)
    view = page.one("#scroller")
    view.run("scroll-view.scrollTo", 0, 150)
    top = probe.settled(lambda: view.run("scroll-view.scrollTop"), 150)
    told = probe.settled(lambda: page.data("scrolls") > 0, True)
    return Seen([150, 500, True], [top, view.run("scroll-view.scrollHeight"), told])


def _all(probe: Probe, kind: str) -> list[Any]:
    return [event for event in probe.events_of(FORM) if event["type"] == kind]


def _first(probe: Probe, kind: str) -> Any:
    probe.settled(lambda: bool(_all(probe, kind)), True, within=3.0)
    return next(iter(_all(probe, kind)), None)
