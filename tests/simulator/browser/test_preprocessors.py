"""LESS and SASS, built by the packages ``less`` and ``sass`` of npm as a project has them installed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.libraries import PACKAGES
from tests.support.miniprograms import OpenApp, Workshop, write_tree

pytestmark = pytest.mark.full

INSTALLED = ("less", "sass", "immutable")
PAGES = ["pages/home/home", "pages/less/less", "pages/gone/gone", "pages/deep/deep", "pages/out/out"]


FILES: Mapping[str, str | bytes | None] = {
    **{f"{name}.js": "Page({})" for name in PAGES[1:]},
    **{f"{name}.wxml": '<view class="one"/>' for name in PAGES[1:]},
    "project.config.json": json.dumps({"setting": {"useCompilerPlugins": ["less", "sass"]}}),
    "app.json": json.dumps({"pages": PAGES}, indent=1),
    # Variables of a file beside, a style sheet imported, a function, lengths that only WXSS knows.
    "app.less": '@import "./theme/colours";\n@import "./plain.wxss";\n'
    ".red { color: @red; .deep { width: (2 * 50rpx) } }",
    "theme/colours.less": "@red: #ff0000;",
    "plain.wxss": ".plain { padding-left: 20rpx }",
    "pages/home/home.scss": '@use "sass:math";\n@use "../../styles/vars" as *;\n'
    ".it { padding: $w; &.on { margin: math.div($w, 2) } }",
    "styles/_vars.scss": "$w: 12px;",
    "pages/home/home.json": '{"usingComponents": {"card": "/c/card"}}',
    "pages/home/home.wxml": '<view id="red" class="red plain"><view id="deep" class="deep"/></view>'
    '<view id="it" class="it on"/><card id="card"/>',
    "c/card.json": '{"component": true}',
    "c/card.js": "Component({})",
    "c/card.wxml": '<view class="in">in</view>',
    "c/card.sass": "@import ../styles/vars\n.in\n  padding-top: $w\n",
    "pages/less/less.less": '@import "./broken";\n.one { width: 1px }',
    "pages/less/broken.less": ".a { color: red }\n.b { color: @no }",
    "pages/gone/gone.scss": '.one { width: 1px }\n@use "./no";',
    "pages/deep/deep.scss": ".one {\n  width: 1px\n  height: $no;\n}",
    "pages/out/out.less": '@import (inline) "/etc/passwd";',
}
BROKEN = {
    "pages/less/less": "pages/less/broken.less:2: ",
    "pages/gone/gone": "pages/gone/gone.scss:2: ",
    "pages/deep/deep": "pages/deep/deep.scss:",
    "pages/out/out": 'pages/out/out.less:1: "/etc/passwd" does not exist, correct the sheet',
}
STYLE = "getComputedStyle(document.querySelector({selector}))[{name}]"


def style(app: OpenApp, selector: str, name: str) -> Any:
    return app.in_page(STYLE.format(selector=json.dumps(selector), name=json.dumps(name)))


def test_the_sheets_of_app_pages_and_components_are_built(workshop: Workshop, tmp_path: Path) -> None:
    folder = write_tree(tmp_path, FILES)
    for name in INSTALLED:
        shutil.copytree(PACKAGES / name, folder / "node_modules" / name)
    with workshop.open(folder) as app:
        for _ in range(2):
            seen = [
                style(app, "#red", "color"),
                style(app, "#red", "paddingLeft"),
                style(app, "#deep", "width"),
                style(app, "#it", "paddingLeft"),
                style(app, "#it", "marginLeft"),
                style(app, "#card wx-view", "paddingTop"),
            ]
            assert seen == ["rgb(255, 0, 0)", "10px", "50px", "12px", "6px", "12px"]
            # The second time the sheets are those of the first.
            app.restart("pages/home/home")
        warnings = app.findings()["warnings"]
        for page, said in BROKEN.items():
            app.wx("reLaunch", url=f"/{page}")
            found = app.findings()["exceptions"][-1]
            assert found["message"].startswith(f"SourceError: {said}"), found
            assert any(text.startswith(said.split(": ", 1)[0]) for text in warnings), warnings
