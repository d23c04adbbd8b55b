"""What compilers of mini-programs write and people do not: templates, built files of one line, source maps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.errors import BrokenError, ProtocolError
from harness.core.polling import poll
from tests.support.miniprograms import OpenApp, Workshop, write_tree

# Every attribute that there is, as Taro writes them: undefined unless the app gives it.
EVERY_ATTRIBUTE = """<button type="{{i.type}}" size="{{i.size}}" no-such="{{i.none}}">Pay</button>
  <input value="{{i.value}}" maxlength="{{i.most}}" auto-fill="{{i.fill}}" placeholder="{{i.placeholder}}"/>
  <swiper current="{{i.current}}" interval="{{i.interval}}"/>"""
PAGES = {
    "find": (
        """<view class="data-v-1" data-item="7" aria-role="listitem">
             <button aria-label="Buy tea" role="button" data-kind="buy" size="mini">Buy</button>
             <input aria-label="{{label}}" placeholder="Name"/>
             <text data-x="echo [1]">echo</text><own-part data-x="part"/>
           </view>
           <view data-item="8"/>""",
        "Page({ data: { label: 'Your name' } })",
    ),
    "absent": (
        EVERY_ATTRIBUTE + '<view wx:for="{{list}}" wx:key="id">{{item.id}}</view><view wx:for="{{none}}"/>',
        """Page({
             data: { i: {}, none: null },
             fill() { this.setData({ i: { type: 'warn', most: 3 }, list: [{ id: 1 }, { id: 2 }] }) },
             clear() { this.setData({ i: {}, list: undefined }) },
           })""",
    ),
    "idle": (
        """<swiper layout-type="normal" indicator-offset="{{[0, 0]}}"/><scroll-view clip padding="{{[0]}}"/>
           <textarea adjust-keyboard-to="cursor"/><video show-progress="{{true}}"/><form name="a"/>
           <button no-such-thing="1"/>""",
        "Page({})",
    ),
    "texts": (
        """<view id="whole"><block wx:for="{{['小明', ' ', '杭州']}}" wx:key="index">{{item}}</block></view>
           <view id="apart"><text>a</text>
             <text>b</text></view>""",
        "Page({})",
    ),
    "padded": (
        """<input class="field" style="padding: 10px 30px" placeholder="名"/>
           <textarea class="field" style="padding: 20px 40px" placeholder="话"/>""",
        "Page({})",
    ),
}
FILES = {
    "app.json": json.dumps({"pages": [f"pages/{name}/{name}" for name in PAGES]}),
    "part.json": '{"component": true}',
    "part.wxml": '<view data-x="inside">part</view>',
    "part.js": "Component({})",
    **{f"pages/{name}/{name}.json": '{"usingComponents": {"own-part": "/part"}}' for name in PAGES},
    **{f"pages/{name}/{name}.wxml": wxml for name, (wxml, _) in PAGES.items()},
    **{f"pages/{name}/{name}.js": script for name, (_, script) in PAGES.items()},
}


@pytest.fixture(scope="module")
def app(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenApp]:
    with workshop.open(write_tree(tmp_path_factory.mktemp("compiled"), FILES)) as opened:
        yield opened


def found(app: OpenApp, selector: str) -> list[str]:
    """The tags of what a selector finds on the page on top."""
    page = app.call("App.getCurrentPage")["pageId"]
    method = "Page.getElementsByXpath" if selector.startswith("/") else "Page.getElements"
    elements = app.call(method, pageId=page, selector=selector)["elements"]
    return [element["tagName"] for element in elements]


def attributes(app: OpenApp, selector: str, *names: str) -> list[str | None]:
    given: list[str | None] = app.call("Element.getAttributes", **app.element(selector), names=list(names))[
        "attributes"
    ]
    return given


@pytest.mark.parametrize(
    ("selector", "tags"),
    [
        ("[data-item]", ["view", "view"]),
        ("[data-item='8']", ["view"]),
        ('view[data-item="7"] > button', ["button"]),
        ("[data-kind^=b]", ["button"]),
        ('[data-x="echo [1]"]', ["text"]),
        ("[data-x]", ["text", "own-part"]),
        ("text:not([data-x=part])", ["text"]),
        ("[aria-label='Buy tea']", ["button"]),
        ("[role=button]", ["button"]),
        ("input[aria-label='Your name']", ["input"]),
        ("[aria-role=listitem] text", ["text"]),
        ("[placeholder=Name]", ["input"]),
        ("button[size=mini], [data-item='8']", ["button", "view"]),
        ("own-part >>> [data-x]", ["view"]),
        ("[data-item='9']", []),
        ("//*[@data-x='part']", ["own-part"]),
        ("//input[@aria-label='Your name']", ["input"]),
        ("//view[@data-item='7']/button[contains(text(), 'Bu')]", ["button"]),
    ],
)
def test_an_element_is_found_by_its_attributes(app: OpenApp, selector: str, tags: list[str]) -> None:
    app.wx("reLaunch", url="/pages/find/find")
    assert found(app, selector) == tags


def test_what_assistive_technology_is_told_of_a_control_is_an_attribute_of_it(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/find/find")
    assert attributes(app, "button", "aria-label", "role", "data-kind") == ["Buy tea", "button", "buy"]
    app.evaluate("() => new Promise((done) => getCurrentPages().pop().setData({ label: '姓名' }, done))")
    assert attributes(app, "input", "aria-label") == ["姓名"]
    app.evaluate("() => new Promise((done) => getCurrentPages().pop().setData({ label: null }, done))")
    assert attributes(app, "input", "aria-label") == [None]


def test_a_selector_leaves_no_trace(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/find/find")
    assert found(app, "[data-item]")
    assert app.in_page("document.querySelectorAll('[mp-is-data-item]').length") == 0
    with pytest.raises(ProtocolError):
        found(app, "[data-item=]")
    assert app.in_page("document.querySelectorAll('[mp-is-data-item]').length") == 0


def test_what_is_undefined_is_as_if_it_were_not_there(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/absent/absent")
    for method, looks in (("fill", ["warn", "3"]), ("clear", ["default", "140"])):
        app.page_method(method)
        assert attributes(app, "button", "type") + attributes(app, "input", "maxlength") == looks
    assert app.findings()["warnings"] == []


def test_what_wechat_documents_and_nothing_uses_is_no_warning(app: OpenApp) -> None:
    before = app.findings()["warnings"]
    app.wx("reLaunch", url="/pages/idle/idle")
    told = [said for said in app.findings()["warnings"] if said not in before]
    assert told == ['pages/idle/idle.wxml:3:20: warning: "noSuchThing" is not a valid property']


def test_a_space_that_is_a_text_of_its_own_is_part_of_what_is_read(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/texts/texts")
    assert found(app, "//view[. = '小明 杭州']") == ["view"]
    assert found(app, "//*[contains(., '小明 杭州') and not(*[contains(., '小明 杭州')])]") == ["view"]
    assert found(app, "//view[. = 'ab']") == ["view"]


def test_a_placeholder_stands_where_the_text_will(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/padded/padded")
    places = app.in_page(
        """[...document.querySelectorAll('.sim-placeholder')].map((placeholder) => {
          const words = document.createRange()
          words.selectNodeContents(placeholder)
          return [words.getBoundingClientRect().left, placeholder.nextElementSibling.getBoundingClientRect().left]
        })"""
    )
    assert places == [[30, 30], [40, 40]]


# One line, as a minifier writes it: what throws begins at the columns that the maps below are of.
BUILT = "Page({"
BROKEN = "fail(){null.x},"
PRINTED = "print(){try{null.y}catch(e){console.error(e,e.stack)}},"
LATER = "later(){return Promise.reject(new Error('late'))},"
SPIN = "spin(){for(;;);}})"
SOURCES = ("fail", "print", "later", "spin")


def vlq(number: int) -> str:
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    left, text = (-number << 1) | 1 if number < 0 else number << 1, ""
    while True:
        left, part = left >> 5, left & 31
        text += digits[part | (32 if left else 0)]
        if not left:
            return text


def built_app(folder: Path) -> Path:
    """A page of one line, each of its methods made from a line of its own: 10, 20, 30 and 40 of home.vue."""
    code = BUILT + BROKEN + PRINTED + LATER + SPIN
    columns = [code.index(name + "(){") for name in SOURCES]
    steps = [column - before for column, before in zip(columns, [0, *columns], strict=False)]
    segments = [vlq(step) + "A" + vlq(9 if not number else 10) + "A" for number, step in enumerate(steps)]
    told = {"version": 3, "sources": ["webpack:///./src/home.vue"], "mappings": ",".join(segments)}
    page = {"pages/home/home.js": code, "pages/home/home.js.map": json.dumps(told)}
    return write_tree(folder, page)


def test_what_is_thrown_is_told_where_it_was_written(workshop: Workshop, tmp_path: Path) -> None:
    with workshop.open(built_app(tmp_path)) as app:
        for method in ("fail", "print", "later"):
            app.evaluate(f"() => {{ setTimeout(() => getCurrentPages()[0].{method}()) }}")
        seen = poll(app.findings, lambda found: found["thrown"] == 2 and found["console"], within=5)
        found = seen.value
    assert [each["stack"].split("\n")[1].split("(")[-1] for each in found["exceptions"]] == [
        "src/home.vue:10:1)",
        "src/home.vue:30:1)",
    ]
    [line] = found["console"]
    error, stack = line["args"]
    assert "(src/home.vue:20:1)" in error["stack"]
    assert "(src/home.vue:20:1)" in stack


def test_an_endless_loop_is_told_where_it_was_written(workshop: Workshop, tmp_path: Path) -> None:
    with workshop.open(built_app(tmp_path)) as app:
        app.evaluate("() => { setTimeout(() => getCurrentPages()[0].spin()) }")
        with pytest.raises(BrokenError, match=r"spin \(src/home\.vue:40\)"):
            app.evaluate("() => 1")


def test_a_warning_of_a_template_names_what_it_was_built_from(workshop: Workshop, tmp_path: Path) -> None:
    source = json.dumps({"version": 3, "sources": ["webpack:///./src/pages/home/home.vue"], "mappings": ""})
    project = write_tree(
        tmp_path,
        {"pages/home/home.wxml": '<button no-such-thing="1"/>', "pages/home/home.js.map": source},
    )
    assert workshop.findings(project)["warnings"] == [
        "pages/home/home.wxml:1:9 (made from src/pages/home/home.vue): warning: "
        '"noSuchThing" is not a valid property'
    ]


def test_a_broken_map_breaks_nothing(workshop: Workshop, tmp_path: Path) -> None:
    project = built_app(tmp_path)
    (project / "pages/home/home.js.map").write_text("no map")
    with workshop.open(project) as app:
        for _ in range(2):
            app.evaluate("() => { setTimeout(() => getCurrentPages()[0].fail()) }")
        found = poll(app.findings, lambda found: found["thrown"] == 2, within=5).value
    column = (BUILT + BROKEN).index("x}") + 1
    assert f"(pages/home/home.js:1:{column})" in found["exceptions"][0]["stack"]
    [warning] = found["warnings"]
    assert warning.startswith("pages/home/home.js: warning: its source map cannot be read: ")
