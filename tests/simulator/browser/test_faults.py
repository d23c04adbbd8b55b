"""Whose an exception is, in a real browser: the app's own code's, or a fault of the page runtime, which is ours.

The runtime is made to fail by taking away what it needs of the browser.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from harness.core.polling import poll
from tests.support.miniprograms import OpenApp, Workshop, write_tree

PAGE = """
const boom = (what) => { throw new Error(what) }
const later = () => new Promise((done) => setTimeout(done))
Page({
  data: { list: [], text: 'a', deep: 0, calls: false, wxs: false, part: false },
  onShow() { if (this.data.text === 'show') boom('onShow') },
  onPageScroll() {},
  tapped() { boom('handler') },
  timer() { setTimeout(() => boom('timer')) },
  async rejection() { await later(); boom('async') },
  refusal() { wx.getStorage({ key: 'none' }) },
  success() { wx.getSystemInfo({ success: () => boom('success') }) },
  complete() { wx.getStorage({ key: 'none', fail() {}, complete: () => boom('complete') }) },
  rendered() { this.setData({ text: 'b' }, () => boom('rendered')) },
  tick() { wx.nextTick(() => boom('tick')) },
  listener() { wx.onThemeChange(() => boom('listener')); wx.onWindowResize(() => 0) },
  query() { wx.createSelectorQuery().select('#home').boundingClientRect(() => boom('query')).exec() },
  channel() { this.getOpenerEventChannel().on('x', () => 0); boom('channel') },
  attached() { this.setData({ part: true, text: 'attached' }) },
  observer() { this.setData({ part: true, text: 'observer' }) },
  method() { this.setData({ part: true, text: 'c' }); this.selectComponent('#part').fails() },
  behavior() { this.setData({ part: true, text: 'd' }); this.selectComponent('#part').shared() },
  endless() { wx.canIUse('image'); this.selectComponent('#home'); this.endless() },
  wxs() { this.setData({ wxs: true }) },
  template() { this.setData({ calls: true }) },
  language() { wx.getStorage({ key: 'none', fail: JSON.parse }) },
  uncalled() { wx.nextTick('soon') },
  arguments() { this.groupSetData(5) },
  behind() { this.setData({ text: 'e' }, 'done') },
  event() { this.triggerEvent('x', {}, null) },
  path() { this.setData({ 'list[x': 1 }) },
  module() { require('./none') },
  text() { throw 'text' },
  drawing() { wx.createOffscreenCanvas({ type: '2d' }).getContext('2d').drawImage(undefined, 0, 0) },
  parameter() { wx.base64ToArrayBuffer('%%%') },
  getter() { this.setData({ list: [{ get a() { return boom('getter') } }] }) },

  measure() { wx.createSelectorQuery().select('#home').boundingClientRect().exec() },
  create() { this.setData({ list: [1, 2] }) },
  swallow() { try { this.setData({ list: [3, 4, 5] }) } catch (error) { this.seen = String(error) } },
  bytes() { wx.createBufferURL(new ArrayBuffer(1)) },
  draw() { return wx.canvasToTempFilePath({ canvas: wx.createOffscreenCanvas({ type: '2d' }), fail() {} }) },
  promise() { wx.canvasToTempFilePath({ canvas: wx.createOffscreenCanvas({ type: '2d' }) }) },
  scroll() { wx.pageScrollTo({ scrollTop: 0, fail: () => 0 }) },
  plugin() { requirePlugin('x') },
  missing() { wx.cloud.database().collection('c').get() },
  handled() { wx.startBluetoothDevicesDiscovery({ fail() {} }) },
  unhandled() { wx.startWifi() },
})
"""
TEMPLATE = """
<wxs module="m">module.exports = { fails: function (x) { return x.none.more } }</wxs>
<view id="home" bindtap="tapped">home</view>
<view wx:for="{{list}}" wx:key="*this">{{item}}</view>
<view wx:if="{{wxs}}">{{m.fails(text)}}</view>
<view wx:if="{{calls}}">{{text.toUpperCase()}}</view>
<part wx:if="{{part}}" id="part" text="{{text}}"/>
"""
PART = """
const shared = Behavior({ methods: { shared() { throw new Error('behavior') } } })
Component({
  behaviors: [shared],
  properties: { text: String },
  observers: {
    text(value) { if (value === 'observer') throw new Error('observer') },
  },
  lifetimes: { attached() { if (this.data.text === 'attached') throw new Error('attached') } },
  methods: { fails() { throw new Error('method') } },
})
"""
APPS = {
    "timer": "timer",
    "rejection": "async",
    "refusal": "getStorage:fail data not found",
    "success": "success",
    "complete": "complete",
    "rendered": "rendered",
    "tick": "tick",
    "query": "query",
    "attached": "attached",
    "observer": "observer",
    "endless": "Maximum call stack",
    "wxs": "reading 'more'",
    "template": "toUpperCase",
    "language": "JSON",
    "uncalled": "soon is not a function",
    "method": "method",
    "behavior": "behavior",
    "arguments": "is not a function",
    "behind": "is not a function",
    "event": "triggerEvent:fail parameter error",
    "path": "is illegal at char",
    "module": "is not defined",
    "text": "text",
    "drawing": "drawImage",
    "parameter": "atob",
    "getter": "getter",
}
"""Method of the page → words of the exception, which is the app's."""
FAULTS = {
    "measure": ("Element.prototype.getBoundingClientRect", "getBoundingClientRect"),
    "create": ("document.createElement", "createElement"),
    "swallow": ("document.createElement", "createElement"),
    "bytes": ("URL.createObjectURL", "createObjectURL"),
    "draw": ("HTMLCanvasElement.prototype.toBlob", "toBlob"),
    "promise": ("HTMLCanvasElement.prototype.toBlob", "toBlob"),
    "scroll": ("window.scrollTo", "scrollTo"),
    "missing": ("window.none", "not supported by the simulator"),
    "unhandled": ("window.none", "not supported by the simulator"),
    "plugin": ("window.none", "not simulated"),
}
"""Method of the page → what the browser then lacks, and words of the fault."""


@pytest.fixture(scope="module")
def shared(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenApp]:
    files: dict[str, str | bytes | None] = {
        "pages/home/home.js": PAGE,
        "pages/home/home.wxml": TEMPLATE,
        "pages/home/home.json": '{"usingComponents": {"part": "/part/part"}}',
        "part/part.js": PART,
        "part/part.wxml": "<view>{{text}}</view>",
        "part/part.json": '{"component": true}',
    }
    with workshop.open(write_tree(tmp_path_factory.mktemp("faults"), files)) as opened:
        opened.faults_expected = True
        yield opened


class Scene:
    """The page opened anew, and what has been told since."""

    def __init__(self, app: OpenApp) -> None:
        self.app = app
        app.wx("reLaunch", url="/pages/home/home")
        self._before = app.findings()

    def call(self, method: str) -> None:
        """As a tap does it: nobody of the driver's catches what it throws."""
        self.app.evaluate(f"() => void setTimeout(() => getCurrentPages()[0].{method}())")

    def found(self, kind: str) -> list[dict[str, Any]]:
        """Exceptions or faults, once there is one."""
        return poll(lambda: self.now(kind), bool, within=3.0).value

    def now(self, kind: str) -> list[dict[str, Any]]:
        before, now = self._before[kind], self.app.findings()[kind]
        return [each for each in now if each not in before]

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """Take something of the browser's away."""
        self.app.in_browser(f"(window.taken = {name}, {name} = undefined)")
        yield
        self.app.in_browser(f"{name} = window.taken")


@pytest.fixture
def scene(shared: OpenApp) -> Scene:
    return Scene(shared)


@pytest.mark.parametrize("method", APPS)
def test_what_the_app_throws_is_the_apps(scene: Scene, method: str) -> None:
    scene.call(method)
    assert APPS[method] in " ".join(each["message"] for each in scene.found("exceptions"))
    assert scene.now("faults") == []


def test_a_tap_that_throws_is_the_apps(scene: Scene) -> None:
    scene.app.tap("#home")
    assert scene.found("exceptions")[0]["message"] == "handler"
    assert scene.now("faults") == []


@pytest.mark.parametrize("method", FAULTS)
def test_what_the_runtime_throws_is_no_exception_of_the_app(scene: Scene, method: str) -> None:
    lacking, words = FAULTS[method]
    with scene.without(lacking):
        scene.call(method)
        [found] = scene.found("faults")
    assert words in found["message"]
    assert scene.now("exceptions") == []
    assert found["page"] == "pages/home/home"
    assert "at src/" in found["stack"] or "(src/" in found["stack"]


def test_what_is_not_simulated_and_handled_is_only_counted(scene: Scene) -> None:
    scene.call("handled")
    gaps = poll(
        lambda: scene.app.findings()["gaps"],
        lambda gaps: "startBluetoothDevicesDiscovery" in gaps,
        within=3.0,
    )
    assert gaps.satisfied
    assert (scene.now("faults"), scene.now("exceptions")) == ([], [])
