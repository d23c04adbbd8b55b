"""Style isolation and what WXSS adds to CSS, as the colours and sizes an element ends up with; texts as read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.automator.client import SimulatorClient
from tests.support.app_gallery import Gallery
from tests.support.miniprograms import Workshop, write_tree
from tests.support.simulator import end, start

NONE, APP, PAGE, OWN, LEAK, GIVEN = (f"rgb({n}, 0, 0)" for n in range(6))

#: Component → its JSON, its script's options, and the colours of `.app`, `.page`, `.own` in it and of a
#: class of its own in the page.
COMPONENTS = {
    "isolated": ({}, {}, (NONE, NONE, OWN, NONE)),
    "named-isolated": ({"styleIsolation": "isolated"}, {}, (NONE, NONE, OWN, NONE)),
    "apply": ({"styleIsolation": "apply-shared"}, {}, (APP, PAGE, OWN, NONE)),
    "apply-by-script": ({}, {"styleIsolation": "apply-shared"}, (APP, PAGE, OWN, NONE)),
    "global-class": ({}, {"addGlobalClass": True}, (APP, PAGE, OWN, NONE)),
    "shared": ({"styleIsolation": "shared"}, {}, (APP, PAGE, OWN, LEAK)),
    "shared-by-script": ({}, {"styleIsolation": "shared"}, (APP, PAGE, OWN, LEAK)),
}
#: Page → its JSON, its script's options, and whether app.wxss reaches it and its own sheet a shared component.
PAGES = {
    "plain": ({}, {}, True, True),
    "alone": ({"styleIsolation": "page-isolated"}, {}, False, False),
    "alone-by-script": ({}, {"styleIsolation": "page-isolated"}, False, False),
    "applied": ({"styleIsolation": "page-apply-shared"}, {}, False, False),
    "together": ({"styleIsolation": "page-shared"}, {}, False, True),
}
IN_EACH = '<view class="a app"/><view class="p page"/><view class="o own"/>'
RULES = """
@import "/common/base.wxss";
page { --w: 40rpx; }
.page { color: rgb(2,0,0) }
.given { color: rgb(5,0,0) }
.size { width: var(--w); height: calc(20rpx + 1px); min-height: 1rpx; margin-left: -75rpx }
view.tag { padding-left: 30rpx }
#by-id { padding-left: 32rpx }
.box[id="box"] { padding-left: 34rpx }
.pseudo::after { content: "after"; width: 60rpx; display: block }
@media (min-width: 300px) { .wide { padding-left: 36rpx } }
@media (min-width: 3000px) { .wide { padding-left: 0 } }
@supports (display: grid) { .grid { padding-left: 38rpx } }
@keyframes slide { from { margin-left: 10rpx } to { margin-left: 10rpx } }
.moving { animation: slide 10s infinite }
page > .child { padding-left: 46rpx }
page > view > .child { padding-left: 48rpx }
"""


def component(name: str) -> dict[str, str]:
    settings, options, _ = COMPONENTS[name]
    base = f"parts/{name}/{name}"
    return {
        f"{base}.json": json.dumps({"component": True, **settings}),
        f"{base}.js": f"Component({{ options: {json.dumps(options)} }})",
        f"{base}.wxml": IN_EACH,
        f"{base}.wxss": f".own {{ color: rgb(3,0,0) }} .leak-{name} {{ color: rgb(4,0,0) }}",
    }


def page(name: str, body: str, wxss: str) -> dict[str, str]:
    settings, options, *_ = PAGES[name]
    using = {f"c-{part}": f"/parts/{part}/{part}" for part in [*COMPONENTS, "ext", "host", "virtual"]}
    base = f"pages/{name}/{name}"
    return {
        f"{base}.json": json.dumps({"usingComponents": using, **settings}),
        f"{base}.js": f"Component({{ options: {json.dumps(options)} }})",
        f"{base}.wxml": body,
        f"{base}.wxss": wxss,
    }


EXTRA = {
    "parts/ext/ext.json": '{"component": true}',
    "parts/ext/ext.js": "Component({ externalClasses: ['my-class'] })",
    "parts/ext/ext.wxml": '<view class="e my-class">x</view>',
    "parts/host/host.json": '{"component": true}',
    "parts/host/host.js": "Component({})",
    "parts/host/host.wxml": '<view class="h">x</view>',
    "parts/host/host.wxss": ":host { display: flex; padding-left: 40rpx } .h { color: rgb(3,0,0) }",
    "parts/virtual/virtual.json": '{"component": true}',
    "parts/virtual/virtual.js": "Component({ options: { virtualHost: true } })",
    "parts/virtual/virtual.wxml": '<view class="v">x</view>',
    "common/base.wxss": '@import "./deep.wxss"; .imported { padding-left: 42rpx }',
    "common/deep.wxss": ".deep { padding-left: 44rpx }",
    "app.wxss": "page { color: rgb(0,0,0) } .app { color: rgb(1,0,0) }",
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    leaks = "".join(
        f'<c-{name} id="{name}"/><view id="leak-{name}" class="leak-{name}"/>' for name in COMPONENTS
    )
    rules = "".join(
        f'<view id="{name}" class="{name}"/>'
        for name in ("size", "wide", "grid", "moving", "imported", "deep")
    )
    rest = (
        '<view id="tag" class="tag"/><view id="by-id"/><view id="box" class="box"/>'
        '<text id="raw">&lt;{{entities}}</text><text id="decoded" decode>&lt;{{entities}}'
        '<block wx:if="{{more}}">&amp;{{entities}}</block></text>'
        '<view id="child" class="child"/><view><view id="grandchild" class="child"/></view>'
        '<c-ext id="ext" my-class="given"/><c-host id="host"/><view id="around"><c-virtual class="given"/></view>'
    )
    files = {**EXTRA, **page("plain", leaks + rules + rest, RULES)}
    for name in COMPONENTS:
        files |= component(name)
    for name in [name for name in PAGES if name != "plain"]:
        body = f'{IN_EACH}<c-shared id="shared"/><view id="leak-shared" class="leak-shared"/>'
        files |= page(name, body, ".own { color: rgb(3,0,0) } .page { color: rgb(2,0,0) }")
    files["app.json"] = json.dumps({"pages": [f"pages/{name}/{name}" for name in PAGES]})
    folder = write_tree(tmp_path_factory.mktemp("styles"), files)
    running = start(Path(folder), with_app=True)
    try:
        with SimulatorClient(running.ready["endpoint"], deadline=20) as client:
            yield Gallery(client)
    finally:
        end(running)


def colours(shown: Gallery, *selectors: str) -> tuple[str, ...]:
    return tuple(shown.style(selector, "color") for selector in selectors)


@pytest.mark.parametrize("name", COMPONENTS)
def test_what_reaches_a_component_and_what_leaves_it(shown: Gallery, name: str) -> None:
    shown.open("plain")
    inside = [f"#{name} >>> .{part}" for part in ("a", "p", "o")]
    assert colours(shown, *inside, f"#leak-{name}") == COMPONENTS[name][2]


@pytest.mark.parametrize("name", [name for name in PAGES if name != "plain"])
def test_a_page_of_its_own_styles_is_without_app_wxss(shown: Gallery, name: str) -> None:
    _, _, app_reaches, reaches_shared = PAGES[name]
    shown.open(name)
    expected = (APP if app_reaches else NONE, PAGE, OWN, PAGE if reaches_shared else NONE)
    assert colours(shown, ".a", ".p", ".o", "#shared >>> .p") == expected
    shown.open("plain")
    assert colours(shown, "#shared >>> .a") == (APP,)


def test_classes_from_outside_and_the_host(shown: Gallery) -> None:
    shown.open("plain")
    assert colours(shown, "#ext >>> .e", "#host >>> .h") == (GIVEN, OWN)
    assert [shown.style("#host", name) for name in ("display", "paddingLeft")] == ["flex", "20px"]


def test_a_virtual_host_is_no_node(shown: Gallery) -> None:
    shown.open("plain")
    around, inner = shown.dom("#around", "childElementCount", "innerHTML")
    assert (around, inner.split()[0]) == (1, "<wx-view")


def test_entities_are_characters_where_a_text_decodes(shown: Gallery) -> None:
    shown.open("plain")
    assert shown.dom("#raw", "textContent") == ["&lt;"]
    shown.set({"entities": "&gt;&nbsp;&copy;"})
    assert shown.dom("#raw", "textContent") == ["&lt;&gt;&nbsp;&copy;"]
    assert shown.dom("#decoded", "textContent") == ["<>\u00a0&copy;"]
    shown.set({"more": True})
    assert shown.dom("#decoded", "textContent") == ["<>\u00a0&copy;&>\u00a0&copy;"]


@pytest.mark.parametrize(
    ("selector", "name", "value"),
    [
        ("#size", "width", "20px"),
        ("#size", "height", "11px"),
        ("#size", "minHeight", "1px"),
        ("#size", "marginLeft", "-38px"),
        ("#tag", "paddingLeft", "15px"),
        ("#by-id", "paddingLeft", "16px"),
        ("#box", "paddingLeft", "17px"),
        ("#wide", "paddingLeft", "18px"),
        ("#grid", "paddingLeft", "19px"),
        ("#moving", "marginLeft", "5px"),
        ("#imported", "paddingLeft", "21px"),
        ("#deep", "paddingLeft", "22px"),
        ("#child", "paddingLeft", "23px"),
        ("#grandchild", "paddingLeft", "24px"),
    ],
)
def test_rules(shown: Gallery, selector: str, name: str, value: str) -> None:
    shown.open("plain")
    assert shown.style(selector, name) == value


def test_a_selector_of_the_driver_may_ask_for_the_children_of_the_page(shown: Gallery) -> None:
    shown.open("plain")
    selectors = ("page .child", "page > .child", "page>view>.child", "page>.child, #child")
    assert [shown.count(selector) for selector in selectors] == [2, 1, 1, 1]


#: The classes by which apps style what is inside of built-in components, and what they change.
INSIDE = {
    "checkbox .wx-checkbox-input": "width: 31px",
    "checkbox .wx-checkbox-input.wx-checkbox-input-checked": "background: rgb(1, 2, 3)",
    "checkbox .wx-checkbox-input.wx-checkbox-input-checked::before": "width: 9px; content: ''",
    "radio .wx-radio-input": "width: 32px",
    "switch .wx-switch-input": "width: 33px",
    "switch .wx-switch-input.wx-switch-input-checked::after": "left: 3px",
    "swiper .wx-swiper-dots": "bottom: 4px",
    "swiper .wx-swiper-dot.wx-swiper-dot-active": "width: 20px",
}


def test_an_app_styles_what_is_inside_by_the_names_of_wechat(workshop: Workshop, tmp_path: Path) -> None:
    names = [selector.split("::") for selector in INSIDE]
    files = {
        "app.wxss": "".join(f"{selector} {{ {rule} }}" for selector, rule in INSIDE.items()),
        "pages/home/home.wxml": '<checkbox checked/><radio checked/><switch checked/><input placeholder="a"/>'
        "<swiper indicator-dots><swiper-item/></swiper>",
    }
    read = """(names) => names.map(([selector, inner, key]) => {
      const element = document.querySelector(selector.replace(/^(?=\\w)/, 'wx-'))
      return element && getComputedStyle(element, inner && '::' + inner)[key]
    })"""
    wanted = [rule.split(";")[0].split(": ") for rule in INSIDE.values()]
    with workshop.open(write_tree(tmp_path, files)) as app:
        asked = [
            [selector, *(inner or [None]), key if key != "background" else "background-color"]
            for (selector, *inner), (key, _) in zip(names, wanted, strict=True)
        ]
        assert app.in_page(f"({read})({json.dumps(asked)})") == [value for _, value in wanted]


def test_a_sheet_may_go_by_what_is_checked(workshop: Workshop, tmp_path: Path) -> None:
    boxes = "".join(f'<{tag} id="{tag}"/><view class="mark"/>' for tag in ("checkbox", "radio", "switch"))
    files = {
        "app.wxss": ".mark { width: 1px } [aria-checked='true'] + .mark { width: 2px }",
        "pages/home/home.wxml": boxes,
    }
    marks = "[...document.querySelectorAll('.mark')].map((mark) => getComputedStyle(mark).width)"
    with workshop.open(write_tree(tmp_path, files)) as app:
        assert app.in_page(marks) == ["1px"] * 3
        for tag in ("checkbox", "radio", "switch"):
            app.tap(f"#{tag}")
        assert app.in_page(marks) == ["2px"] * 3
        app.tap("#checkbox")
        assert app.in_page(marks) == ["1px", "2px", "2px"]


def test_icons_are_drawn_also_the_one_that_is_in_no_list(workshop: Workshop, tmp_path: Path) -> None:
    types = ("success", "search", "circle", "nonesuch")
    files = {"pages/home/home.wxml": "".join(f'<icon type="{name}"/>' for name in types)}
    drawn = (
        "[...document.querySelectorAll('wx-icon')].map((icon) => icon.querySelectorAll('svg path').length)"
    )
    with workshop.open(write_tree(tmp_path, files)) as app:
        assert app.in_page(drawn) == [1, 1, 1, 0]


WEUI = "node_modules/weui-miniprogram"


@pytest.mark.parametrize(("asked", "width"), [({"weui": True}, "31px"), ({"weui": False}, "none")])
def test_an_extended_library_lends_its_sheet(
    workshop: Workshop, tmp_path: Path, asked: dict[str, bool], width: str
) -> None:
    files = {
        "app.json": json.dumps({"pages": ["pages/home/home"], "useExtendedLib": asked}),
        "app.wxss": ".own { min-width: 2px }",
        "pages/home/home.json": '{"usingComponents": {"mp-cell": "weui-miniprogram/cell/cell"}}',
        "pages/home/home.wxml": "<mp-cell/>",
        f"{WEUI}/package.json": '{"miniprogram": "dist"}',
        f"{WEUI}/dist/weui-wxss/dist/style/weui.wxss": ".lent { max-width: 31px } .own { min-width: 1px }",
        f"{WEUI}/dist/cell/cell.json": '{"component": true, "styleIsolation": "apply-shared"}',
        f"{WEUI}/dist/cell/cell.js": "Component({})",
        f"{WEUI}/dist/cell/cell.wxml": '<view id="lent" class="lent own"/>',
    }
    with workshop.open(write_tree(tmp_path, files)) as app:
        look = "getComputedStyle(document.querySelector('#lent'))"
        assert app.in_page(f"[{look}.maxWidth, {look}.minWidth]") == [width, "2px"]
