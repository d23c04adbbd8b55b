"""Rows of ``Minium`` itself and of its native driver in the IDE."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from harness.core.polling import poll
from tests.minium_methods.registry import Context, method


def said(w: Context) -> Any:
    """What the page says the API answered, once it did."""
    w.soon(lambda: bool(w.data("said")), True)
    return json.loads(w.data("said"))


@method("WXMinium.page")
def the_page_of_minium(w: Context) -> None:
    assert w.mini.page.path == "/pages/start/start"
    w.open("second")
    w.soon(lambda: w.mini.page.path, "/pages/second/second")


@method(["WXMinium.get_app_config", "WXMinium.get_system_info"], "App.callFunction", "App.callWxMethod")
def facts_of_the_app(w: Context) -> None:
    assert w.mini.get_app_config("accountInfo")["accountInfo"]["appId"] == "wx00000000probe000"
    assert w.mini.get_system_info()["model"] == w.js("() => wx.getSystemInfoSync().model")


@method(["WXMinium.mock_wx_method", "Page.mock_wx_method", "BaseElement.mock_wx_method"], "App.mockWxMethod")
def mocks_by_the_tool(w: Context) -> None:
    page = w.page
    for asked, answer in ((w.mini, "one"), (page, "two"), (page.get_element("#title"), "three")):
        asked.mock_wx_method("getStorageSync", result=answer)
        assert w.js("() => wx.getStorageSync('k')") == answer
    w.other.call("App.mockWxMethod", {"method": "getStorageSync"})


@method("WXMinium.clear_auth", "Tool.clearAuth", page="asking")
def forgetting_permissions(w: Context) -> None:
    w.page.get_element("#authorize").tap()
    w.mini.native.allow_record(True)
    assert said(w)["errMsg"] == "authorize:ok"
    granted = "() => wx.getSetting().then(s => s.authSetting['scope.record'])"
    assert w.js(granted) is True
    w.mini.clear_auth()
    assert w.js(granted) is None


@method("WXMinium.get_test_accounts", "Tool.getTestAccounts")
def test_accounts(w: Context) -> None:
    (account,) = w.mini.get_test_accounts()
    assert (account["nickName"], account["openid"]) == ("小明", "oXiaoMing")


@method("IdeNative.handle_modal", "Tool.native", page="asking")
def modals(w: Context) -> None:
    for button, confirmed in (("确定", True), ("取消", False), (True, True), (False, False)):
        w.js("() => getCurrentPages()[0].setData({said: ''})")
        w.page.get_element("#showModal").tap()
        assert w.mini.native.handle_modal(button) is True
        assert said(w)["confirm"] is confirmed
    assert w.mini.native.handle_modal("确定") is False


@method("IdeNative.handle_action_sheet", "App.callFunction", page="asking")
def action_sheets(w: Context) -> None:
    w.mini._mock_show_action_sheet()
    w.page.get_element("#showActionSheet").tap()
    w.mini.native.handle_action_sheet("green")
    assert said(w)["tapIndex"] == 1
    w.app.restore_wx_method("showActionSheet")


@method(
    ["IdeNative.allow_authorize", "IdeNative.allow_record", "IdeNative.allow_login"],
    "Tool.native",
    page="asking",
)
def permissions(w: Context) -> None:
    for answer, expected in ((False, "authorize:fail auth deny"), (True, "authorize:ok")):
        w.other.call("Tool.clearAuth")
        w.js("() => getCurrentPages()[0].setData({said: ''})")
        w.page.get_element("#authorize").tap()
        assert w.mini.native.allow_record(answer) is True
        assert said(w)["errMsg"] == expected


@method(
    ["IdeNative.set_auto_authorize", "IdeNative.release_auto_authorize", "IdeNative.notify"],
    "Tool.native",
    page="asking",
)
def permissions_without_being_told(w: Context) -> None:
    native = w.mini.native
    w.other.call("Tool.clearAuth")
    native.set_auto_authorize(True)
    try:
        w.page.get_element("#authorize").tap()
        native.notify()
        assert said(w)["errMsg"] == "authorize:ok"
    finally:
        native.release_auto_authorize()
    w.other.call("Tool.clearAuth")
    w.js("() => getCurrentPages()[0].setData({said: ''})")
    w.page.get_element("#authorize").tap()
    assert not poll(lambda: w.data("said"), bool, within=0.3).satisfied
    native.allow_record(False)
    assert said(w)["errMsg"] == "authorize:fail auth deny"


ALLOWING = {
    "allow_get_user_info": "scope.userInfo",
    "allow_get_we_run_data": "scope.werun",
    "allow_write_photos_album": "scope.writePhotosAlbum",
    "allow_camera": "scope.camera",
    "allow_get_user_phone": "scope.invoice",
    "allow_authorize": "scope.bluetooth",
    "allow_login": "scope.addPhoneContact",
}


@method([f"IdeNative.{name}" for name in ALLOWING], "Tool.native", page="asking")
def permissions_of_every_kind(w: Context) -> None:
    for name, scope in ALLOWING.items():
        w.js("(scope) => { getApp().asked = wx.authorize({scope}) }", scope)
        assert getattr(w.mini.native, name)(True) is True
        assert w.js("() => getApp().asked")["errMsg"] == "authorize:ok"


@method("IdeNative.allow_get_location", "Tool.native", page="asking")
def permission_for_the_place(w: Context) -> None:
    w.other.call("Tool.clearAuth")
    w.page.get_element("#getLocation").tap()
    w.mini.native.allow_get_location(True)
    assert said(w)["errMsg"] == "getLocation:ok"
    assert "scope.userLocation" in w.js("() => wx.getSetting()")["authSetting"]


@method("IdeNative.allow_send_subscribe_message", "Tool.native", page="asking")
def permission_for_messages(w: Context) -> None:
    for answer, expected in ((True, "accept"), (False, "reject")):
        w.js("() => getCurrentPages()[0].setData({said: ''})")
        w.page.get_element("#requestSubscribeMessage").tap()
        assert w.mini.native.allow_send_subscribe_message(answer) is True
        assert (said(w)["T1"], said(w)["T2"]) == (expected, expected)


@method("IdeNative.allow_privacy", "Tool.native", page="asking")
def consent(w: Context) -> None:
    for answer, expected in (
        (False, "requirePrivacyAuthorize:fail privacy permission is not authorized"),
        (True, "requirePrivacyAuthorize:ok"),
    ):
        w.control.set_answer("privacy", {"needAuthorization": True}, port=w.port)
        w.js("() => getCurrentPages()[0].setData({said: ''})")
        w.page.get_element("#requirePrivacyAuthorize").tap()
        assert w.mini.native.allow_privacy(answer) is True
        assert said(w)["errMsg"] == expected
    w.control.set_answer("privacy", None, port=w.port)


@method("IdeNative.close_payment_dialog", "Tool.native", page="asking")
def payments_broken_off(w: Context) -> None:
    w.page.get_element("#requestPayment").tap()
    assert w.mini.native.close_payment_dialog() is True
    assert said(w)["errMsg"] == "requestPayment:fail cancel"


@method("IdeNative.handle_alter_before_unload", "Tool.native")
def leaving_a_page_that_asks(w: Context) -> None:
    w.open("asking")
    w.page.get_element("#enableAlertBeforeUnload").tap()
    said(w)
    for answer, routes in ((False, 2), (True, 1)):
        assert w.mini.native.navigate_back() is True
        assert w.mini.native.handle_alter_before_unload(answer) is True
        w.soon(lambda: len(w.routes()), routes)


@method(
    ["IdeNative.forward_miniprogram_inside", "IdeNative.forward_miniprogram_cancel"],
    "Tool.native",
    page="asking",
)
def sharing(w: Context) -> None:
    def cards() -> list[Any]:
        return [card["detail"] for card in w.control.effects("shareAppMessage", port=w.port)]

    native, share, before = w.mini.native, w.page.get_element("#share"), len(cards())
    share.tap()
    w.soon(lambda: native.forward_miniprogram_inside("somebody"), True)  # False until the sheet is there
    w.soon(lambda: len(cards()), before + 1)
    assert (cards()[-1]["title"], cards()[-1]["path"]) == ("Probe shared", "/pages/start/start")
    share.tap()
    assert native.forward_miniprogram_cancel() is True
    share.tap()
    assert native.forward_miniprogram_cancel() is True
    assert len(cards()) == before + 1


@method("IdeNative.select_wechat_avatar", "Tool.native", page="asking")
def the_wechat_avatar(w: Context) -> None:
    w.page.get_element("#avatar").tap()
    assert w.mini.native.select_wechat_avatar() is True
    assert said(w)["avatarUrl"]


@method("IdeNative.go_home", "Tool.native", page="second")
def the_home_button(w: Context) -> None:
    assert w.mini.native.go_home() is True
    assert w.routes() == ["pages/start/start"]


@method("IdeNative.navigate_back", "Tool.native")
def the_back_button(w: Context) -> None:
    w.open("second")
    assert w.mini.native.navigate_back() is True
    assert w.routes() == ["pages/start/start"]


@method("IdeNative.switch_tab", "Tool.native")
def a_tab_touched(w: Context) -> None:
    assert w.mini.native.switch_tab("pages/tab/tab") is True
    assert w.routes() == ["pages/tab/tab"]


@method("IdeNative.send", "Tool.native", page="asking")
def any_native_action(w: Context) -> None:
    w.page.get_element("#showModal").tap()
    assert w.mini.native.send("confirmModal") is True
    assert said(w)["confirm"] is True


@method("IdeNative.screen_shot", "App.captureScreenshot")
def screenshots_by_the_native_driver(w: Context) -> None:
    with TemporaryDirectory() as folder:
        path = str(Path(folder, "shot.png"))

        def both() -> tuple[bytes, object]:
            assert w.mini.native.screen_shot(path) == path
            return Path(path).read_bytes(), w.app.screen_shot(format="raw")

        # A page that has just opened may still be drawing: two pictures of a screen at rest are the same.
        assert poll(both, lambda pair: pair[0] == pair[1], within=5).satisfied


@method(
    ["IdeNative.input_text", "IdeNative.input_clear", "IdeNative.textarea_text", "IdeNative.textarea_clear"],
    "Element.callFunction",
    page="form",
)
def typing_by_the_native_driver(w: Context) -> None:
    native = w.mini.native
    native.input_text("one")
    assert w.soon_event("input")["detail"]["value"] == "one"
    native.textarea_text("two")
    assert w.soon_event("input")["detail"]["value"] == "two"
    native.input_clear()
    native.textarea_clear()
    assert [event["detail"]["value"] for event in w.events("input")] == ["one", "two", "", ""]


@method(["IdeNative.map_select_location", "IdeNative.map_back_to_mp"], "App.callFunction", page="asking")
def a_place_on_the_map(w: Context) -> None:
    places = {"Office": {"name": "Office", "address": "a", "latitude": 1, "longitude": 2}}
    w.mini._mock_choose_location({}, places)
    w.page.get_element("#chooseLocation").tap()
    w.mini.native.allow_get_location(True)
    w.mini.native.map_select_location("Office")
    assert (said(w)["name"], said(w)["latitude"]) == ("Office", 1)
    w.js("() => getCurrentPages()[0].setData({said: ''})")
    w.page.get_element("#chooseLocation").tap()
    w.mini.native.map_back_to_mp()
    assert said(w)["errMsg"] == "chooseLocation:fail cancel"
    w.app.restore_wx_method("chooseLocation")
