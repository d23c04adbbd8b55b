"""The bars around a page: navigation bar, tab bar, the app's own tab bar, pulling down."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.core.errors import ProtocolError
from harness.core.polling import poll
from tests.support.miniprograms import OpenApp, Workshop, write_tree

APP = Path(__file__).parents[2] / "fixture_apps" / "tabs"
NAVIGATION_BAR, TAB_BAR, STATUS_BAR, SCREEN = 44, 50, 20, 667
ONE, TWO, MORE = "/pages/one/one", "/pages/two/two", "/pages/more/more"

LOOK = """() => {
  const part = (id) => document.getElementById(id)
  const style = (id) => getComputedStyle(part(id))
  return {
    title: part('title').textContent,
    bar: part('bar').hidden ? null : style('bar').backgroundColor,
    text: style('bar').color,
    back: !part('back').hidden,
    home: !part('home').hidden,
    loading: !part('loading').hidden,
    shaded: getComputedStyle(part('bar'), '::after').content !== 'none',
    around: getComputedStyle(document.body).backgroundColor,
    tabs: part('tabs').hidden ? null : [...part('tabs').children].map((tab) => ({
      text: tab.querySelector('span').textContent,
      icon: new URL(tab.querySelector('img')?.src ?? 'none:').pathname,
      drawn: tab.querySelector('img')?.naturalWidth > 0,
      color: getComputedStyle(tab).color,
      badge: tab.querySelector('b')?.textContent ?? null,
      dot: tab.querySelector('b')?.className === 'dot',
    })),
    tabBar: style('tabs').backgroundColor,
  }
}"""


@pytest.fixture
def launched(workshop: Workshop) -> Iterator[OpenApp]:
    """An app whose bars nobody has changed."""
    with workshop.open(APP) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared(workshop: Workshop) -> Iterator[OpenApp]:
    """An app for tests that leave the tab bar as it was."""
    with workshop.open(APP) as opened:
        yield opened


@pytest.fixture
def app(shared: OpenApp) -> OpenApp:
    """The same app with its first page opened anew: what is set for a page is gone."""
    shared.wx("reLaunch", url=ONE)
    return shared


def look(app: OpenApp, **expected: object) -> dict[str, Any]:
    """What is drawn around the page, as soon as it is as expected; the last look when it never is."""
    app.pages()
    return dict(
        poll(
            lambda: app.shell(LOOK),
            lambda seen: all(seen[name] == value for name, value in expected.items()),
            within=5,
        ).value
    )


def assert_tabs(app: OpenApp, name: str, *expected: Any) -> None:
    """One property of the tabs comes to be as expected."""
    seen = poll(
        lambda: tuple(tab[name] for tab in look(app)["tabs"]), lambda seen: seen == expected, within=5
    )
    assert seen.value == expected


class TestTabBar:
    def test_it_is_drawn_with_icons_on_tab_pages_only(self, launched: OpenApp) -> None:
        assert_tabs(launched, "drawn", True, True)
        assert_tabs(launched, "icon", "/img/house-on.png", "/img/person.png")
        assert_tabs(launched, "color", "rgb(7, 193, 96)", "rgb(136, 136, 136)")
        launched.touch_bar("switchTab", index=1)
        assert_tabs(launched, "icon", "/img/house.png", "/img/person-on.png")
        launched.wx("navigateTo", url=MORE)
        assert look(launched, tabs=None)["tabs"] is None

    def test_a_page_finds_the_window_it_will_have(self, app: OpenApp) -> None:
        height = "() => getCurrentPages().at(-1).data.height"
        assert app.evaluate(height) == SCREEN - STATUS_BAR - NAVIGATION_BAR - TAB_BAR
        app.wx("navigateTo", url=MORE)
        assert app.evaluate(height) == SCREEN

    def test_badges_and_dots(self, app: OpenApp) -> None:
        assert app.wx("setTabBarBadge", index=0, text="12345")["errMsg"] == "setTabBarBadge:ok"
        assert_tabs(app, "badge", "...", None)
        app.wx("setTabBarBadge", index=0, text="99+")
        app.wx("showTabBarRedDot", index=1)
        assert_tabs(app, "dot", False, True)
        assert_tabs(app, "badge", "99+", "")
        app.wx("removeTabBarBadge", index=0)
        app.wx("hideTabBarRedDot", index=1)
        assert_tabs(app, "badge", None, None)

    def test_items_and_style(self, launched: OpenApp) -> None:
        launched.wx("setTabBarItem", index=1, text="Me", iconPath="/img/house.png")
        assert_tabs(launched, "text", "One", "Me")
        assert_tabs(launched, "icon", "/img/house-on.png", "/img/house.png")
        launched.wx("setTabBarStyle", selectedColor="#ff0000", backgroundColor="#000000")
        assert look(launched, tabBar="rgb(0, 0, 0)")["tabBar"] == "rgb(0, 0, 0)"
        assert_tabs(launched, "color", "rgb(255, 0, 0)", "rgb(136, 136, 136)")

    def test_hiding(self, app: OpenApp) -> None:
        app.wx("hideTabBar", animation=True)
        assert look(app, tabs=None)["tabs"] is None
        app.wx("showTabBar")
        assert poll(lambda: look(app)["tabs"], bool, within=5).satisfied

    @pytest.mark.parametrize(
        ("method", "options"),
        [
            ("setTabBarBadge", {"index": 0, "text": "1"}),
            ("removeTabBarBadge", {"index": 0}),
            ("showTabBarRedDot", {"index": 0}),
            ("hideTabBarRedDot", {"index": 0}),
            ("setTabBarItem", {"index": 0, "text": "x"}),
            ("setTabBarStyle", {"color": "#000000"}),
            ("showTabBar", {}),
            ("hideTabBar", {}),
        ],
    )
    def test_off_a_tab_page_it_cannot_be_changed(
        self, method: str, options: dict[str, Any], other_page: OpenApp
    ) -> None:
        assert other_page.wx(method, **options) == f"{method}:fail not TabBar page"

    def test_a_tab_that_does_not_exist(self, app: OpenApp) -> None:
        assert app.wx("setTabBarBadge", index=7, text="1") == "setTabBarBadge:fail tabbar item not found"


@pytest.fixture(scope="module")
def other_page(workshop: Workshop) -> Iterator[OpenApp]:
    with workshop.open(APP, "pages/more/more") as opened:
        yield opened


class TestNavigationBar:
    def test_title_colour_and_loading(self, app: OpenApp) -> None:
        assert look(app)["title"] == "Tabs"
        app.wx("setNavigationBarTitle", title="Other")
        app.wx("setNavigationBarColor", frontColor="#ffffff", backgroundColor="#ff0000")
        app.wx("showNavigationBarLoading")
        seen = look(app, title="Other", loading=True)
        assert (seen["bar"], seen["text"], seen["loading"]) == ("rgb(255, 0, 0)", "rgb(255, 255, 255)", True)
        app.wx("hideNavigationBarLoading")
        assert look(app, loading=False)["loading"] is False
        app.wx("switchTab", url=TWO)
        assert look(app, title="Tabs")["bar"] == "rgb(255, 255, 255)"

    def test_back_and_home(self, workshop: Workshop) -> None:
        with workshop.open(APP, "pages/more/more") as app:
            seen = look(app)
            assert (seen["back"], seen["home"], seen["bar"]) == (False, True, None)
            app.wx("hideHomeButton")
            assert look(app, home=False)["home"] is False
            app.touch_bar("home")
            assert app.pages() == ["pages/one/one"]
            assert look(app)["home"] is False
            app.wx("navigateTo", url=MORE)
            assert look(app, back=True)["back"] is True
            app.touch_bar("back")
            assert app.pages() == ["pages/one/one"]

    def test_background(self, launched: OpenApp) -> None:
        assert look(launched)["around"] == "rgb(238, 238, 238)"
        launched.wx("setBackgroundColor", backgroundColor="#123456")
        assert look(launched, around="rgb(18, 52, 86)")["around"] == "rgb(18, 52, 86)"

    def test_a_dialogue_that_was_open_when_the_app_starts_anew_leaves_no_shade(
        self, launched: OpenApp
    ) -> None:
        launched.evaluate("() => { wx.showModal({ title: 'left open' }) }")
        assert look(launched, shaded=True)["shaded"] is True
        launched.restart("pages/one/one")
        assert look(launched, shaded=False)["shaded"] is False

    def test_dark_mode(self, launched: OpenApp) -> None:
        assert look(launched)["text"] == "rgb(0, 0, 0)"
        facts = launched.evaluate("() => ({ theme: wx.getAppBaseInfo().theme })")
        assert facts == {"theme": "light"}
        launched.device_state(theme="dark")
        seen = look(launched, bar="rgb(31, 31, 31)")
        assert (seen["bar"], seen["text"]) == ("rgb(31, 31, 31)", "rgb(255, 255, 255)")
        assert seen["tabBar"] == "rgb(31, 31, 31)"


class TestPullingDown:
    def test_a_finger_pulls_a_page_that_wants_it(self, app: OpenApp) -> None:
        pulled = "() => getCurrentPages().at(-1).data.pulled === true"
        app.drag((180, 300), (180, 330))
        app.drag((180, 300), (180, 100))
        assert app.evaluate(pulled) is False
        app.drag((180, 200), (180, 400))
        assert poll(lambda: app.evaluate(pulled), bool, within=5).satisfied
        dots = "() => Function('return document.querySelectorAll(\".sim-refresh\").length')()"
        assert app.evaluate(dots) == 1
        app.wx("stopPullDownRefresh")
        assert app.evaluate(dots) == 0

    def test_a_finger_on_a_scroll_view_does_not(self, workshop: Workshop, tmp_path: Path) -> None:
        files = {
            "app.json": json.dumps({"pages": ["pages/home/home"], "window": {"enablePullDownRefresh": True}}),
            "pages/home/home.wxml": '<view style="height:100px"/><scroll-view scroll-y style="height:200px"/>',
            "pages/home/home.js": "Page({ data: { n: 0 }, onPullDownRefresh() { this.setData({ n: 1 }) } })",
        }
        with workshop.open(write_tree(tmp_path, files)) as app:
            pulls = "() => getCurrentPages()[0].data.n"
            app.drag((180, 190), (180, 330))
            assert app.evaluate(pulls) == 0
            app.drag((180, 90), (180, 230))
            pulled = poll(lambda: app.evaluate(pulls), lambda n: n == 1, within=5).satisfied
            assert pulled, "a finger beside the scroll-view did not pull the page"


class TestGoingBack:
    def test_a_page_container_goes_first(self, workshop: Workshop, tmp_path: Path) -> None:
        page = '<page-container show="{{shown}}" duration="0" bindafterleave="left">…</page-container>'
        files = {
            "app.json": json.dumps({"pages": ["pages/home/home", "pages/next/next"]}),
            **{
                f"pages/{name}/{name}.{kind}": text
                for name in ("home", "next")
                for kind, text in {
                    "wxml": page,
                    "js": "Page({ data: { shown: true, left: 0 }, left() { this.setData({ left: 1 }) } })",
                }.items()
            },
        }
        left = "() => getCurrentPages().at(-1).data.left"
        with workshop.open(write_tree(tmp_path, files)) as app:
            app.wx("navigateTo", url="/pages/next/next")
            app.touch_bar("back")
            closed = poll(lambda: app.evaluate(left), lambda n: n == 1, within=5).satisfied
            assert closed, "back did not close the container on top"
            assert app.pages() == ["pages/home/home", "pages/next/next"]
            app.touch_bar("back")
            assert app.pages() == ["pages/home/home"]
            # The container of a page underneath waits for its own turn.
            assert app.evaluate(left) == 0
            app.touch_bar("back")
            closed = poll(lambda: app.evaluate(left), lambda n: n == 1, within=5).satisfied
            assert closed, "back did not close the container on top"
            app.touch_bar("back")
            assert app.findings()["warnings"] == []


@pytest.fixture(scope="module")
def own_bar(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenApp]:
    """The same app with a tab bar of its own."""
    folder = tmp_path_factory.mktemp("own") / "app"
    shutil.copytree(APP, folder)
    settings = json.loads((folder / "app.json").read_text("utf-8"))
    settings["tabBar"]["custom"] = True
    (folder / "app.json").write_text(json.dumps(settings), "utf-8")
    with workshop.open(folder) as opened:
        yield opened


class TestOwnTabBar:
    def test_the_component_stands_on_every_tab_page(self, own_bar: OpenApp) -> None:
        assert look(own_bar)["tabs"] is None
        assert own_bar.text("custom-tab-bar >>> .on") == "First"
        own_bar.tap("custom-tab-bar >>> .tab:last-child")
        poll(own_bar.pages, lambda pages: pages == ["pages/two/two"], within=5)
        assert own_bar.pages() == ["pages/two/two"]
        assert own_bar.text("custom-tab-bar >>> .on") == "Second"
        selected = "() => getCurrentPages()[0].getTabBar().data.selected"
        assert own_bar.evaluate(selected) == 1

    def test_other_pages_have_none(self, own_bar: OpenApp) -> None:
        own_bar.wx("navigateTo", url=MORE)
        assert own_bar.evaluate("() => getCurrentPages().at(-1).getTabBar()") is None
        with pytest.raises(ProtocolError, match="no such element"):
            own_bar.element("custom-tab-bar")

    def test_without_custom_there_is_none(self, app: OpenApp) -> None:
        assert app.evaluate("() => getCurrentPages()[0].getTabBar()") is None
