"""What a page takes is measured from when somebody asks; until then nothing of the app's is looked at."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.miniprograms import Workshop, write_tree

PAGE = """
let looks = 0
Page({
  set() { this.setData({ a: { b: 1, toJSON() { looks += 1; return this.b } } }) },
  looks: () => looks,
})
"""


def test_nothing_is_measured_before_somebody_asks(workshop: Workshop, tmp_path: Path) -> None:
    files = {
        "app.json": json.dumps({"pages": ["pages/home/home"]}),
        "pages/home/home.js": PAGE,
        "pages/home/home.wxml": "<view/>",
    }
    with workshop.open(write_tree(tmp_path, files)) as app:
        app.page_method("set")
        assert app.page_method("looks") == 0
        first = app.call("Host.measures")
        assert (first["page"]["setDataPerSecond"], first["more"]) == (0, 0)
        app.page_method("set")
        assert app.page_method("looks") == 1
        assert app.call("Host.measures")["page"]["setDataPerSecond"] == 1
