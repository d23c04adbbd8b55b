"""Refusals: each is one error, and the connection lives on."""

from __future__ import annotations

from harness.automator.endpoint_checks.probe import DETAIL, HOME, Probe
from harness.automator.endpoint_checks.registry import Seen, check
from harness.core.errors import ProtocolError


@check("errors.unknown-method", "a method nobody knows is refused at once")
def unknown(probe: Probe) -> Seen:
    return Seen(True, probe.refusal("App.nothingLikeIt") is not None)


@check("errors.not-json", "a text that is no JSON ends nothing")
def not_json(probe: Probe) -> Seen:
    probe.wire.send("{not json")
    return Seen(HOME, probe.path())


@check("errors.page-gone", "a call on a page that is gone is refused as 'page destroyed'")
def page_gone(probe: Probe) -> Seen:
    probe.wx("navigateTo", {"url": f"/{DETAIL}"})
    page = probe.arrived(DETAIL)
    element = page.one("#detail")
    probe.wx("navigateBack", {"delta": 1})
    probe.arrived(HOME)
    said = [page.refusal("getData"), page.refusal("getElement", selector="view"), element.refusal("tap")]
    return Seen(["page destroyed"] * 3, said)


@check("errors.element-gone", "a call on an element that is gone is refused")
def element_gone(probe: Probe) -> Seen:
    page = probe.arrived(HOME)
    page.call("setData", data={"shown": True})
    late = page.one("#late")
    page.call("setData", data={"shown": False})
    probe.settled(lambda: len(page.all("#late")), 0)
    return Seen(True, late.refusal("tap") is not None)


@check("errors.results-are-objects", "a method that gives nothing answers an empty object, never null")
def objects(probe: Probe) -> Seen:
    try:
        return Seen({}, dict(probe.call("App.enableLog")))
    except ProtocolError as error:
        return Seen({}, str(error))
