"""A component that leaves the page while it loads, scrolls or waits for a frame: nobody did anything wrong."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from harness.core.polling import poll
from tests.support.miniprograms import Workshop, write_tree

DOT = (
    "data:image/gif;base64,"
    + base64.b64encode(
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00"
        b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    ).decode()
)
COMPONENTS = {
    "image": f'<image src="{DOT}" bindload="loaded"/>',
    "image that fails": '<image src="data:image/png;base64,no" binderror="loaded"/>',
    "cover-image": f'<cover-image src="{DOT}"/>',
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
}
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
    await pause(200)
    return this.data.size
  },
})
"""


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_may_leave_at_any_moment(workshop: Workshop, tmp_path: Path, name: str) -> None:
    write_tree(
        tmp_path,
        {
            "app.json": '{"pages": ["pages/a/a"]}',
            "app.js": "App({})",
            "pages/a/a.js": PAGE,
            "pages/a/a.wxml": f'<block wx:if="{{{{there}}}}">{COMPONENTS[name]}</block>',
        },
    )
    with workshop.open(tmp_path) as app:
        assert app.page_method("comeAndGo") == 6
        seen = poll(app.findings, lambda found: bool(found["exceptions"]), within=0.3)
        assert [each["message"] for each in seen.value["exceptions"]] == []
        assert seen.value["warnings"] == []
