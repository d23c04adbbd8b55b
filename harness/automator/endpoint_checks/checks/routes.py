"""Routes: the page stack, queries, tabs, limits and what a refused route says."""

from __future__ import annotations

from harness.automator.endpoint_checks.probe import DETAIL, FORM, HOME, MINE, Probe
from harness.automator.endpoint_checks.registry import Seen, check


@check(
    "routes.current-page", "App.getCurrentPage: path without a leading slash, a query object, a page id not 0"
)
def current(probe: Probe) -> Seen:
    page = probe.page()
    seen = [str(page["path"]), page["query"], bool(page["pageId"])]
    return Seen([HOME, {}, True], seen)


@check("routes.page-id-in-app", "the pageId is the page's __wxWebviewId__ in the app service")
def same_id(probe: Probe) -> Seen:
    return Seen(True, probe.page()["pageId"] == probe.js("() => getCurrentPages().pop().__wxWebviewId__"))


@check("routes.navigate-to", "navigateTo lays a page on the stack")
def navigate(probe: Probe) -> Seen:
    probe.wx("navigateTo", {"url": f"/{DETAIL}"})
    probe.arrived(DETAIL)
    return Seen([HOME, DETAIL], probe.stack())


@check("routes.answer-of-navigate", "wx.navigateTo answers errMsg navigateTo:ok")
def answer(probe: Probe) -> Seen:
    said = probe.wx("navigateTo", {"url": f"/{DETAIL}"})
    return Seen("navigateTo:ok", said["errMsg"])


@check("routes.query", "a query reaches onLoad and App.getCurrentPage as texts")
def query(probe: Probe) -> Seen:
    probe.wx("navigateTo", {"url": f"/{DETAIL}?id=7&name=ab&empty="})
    page = probe.arrived(DETAIL)
    wanted = {"id": "7", "name": "ab", "empty": ""}
    return Seen([wanted, wanted], [probe.settled(lambda: page.data("query"), wanted), probe.page()["query"]])


@check("routes.relative", "a url without a leading slash is relative to the page in front")
def relative(probe: Probe) -> Seen:
    probe.wx("navigateTo", {"url": "../detail/detail"})
    probe.arrived(DETAIL)
    return Seen([HOME, DETAIL], probe.stack())


@check("routes.redirect-to", "redirectTo replaces the page in front")
def redirect(probe: Probe) -> Seen:
    probe.wx("navigateTo", {"url": f"/{DETAIL}"})
    probe.arrived(DETAIL)
    probe.wx("redirectTo", {"url": f"/{FORM}"})
    probe.arrived(FORM)
    return Seen([HOME, FORM], probe.stack())


@check("routes.navigate-back", "navigateBack by delta takes that many pages off")
def back(probe: Probe) -> Seen:
    for path in (DETAIL, FORM):
        probe.wx("navigateTo", {"url": f"/{path}"})
        probe.arrived(path)
    probe.wx("navigateBack", {"delta": 2})
    probe.arrived(HOME)
    return Seen([HOME], probe.stack())


@check("routes.back-too-far", "navigateBack by more than there are goes back to the first page")
def back_too_far(probe: Probe) -> Seen:
    probe.wx("navigateTo", {"url": f"/{DETAIL}"})
    probe.arrived(DETAIL)
    probe.wx("navigateBack", {"delta": 9})
    probe.arrived(HOME)
    return Seen([HOME], probe.stack())


@check("routes.switch-tab", "switchTab takes every page that is no tab off the stack")
def switch_tab(probe: Probe) -> Seen:
    probe.wx("navigateTo", {"url": f"/{DETAIL}"})
    probe.arrived(DETAIL)
    probe.wx("switchTab", {"url": f"/{MINE}"})
    probe.arrived(MINE)
    return Seen([MINE], probe.stack())


@check("routes.tabs-are-kept", "a tab that is left and chosen again has kept its data")
def tabs(probe: Probe) -> Seen:
    probe.arrived(HOME).one("#plus").tap()
    probe.wx("switchTab", {"url": f"/{MINE}"})
    probe.arrived(MINE)
    probe.wx("switchTab", {"url": f"/{HOME}"})
    return Seen(2, probe.arrived(HOME).data("count"))


@check("routes.re-launch", "reLaunch leaves only the page it opens, with a new page id")
def relaunch(probe: Probe) -> Seen:
    before = probe.page()["pageId"]
    probe.go(DETAIL, id="1")
    return Seen([[DETAIL], True], [probe.stack(), probe.page()["pageId"] != before])


@check("routes.not-to-a-tab", "navigateTo and redirectTo do not open tabs, and say so")
def not_to_a_tab(probe: Probe) -> Seen:
    seen = [probe.wx_refusal(api, {"url": f"/{MINE}"}) for api in ("navigateTo", "redirectTo")]
    return Seen(
        [
            "navigateTo:fail can not navigateTo a tabbar page",
            "redirectTo:fail can not redirectTo a tabbar page",
        ],
        seen,
    )


@check("routes.no-tab", "switchTab does not open what is no tab, and says so")
def no_tab(probe: Probe) -> Seen:
    seen = probe.wx_refusal("switchTab", {"url": f"/{DETAIL}"})
    return Seen("switchTab:fail can not switch to no-tabBar page", seen)


@check("routes.missing-page", "a page that does not exist is named in the refusal")
def missing(probe: Probe) -> Seen:
    seen = probe.wx_refusal("navigateTo", {"url": "/pages/none/none"})
    return Seen('navigateTo:fail page "pages/none/none" is not found', seen)


@check("routes.limit", "the stack holds ten pages; the next navigateTo is refused")
def limit(probe: Probe) -> Seen:
    for _ in range(9):
        probe.wx("navigateTo", {"url": f"/{DETAIL}"})
    held = probe.settled(lambda: len(probe.stack()), 10)
    refused = probe.wx_refusal("navigateTo", {"url": f"/{DETAIL}"})
    return Seen([10, "navigateTo:fail webview count limit exceed"], [held, refused])


@check("routes.event-channel", "opener and opened page talk through the event channel, both ways")
def channel(probe: Probe) -> Seen:
    probe.js(
        "() => { const app = getApp(); app.answered = null; wx.navigateTo({ url: '/pages/detail/detail',"
        " events: { answer: (value) => { app.answered = value } },"
        " success: (res) => res.eventChannel.emit('greet', { to: 'detail' }) }) }"
    )
    page = probe.arrived(DETAIL)
    heard = probe.settled(lambda: page.data("heard"), {"to": "detail"})
    return Seen([{"to": "detail"}, {"from": "detail"}], [heard, probe.js("() => getApp().answered")])


@check("routes.done-event", "wx.onAppRouteDone tells of every route with path, query and webviewId")
def done(probe: Probe) -> Seen:
    probe.js(
        "() => { const app = getApp(); app.routes = []; wx.onAppRouteDone((r) => { app.routes.push(r) }) }"
    )
    probe.wx("navigateTo", {"url": f"/{DETAIL}?id=3"})
    probe.arrived(DETAIL)

    def last() -> object:
        routes = probe.js("() => getApp().routes.map((r) => [r.path, r.query, r.webviewId])")
        return [*routes[-1][:2], routes[-1][2] == probe.page()["pageId"]] if routes else None

    wanted = [DETAIL, {"id": "3"}, True]
    return Seen(wanted, probe.settled(last, wanted))
