"""What is drawn over a page: who is told of it, who puts it away and how, and which of it a route change leaves.

One table of all that the runtime draws, by four drivers over five route changes. A touch on what is below says
what is in the way and how it is closed; each driver does that, word for word, and the touch then arrives.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.automator import refusals
from harness.automator.client import SimulatorClient
from harness.automator.refusals import REFUSED, overlaid
from harness.core.polling import poll
from tests.support.minium_simulator import XIAO_MING
from tests.support.overlay_drivers import BELOW, Back, Driver, Finger, by_automator, by_minium
from tests.support.simulator import APPS, simulating


@dataclass(frozen=True)
class Overlay:
    id: str
    """Of the element that opens it."""
    name: str
    """In the refusal of a touch."""
    answer: dict[str, Any] | None = None
    """What is answered for the person as it is opened, by the API's name."""
    leaves: bool = False
    """Whether it goes with its page."""
    covers: bool = True
    """Whether it takes touches; without a mask, a toast and a loading prompt do not."""
    heard: str = ""
    """What the app hears when it is put away without a yes; nothing where it heard before."""


def failed(api: str, reason: str = "cancel") -> str:
    return f"{api}:fail {reason}"


def asks(name: str, maker: str, heard: str, **others: Any) -> Overlay:
    return Overlay(name, f"of {maker} is in front of it", heard=heard, **others)


def api(id: str, heard: str | None = None, *, name: str = "") -> Overlay:
    name = name or id
    return asks(id, f"wx.{name}", failed(name) if heard is None else heard)


def picker(id: str) -> Overlay:
    return asks(id, "<picker>", "cancel", leaves=True)


OVERLAYS = [
    Overlay("toast", 'the toast "已完成" of wx.showToast', leaves=True, covers=False),
    Overlay("maskedToast", 'the toast "已保存" of wx.showToast', leaves=True),
    Overlay("clipboard", 'the toast "内容已复制" of wx.setClipboardData', leaves=True, covers=False),
    Overlay("loading", 'the loading prompt "加载中" of wx.showLoading', covers=False),
    Overlay("maskedLoading", 'the loading prompt "处理中" of wx.showLoading'),
    Overlay("modal", 'the dialogue "提示" of wx.showModal', heard="showModal:ok"),
    Overlay("alert", 'the dialogue "只有内容" of wx.showModal', heard="showModal:ok"),
    Overlay("prompt", 'the dialogue "备注" of wx.showModal', heard="showModal:ok"),
    Overlay("sheet", "the action sheet of wx.showActionSheet", heard=failed("showActionSheet")),
    Overlay("previewImage", "the picture viewer of wx.previewImage"),
    Overlay("previewMedia", "the picture viewer of wx.previewMedia"),
    api("openDocument", ""),
    api("openLocation", ""),
    api("chooseLocation"),
    api("authorize", failed("authorize", "auth deny")),
    api("getLocation", failed("getLocation", "auth deny"), name="authorize"),
    asks(
        "privacy",
        "wx.requirePrivacyAuthorize",
        failed("requirePrivacyAuthorize", "privacy permission is not authorized"),
        answer={"privacy": {"needAuthorization": True}},
    ),
    api("privacyContract", "openPrivacyContract:ok", name="openPrivacyContract"),
    api("chooseAddress"),
    api("chooseInvoiceTitle"),
    api("chooseContact"),
    api("scanCode"),
    api("navigateToMiniProgram"),
    api("customerService", name="openCustomerServiceChat"),
    api("payment", name="requestPayment"),
    api("subscribe", "requestSubscribeMessage:ok", name="requestSubscribeMessage"),
    api("shareFile", name="shareFileMessage"),
    api("shareVideo", name="shareVideoMessage"),
    api("shareImage", name="showShareImageMenu"),
    api("chooseImage"),
    api("chooseMedia"),
    api("chooseVideo"),
    api("chooseMessageFile"),
    api("unloadQuestion", "", name="enableAlertBeforeUnload"),
    asks("shareAppMessage", '<button open-type="share">', ""),
    asks(
        "getPhoneNumber",
        '<button open-type="getPhoneNumber">',
        "getPhoneNumber:fail user deny",
        answer={"getPhoneNumber": {"ask": True}},
    ),
    asks("chooseAvatar", '<button open-type="chooseAvatar">', ""),
    *[picker(mode) for mode in ("selector", "multi", "time", "date", "region")],
]
ROUTES: dict[str, dict[str, Any]] = {
    "navigateTo": {"url": "/pages/opener/opener?again=1"},
    "redirectTo": {"url": "/pages/opener/opener?again=1"},
    "switchTab": {"url": "/pages/other/other"},
    "reLaunch": {"url": "/pages/opener/opener?again=1"},
    "navigateBack": {},
}
DRIVERS = ("finger", "back", "minium", "automator")


@dataclass
class Stage:
    """One app for each driver, and a second connection to it that opens and looks."""

    control: SimulatorClient
    folder: Path
    held: ExitStack
    apps: dict[str, tuple[Driver, Finger]]

    def app(self, name: str) -> tuple[Driver, Finger]:
        if name not in self.apps:
            new = self.control.new_app(XIAO_MING)
            looking = Finger(self.held.enter_context(SimulatorClient(new.endpoint, deadline=20)))
            driver: Driver
            match name:
                case "finger":
                    driver = looking
                case "back":
                    driver = Back(looking.client)
                case "minium":
                    driver = self.held.enter_context(by_minium(new.port, self.folder / "outputs"))
                case _:
                    driver = self.held.enter_context(by_automator(new.endpoint))
            self.apps[name] = driver, looking
        return self.apps[name]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with (
        simulating(APPS / "overlays") as simulator,
        SimulatorClient(simulator.ready["control"], deadline=20) as control,
        ExitStack() as held,
    ):
        yield Stage(control, tmp_path_factory.mktemp("overlays"), held, {})


SHOWN = """() => {
  const document = Function('return document')()
  return [...document.querySelectorAll('[data-overlay]')].map((each) => each.dataset.overlay)
}"""


def script(looking: Finger, source: str) -> Any:
    return looking.client.call("App.callFunction", {"functionDeclaration": source, "args": []}).get("result")


def wx(looking: Finger, method: str, options: dict[str, Any]) -> None:
    looking.client.call("App.callWxMethod", {"method": method, "args": [options]})


def noted(looking: Finger) -> list[list[Any]]:
    found: list[list[Any]] = script(looking, "() => getApp().heard")
    return found


def begin(looking: Finger) -> None:
    """A person who was asked nothing yet, on the page that opens overlays, with a page before it."""
    looking.client.call("Tool.clearAuth")
    wx(looking, "reLaunch", {"url": "/pages/base/base"})
    wx(looking, "navigateTo", {"url": "/pages/opener/opener"})
    script(looking, "() => { Object.assign(getApp(), { heard: [], touched: 0 }) }")


def open_(looking: Finger, overlay: Overlay) -> None:
    for name, answer in (overlay.answer or {}).items():
        looking.client.set_answer(name, answer)
    assert looking.tap(f"#{overlay.id}") == ""
    if overlay.id == "unloadQuestion":
        looking.client.back()


def shown(looking: Finger) -> list[str]:
    """The overlays on the screen, by the name they are told by."""
    found: list[str] = script(looking, SHOWN)
    return found


def in_the_way(driver: Driver, looking: Finger, overlay: Overlay) -> str:
    """What a touch on what is below is told, once the overlay is drawn; of one that lets touches by, what would be."""
    if not overlay.covers:
        assert poll(lambda: shown(looking), bool, within=5).satisfied
        assert driver.tap(BELOW) == ""
        return overlaid(refusals.Overlay(shown(looking)[0], "", [], [], cancels=False)).en
    told = poll(lambda: driver.tap(BELOW), lambda said: overlay.name in said, within=5)
    assert told.satisfied, told.value
    english, chinese = told.value.splitlines()
    assert REFUSED.en in english
    assert chinese.removeprefix("Element.tap: ").startswith(REFUSED.zh)
    return told.value


def put_away(stage: Stage, by: str, overlay: Overlay, route: str | None) -> None:
    driver, looking = stage.app(by)
    begin(looking)
    open_(looking, overlay)
    in_the_way(looking, looking, overlay)
    if route is not None:
        wx(looking, route, ROUTES[route])
    if route is None or not overlay.leaves:
        driver.put_away(in_the_way(driver, looking, overlay))
    assert poll(lambda: shown(looking), lambda names: names == [], within=10).satisfied
    before = script(looking, "() => getApp().touched")
    assert driver.tap(BELOW) == "", "what is below is still covered"
    assert poll(
        lambda: script(looking, "() => getApp().touched"), lambda now: now > before, within=5
    ).satisfied
    if overlay.heard:
        said = poll(lambda: noted(looking), lambda events: overlay.heard in str(events), within=5)
        assert said.satisfied, said.value
        assert not any(result.get("confirm") for _, result in said.value if by == "back")


# In every run one of each kind, by one driver or another over one route or another.
KINDS = (
    "alert previewImage maskedToast sheet authorize privacy maskedLoading payment chooseImage selector "
    "getPhoneNumber shareFile"
).split()
SAMPLE = {
    (id, DRIVERS[at % len(DRIVERS)], [None, *ROUTES][at % (len(ROUTES) + 1)]) for at, id in enumerate(KINDS)
}
CASES = [
    pytest.param(
        overlay,
        by,
        route,
        id=f"{overlay.id}-{by}-{route or 'stays'}",
        marks=() if (overlay.id, by, route) in SAMPLE else pytest.mark.full,
    )
    for by in DRIVERS
    for overlay in OVERLAYS
    for route in (None, *ROUTES)
    # Going back asks the question once more.
    if (overlay.id, route) != ("unloadQuestion", "navigateBack")
]


def test_each_that_has_words_of_its_own_is_in_the_table() -> None:
    told = {*refusals.KINDS, *refusals.MADE_BY, *refusals.HIDDEN_BY, *refusals.CLOSED_BY}
    named = " ".join(overlay.name for overlay in OVERLAYS)
    made_by = {name: refusals.MADE_BY.get(name, f"wx.{name}") for name in told}
    assert [name for name, maker in made_by.items() if maker not in named] == []


@pytest.fixture
def person(stage: Stage) -> Finger:
    """On the page that opens overlays, with a page before it."""
    _, looking = stage.app("finger")
    begin(looking)
    return looking


TOAST = "wx.showToast({ title: '已完成', duration: 60000 })"


@pytest.mark.parametrize(
    ("script_", "left"),
    [
        (f"() => {{ {TOAST}; return wx.navigateBack() }}", []),
        (f"() => {{ const back = wx.navigateBack(); {TOAST}; return back }}", ["showToast"]),
        (f"() => wx.navigateBack({{}}).then(() => {TOAST})", ["showToast"]),
    ],
    ids=["before", "at once after", "when it has succeeded"],
)
def test_a_toast_goes_with_the_page_it_was_shown_on(person: Finger, script_: str, left: list[str]) -> None:
    script(person, script_)
    person.client.call("App.getCurrentPage")
    assert shown(person) == left
    script(person, "() => wx.hideToast()")


def test_a_tab_that_is_open_already_changes_nothing(person: Finger) -> None:
    wx(person, "switchTab", {"url": "/pages/other/other"})
    script(person, f"() => {{ {TOAST} }}")
    wx(person, "switchTab", {"url": "/pages/other/other"})
    assert shown(person) == ["showToast"]
    script(person, "() => wx.hideToast()")


def test_the_phones_back_says_neither_yes_nor_no_to_a_dialogue(person: Finger) -> None:
    assert person.tap("#modal") == ""
    assert poll(lambda: shown(person), bool, within=5).satisfied
    person.client.back()
    assert poll(lambda: noted(person), bool, within=5).satisfied
    assert noted(person) == [["modal", {"errMsg": "showModal:ok", "confirm": False, "cancel": False}]]


def test_the_phones_back_goes_back_a_page_where_nothing_is_in_front_of_it(person: Finger) -> None:
    script(person, "() => wx.showLoading({ title: '加载中', mask: true })")
    person.client.back()
    pages = "() => getCurrentPages().map(({ route }) => route)"
    assert poll(
        lambda: script(person, pages), lambda routes: routes == ["pages/base/base"], within=5
    ).satisfied
    assert shown(person) == ["showLoading"]
    script(person, "() => wx.hideLoading()")


def test_of_two_dialogues_the_one_on_top_goes_first(person: Finger) -> None:
    script(person, "() => { wx.showModal({ title: '下' }); wx.showActionSheet({ itemList: ['上'] }) }")
    assert poll(lambda: shown(person), lambda names: len(names) == 2, within=5).satisfied
    person.client.back()
    assert shown(person) == ["showModal"]
    person.client.back()
    assert shown(person) == []


def test_a_picker_that_is_removed_takes_its_sheet_with_it(person: Finger) -> None:
    assert person.tap("#selector") == ""
    assert poll(lambda: shown(person), bool, within=5).satisfied
    script(person, "() => getCurrentPages().at(-1).setData({ gone: true })")
    assert shown(person) == []


def test_the_viewer_is_cancelled_at_the_picture_that_is_shown(person: Finger) -> None:
    assert person.tap("#previewImage") == ""  # shows the second of two
    assert poll(lambda: shown(person), bool, within=5).satisfied
    assert person.client.call("Tool.native", {"method": "cancelModal"}) == {}
    assert shown(person) == []


@pytest.mark.parametrize(("overlay", "by", "route"), CASES)
def test_an_overlay_is_put_away(overlay: Overlay, by: str, route: str | None, stage: Stage) -> None:
    put_away(stage, by, overlay, route)
