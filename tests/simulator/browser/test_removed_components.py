"""A component that leaves the page while it loads, scrolls or waits for a frame: nobody did anything wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness.core.polling import poll
from tests.support.miniprograms import OpenApp, Workshop, write_tree

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
COMPONENTS = {
    "image": '<image src="/pictures/{{size}}.png" bindload="loaded"/>',  # another each time: none is at hand
    "image that fails": '<image src="/pictures/none{{size}}.png" binderror="loaded"/>',
    "cover-image": '<cover-image src="/pictures/{{size}}.png?cover"/>',
    "input": "<input focus value='a'/>",
    "textarea": "<textarea auto-height value='a'/>",
    "scroll-view": (
        '<scroll-view scroll-y style="height: 20px" scroll-into-view="end" bindscroll="loaded">'
        '<view style="height: 90px"/><view id="end">end</view></scroll-view>'
    ),
    "scroll-view at a place": (
        '<scroll-view scroll-y style="height: 20px" scroll-top="40"><view style="height: 90px"/></scroll-view>'
    ),
    "picker-view": (
        '<picker-view value="{{[1]}}" style="height: 90px"><picker-view-column><view>a</view><view>b</view>'
        "</picker-view-column></picker-view>"
    ),
    "swiper": '<swiper current="1" autoplay interval="30"><swiper-item/><swiper-item/></swiper>',
    "slider": '<slider value="4" show-value/>',
    "canvas": '<canvas type="2d" id="c"/>',
    "movable-view": '<movable-area><movable-view x="9" animation/></movable-area>',
    "icon": '<icon type="success"/>',
    "rich-text": "<rich-text nodes='<b>a</b>'/>",
    "video": '<video src="/none.mp4" autoplay loop bindplay="loaded" binderror="loaded"/>',
    "progress": '<progress percent="80" active duration="5" bindactiveend="loaded"/>',
    "page-container": '<page-container show bindafterenter="loaded"><view>a</view></page-container>',
    "root-portal": "<root-portal><view>{{size}}</view></root-portal>",
    "a scroll-view that is pulled": (
        '<scroll-view scroll-y refresher-enabled refresher-triggered style="height: 20px" '
        'bindrefresherrefresh="loaded"><view style="height: 90px"/></scroll-view>'
    ),
    "wxs": (
        '<wxs module="m">function later(owner, node) { node.setStyle("color: red"); node.addClass("a"); '
        'owner.callMethod("loaded"); node.triggerEvent("x"); node.getComputedStyle(["color"]); '
        "node.getBoundingClientRect() } module.exports = { changed: function(now, before, owner, node) { "
        "node.requestAnimationFrame(function() { later(owner, node) }); "
        "node.setTimeout(function() { later(owner, node) }, 10) } }</wxs>"
        '<view change:prop="{{m.changed}}" prop="{{size}}"/>'
    ),
}
HELD = """
Page({
  data: { there: true },
  async useWhatIsGone() {
    const field = (selector, fields) => new Promise((done) =>
      wx.createSelectorQuery().select(selector).fields(fields, done).exec())
    const { node: scroll } = await field('#scroll', { node: true })
    const { node: canvas } = await field('#canvas', { node: true })
    const { context: video } = await field('#video', { context: true })
    const byId = wx.createVideoContext('video', this)
    const use = () => {
      scroll.scrollTo({ top: 9 })
      scroll.scrollIntoView('#end')
      for (const each of [video, byId]) {
        each.play()
        each.seek(1)
        each.requestFullScreen()
        each.exitFullScreen()
        each.sendDanmu({ text: 'a' })
        // As apps call them before what they show has come.
        for (const odd of [undefined, null, NaN, 'x', Infinity, {}]) {
          each.seek(odd)
          each.playbackRate(odd)
          each.sendDanmu(odd)
          each.requestFullScreen(odd)
        }
        each.playbackRate(3)
        each.stop()
      }
      canvas.getContext('2d').fillRect(0, 0, 1, 1)
      return canvas.width > 0
    }
    const before = use()
    await new Promise((done) => this.setData({ there: false }, done))
    return [before, use()]
  },
})
"""
PAGE = """
const pause = (ms) => new Promise((done) => setTimeout(done, ms))
Page({
  data: { there: false, size: 1 },
  loaded() {},
  async comeAndGo() {
    for (const ms of [0, 0, 5, 17, 40]) {
      await new Promise((done) => this.setData({ there: true, size: this.data.size + 1 }, done))
      if (ms) await pause(ms)
      this.setData({ there: false })
    }
    await pause(40)
    return this.data.size
  },
})
"""


@pytest.fixture(scope="module")
def app(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenApp]:
    """A page for each component."""
    routes = [f"pages/p{number}/p{number}" for number, _ in enumerate(COMPONENTS)]
    files: dict[str, str | bytes | None] = {
        "app.json": json.dumps({"pages": [*routes, "pages/held/held"]}),
        "app.js": "App({})",
        **{f"pictures/{size}.png": DOT for size in range(1, 9)},
    }
    files["pages/held/held.js"] = HELD
    files["pages/held/held.wxml"] = (
        '<block wx:if="{{there}}"><scroll-view id="scroll" enhanced scroll-y style="height: 20px">'
        '<view style="height: 90px"/><view id="end"/></scroll-view>'
        '<canvas type="2d" id="canvas"/><video id="video" enable-danmu/></block>'
    )
    for route, component in zip(routes, COMPONENTS.values(), strict=True):
        files[f"{route}.js"] = PAGE
        files[f"{route}.wxml"] = f'<block wx:if="{{{{there}}}}">{component}</block>'
    with workshop.open(write_tree(tmp_path_factory.mktemp("removed"), files)) as opened:
        yield opened


def failures(found: dict[str, Any]) -> int:
    """Exceptions and faults; equal ones are listed once."""
    return int(found["thrown"]) + sum(fault["times"] for fault in found["faults"])


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_may_leave_at_any_moment(app: OpenApp, name: str) -> None:
    number = list(COMPONENTS).index(name)
    before = app.findings()
    app.wx("reLaunch", url=f"/pages/p{number}/p{number}")
    assert app.page_method("comeAndGo") == 6
    nothing_since(before, app.findings())


def test_what_an_app_holds_of_a_component_that_is_gone_does_nothing(app: OpenApp) -> None:
    before = app.findings()
    app.wx("reLaunch", url="/pages/held/held")
    assert app.page_method("useWhatIsGone") == [True, True]
    nothing_since(before, app.findings())


def test_nothing_is_heard_of_them_later(app: OpenApp) -> None:
    before = app.findings()
    nothing_since(
        before, poll(app.findings, lambda found: failures(found) > failures(before), within=0.5).value
    )


def nothing_since(before: dict[str, Any], seen: dict[str, Any]) -> None:
    assert failures(seen) == failures(before), [*seen["exceptions"], *seen["faults"]]
    assert warnings(seen) == warnings(before)


def warnings(found: dict[str, Any]) -> list[str]:
    """But for the pictures that are missing on purpose."""
    return [text for text in found["warnings"] if not text.startswith("/pictures/none")]
