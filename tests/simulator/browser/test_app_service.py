"""The app service: what runs in which order, the page stack, and what pages can do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.core.polling import poll
from tests.support.lifecycle import APP, TAKE, log
from tests.support.miniprograms import OpenApp, Workshop

ONE_TRACE = ["created", "created", "created"]


@pytest.fixture
def launched(workshop: Workshop) -> Iterator[OpenApp]:
    """An app that has just been launched."""
    with workshop.open(APP) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(workshop: Workshop) -> Iterator[OpenApp]:
    """An app for tests that open their own page and leave no trace."""
    with workshop.open(APP) as opened:
        yield opened


@pytest.fixture
def app(shared: OpenApp) -> OpenApp:
    """The same app with its first page opened anew, alone on the stack."""
    shared.wx("reLaunch", url="/pages/a/a")
    log(shared)
    return shared


class TestOrder:
    def test_launch(self, launched: OpenApp) -> None:
        assert log(launched) == [
            "app onLaunch pages/a/a 0",
            "app onShow pages/a/a",
            "route before appLaunch pages/a/a",
            "before load pages/a/a",
            "a onLoad {}",
            "a onShow",
            "after load pages/a/a",
            "route appLaunch pages/a/a",
            "a onReady",
            "a onRouteDone",
            "route done appLaunch pages/a/a",
        ]

    def test_a_page_with_components_opens_and_closes(self, app: OpenApp) -> None:
        log(app)
        assert app.wx("navigateTo", url="/pages/plain/plain?q=%E4%B8%AD")["errMsg"] == "navigateTo:ok"
        assert log(app) == [
            "route before navigateTo pages/plain/plain",
            "a onHide",
            "before load pages/plain/plain",
            *ONE_TRACE,
            "outer attached",
            "inner attached",
            "last attached",
            'plain onLoad {"q":"%E4%B8%AD"}',
            "outer show",
            "inner show",
            "last show",
            "plain onShow",
            "after load pages/plain/plain",
            "route navigateTo pages/plain/plain",
            "inner ready",
            "outer ready",
            "last ready",
            "plain onReady",
            "outer routeDone",
            "inner routeDone",
            "last routeDone",
            "plain onRouteDone",
            "route done navigateTo pages/plain/plain",
        ]
        app.wx("navigateBack")
        assert log(app) == [
            "route before navigateBack pages/a/a",
            "before unload pages/plain/plain",
            "plain onUnload",
            "inner detached",
            "outer detached",
            "last detached",
            "after unload pages/plain/plain 1",
            "a onShow",
            "route navigateBack pages/a/a",
            "a onRouteDone",
            "route done navigateBack pages/a/a",
        ]

    def test_redirect_ends_the_old_page_before_the_new_one_begins(self, app: OpenApp) -> None:
        app.wx("navigateTo", url="/shop/item/item")
        log(app)
        app.wx("redirectTo", url="/pages/typed/typed?n=5&yes=true&text=a%20b&extra=1")
        assert log(app) == [
            "route before redirectTo pages/typed/typed",
            "before unload shop/item/item",
            "item onUnload",
            "after unload shop/item/item 1",
            "before load pages/typed/typed",
            "typed created",
            'typed attached [5,true,"a b",[]]',
            'typed onLoad {"n":"5","yes":"true","text":"a%20b","extra":"1"}',
            "typed show",
            "typed onShow",
            "after load pages/typed/typed",
            "route redirectTo pages/typed/typed",
            "typed ready",
            "typed onReady",
            "route done redirectTo pages/typed/typed",
        ]
        assert app.pages() == ["pages/a/a", "pages/typed/typed"]

    def test_background_and_foreground(self, app: OpenApp) -> None:
        app.wx("navigateTo", url="/pages/plain/plain")
        log(app)
        app.call("Host.background")
        app.call("Host.foreground")
        assert log(app) == [
            *("outer hide", "inner hide", "last hide", "plain onHide", "app onHide"),
            *("app onShow pages/plain/plain", "outer show", "inner show", "last show", "plain onShow"),
        ]

    def test_components_come_move_and_go(self, app: OpenApp) -> None:
        app.wx("navigateTo", url="/pages/plain/plain")
        log(app)
        app.evaluate("() => getCurrentPages()[1].setData({ show: false })")
        assert log(app) == ["last detached"]
        app.evaluate("() => getCurrentPages()[1].setData({ show: true })")
        assert poll(lambda: app.evaluate(TAKE), bool, within=5).value[:2] == ["created", "last attached"]


# A and B are tabs, C (plain) was opened from a tab and D (item) from C: the table of the documentation.
TAB_SWITCHES: dict[str, tuple[list[str], str, list[str]]] = {
    "A to A": ([], "a", []),
    "A to B": ([], "b", ["a onHide", "b onLoad {}", "b onShow"]),
    "A to B again": (["b", "a"], "b", ["a onHide", "b onShow"]),
    "C to A": (["C"], "a", ["plain onUnload", "a onShow"]),
    "C to B": (["C"], "b", ["plain onUnload", "b onLoad {}", "b onShow"]),
    "D to A": (["C", "D"], "a", ["item onUnload", "plain onUnload", "a onShow"]),
    "D to B": (["C", "D"], "b", ["item onUnload", "plain onUnload", "b onLoad {}", "b onShow"]),
}
WAYS = {"C": ("navigateTo", "/pages/plain/plain"), "D": ("navigateTo", "/shop/item/item")}
HOOKS = ("onLoad", "onShow", "onHide", "onUnload")


class TestStack:
    @pytest.mark.parametrize("name", TAB_SWITCHES)
    def test_switching_tabs(self, name: str, app: OpenApp) -> None:
        before, to, expected = TAB_SWITCHES[name]
        for step in before:
            method, url = WAYS.get(step, ("switchTab", f"/pages/{step}/{step}"))
            app.wx(method, url=url)
        log(app)
        assert app.wx("switchTab", url=f"/pages/{to}/{to}")["errMsg"] == "switchTab:ok"
        pages = ("a ", "b ", "plain ", "item ")
        seen = [line for line in log(app) if line.startswith(pages) and line.split()[1] in HOOKS]
        assert seen == expected
        assert app.pages() == [f"pages/{to}/{to}"]

    def test_from_a_shared_page_to_a_tab(self, workshop: Workshop) -> None:
        with workshop.open(APP, "shop/item/item", {"from": "share"}) as app:
            assert app.pages() == ["shop/item/item"]
            log(app)
            app.wx("switchTab", url="/pages/a/a")
            lines = [line for line in log(app) if line.split()[1] in HOOKS]
            assert lines == ["item onUnload", "a onLoad {}", "a onShow"]

    def test_ten_pages_and_no_more(self, app: OpenApp) -> None:
        for depth in range(2, 11):
            assert app.wx("navigateTo", url=f"/pages/plain/plain?depth={depth}")["errMsg"] == "navigateTo:ok"
        limit = "navigateTo:fail webview count limit exceed"
        assert app.wx("navigateTo", url="/pages/plain/plain") == limit
        assert len(app.pages()) == 10
        assert app.wx("navigateBack", delta=3)["errMsg"] == "navigateBack:ok"
        assert len(app.pages()) == 7
        app.wx("navigateBack", delta=99)
        assert app.pages() == ["pages/a/a"]

    @pytest.mark.parametrize(
        ("method", "url", "said"),
        [
            ("navigateTo", "/pages/no/no?id=1", 'navigateTo:fail page "pages/no/no?id=1" is not found'),
            ("navigateTo", "../no/no", 'navigateTo:fail page "pages/no/no" is not found'),
            ("redirectTo", "/pages/no/no", 'redirectTo:fail page "pages/no/no" is not found'),
            ("reLaunch", "/pages/no/no", 'reLaunch:fail page "pages/no/no" is not found'),
            ("switchTab", "/pages/no/no", 'switchTab:fail page "pages/no/no" is not found'),
            ("navigateTo", "/pages/b/b", "navigateTo:fail can not navigateTo a tabbar page"),
            ("redirectTo", "/pages/b/b", "redirectTo:fail can not redirectTo a tabbar page"),
            ("switchTab", "/pages/plain/plain", "switchTab:fail can not switch to no-tabBar page"),
            ("navigateBack", "", "navigateBack:fail cannot navigate back at first page."),
        ],
    )
    def test_refusals(self, method: str, url: str, said: str, shared: OpenApp) -> None:
        shared.wx("switchTab", url="/pages/a/a")
        assert shared.wx(method, **({"url": url} if url else {})) == said
        assert shared.pages() == ["pages/a/a"]

    def test_relaunch_closes_every_page(self, app: OpenApp) -> None:
        app.wx("switchTab", url="/pages/b/b")
        app.wx("navigateTo", url="/pages/plain/plain")
        log(app)
        app.wx("reLaunch", url="/shop/item/item?x=1")
        lines = [line for line in log(app) if line.split()[1] in HOOKS]
        assert lines == ["plain onUnload", "b onUnload", "a onUnload", 'item onLoad {"x":"1"}', "item onShow"]
        assert app.pages() == ["shop/item/item"]

    def test_a_page_still_slides_away_when_navigateback_has_succeeded(self, app: OpenApp) -> None:
        # Minium has the answer by then, and waits for the end of the route; else it waits for 5 s.
        app.wx("navigateTo", url="/pages/plain/plain")
        slid = app.evaluate(
            """() => new Promise((resolve) => {
              let answered
              const done = () => {
                wx.offAppRouteDone(done)
                resolve(Date.now() - answered)
              }
              wx.navigateBack().then(() => {
                answered = Date.now()
                wx.onAppRouteDone(done)
              })
            })"""
        )
        assert slid >= 50

    def test_a_page_asks_before_it_is_left(self, app: OpenApp) -> None:
        app.wx("navigateTo", url="/pages/plain/plain")
        app.wx("enableAlertBeforeUnload", message="Leave the form?")
        back = "() => { global.back = wx.navigateBack().catch((e) => e) }"
        app.evaluate(back)
        poll(lambda: "Leave the form?" in app.evaluate(DIALOG), bool, within=5)
        app.press("cancel")
        assert app.evaluate("() => global.back") == {"errMsg": "navigateBack:fail cancel"}
        assert app.pages() == ["pages/a/a", "pages/plain/plain"]
        app.evaluate(back)
        poll(lambda: "Leave the form?" in app.evaluate(DIALOG), bool, within=5)
        app.press("confirm")
        assert app.evaluate("() => global.back") == {"errMsg": "navigateBack:ok"}
        assert app.pages() == ["pages/a/a"]
        app.wx("navigateTo", url="/pages/plain/plain")
        app.wx("enableAlertBeforeUnload", message="Leave the form?")
        app.wx("disableAlertBeforeUnload")
        assert app.wx("navigateBack")["errMsg"] == "navigateBack:ok"


# The app's own code does not see the document; the constructor of a function does.
DIALOG = '() => Function(\'return document.querySelector(".sim-modal")?.textContent ?? ""\')()'


class TestApp:
    def test_a_page_that_does_not_exist(self, workshop: Workshop) -> None:
        with workshop.open(APP, "pages/no/no", {"x": "1"}) as app:
            assert 'app onPageNotFound pages/no/no {"x":"1"} true' in log(app)
            assert app.pages() == ["pages/a/a"]
        with workshop.open(APP, "pages/no/no", {"to": "/shop/item/item"}) as app:
            assert app.pages() == ["shop/item/item"]

    def test_errors_reach_the_app_once(self, launched: OpenApp) -> None:
        log(launched)
        launched.evaluate("() => { setTimeout(() => { throw new Error('late') }); Promise.reject('lost') }")
        launched.evaluate("() => { setTimeout(() => { throw null }) }")
        seen: list[str] = []

        def lines() -> list[str]:
            seen.extend(launched.evaluate(TAKE))
            return sorted(seen)

        expected = ["app onError Error: late", "app onError Uncaught null", "app onUnhandledRejection lost"]
        assert poll(lines, lambda lines: lines == expected, within=5).satisfied

    def test_getapp_before_app(self, launched: OpenApp) -> None:
        launched.wx("navigateTo", url="/alone/page/page")
        assert launched.page_method("app") == {"early": True, "name": "lifecycle"}

    def test_sub_packages_load_their_scripts_when_asked(self, launched: OpenApp) -> None:
        launched.wx("navigateTo", url="/shop/item/item")
        assert launched.page_method("later") == 42
        assert "logged" in launched.page_method("loadMain")
        mod, message = launched.page_method("missing")
        assert mod == "../nothing"
        assert "module 'shop/nothing.js' is not defined" in message

    def test_the_configuration_is_there_for_the_app(self, app: OpenApp) -> None:
        config = app.evaluate("() => __wxConfig")
        assert config["pages"][-1] == "alone/page/page"
        assert config["tabBar"]["list"][1]["pagePath"] == "pages/b/b"
        assert config["accountInfo"]["appId"] == "wx00000000000000ce"


@pytest.fixture
def plain(shared: OpenApp) -> OpenApp:
    shared.wx("reLaunch", url="/pages/plain/plain")
    log(shared)
    return shared


class TestPage:
    def test_data_by_path_and_its_isolation(self, plain: OpenApp) -> None:
        said = plain.evaluate(
            """() => {
              const page = getCurrentPages()[0]
              const given = { n: 20 }
              page.setData({ 'list[0].n': 10, 'list[1]': given, 'list[2].n': 3, 'new.x[1]': 1 })
              given.n = 'changed later, which the view does not see'
              return new Promise((resolve) => page.setData({ 'deep.a': { b: 2 } }, () => resolve(page.data)))
            }"""
        )
        assert [item["n"] for item in said["list"]][::2] == [10, 3]
        assert said["deep"] == {"a": {"b": 2}}
        assert said["new"] == {"x": [None, 1]}
        assert plain.text("#list") == "10,20"

    def test_data_of_a_page_that_is_gone(self, plain: OpenApp) -> None:
        plain.evaluate("() => { global.old = getCurrentPages()[0] }")
        plain.wx("reLaunch", url="/pages/plain/plain")
        assert plain.evaluate("() => { global.old.setData({ keys: [] }); return global.old.data.keys }") == []
        assert plain.findings()["exceptions"] == []

    def test_scrolling_reaches_the_bottom_once(self, plain: OpenApp) -> None:
        lines: list[str] = []

        def seen() -> list[str]:
            lines.extend(plain.evaluate(TAKE))
            return lines

        plain.wx("pageScrollTo", scrollTop=1000, duration=0)
        assert poll(seen, lambda found: "plain onPageScroll true" in found, within=5).satisfied
        assert "plain onReachBottom" not in lines
        plain.evaluate("() => wx.pageScrollTo({ scrollTop: 99999, duration: 0 })")
        assert poll(seen, lambda found: "plain onReachBottom" in found, within=5).satisfied
        plain.evaluate("() => wx.pageScrollTo({ scrollTop: 99990, duration: 0 })")
        plain.wx("pageScrollTo", scrollTop=0, duration=0)
        assert poll(seen, lambda found: "plain onPageScroll false" in found, within=5).satisfied
        assert lines.count("plain onReachBottom") == 1

    def test_a_page_that_has_grown_has_another_bottom(self, plain: OpenApp) -> None:
        def scroll(to: int) -> int:
            """How often that has reached the bottom."""
            lines: list[str] = []

            def moved() -> bool:
                lines.extend(plain.evaluate(TAKE))
                return f"plain onPageScroll {str(to > 0).lower()}" in lines

            plain.evaluate("(scrollTop) => wx.pageScrollTo({ scrollTop, duration: 0 })", to)
            assert poll(moved, bool, within=5).satisfied
            return lines.count("plain onReachBottom")

        assert scroll(99999) == 1
        plain.evaluate(
            "() => new Promise((done) => getCurrentPages()[0].setData({ keys: [...Array(60).keys()] }, done))"
        )
        assert scroll(99999) == 1
        assert scroll(0) == 0

    def test_pulling_down(self, plain: OpenApp) -> None:
        plain.wx("startPullDownRefresh")
        assert log(plain) == ["plain onPullDownRefresh"]
        plain.wx("stopPullDownRefresh")

    def test_sharing(self, plain: OpenApp) -> None:
        methods = ("onShareTimeline", "onAddToFavorites", "onSaveExitState")
        assert [plain.page_method(name) for name in methods] == [
            {"title": "on the timeline", "query": "a=1"},
            {"title": "kept", "query": "b=2"},
            {"data": {"kept": 1}},
        ]

    def test_the_channel_between_two_pages(self, app: OpenApp) -> None:
        heard = app.evaluate(
            """() => new Promise((resolve) => {
              const heard = []
              wx.navigateTo({
                url: '/pages/plain/plain',
                events: { up: (data) => heard.push(['up', data.n]) },
                success({ eventChannel }) {
                  eventChannel.emit('down', { n: 1 })
                  const page = getCurrentPages()[1]
                  const channel = page.getOpenerEventChannel()
                  channel.once('down', (data) => heard.push(['down', data.n]))
                  eventChannel.emit('down', { n: 2 })
                  channel.emit('up', { n: 3 })
                  resolve(heard)
                },
              })
            })"""
        )
        assert heard == [["down", 1], ["up", 3]]

    def test_a_finger_on_a_tab(self, app: OpenApp) -> None:
        log(app)
        app.touch_bar("switchTab", index=1)
        lines = log(app)
        assert "b onTabItemTap 1 pages/b/b B" in lines
        assert lines.index("b onShow") < lines.index("b onTabItemTap 1 pages/b/b B")


def test_no_fixture_page_has_findings(shared: OpenApp) -> None:
    found: dict[str, Any] = shared.findings()
    assert found["exceptions"] == []
