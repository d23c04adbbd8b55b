"""What attributes and properties of any component do: booleans, values that are the same, events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulator.test_component_names import BUILTINS, tags_in
from tests.support.miniprograms import OpenApp, Workshop, write_tree

FALSY = ["false", "0", "''", "null", "NaN", "undefined"]
TRUTHY = ["true", "1", "'false'", "'0'", "'a'", "[]", "({})"]
# They are about the page, not a place on it.
OF_THE_PAGE = {"page-meta", "navigation-bar", "web-view"}
DECLARATION = re.compile(r"^export const \w+: BuiltinDeclaration = \{(.*?)^\}", re.DOTALL | re.MULTILINE)
COMMON = re.compile(r"^const COMMON = \{(.*?)^\}", re.DOTALL | re.MULTILINE)
BOOLEAN, ANY = "flag", "flag|text|number|any"


def properties(types: str) -> dict[str, list[str]]:
    """The properties of such types of every component, those of the app among them."""
    declared = re.compile(rf"\b(\w+): (?:{types})\(")
    found = {tag: ["hidden"] for kind in ("PLAIN", "BARE", "PLACEHOLDERS") for tag in tags_in(kind)}
    found["own-part"] = ["hidden", "on"]
    for path in BUILTINS.glob("*.ts"):
        source = path.read_text("utf-8")
        common = declared.findall("".join(COMMON.findall(source)))
        for body in DECLARATION.findall(source):
            tag = re.search(r"tag: '([a-z-]+)'", body)
            assert tag, body
            shared = common if "...COMMON" in body else []
            found[tag[1]] = ["hidden", *shared, *declared.findall(body)]
    return {tag: names for tag, names in found.items() if tag not in OF_THE_PAGE}


def dashed(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def element(tag: str, names: list[str]) -> str:
    given = " ".join(f'{dashed(name)}="{{{{item}}}}"' for name in names)
    return f'<{tag} class="case" data-tag="{tag}" data-value="{{{{index}}}}" {given}/>'


FLAGS = properties(BOOLEAN)
ODD = [*FALSY, *TRUTHY, "-1", "1e21", "{}", "[null]", "[{}]", "{actions: [null]}", "{actions: [{}]}"]
ODD += ["{actions: [{animates: [null], option: {}}]}", "{a: {b: [1]}}", "'{{}}'", "'10px'", "' '", "'<b>'"]
LOOK = """(names) => new Promise((done) => wx.createSelectorQuery().selectAll('.case')
  .fields({ dataset: true, computedStyle: ['display'], properties: names }, done).exec())"""
TEXTS = """() => Function(`return [...document.querySelectorAll('wx-text')].map((node) => [
  node.id, node.textContent, getComputedStyle(node).userSelect])`)()"""
EVENTS = {
    "bind:plain": "plain",
    "bindbare": "bare",
    "catch:caught": "caught",
    "bind:with-dash": "with-dash",
    "bindbare-dash": "bare-dash",
    "catchbare-caught": "bare-caught",
    "bind:update:show": "update:show",
    "bindupdate:bare": "update:bare",
    "catch:update:caught": "update:caught",
    "capture-bind:own-turn": "own-turn",
    "capture-bindbare-turn": "bare-turn",
    "mut-bind:own-change": "own-change",
    "mut-bindbare-change": "bare-change",
    "bind:a:b:c": "a:b:c",
}


def page(name: str, wxml: str, script: str) -> dict[str, str]:
    at = f"pages/{name}/{name}"
    return {
        f"{at}.wxml": wxml,
        f"{at}.js": script,
        f"{at}.json": '{"usingComponents": {"own-part": "/part"}}',
    }


FILES = {
    "app.json": json.dumps(
        {"pages": [f"pages/{name}/{name}" for name in ("flags", "events", "texts", "again", "ways", "odd")]}
    ),
    "part.json": '{"component": true}',
    "part.wxml": "<view>part</view>",
    "part.js": "Component({ properties: { on: Boolean } })",
    **page(
        "flags",
        f'<block wx:for="{{{{values}}}}" wx:key="index">{"".join(map(element, FLAGS, FLAGS.values()))}</block>',
        f"Page({{ data: {{ values: [{', '.join(FALSY + TRUTHY)}] }} }})",
    ),
    **page(
        "events",
        "".join(
            f'<{kind} id="{kind}-{number}" {name}="heard"/>'
            for number, name in enumerate(EVENTS)
            for kind in ("own-part", "view")
        ),
        "const heard = []\nPage({ heard(e) { heard.push(e.type) }, take() { return heard.splice(0) } })",
    ),
    **page(
        "ways",
        """<view bindx-y="outer" capture-bindx-y="captured"><view bind:x:y="{{name}}">
             <own-part id="inner" catchx-y="caught" bind:x:y="inner"/></view></view>""",
        """const heard = []
           const hear = (name) => ({ [name]() { heard.push(name) } })
           Page({
             data: { name: 'first' },
             ...Object.assign({}, ...['outer', 'captured', 'caught', 'inner', 'first', 'second'].map(hear)),
             take() { return heard.splice(0) },
           })""",
    ),
    **page(
        "odd",
        "".join(
            element(tag, list(dict.fromkeys(["animation", "style", "nodes", "src", *names[1:]])))
            for tag, names in properties(ANY).items()
        ),
        f"""const odd = [{", ".join(ODD)}]
            Page({{
              data: {{ item: 'x' }},
              async take() {{
                for (const item of odd) {{
                  await new Promise((done) => this.setData({{ item }}, done))
                  await new Promise((done) => setTimeout(done, 9))
                }}
                return odd.length
              }},
            }})""",
    ),
    "dot.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>',
    **page(
        "again",
        """<page-meta scroll-top="{{first.n}}" bindscrolldone="heard"/>
           <block wx:for="{{list}}" wx:key="index">
             <image src="{{item.src}}" mode="widthFix" bindload="heard"/>
             <cover-image src="{{item.src}}" bindload="heard"/>
             <progress percent="{{item.n}}" active duration="1" bindactiveend="heard"/>
             <scroll-view scroll-y scroll-top="{{item.n}}" style="height: 20px" bindscroll="heard">
               <view style="height: 90px"/>
             </scroll-view>
             <movable-area style="width: 50px; height: 50px">
               <movable-view x="{{item.n}}" animation="{{false}}" bindchange="heard"/>
             </movable-area>
             <swiper current="{{item.n}}" duration="1" bindchange="heard">
               <swiper-item/><swiper-item/><swiper-item/><swiper-item/><swiper-item/>
             </swiper>
             <video src="{{item.video}}" binderror="heard"/>
           </block>
           <image src="/dot.svg?{{turn}}" bindload="over" wx:if="{{turn}}"/>
           <view style="height: 3000px"/>""",
        """const heard = []
           let done
           Page({
             data: { turn: 0, first: {}, list: [] },
             heard(e) { heard.push(e.type) },
             over() { setTimeout(() => done(heard.splice(0).sort()), 50) },
             put(n) {
               const list = [{ n, src: `/dot.svg?picture${n}`, video: `/none${n}.mp4` }]
               return new Promise((told) => {
                 done = told
                 this.setData({ first: { n }, list, turn: this.data.turn + 1 })
               })
             },
           })""",
    ),
    **page(
        "texts",
        """<block wx:for="{{values}}" wx:key="index">
             <text id="{{index}}" decode="{{item}}" selectable="{{item}}">&lt;</text>
             <text id="{{index}}" decode="{{item}}" user-select="{{item}}">&lt;</text>
           </block>
           <view id="bare" hidden/><view id="empty" hidden=""/><view id="word" hidden="false"/>""",
        f"Page({{ data: {{ values: [{', '.join(FALSY + TRUTHY)}] }} }})",
    ),
}


@pytest.fixture(scope="module")
def app(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenApp]:
    with workshop.open(write_tree(tmp_path_factory.mktemp("attributes"), FILES)) as opened:
        yield opened


def wrong(app: OpenApp) -> list[str]:
    """Component, property and value of all that are not as they are given."""
    every = sorted({name for names in FLAGS.values() for name in names})
    found: list[dict[str, Any]] = app.evaluate(LOOK, every)
    values = FALSY + TRUTHY
    assert len(found) == len(FLAGS) * len(values)
    problems = []
    for seen in found:
        tag, value = seen["dataset"]["tag"], values[seen["dataset"]["value"]]
        wanted = value in TRUTHY
        if (seen["display"] == "none") is not wanted:
            problems.append(f"<{tag} hidden={value}> is {seen['display']}")
        problems += [
            f"<{tag} {name}={value}> is {seen[name]}"
            for name in FLAGS[tag]
            if name != "hidden" and seen[name] is not wanted
        ]
    return problems


def test_every_boolean_of_every_component_takes_every_value(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/flags/flags")
    assert wrong(app) == []


def test_every_boolean_takes_every_value_that_is_set_later(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/flags/flags")
    app.evaluate(
        """() => new Promise((done) => {
          const page = getCurrentPages().pop()
          const { values } = page.data
          page.setData({ values: [...values].reverse() }, () => page.setData({ values }, done))
        })"""
    )
    assert wrong(app) == []


def test_the_booleans_of_a_text_take_every_value(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/texts/texts")
    values = FALSY + TRUTHY
    assert app.evaluate(TEXTS) == [
        [str(index), "<" if value in TRUTHY else "&lt;", "text" if value in TRUTHY else "none"]
        for index, value in enumerate(values)
        for _ in ("selectable", "user-select")
    ]


def test_an_attribute_alone_is_true_and_an_empty_one_is_not(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/texts/texts")
    assert [
        app.call("Element.getStyles", **app.element(which), names=["display"])["styles"]
        for which in ("#bare", "#empty", "#word")
    ] == [["none"], ["block"], ["none"]]


def test_an_event_is_bound_by_the_name_it_has(app: OpenApp) -> None:
    before = app.findings()["warnings"]
    app.wx("reLaunch", url="/pages/events/events")
    unheard = []
    for number, (attribute, event) in enumerate(EVENTS.items()):
        for kind in ("own-part", "view"):
            app.call("Element.triggerEvent", **app.element(f"#{kind}-{number}"), type=event, detail={})
            if app.page_method("take") != [event]:
                unheard.append(f"<{kind} {attribute}>")
    assert unheard == []
    assert app.findings()["warnings"] == before


def test_a_property_set_to_the_value_it_has_starts_nothing(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/again/again")
    app.page_method("put", 3)
    changed = app.page_method("put", 4)
    assert set(changed) >= {"activeend", "change", "load", "scroll", "scrolldone"}
    assert [app.page_method("put", 4), app.page_method("put", 4)] == [[], []]


def test_an_event_goes_the_way_its_attributes_say(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/ways/ways")
    fire = """(type) => getCurrentPages().pop().selectComponent('#inner')
      .triggerEvent(type, {}, { bubbles: true, composed: true, capturePhase: true })"""
    app.evaluate(fire, "x-y")
    assert app.page_method("take") == ["captured", "caught"]
    app.evaluate(fire, "x:y")
    assert app.page_method("take") == ["inner", "first"]
    app.evaluate("() => new Promise((done) => getCurrentPages().pop().setData({ name: 'second' }, done))")
    app.evaluate(fire, "x:y")
    assert app.page_method("take") == ["inner", "second"]


PLAYS = """() => new Promise((done) => getCurrentPages().pop().setData({ item: [null] }, () => {
  const videos = Function("return [...document.querySelectorAll('video')]")()
  for (const video of videos) video.dispatchEvent(new (Function("return Event")())('timeupdate'))
  done(videos.length)
}))"""


def test_no_value_of_any_property_is_an_error(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/odd/odd")
    assert app.page_method("take") == len(ODD)
    assert app.evaluate(PLAYS) > 0
    found = app.findings()
    assert (found["exceptions"], found["faults"]) == ([], [])
