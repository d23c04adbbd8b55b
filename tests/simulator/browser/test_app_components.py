"""Components of an app, and what its templates draw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.lifecycle import APP, log
from tests.support.miniprograms import OpenApp, Workshop, write_tree


@pytest.fixture(scope="module")
def parts(workshop: Workshop) -> Iterator[tuple[OpenApp, list[str]]]:
    """The page of components, and what it logged while it opened."""
    with workshop.open(APP, "pages/parts/parts") as opened:
        yield (
            opened,
            [line for line in log(opened) if not line.startswith(("app ", "route", "before", "after"))],
        )


class TestComponents:
    def test_behaviors_merge_base_first(self, parts: tuple[OpenApp, list[str]]) -> None:
        lines = parts[1]
        assert [line for line in lines if line.endswith("created")] == [
            "base created",
            "named created",
            "kit created",
        ]
        attached = [line for line in lines if "attached" in line]
        assert attached == [
            "base attached",
            "named attached",
            'kit attached {"from":"kit","deep":{"base":1,"named":2,"own":3},"base":true,"filtered":true,'
            '"title":"base","who":"named","more":"base method"}',
        ]

    def test_selecting(self, parts: tuple[OpenApp, list[str]]) -> None:
        assert parts[0].page_method("select") == {
            "kit": {"exported": "kit"},
            "counter": 5,
            "rows": [1, 2, 3],
            "none": None,
        }
        owner = "() => getCurrentPages()[0].selectComponent('#panel').owner()"
        assert parts[0].evaluate(owner) == "pages/parts/parts"
        width = "() => getCurrentPages()[0].selectComponent('#panel').width()"
        assert parts[0].evaluate(width) == 100

    def test_observers(self, parts: tuple[OpenApp, list[str]]) -> None:
        app = parts[0]
        log(app)
        app.evaluate("() => getCurrentPages()[0].setData({ value: 6 })")
        assert log(app) == ["observe value 6", "observe both 6 12", "value 5 -> 6"]
        component = "getCurrentPages()[0].selectComponent('#counter')"
        app.evaluate(f"() => {component}.setData({{ 'deep.a.b': 2 }})")
        assert log(app) == ["observe deep.a.b 2", 'observe deep.** {"a":{"b":2}}']
        app.evaluate(f"() => {component}.setData({{ 'list[1]': 9 }})")
        assert log(app) == ["observe list[1] 9"]
        app.evaluate(f"() => {component}.setData({{ value: {component}.data.value }})")
        assert log(app) == ["observe value 6", "observe both 6 12"]

    def test_events_go_as_far_as_they_say(self, parts: tuple[OpenApp, list[str]]) -> None:
        app = parts[0]
        log(app)
        app.evaluate("() => getCurrentPages()[0].selectComponent('#panel').send()")
        assert log(app) == [
            "page plain 1 panel panel",
            "page bubbling 2 panel around",
            "page composed 3 around",
        ]

    def test_a_touch_inside_a_component(self, parts: tuple[OpenApp, list[str]]) -> None:
        app = parts[0]
        before = app.evaluate("() => getCurrentPages()[0].selectComponent('#counter').data.value")
        app.evaluate("() => getCurrentPages()[0].selectComponent('#counter').count()")
        assert f"page count {before + 1}" in log(app)

    def test_two_way_binding(self, parts: tuple[OpenApp, list[str]]) -> None:
        app = parts[0]
        app.evaluate("() => getCurrentPages()[0].setData({ text: 'outside' })")
        app.evaluate("() => getCurrentPages()[0].selectComponent('#field').change()")
        assert app.evaluate("() => getCurrentPages()[0].data.text") == "from inside"

    def test_named_slots_and_external_classes(self, parts: tuple[OpenApp, list[str]]) -> None:
        app = parts[0]
        tops = [
            app.call("Element.getOffset", **app.element(name))["top"]
            for name in ("#header", "#middle", "#footer")
        ]
        assert tops == sorted(tops)
        color = app.call("Element.getStyles", **app.element("#header"), names=["color"])["styles"]
        assert color == ["rgb(255, 0, 0)"]

    @pytest.mark.parametrize(("framework", "taken"), [(None, ["plain"]), ("glass-easel", ["named"])])
    def test_two_slots_without_multiple_slots(
        self, workshop: Workshop, tmp_path: Path, framework: str | None, taken: list[str]
    ) -> None:
        home = {"usingComponents": {"shelf": "/shelf"}}
        slots = (
            '<view id="named"><slot name="{{name}}"/></view><view id="plain"><slot wx:if="{{on}}"/></view>'
        )
        files = {
            "app.json": json.dumps({"pages": ["pages/home/home"], "componentFramework": framework}),
            "pages/home/home.json": json.dumps(home),
            "pages/home/home.wxml": '<shelf id="shelf"><text>a</text><text slot="head">b</text></shelf>',
            "shelf.json": '{"component": true}',
            "shelf.js": "Component({ data: { name: 'head', on: true } })",
            "shelf.wxml": slots,
        }
        with workshop.open(write_tree(tmp_path, files)) as app:

            def filled(**data: object) -> list[str]:
                change = "(data) => getCurrentPages()[0].selectComponent('#shelf').setData(data)"
                app.evaluate(change, data)
                return [name for name in ("named", "plain") if app.text(f"#shelf >>> #{name}") == "ab"]

            assert filled() == taken
            assert filled(on=False) == [name for name in taken if name == "named"]
            assert filled(on=True) == taken
            assert filled(name="") == ["named"]
            assert filled(name="head") == taken

    def test_relations(self, parts: tuple[OpenApp, list[str]]) -> None:
        app, lines = parts
        assert [line for line in lines if line.startswith("list linked")] == [
            f"list linked {n}" for n in (1, 2, 3)
        ]
        log(app)
        app.evaluate("() => getCurrentPages()[0].setData({ rows: [1, 3, 2] })")
        assert "list linkChanged" in " ".join(log(app))
        app.evaluate("() => getCurrentPages()[0].setData({ rows: [3] })")
        assert {"list unlinked 1", "list unlinked 2"} <= set(log(app))
        assert app.evaluate("() => getCurrentPages()[0].selectComponent('#list').numbers()") == [3]
        app.evaluate("() => getCurrentPages()[0].setData({ rows: [1, 2, 3] })")

    def test_generics(self, parts: tuple[OpenApp, list[str]]) -> None:
        wxml = str(parts[0].call("Host.tree")["wxml"])
        assert wxml.count("<counter") >= 1
        assert wxml.count('class="count"') == 3

    def test_an_event_without_a_method_is_told_once(self, workshop: Workshop, tmp_path: Path) -> None:
        files = {
            "app.json": json.dumps({"pages": ["pages/home/home"]}),
            "pages/home/home.wxml": '<view class="save">\n<view id="a" bindtap="save">a</view></view>',
            "pages/home/home.js": "Page({ safe() {} })",
        }
        with workshop.open(write_tree(tmp_path, files)) as app:
            assert app.findings()["warnings"] == []
            for _ in range(2):
                app.tap("#a")
            [said] = app.findings()["warnings"]
        what = 'no method "save" to handle the event: write it, or take it out of the template'
        assert said == f"pages/home/home.wxml:2:14: warning: {what}"

    def test_a_component_in_itself_uses_the_same_template(self, workshop: Workshop, tmp_path: Path) -> None:
        body = '<view>{{depth}}</view><branch wx:if="{{depth > 1}}" depth="{{depth - 1}}"/>'
        files = {
            "pages/home/home.json": '{"usingComponents": {"branch": "/branch"}}',
            "pages/home/home.wxml": '<view id="tree"><branch depth="{{3}}"/></view>',
            "branch.json": '{"component": true, "usingComponents": {"branch": "/branch"}}',
            "branch.js": "Component({ properties: { depth: Number } })",
            "branch.wxml": f'<template name="body">{body}</template><template is="body" data="{{{{depth}}}}"/>',
        }
        with workshop.open(write_tree(tmp_path, files)) as app:
            assert "".join(app.text("#tree").split()) == "321"
            assert app.findings()["exceptions"] == []

    def test_what_data_makes_a_component_tell_comes_after_the_drawing(
        self, workshop: Workshop, tmp_path: Path
    ) -> None:
        swiper = '<swiper current="{{at}}" bindchange="turned"><swiper-item wx:for="{{3}}" wx:key="*this"/></swiper>'
        files = {
            "pages/home/home.wxml": f'<template name="body">{swiper}</template>'
            '<template is="body" data="{{at}}"/><view id="home">{{said}}</view>',
            "pages/home/home.js": """Page({
  data: { at: 0, said: '' },
  turn() { this.setData({ at: 1 }); this.say('set') },
  turned({ detail }) { this.say(`turned ${detail.current}`); this.setData({ at: detail.current }) },
  say(word) { this.setData({ said: this.data.said + word + ', ' }) },
})""",
        }
        with workshop.open(write_tree(tmp_path, files)) as app:
            app.page_method("turn")
            assert app.text("#home").strip() == "set, turned 1,"
            assert app.findings()["exceptions"] == []

    def test_queries_under_way_see_the_page_of_one_moment(self, workshop: Workshop, tmp_path: Path) -> None:
        files = {
            "pages/home/home.wxml": '<view id="home" style="height: {{height}}px"/>',
            "pages/home/home.js": """Page({
  data: { height: 10 },
  height() {
    const query = wx.createSelectorQuery().select('#home').boundingClientRect()
    return new Promise((done) => query.exec(([{ height }]) => done(height)))
  },
  both() {
    const grown = (height) => { this.setData({ height: height * 2 }); return height }
    return Promise.all([this.height().then(grown), this.height().then(grown), this.height()])
  },
})""",
        }
        with workshop.open(write_tree(tmp_path, files)) as app:
            assert app.evaluate("() => getCurrentPages()[0].both()") == [10, 10, 10]
            assert app.evaluate("() => getCurrentPages()[0].height()") == 20

    def test_what_a_slot_holds_is_seen_as_the_node_around_it(
        self, workshop: Workshop, tmp_path: Path
    ) -> None:
        files = {
            "pages/home/home.json": '{"usingComponents": {"shelf": "/shelf"}}',
            "pages/home/home.wxml": '<shelf id="shelf"><view id="goods">goods</view></shelf>',
            "shelf.json": '{"component": true}',
            "shelf.js": """Component({
  methods: { tapped({ target }) { this.setData({ seen: target.dataset.place }) } },
})""",
            "shelf.wxml": '<view bindtap="tapped"><view data-place="7"><slot/></view></view>'
            '<view id="seen">{{seen}}</view>',
        }
        with workshop.open(write_tree(tmp_path, files)) as app:
            app.tap("#goods")
            assert app.text("#shelf >>> #seen") == "7"

    def test_an_instance_in_data_is_what_is_its_own(self, workshop: Workshop, tmp_path: Path) -> None:
        link = "relations: {{ './{other}': {{ type: '{kind}', linked(other) {{ {does} }} }} }}"
        outer = link.format(other="inner", kind="child", does="this.inner = 1")
        inner = link.format(other="outer", kind="parent", does="this.setData({ outer: other })")
        told = "methods: { told() { return this.data.outer.own() + JSON.stringify(this.data.outer) } }"
        files = {
            "pages/home/home.json": '{"usingComponents": {"outer": "/outer", "inner": "/inner"}}',
            "pages/home/home.wxml": '<outer><inner id="inner"/></outer>',
            "outer.json": '{"component": true}',
            "outer.js": f"Component({{ {outer}, methods: {{ own() {{ return 'own ' }} }} }})",
            "outer.wxml": "<slot/>",
            "inner.json": '{"component": true}',
            "inner.js": f"Component({{ {inner}, {told} }})",
        }
        with workshop.open(write_tree(tmp_path, files)) as app:
            ask = "() => getCurrentPages()[0].selectComponent('#inner').told()"
            assert app.evaluate(ask) == 'own {"inner":1}'

    def test_an_observer_that_is_not_there_is_told(self, workshop: Workshop, tmp_path: Path) -> None:
        files = {
            "pages/home/home.json": '{"usingComponents": {"shelf": "/shelf"}}',
            "pages/home/home.wxml": '<shelf value="{{1}}"/>',
            "shelf.json": '{"component": true}',
            "shelf.js": """Component({
  properties: { value: { type: Number, observer: 'changed' } },
  relations: { './part': { type: 'children' } },
})""",
            "shelf.wxml": "<view/>",
        }
        with workshop.open(write_tree(tmp_path, files)) as app:
            assert sorted(app.findings()["warnings"]) == [
                'shelf.js:1: warning: Cannot find method "changed" for observer of property "value".',
                'shelf.js:1: warning: the "./part" relation has an invalid relation type "children".',
            ]
            assert app.findings()["exceptions"] == []

    def test_a_type_that_a_package_only_thinks_of_is_no_gap(self, workshop: Workshop, tmp_path: Path) -> None:
        row = "miniprogram_npm/rows/row"
        files = {
            "pages/home/home.json": '{"usingComponents": {"row": "rows/row"}}',
            "pages/home/home.wxml": '<row id="row"/><button id="own" open-type="navigateTo">own</button>',
            f"{row}.json": '{"component": true}',
            f"{row}.js": "Component({})",
            f"{row}.wxml": '<button id="button" open-type="navigateTo">row</button>',
        }
        with workshop.open(write_tree(tmp_path, files)) as app:
            app.tap("#row >>> #button")
            assert app.findings()["warnings"] == []
            app.tap("#own")
            assert app.findings()["warnings"] == ["not simulated: button open-type=navigateTo (used once)"]

    def test_a_choice_is_made_by_the_time_the_app_hears_of_the_tap(
        self, workshop: Workshop, tmp_path: Path
    ) -> None:
        files = {
            "pages/home/home.wxml": '<checkbox id="box" checked="{{box}}" data-of="box" bindtap="turn"/>'
            '<label id="label" data-of="inner" bindtap="turn"><checkbox id="inner" checked="{{inner}}"/>all</label>'
            '<switch id="lamp" checked="{{lamp}}" data-of="lamp" bindtap="turn"/>',
            "pages/home/home.js": """Page({
  data: { box: false, inner: false, lamp: false },
  turn({ currentTarget: { dataset } }) { this.setData({ [dataset.of]: !this.data[dataset.of] }) },
})""",
        }
        with workshop.open(write_tree(tmp_path, files)) as app:
            for tapped, checked in (("box", "box"), ("label", "inner"), ("lamp", "lamp")):
                for on in (True, False):
                    app.tap(f"#{tapped}")
                    asked = app.call("Element.getProperties", **app.element(f"#{checked}"), names=["checked"])
                    assert asked["properties"] == [on], tapped

    def test_what_is_not_there_is_told(self, parts: tuple[OpenApp, list[str]]) -> None:
        said = " ".join(parts[0].findings()["warnings"])
        assert 'component "map-of-plugin" comes from a plugin; plugins are not simulated' in said


VIEWS: dict[str, str] = {
    ".big": "Ming is 3",
    ".small": "4",
    ".card": "imported",
    "#part": "Ming included",
    "#wxs": "4 4 Array! 12-3 2023 other",
    "#null": "[null] [] []",
    "#for": "0x1y",
    "#if": "some",
}


@pytest.fixture(scope="module")
def views(workshop: Workshop) -> Iterator[OpenApp]:
    with workshop.open(APP, "pages/views/views") as opened:
        yield opened


class TestTemplates:
    @pytest.mark.parametrize("selector", VIEWS)
    def test_what_is_drawn(self, selector: str, views: OpenApp) -> None:
        assert views.text(selector) == VIEWS[selector]

    def test_an_import_brings_templates_only(self, views: OpenApp) -> None:
        assert "not imported" not in str(views.call("Host.tree")["wxml"])
