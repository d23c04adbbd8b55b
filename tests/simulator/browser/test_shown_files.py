"""Pictures that a page shows: one that is not there, or on a server that is not reached, is told once."""

from __future__ import annotations

import json
from pathlib import Path

from harness.core.polling import poll
from tests.support.miniprograms import Workshop, write_tree
from tests.support.phone import png

WXML = (
    '<image src="/here.png"/><image src="/gone/图.png?v=1"/><image src="{{again}}"/><cover-image src="none.png"/>'
    '<image src=""/><image mode="widthFix" style="width: 9px;" src="/here.png"/><image src="https://a.example/b.png"/>'
)
SHOWN = "nothing is shown for it"


def test_what_is_not_there_is_a_warning_and_the_tree_is_as_it_was_written(
    workshop: Workshop, tmp_path: Path
) -> None:
    files: dict[str, str | bytes] = {
        "app.json": json.dumps({"pages": ["pages/home/home"]}),
        "pages/home/home.js": "Page({ data: { again: '/gone/图.png' } })",
        "pages/home/home.wxml": WXML,
        "here.png": png(2, 2),
    }
    expected = {
        f"/gone/图.png does not exist: {SHOWN}",
        f"/pages/home/none.png does not exist: {SHOWN}",
        "nothing was loaded from https://a.example: map it (--map), or allow any host",
    }
    with workshop.open(write_tree(tmp_path, files)) as app:
        told = poll(
            lambda: {text.removesuffix(" (2 times)") for text in app.findings()["warnings"]},
            lambda seen: seen >= expected,
            within=5,
        )
        assert told.value == expected
        assert app.findings()["exceptions"] == []
        wxml = app.call("Host.tree")["wxml"]
    assert ";;" not in wxml
    assert '<image src="/here.png"/>' in wxml
    assert "width: 9px;" in wxml
