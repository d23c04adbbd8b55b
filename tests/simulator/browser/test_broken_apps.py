"""Broken source trees: one message each, with file, line, what to do and the nearest there is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.miniprograms import Workshop, write_tree

Files = Mapping[str, str | bytes | None]
LINE = "\n"


def app(**more: object) -> str:
    return json.dumps({"pages": ["pages/home/home"], **more}, indent=1)


def page(name: str) -> dict[str, str]:
    return {f"{name}.js": "Page({})", f"{name}.wxml": "<view/>"}


def component(path: str, **more: object) -> dict[str, str]:
    settings = json.dumps({"component": True, **more})
    return {f"{path}.json": settings, f"{path}.js": "Component({})", f"{path}.wxml": "<view/>"}


def tabs(*items: Mapping[str, str], **more: object) -> dict[str, str]:
    bar = {"list": list(items), **more}
    text = json.dumps({"pages": ["pages/home/home", "pages/mine/mine"], "tabBar": bar}, indent=1)
    return {"app.json": text, **page("pages/mine/mine")}


HOME_TAB = {"pagePath": "pages/home/home", "text": "Home"}
MINE_TAB = {"pagePath": "pages/mine/mine", "text": "Mine"}
HOME_WXML, HOME_JS = "pages/home/home.wxml", "pages/home/home.js"
HOME_JSON, HOME_WXSS = "pages/home/home.json", "pages/home/home.wxss"

REFUSED: dict[str, tuple[Files, str]] = {
    "no app.json": (
        {"app.json": None},
        "no app.json here, this is not a mini-program's folder: name the folder that has one",
    ),
    "app.json is not JSON": (
        {"app.json": '{\n  "pages": [\n    "pages/home/home",\n  ]\n}'},
        "app.json:4: not valid JSON: Expecting value (column 3); correct the file, JSON has no comments",
    ),
    "no pages": (
        {"app.json": '{\n  "window": {},\n  "pages": []\n}'},
        'app.json:3: "pages" names no page: list at least one',
    ),
    "a page listed twice": (
        {"app.json": '{"pages": ["pages/home/home",\n\n"pages/home/home"]}'},
        "app.json:3: page 'pages/home/home' is listed twice: remove one of the two",
    ),
    "an entry page that is none": (
        {"app.json": app(entryPagePath="pages/home/hom")},
        "app.json:5: \"entryPagePath\" 'pages/home/hom' is not one of the pages; did you mean 'pages/home/home'?",
    ),
    "no app.js": ({"app.js": None}, "app.js is missing: create it with a call of App({})"),
    "project.config.json is not JSON": (
        {"project.config.json": '{\n "appid": wx1\n}'},
        "project.config.json:2: not valid JSON: Expecting value (column 11); correct the file, JSON has no comments",
    ),
    "a root folder that is none": (
        {"project.config.json": '{\n "miniprogramRoot": "page/"\n}'},
        "project.config.json:2: \"miniprogramRoot\" 'page/' is not a folder; did you mean 'pages'?",
    ),
    "app.js that does not parse": ({"app.js": "App({\n}"}, "app.js:"),
    "a tab bar with one tab": (
        tabs(HOME_TAB),
        "app.json:7: a tab bar has 2 to 5 items, this one 1: add or remove some",
    ),
    "a tab page that is none": (
        tabs(HOME_TAB, {"pagePath": "pages/mine/main", "text": "Mine"}),
        "app.json:13: tab page 'pages/mine/main' is not in \"pages\": a tab shows a page of the main package; "
        "did you mean 'pages/mine/mine'?",
    ),
    "sub-packages in each other": (
        {
            "app.json": app(
                subPackages=[{"root": "shop", "pages": ["a"]}, {"root": "shop/b", "pages": ["c"]}]
            ),
            **page("shop/a"),
            **page("shop/b/c"),
        },
        "app.json:13: sub-package 'shop/b' lies in sub-package 'shop': give each a folder of its own",
    ),
    "a page listed outside its sub-package": (
        {
            "app.json": '{"pages": ["pages/home/home",\n"shop/b"], "subPackages": [{"root": "shop", "pages": ["a"]}]}',
            **page("shop/a"),
            **page("shop/b"),
        },
        "app.json:2: page 'shop/b' lies in the sub-package 'shop': list it there",
    ),
}

# The first page of each lacks a part of it.
SAID_BY_THE_PAGE: dict[str, tuple[Files, str]] = {
    "a page without its template": (
        {HOME_WXML: None, "pages/home/hone.wxml": ""},
        "app.json:3: page 'pages/home/home' has no file pages/home/home.wxml: create it or remove the page; "
        "did you mean 'pages/home/hone.wxml'?",
    ),
    "a page without its script": (
        {HOME_JS: None, "pages/home/hone.js": "Page({})"},
        "app.json:3: page 'pages/home/home' has no file pages/home/home.js: create it or remove the page; "
        "did you mean 'pages/home/hone.js'?",
    ),
    "a component that does not exist": (
        {HOME_JSON: '{\n "usingComponents": {\n  "card": "/nowhere/at/all"\n }\n}'},
        'pages/home/home.json:3: component "card" refers to "/nowhere/at/all", which does not exist, '
        "correct the path or create the component",
    ),
    "a mistyped component path": (
        {
            HOME_JSON: '{"usingComponents": {\n"card": "../../components/crad"}}',
            **component("components/card"),
        },
        'pages/home/home.json:2: component "card" refers to "../../components/crad", which does not exist, '
        'correct the path or create the component; did you mean "/components/card"?',
    ),
    "a component that does not say so": (
        {HOME_JSON: '{"usingComponents": {\n"card": "/c/card"}}', **component("c/card"), "c/card.json": "{}"},
        'pages/home/home.json:2: component "card" is no component: c/card.json does not say so, '
        'put "component": true into c/card.json',
    ),
    "a package that is not installed": (
        {HOME_JSON: '{"usingComponents": {"t-button": "tdesign-miniprogram/button/button"}}'},
        'pages/home/home.json:1: component "t-button" refers to "tdesign-miniprogram/button/button", '
        "which does not exist, correct the path, or run npm install if it is a package",
    ),
    "an extended library that is not installed": (
        {
            "app.json": app(useExtendedLib={"weui": True}),
            HOME_JSON: '{"usingComponents": {"cell": "weui-miniprogram/cell/cell"}}',
        },
        'pages/home/home.json:1: component "cell" refers to "weui-miniprogram/cell/cell", which does not exist, '
        "run npm install weui-miniprogram: the simulator takes extended libraries from the project",
    ),
    "page settings that are not JSON": (
        {HOME_JSON: '{\n  "usingComponents": {}\n  "x": 1\n}'},
        "pages/home/home.json:3: not valid JSON (",
    ),
    "an include that goes in circles": (
        {
            HOME_WXML: '<view/>\n<include src="./a.wxml"/>',
            "pages/home/a.wxml": '<include src="./home.wxml"/>',
        },
        "pages/home/a.wxml:1: <include> goes in a circle (pages/home/home.wxml, pages/home/a.wxml, "
        "pages/home/home.wxml), include the common part from a file of its own",
    ),
    "an import that does not exist": (
        {HOME_WXML: '<view/>\n<import src="./itme.wxml"/>', "pages/home/item.wxml": ""},
        'pages/home/home.wxml:2: "./itme.wxml" does not exist, correct the src or create the file; '
        'did you mean "/pages/home/item.wxml"?',
    ),
    "an include that does not exist": (
        {HOME_WXML: '<include src="/nowhere.wxml"/>'},
        'pages/home/home.wxml:1: "/nowhere.wxml" does not exist, correct the src or create the file',
    ),
    "a tag that is not closed": (
        {HOME_WXML: "<view>\n<text>hello\n</view>"},
        "pages/home/home.wxml:2: ",
    ),
    "an expression that is none": (
        {HOME_WXML: "<view/>\n<view>{{ a + }}</view>"},
        "pages/home/home.wxml:2: ",
    ),
    "wxs that does not parse": (
        {HOME_WXML: '<wxs src="./u.wxs" module="u"/>', "pages/home/u.wxs": "var a = 1\nvar b = = 2"},
        "pages/home/u.wxs:2: SyntaxError: Unexpected token '=', correct the script",
    ),
    "inline wxs that does not parse": (
        {HOME_WXML: '<view/>\n<wxs module="u">\nvar a = {\n</wxs>'},
        "pages/home/home.wxml:4: SyntaxError: Unexpected token ')', correct the script",
    ),
    "a wxs file that does not exist": (
        {HOME_WXML: '<wxs src="./ul.wxs" module="u"/>', "pages/home/url.wxs": ""},
        'pages/home/home.wxml:1: "./ul.wxs" does not exist, correct the src or create the file; '
        'did you mean "/pages/home/url.wxs"?',
    ),
    "a script that does not parse": (
        {HOME_JS: "Page({\n  data: { a: 1 }\n  onLoad() {}\n})"},
        "pages/home/home.js:3: SyntaxError: Unexpected identifier 'onLoad', correct the code",
    ),
    "TypeScript that does not parse": (
        {HOME_JS: None, "pages/home/home.ts": "const a: = 1\nPage({})"},
        "pages/home/home.ts:1: Unexpected token, correct the code",
    ),
    "a style sheet that does not exist": (
        {HOME_WXSS: '.a{}\n@import "../../common.wxs";', "common.wxss": ""},
        'pages/home/home.wxss:2: @import of "../../common.wxs", which does not exist, '
        'correct the path or create the file; did you mean "/common.wxss"?',
    ),
    "a style block that is not closed": (
        {HOME_WXSS: ".a { color: red; }\n.b { color: blue;\n"},
        'pages/home/home.wxss:2: a block is never closed, add the missing "}"',
    ),
    "a style block closed twice": (
        {"app.wxss": ".a { color: red; }\n}"},
        'app.wxss:2: a "}" closes nothing, remove it or open its block',
    ),
    "not UTF-8": (
        {HOME_WXML: b"<view/>\n<view>\xc4\xe3\xba\xc3</view>"},
        "pages/home/home.wxml:2: not valid UTF-8: save the file as UTF-8",
    ),
}

# What no page lacks.
ONLY_WARNED: dict[str, tuple[Files, str]] = {
    "a theme file that does not exist": (
        {"app.json": app(darkmode=True, themeLocation="them.json"), "theme.json": "{}"},
        'app.json:6: "themeLocation" names them.json, which does not exist, correct the path or create the file; '
        'did you mean "theme.json"?',
    ),
    "a tab's icon that does not exist": (
        {**tabs(HOME_TAB, {**MINE_TAB, "iconPath": "img/mine.png"}), "img/mime.png": b"png"},
        "app.json:15: the tab's iconPath 'img/mine.png' does not exist: correct the path; did you mean 'img/mime.png'?",
    ),
    "a tab's icon that is too big": (
        {**tabs(HOME_TAB, {**MINE_TAB, "iconPath": "mine.png"}), "mine.png": b"0" * 50_000},
        "app.json:15: the tab's iconPath 'mine.png' has 48 KB: at most 40 are allowed",
    ),
    "a custom tab bar that does not exist": (
        tabs(HOME_TAB, MINE_TAB, custom=True),
        'app.json:17: "custom" is true, but custom-tab-bar/index.wxml does not exist: create the component',
    ),
    "a sub-package's folder that does not exist": (
        {"app.json": app(subPackages=[{"root": "shopp", "pages": ["a"]}]), **page("shop/a")},
        "app.json:7: the sub-package's folder 'shopp' does not exist or holds no code; did you mean 'shop'?",
    ),
    "a tab without its text": (
        tabs(HOME_TAB, {"pagePath": "pages/mine/mine"}),
        "app.json:12: tab 'pages/mine/mine' has no \"text\": give it one",
    ),
}

FOUND: dict[str, tuple[Files, str, str]] = {
    "a script that throws": (
        {HOME_JS: "const a = undefined\nPage({\n  data: a.b,\n})"},
        "exceptions",
        "pages/home/home.js:3",
    ),
    "app.js that throws": ({"app.js": "App({})\nnull.x"}, "exceptions", "app.js:2"),
    "onLaunch that throws": (
        {"app.js": "App({\n  onLaunch() {\n    this.gone()\n  },\n})"},
        "exceptions",
        "app.js:3",
    ),
    "TypeScript that throws": (
        {
            HOME_JS: None,
            "pages/home/home.ts": "interface A {\n  b: string\n}\nlet a = (null as any) as A\nPage({\n data: a.b })",
        },
        "exceptions",
        "pages/home/home.ts:6",
    ),
    "a module that does not exist": (
        {HOME_JS: "const f = require('../../utils/fromat')\nPage({})", "utils/format.js": ""},
        "exceptions",
        "module 'utils/fromat.js' is not defined, require args is '../../utils/fromat'; "
        "did you mean '/utils/format'?",
    ),
    "a package that was not installed": (
        {HOME_JS: "const d = require('dayjs')\nPage({})"},
        "exceptions",
        "module 'dayjs.js' is not defined, require args is 'dayjs'; "
        "if it is an npm package, list it in package.json and run npm install",
    ),
    "an import of a name that is not exported": (
        {
            HOME_JS: "import { formt } from '../../utils/format'\nPage({})",
            "utils/format.js": "export const format = 1",
        },
        "warnings",
        'pages/home/home.js:1: warning: "../../utils/format" exports no "formt", correct the name or export it; '
        'did you mean "format"?',
    ),
    "a value that does not fit": (
        {
            HOME_JSON: '{"usingComponents": {"part": "/part"}}',
            HOME_WXML: '<view class="count">字</view>\n<view/><part class="a"\n  count="{{\'many\'}}"/>',
            **component("part"),
            "part.js": "Component({ properties: { count: Number } })",
        },
        "warnings",
        'pages/home/home.wxml:3:3: warning: property "count" received type-incompatible value',
    ),
    "an attribute as of Vue": (
        {HOME_WXML: '<view>\n  字<view :key="a" id="b"/></view>'},
        "warnings",
        "pages/home/home.wxml:2:10: warning: invalid attribute: :key",
    ),
    "an attribute that says nothing": (
        {HOME_WXML: '<view>\n  字<view v-on:click="a"/></view>'},
        "warnings",
        "pages/home/home.wxml:2:10: warning: invalid attribute prefix: v-on:click",
    ),
    "a behavior there is none of": (
        {HOME_JS: "const b =\n  'wx://nothing'\nPage({ behaviors: [b] })"},
        "warnings",
        "pages/home/home.js:2:4: warning: unknown behavior wx://nothing",
    ),
    "a page that is never defined": (
        {HOME_JS: "const a = 1"},
        "warnings",
        "pages/home/home.js:1: warning: Page() was never called: call Page({}) in it, or it stays empty",
    ),
    "a setting that is not simulated": (
        {"app.json": '{"pages": ["pages/home/home"],\n"workers": "workers",\n"renderer": "skyline"}'},
        "warnings",
        "app.json:3: warning: only the webview renderer is simulated: pages of Skyline are drawn by it",
    ),
    "workers": (
        {"app.json": app(workers="workers")},
        "warnings",
        "app.json:5: warning: workers are not simulated: wx.createWorker fails",
    ),
    "a component of a plugin": (
        {HOME_JSON: '{"usingComponents": {\n"map": "plugin://routes/map"}}'},
        "warnings",
        'pages/home/home.json:2: warning: component "map" comes from a plugin; plugins are not simulated',
    ),
    "a broken file in a library": (
        {
            HOME_JSON: '{"usingComponents": {"x": "lib/x"}}',
            **component("miniprogram_npm/lib/x", usingComponents={"gone": "./gone"}),
        },
        "warnings",
        'miniprogram_npm/lib/x.json:1: warning: component "gone" refers to "./gone", which does not exist',
    ),
}

LEGAL: dict[str, Files] = {
    "scripts that require each other": {
        HOME_JS: "const b = require('./b')\nexports.a = 1\nPage({ data: { b: b.name } })",
        "pages/home/b.js": "const home = require('./home')\nexports.name = typeof home",
    },
    "components that use each other": {
        HOME_JSON: '{"usingComponents": {"tree": "/c/tree"}}',
        HOME_WXML: "<tree/>",
        **component("c/tree", usingComponents={"leaf": "/c/leaf"}),
        **component("c/leaf", usingComponents={"tree": "/c/tree"}),
        "c/tree.wxml": '<leaf wx:if="{{false}}"/>',
        "c/leaf.wxml": "<tree/>",
    },
    "templates that import each other": {
        HOME_WXML: '<import src="./a.wxml"/><template name="t">t</template><template is="a"/>',
        "pages/home/a.wxml": '<import src="./home.wxml"/><template name="a"><template is="t"/></template>',
    },
    "style sheets that import each other": {
        HOME_WXSS: '@import "./a.wxss";',
        "pages/home/a.wxss": '@import "./home.wxss"; .a { color: red }',
    },
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_tree_that_cannot_run_is_refused(name: str, workshop: Workshop, tmp_path: Path) -> None:
    files, said = REFUSED[name]
    refusal = workshop.refusal(write_tree(tmp_path, files))
    assert refusal is not None
    assert said in refusal
    assert LINE not in refusal


def _as_warning(said: str) -> str:
    """The same in a warning."""
    place, line, what = said.split(":", 2)
    return f"{place}:{line}: warning:{what}"


@pytest.mark.parametrize("name", SAID_BY_THE_PAGE)
def test_one_bad_page_never_keeps_an_app_from_starting(name: str, workshop: Workshop, tmp_path: Path) -> None:
    files, said = SAID_BY_THE_PAGE[name]
    with workshop.open(write_tree(tmp_path, files)) as app:
        found = app.findings()
        note = app.in_page("document.querySelector('sim-source-note')?.shadowRoot.textContent")
    assert any(said in each["message"] for each in found["exceptions"]), found
    assert any(text.startswith(_as_warning(said)) for text in found["warnings"]), found
    assert said in note


def test_a_bad_page_says_so_when_it_is_opened(workshop: Workshop, tmp_path: Path) -> None:
    files = {
        "app.json": json.dumps({"pages": ["pages/home/home", "pages/b/b", "pages/gone/gone"]}, indent=1),
        "app.js": "App({ onError(message) { this.told = message } })",
        **page("pages/b/b"),
        "pages/b/b.wxml": '<import src="/nowhere/t.wxml"/>\n<template is="t"/>\n<view id="whole">whole</view>',
    }
    note = "[...document.querySelectorAll('sim-source-note')].map((note) => note.shadowRoot.textContent)"
    with workshop.open(write_tree(tmp_path, files)) as app:
        assert app.findings()["exceptions"] == []
        assert app.in_page(note) == []
        app.wx("navigateTo", url="/pages/b/b")
        assert app.text("#whole") == "whole"
        (said,) = app.findings()["exceptions"]
        assert 'pages/b/b.wxml:1: "/nowhere/t.wxml" does not exist' in said["message"]
        assert said["message"].endswith(app.in_page(note)[0])
        # It is for whoever tests: in WeChat no code of the app hears of it.
        assert app.evaluate("() => getApp().told ?? 'nothing'") == "nothing"
        app.wx("reLaunch", url="/pages/gone/gone")
        assert app.pages() == ["pages/gone/gone"]
        assert "has no file pages/gone/gone.wxml" in app.in_page(note)[0]
        app.wx("reLaunch", url="/pages/home/home")
        assert app.in_page(note) == []
        # A later start has the templates of the first, and says the same of them.
        app.restart("pages/b/b")
        assert "/nowhere/t.wxml" in app.in_page(note)[0]


@pytest.mark.parametrize("name", ONLY_WARNED)
def test_what_no_page_lacks_is_a_warning(name: str, workshop: Workshop, tmp_path: Path) -> None:
    files, said = ONLY_WARNED[name]
    found = workshop.findings(write_tree(tmp_path, files))
    assert found["exceptions"] == []
    assert any(text.startswith(_as_warning(said)) for text in found["warnings"]), found


@pytest.mark.parametrize("name", FOUND)
def test_what_wechat_only_reports_is_a_finding(name: str, workshop: Workshop, tmp_path: Path) -> None:
    files, kind, said = FOUND[name]
    found = workshop.findings(write_tree(tmp_path, files))
    assert said in json.dumps(found[kind], ensure_ascii=False).replace('\\"', '"')


@pytest.mark.parametrize("name", LEGAL)
def test_circles_that_are_legal_start(name: str, workshop: Workshop, tmp_path: Path) -> None:
    found = workshop.findings(write_tree(tmp_path, LEGAL[name]))
    assert (found["exceptions"], found["warnings"]) == ([], [])


def test_a_link_out_of_the_tree_is_refused(tmp_path: Path, workshop: Workshop) -> None:
    (tmp_path / "secret.js").write_text("key")
    folder = write_tree(tmp_path / "app", {})
    (folder / "pages" / "stolen.js").symlink_to(tmp_path / "secret.js")
    refusal = workshop.refusal(folder)
    assert refusal == "pages/stolen.js: a symbolic link leaves the project folder: put the file itself there"


@pytest.mark.parametrize("name", ["no app.json", "app.js that does not parse"])
def test_the_process_says_it_in_one_line_and_ends_with_2(name: str, tmp_path: Path) -> None:
    files, said = REFUSED[name]
    command = [sys.executable, "-m", "harness.simulator", "--port", "0"]
    folder = str(write_tree(tmp_path, files))
    ended = subprocess.run(
        [*command, "--project", folder], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert ended.stderr.count(LINE) == 1
