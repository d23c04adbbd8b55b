from __future__ import annotations

import pytest

from harness.automator.spec import load_spec, read_spec
from harness.core.errors import ProtocolError

SMALL = """
version: "1"
reported: {tool: 1.06.2503310, sdk: 3.5.0}
errors:
  unimplemented: {text: "{method} unimplemented", why: w}
types:
  Point: {x: number}
domains:
  D:
    m: {params: {p: Point}, result: {"r?": [Point]}, used_by: u}
events:
  D.e: {params: {name: string}, to: all, used_by: u}
"""


def test_the_shipped_file_loads_and_knows_every_domain() -> None:
    spec = load_spec()
    assert {name.split(".")[0] for name in spec.methods} == {"Tool", "App", "Page", "Element", "Simulator"}
    assert all(method.used_by for method in spec.methods.values())


def test_reported_versions_turn_on_native_dialogues_in_minium() -> None:
    # minium: use_native from 1.06.2301160 on; refuses an SDK below 2.7.3.
    spec = load_spec()
    assert tuple(map(int, spec.tool_version.split("."))) >= (1, 6, 2301160)
    assert tuple(map(int, spec.sdk_version.split("."))) >= (2, 7, 3)


def test_texts_clients_match_exactly() -> None:
    spec = load_spec()
    assert spec.error("page_destroyed") == "page destroyed"
    assert spec.error("no_such_element") == "no such element"
    assert spec.error("api_missing", api="getPrivacySetting") == "wx.getPrivacySetting not exists"
    # minium looks for the word anywhere but at the start.
    assert spec.error("unimplemented", method="Page.x").find("unimplemented") > 0


def test_parameters_are_checked() -> None:
    spec = load_spec()
    spec.check_params("Page.getElements", {"pageId": 1, "selector": ".a"})
    with pytest.raises(ProtocolError, match=r"^selector: expected string, got number$"):
        spec.check_params("Page.getElements", {"pageId": 1, "selector": 2})
    with pytest.raises(ProtocolError, match=r"^pageld: unknown name, did you mean pageId\?$"):
        spec.check_params("Page.getElements", {"pageld": 1, "selector": ""})


def test_results_are_checked() -> None:
    spec = load_spec()
    spec.check_result("Page.getElements", {"elements": [{"elementId": "1", "tagName": "view"}]})
    with pytest.raises(
        ProtocolError, match=r"^Page.getElements result.elements\[0\].tagName: expected string"
    ):
        spec.check_result("Page.getElements", {"elements": [{"elementId": "1", "tagName": None}]})
    with pytest.raises(ProtocolError, match="expected object, got null"):
        spec.check_result("Element.tap", None)


def test_an_unknown_method_is_unimplemented() -> None:
    with pytest.raises(ProtocolError, match=r"^Page.fly unimplemented$"):
        load_spec().check_params("Page.fly", {})


def test_events_are_checked() -> None:
    spec = load_spec()
    assert spec.check_event("App.bindingCalled", {"name": "n", "args": []}).audience == "binding"
    with pytest.raises(ProtocolError, match=r"^App.bindingCalled.args: expected array, got nothing$"):
        spec.check_event("App.bindingCalled", {"name": "n"})
    with pytest.raises(
        ProtocolError, match=r"unknown event App.bindingCaled, did you mean App.bindingCalled"
    ):
        spec.check_event("App.bindingCaled", {})


def test_named_types_are_followed() -> None:
    spec = read_spec(SMALL)
    with pytest.raises(ProtocolError, match=r"^p\.x: expected number, got string$"):
        spec.check_params("D.m", {"p": {"x": "1"}})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("p: Point", "p: Pint", r"protocol.yaml: D.m: unknown type 'Pint', did you mean 'Point'"),
        ("used_by: u}\nevents", "usedby: u}\nevents", r"protocol.yaml: D.m: unknown key 'usedby'"),
        ("to: all", "to: some", r"protocol.yaml: D.e: unknown audience 'some'"),
        ("result:", "answer: nothing, result:", r"protocol.yaml: D.m: unknown error text 'nothing'"),
        ("x: number", "x: nunber", r"protocol.yaml: types.Point: unknown type 'nunber'"),
    ],
)
def test_a_mistake_in_the_file_is_named(old: str, new: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_spec(SMALL.replace(old, new))
