"""Lifecycles: which of a page's and a component's functions run, and in which order."""

from __future__ import annotations

from harness.automator.endpoint_checks.probe import DETAIL, HOME, MINE, PARTS, Probe
from harness.automator.endpoint_checks.registry import Seen, check


@check("lifecycles.navigate", "a page laid over another: onHide below, then onLoad, onShow, onReady above")
def navigate(probe: Probe) -> Seen:
    probe.wx("navigateTo", {"url": f"/{DETAIL}"})
    wanted = ["home.onHide", "detail.onLoad", "detail.onShow", "detail.onReady"]
    return Seen(wanted, _gathered(probe, len(wanted)))


@check("lifecycles.back", "a page taken off: onUnload of it, then onShow below")
def back(probe: Probe) -> Seen:
    probe.wx("navigateTo", {"url": f"/{DETAIL}"})
    _gathered(probe, 4)
    probe.wx("navigateBack", {"delta": 1})
    return Seen(["detail.onUnload", "home.onShow"], _gathered(probe, 2))


@check("lifecycles.redirect", "a page replaced: onUnload of it before onLoad of the new one; nothing below")
def redirect(probe: Probe) -> Seen:
    probe.wx("navigateTo", {"url": f"/{DETAIL}"})
    _gathered(probe, 4)
    probe.wx("redirectTo", {"url": f"/{DETAIL}?again=1"})
    wanted = ["detail.onUnload", "detail.onLoad", "detail.onShow", "detail.onReady"]
    return Seen(wanted, _gathered(probe, 4))


@check(
    "lifecycles.tabs", "a tab chosen: onHide of the one left; onLoad once only; no onTabItemTap without a tap"
)
def tabs(probe: Probe) -> Seen:
    probe.wx("switchTab", {"url": f"/{MINE}"})
    first = _gathered(probe, 3)
    probe.wx("switchTab", {"url": f"/{HOME}"})
    second = _gathered(probe, 2)
    return Seen(
        [["home.onHide", "mine.onLoad", "mine.onShow"], ["mine.onHide", "home.onShow"]], [first, second]
    )


@check(
    "lifecycles.component",
    "a component: created, attached before the page's onLoad; ready before its onReady",
)
def component(probe: Probe) -> Seen:
    probe.go(PARTS)
    wanted = ["box.created", "box.attached", "page.onLoad", "box.ready", "page.onReady"]
    seen = [entry for entry in _gathered(probe, 6) if not entry.startswith("home.")]
    return Seen(wanted, seen)


@check("lifecycles.detached", "wx:if false detaches the component it stood on")
def detached(probe: Probe) -> Seen:
    page = probe.go(PARTS)
    page.one("#gone")
    probe.trail()
    page.call("setData", data={"here": False})
    return Seen(["plain.detached"], _gathered(probe, 1))


@check("lifecycles.launch", "App.onLaunch is given the path and query of the first page")
def launch(probe: Probe) -> Seen:
    return Seen({"path": HOME, "query": {}}, probe.js("() => getApp().globalData.launch"))


def _gathered(probe: Probe, count: int) -> list[str]:
    """The trail once it has that many entries, or as many as came."""
    trail: list[str] = []
    probe.settled(lambda: len(_extend(trail, probe.trail())) >= count, True)
    return trail


def _extend(trail: list[str], more: list[str]) -> list[str]:
    trail.extend(more)
    return trail
