"""People and device_state: what a test says of them is what the app's own ``wx`` calls see."""

from __future__ import annotations

import base64
import re

import pytest

from harness.automator.client import SimulatorClient
from harness.core.errors import ProtocolError, UsageError
from harness.core.polling import poll
from harness.simulator.device.device_state import DeviceState
from tests.support.phone import HONG, Phone, phone_of


def listening(phone: Phone, *events: str) -> None:
    phone.events()
    phone.run(
        "(events) => { for (const e of events) wx[`on${e}`]((...told) => getApp().heard.push([e, ...told])) }",
        list(events),
    )


class TestThePhone:
    def test_the_network_changes_and_the_app_hears_of_it(self, phone: Phone) -> None:
        assert phone.both_ways("getNetworkType")["networkType"] == "wifi"
        listening(phone, "NetworkStatusChange")
        phone.device_state(networkType="none")
        phone.device_state(networkType="4g")
        assert phone.events() == [
            ["NetworkStatusChange", {"isConnected": False, "networkType": "none"}],
            ["NetworkStatusChange", {"isConnected": True, "networkType": "4g"}],
        ]
        assert phone.ask("getNetworkType")["networkType"] == "4g"
        phone.run("() => wx.offNetworkStatusChange()")
        phone.device_state(networkType=None)
        assert phone.events() == []

    def test_battery_theme_and_keyboard(self, phone: Phone) -> None:
        listening(phone, "BatteryInfoChange", "ThemeChange", "KeyboardHeightChange")
        phone.device_state(battery={"level": 7, "isCharging": False, "isLowPowerModeEnabled": True})
        phone.device_state(theme="dark", keyboardHeight=260)
        assert phone.events() == [
            ["BatteryInfoChange", {"level": 7, "isCharging": False, "isLowPowerModeEnabled": True}],
            ["ThemeChange", {"theme": "dark"}],
            ["KeyboardHeightChange", {"height": 260}],
        ]
        assert phone.both_ways("getBatteryInfo")["level"] == 7
        assert phone.ask("getBatteryInfoSync")["isCharging"] is False
        assert phone.ask("getAppBaseInfo")["theme"] == "dark"
        phone.device_state(battery=None, theme=None, keyboardHeight=None)

    def test_brightness_clipboard_and_vibration(self, phone: Phone) -> None:
        phone.ask("setScreenBrightness", {"value": 0.8})
        assert phone.both_ways("getScreenBrightness")["value"] == 0.8
        assert phone.refused("setScreenBrightness", {"value": 3}) == "setScreenBrightness:fail invalid value"
        assert phone.both_ways("setClipboardData", {"data": "订单 7"})["data"] == "订单 7"
        assert phone.ask("getClipboardData")["data"] == "订单 7"
        phone.device_state(clipboard="from another app")
        assert phone.ask("getClipboardData")["data"] == "from another app"
        phone.ask("vibrateShort", {"type": "heavy"})
        assert phone.effects("vibrateShort") == [{"type": "heavy"}]
        wrong = phone.refused("vibrateShort", {"type": "wild"})
        assert wrong == "vibrateShort:fail style is not support"

    def test_the_window_is_turned(self, phone: Phone) -> None:
        listening(phone, "WindowResize")
        phone.device_state(window={"width": 500, "height": 375})
        told = poll(lambda: phone.events(clear=False), lambda heard: len(heard) > 1, within=5).value
        assert ["home.onResize", 500] in told
        assert told[0][0] == "WindowResize"
        assert told[0][1]["size"]["windowWidth"] == 500
        assert phone.ask("getWindowInfo")["windowWidth"] == 500
        phone.events()
        phone.device_state(window={"width": 375, "height": 667})
        # The browser tells of it when it has drawn: the next test must not hear it.
        told = poll(lambda: phone.events(clear=False), lambda heard: len(heard) > 1, within=5).value
        assert ["home.onResize", 375] in told

    def test_events_a_phone_raises_by_itself(self, phone: Phone, control: SimulatorClient) -> None:
        listening(phone, "MemoryWarning", "GyroscopeChange")
        control.device_event("MemoryWarning", port=phone.port, level=10)
        control.device_event("GyroscopeChange", port=phone.port, x=1)
        phone.ask("startGyroscope")
        control.device_event("GyroscopeChange", port=phone.port, x=2)
        assert phone.events() == [["MemoryWarning", {"level": 10}], ["GyroscopeChange", {"x": 2}]]
        with pytest.raises(ProtocolError, match="no event of a phone is called Sneeze"):
            control.device_event("Sneeze", port=phone.port)

    def test_a_place_is_told_while_the_app_watches_it(self, phone: Phone, control: SimulatorClient) -> None:
        listening(phone, "LocationChange")
        phone.device_state(location={"latitude": 30.5, "longitude": 114.3})
        phone.ask("startLocationUpdate")
        phone.device_state(location={"latitude": 31, "longitude": 115})
        control.device_event("LocationChange", port=phone.port, latitude=32, longitude=116)
        phone.ask("stopLocationUpdate")
        phone.device_state(location=None)
        assert [told["latitude"] for _, told in phone.events()] == [30.5, 31, 32]

    def test_a_person_may_have_another_phone(self, control: SimulatorClient) -> None:
        device = {"model": "Pixel 9", "system": "Android 15", "width": 412, "height": 915}
        with phone_of(control, HONG, device=device) as other:
            info = other.ask("getSystemInfoSync")
            seen = (info["model"], info["system"], info["screenWidth"], info["windowWidth"])
            assert seen == ("Pixel 9", "Android 15", 412, 412)
        with pytest.raises(
            ProtocolError, match=r"device\.width: Input should be greater than or equal to 200"
        ):
            control.new_app(HONG, device={"width": 1})


class TestThePersonComesAndGoes:
    def test_background_and_foreground(self, phone: Phone, control: SimulatorClient) -> None:
        phone.events()
        control.background(port=phone.port)
        control.background(port=phone.port)
        assert phone.events() == [["home.onHide"], ["App.onHide"], ["wx.onAppHide"]]
        control.foreground(port=phone.port, scene=1038)
        assert phone.events() == [["App.onShow", 1038], ["wx.onAppShow", 1038], ["home.onShow"]]
        assert phone.ask("getEnterOptionsSync")["scene"] == 1038
        assert phone.ask("getLaunchOptionsSync")["scene"] == 1001

    def test_coming_back_by_a_card_opens_its_page(self, control: SimulatorClient) -> None:
        with phone_of(control, HONG) as other:
            control.background(port=other.port)
            other.events()
            control.foreground(port=other.port, scene=1007, path="pages/other/other", query={"id": "7"})
            assert other.events() == [["App.onShow", 1007], ["wx.onAppShow", 1007], ["other.onLoad", "7"]]
            assert other.ask("getEnterOptionsSync")["path"] == "pages/other/other"

    def test_an_app_that_leaves_is_in_the_background(self, phone: Phone, control: SimulatorClient) -> None:
        phone.events()
        phone.ask("exitMiniProgram")
        poll(lambda: phone.events(clear=False), lambda heard: ["App.onHide"] in heard, within=5)
        assert ["home.onHide"] in phone.events()
        control.foreground(port=phone.port)

    def test_an_update_is_applied_by_starting_anew(self, control: SimulatorClient) -> None:
        with phone_of(control, HONG, storage={"kept": 1}) as other:
            first = poll(lambda: other.events(clear=False), lambda h: ["checked", False] in h, within=5)
            assert first.satisfied, first.value
            other.run("() => { getApp().marked = true; getApp().updates.applyUpdate() }")
            other.device_state(update="ready")
            heard = other.events()
            assert heard[-2:] == [["checked", True], ["ready"]]
            assert other.run("() => getApp().marked") is True
            other.run("() => getApp().updates.applyUpdate()")
            fresh = poll(lambda: _marked(other), lambda marked: marked is None, within=10)
            assert fresh.satisfied
            assert other.ask("getStorageSync", "kept") == 1

    def test_an_update_may_fail(self, control: SimulatorClient) -> None:
        with phone_of(control, HONG, device_state={"update": "failed"}) as other:
            told = poll(lambda: other.events(clear=False), lambda heard: ["failed"] in heard, within=5)
            assert ["checked", True] in told.value

    def test_what_was_encrypted_is_encrypted_after_a_start(self, control: SimulatorClient) -> None:
        with phone_of(control, HONG) as other:
            other.ask("setStorage", {"key": "s", "data": "secret", "encrypt": True})
            again = "await wx.restartMiniProgram({ path: '/pages/other/other' })"
            other.run(f"async () => {{ getApp().marked = true; {again} }}")
            assert poll(lambda: _marked(other), lambda marked: marked is None, within=10).satisfied
            assert other.refused("getStorage", {"key": "s"}) == "getStorage:fail data not found"
            assert other.ask("getStorage", {"key": "s", "encrypt": True})["data"] == "secret"

    def test_the_app_starts_anew_at_a_page(self, control: SimulatorClient) -> None:
        with phone_of(control, HONG) as other:
            wrong = other.refused("restartMiniProgram", {"path": "/pages/none"})
            assert wrong == 'restartMiniProgram:fail page "pages/none" is not found'
            # Whoever asks for it is answered first.
            other.run("() => wx.restartMiniProgram({ path: '/pages/other/other?id=9' })")
            opened = poll(lambda: _events(other), lambda heard: ["other.onLoad", "9"] in heard, within=10)
            assert opened.satisfied, opened.value


def _marked(phone: Phone) -> object:
    try:
        return phone.run("() => getApp().marked")
    except ProtocolError:
        return "starting"


def _events(phone: Phone) -> list[object]:
    try:
        return phone.events(clear=False)
    except ProtocolError:
        return []


class TestTwoPeople:
    def test_each_has_a_world_of_their_own(self, phone: Phone, control: SimulatorClient) -> None:
        with phone_of(control, HONG, device_state={"networkType": "2g", "clipboard": "hers"}) as hers:
            assert hers.ask("getNetworkType")["networkType"] == "2g"
            assert phone.ask("getNetworkType")["networkType"] == "wifi"
            hers.ask("setStorage", {"key": "k", "data": "hers"})
            assert phone.ask("getStorageSync", "k") == ""
            assert phone.ask("getClipboardData")["data"] != hers.ask("getClipboardData")["data"]


class TestMistakes:
    @pytest.mark.parametrize(
        ("said", "words"),
        [
            (
                {"netwrok": "wifi"},
                "device_state.netwrok: no fact of a device; did you mean 'networkType'?",
            ),
            ({"networkType": "6g"}, "device_state.networkType: Input should be 'wifi', '5g', '4g'"),
            (
                {"location": {"latitude": 91, "longitude": 0}},
                "device_state.location.latitude: Input should be less",
            ),
            ({"pictures": [{"base64": "?"}]}, "device_state.pictures.list[Chosen].0.base64: not base64"),
            (
                {"permissions": {"camera": True}},
                "device_state.permissions: 'camera' is no scope; it would be scope",
            ),
        ],
    )
    def test_are_named(self, phone: Phone, said: dict[str, object], words: str) -> None:
        with pytest.raises(ProtocolError, match=re.escape(words)):
            phone.device_state(**said)

    def test_a_picture_that_is_not_there(self, phone: Phone) -> None:
        with pytest.raises(
            UsageError, match=r"device_state.pictures\[0\]: none.png cannot be read: No such file"
        ):
            phone.device_state(pictures=["none.png"])


def test_a_change_keeps_what_was_said_before() -> None:
    device_state = (
        DeviceState().changed({"networkType": "4g", "payment": "cancel"}).changed({"payment": None})
    )
    assert device_state.given_facts() == {"networkType": "4g"}
    assert device_state.answer("requestPayment") is None
    picture = base64.b64encode(b"x").decode()
    chosen = device_state.changed({"pictures": [{"base64": picture}]}).answer("chooseMedia")
    assert chosen == {"chosen": [{"base64": picture, "name": "picture.png"}]}
