"""APIs that take a component look inside that one, and without it in none.

https://developers.weixin.qq.com/miniprogram/dev/api/canvas/wx.createCanvasContext.html
https://developers.weixin.qq.com/miniprogram/dev/api/media/video/wx.createVideoContext.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness.core.polling import poll
from tests.support.miniprograms import OpenApp, Workshop, write_tree

# Two components of one kind on a page that has a canvas and a video of the same names itself.
PARTS = (
    '<canvas canvas-id="c" class="c" style="width: 10px; height: 10px"/>'
    '<video id="v" class="v" src="/none.mp4"/><view id="size" style="width: {width}px; height: 5px"/>'
)
PART = """
Component({
  properties: { name: String },
  methods: {
    paint(colour, given) {
      const context = given ? wx.createCanvasContext('c', this) : wx.createCanvasContext('c')
      context.setFillStyle(colour)
      context.fillRect(0, 0, 10, 10)
      return new Promise((done) => context.draw(false, done))
    },
    pixel(given) {
      const options = { canvasId: 'c', x: 5, y: 5, width: 1, height: 1 }
      const read = given ? wx.canvasGetImageData(options, this) : wx.canvasGetImageData(options)
      return read.then(({ data }) => [...data], (failed) => failed.errMsg)
    },
    put(given) {
      const options = { canvasId: 'c', x: 0, y: 0, width: 1, height: 1, data: new Uint8ClampedArray([1, 2, 3, 255]) }
      return wx.canvasPutImageData(options, given ? this : undefined).then(() => this.pixelAt(0))
    },
    pixelAt(x) {
      return wx.canvasGetImageData({ canvasId: 'c', x, y: 0, width: 1, height: 1 }, this).then(({ data }) => [...data])
    },
    save(given) {
      return wx.canvasToTempFilePath({ canvasId: 'c' }, given ? this : undefined)
        .then(({ tempFilePath }) => wx.getImageInfo({ src: tempFilePath })).then(({ width }) => width)
    },
    fullScreen(given) { (given ? wx.createVideoContext('v', this) : wx.createVideoContext('v')).requestFullScreen() },
    size(given) {
      const query = given ? wx.createSelectorQuery().in(this) : wx.createSelectorQuery()
      return new Promise((done) => query.select('#size').boundingClientRect(({ width }) => done(width)).exec())
    },
    seen(given) {
      return new Promise((done) => {
        const observer = given ? this.createIntersectionObserver() : wx.createIntersectionObserver(this)
        observer.relativeToViewport({ bottom: 5000 }).observe('#size', (seen) =>
          done([seen.boundingClientRect.width, seen.relativeRect.bottom]))
      })
    },
  },
})
"""
BARE = "Component({ methods: { pixel: %s } })"
PAGE = """
Page({
  part(name, method, ...args) { return this.selectComponent(name)[method](...args) },
  paint(colour) {
    const context = wx.createCanvasContext('c')
    context.setFillStyle(colour)
    context.fillRect(0, 0, 10, 10)
    return new Promise((done) => context.draw(false, done))
  },
  pixel: () => wx.canvasGetImageData({ canvasId: 'c', x: 5, y: 5, width: 1, height: 1 }).then(({ data }) => [...data]),
  media(descriptor) {
    return new Promise((done) => this.createMediaQueryObserver().observe(descriptor, ({ matches }) => done(matches)))
  },
  scrolled: (options) => wx.pageScrollTo({ duration: 0, ...options }).then(() =>
    new Promise((done) => wx.createSelectorQuery().selectViewport().scrollOffset((at) => done(at.scrollTop)).exec())),
})
"""
RED, GREEN, BLUE = [255, 0, 0, 255], [0, 128, 0, 255], [0, 0, 255, 255]


@pytest.fixture(scope="module")
def app(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenApp]:
    using = {"usingComponents": {"own-part": "/part"}}
    wxml = f'{PARTS.format(width=50)}<own-part id="a"/><own-part id="b"/>'
    files = {
        "app.json": json.dumps({"pages": ["pages/own/own", "pages/none/none"]}),
        "part.json": json.dumps({"component": True}),
        "part.js": PART,
        "part.wxml": PARTS.format(width=20),
        "pages/own/own.json": json.dumps(using),
        "pages/own/own.js": PAGE,
        "pages/own/own.wxml": f'<view style="height: 1500px"/><view id="down"/>{wxml}<view style="height: 1500px"/>',
        "pages/none/none.json": json.dumps(using),
        "pages/none/none.js": PAGE,
        "pages/none/none.wxml": '<own-part id="a"/>',
    }
    with workshop.open(write_tree(tmp_path_factory.mktemp("scopes"), files)) as opened:
        yield opened


@pytest.fixture
def page(app: OpenApp) -> OpenApp:
    app.wx("reLaunch", url="/pages/own/own")
    return app


def part(app: OpenApp, name: str, method: str, *args: object) -> Any:
    return app.page_method("part", name, method, *args)


def test_a_canvas_is_that_of_the_component(page: OpenApp) -> None:
    page.page_method("paint", "red")
    part(page, "#a", "paint", "green", True)
    part(page, "#b", "paint", "blue", True)
    assert page.page_method("pixel") == RED
    assert [part(page, name, "pixel", True) for name in ("#a", "#b")] == [GREEN, BLUE]
    assert part(page, "#b", "put", True) == [1, 2, 3, 255]
    assert part(page, "#a", "pixelAt", 0) == GREEN
    assert part(page, "#a", "save", True) == 20
    assert part(page, "#a", "pixel", False) == RED, "without a component, that of the page"


def test_a_canvas_of_a_component_that_is_not_named_is_not_found(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/none/none")
    part(app, "#a", "paint", "green", True)
    assert part(app, "#a", "pixel", False) == "canvasGetImageData:fail canvas is empty"
    assert part(app, "#a", "pixel", True) == GREEN


def test_a_video_is_that_of_the_component(page: OpenApp) -> None:
    full = (
        "[...document.querySelectorAll('wx-video')].map((each) => each.classList.contains('sim-full-screen'))"
    )
    part(page, "#b", "fullScreen", True)
    assert poll(lambda: page.in_page(full), any, within=2).value == [False, False, True]
    part(page, "#a", "fullScreen", False)
    assert poll(lambda: page.in_page(full), lambda seen: seen[0], within=2).value == [True, False, True]


def test_queries_and_observers_look_in_it_and_below_the_screen(page: OpenApp) -> None:
    assert [part(page, "#a", "size", given) for given in (True, False)] == [20, 50]
    height = page.in_page("innerHeight")
    assert [part(page, "#a", "seen", given) for given in (True, False)] == [[20, height + 5000]] * 2


@pytest.mark.parametrize(
    ("descriptor", "matches"),
    [
        ({"minWidth": 300, "maxWidth": 400}, True),
        ({"maxWidth": 300}, False),
        ({"width": 375, "orientation": "portrait"}, True),
        ({"minHeight": 5000}, False),
        ({"orientation": "landscape"}, False),
        ({}, True),
    ],
)
def test_the_media_are_the_screen(page: OpenApp, descriptor: dict[str, Any], matches: bool) -> None:
    assert page.page_method("media", descriptor) is matches


def test_a_page_scrolls_to_an_element_and_an_offset_from_it(page: OpenApp) -> None:
    assert page.page_method("scrolled", {"selector": "#down"}) == 1500
    assert page.page_method("scrolled", {"selector": "#down", "offsetTop": -40}) == 1460
    assert page.page_method("scrolled", {"selector": "#none"}) == 1460
    assert page.page_method("scrolled", {"scrollTop": 7}) == 7
