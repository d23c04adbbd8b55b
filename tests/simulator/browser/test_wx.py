"""``wx`` as it is documented: results and error messages, by callbacks and by promise, with effects seen outside."""

from __future__ import annotations

import base64
import re

import pytest

from harness.automator.client import SimulatorClient
from harness.core.polling import poll
from tests.support.phone import HONG, READ, Phone, phone_of, png


class TestWhatThePersonGives:
    def test_scan(self, phone: Phone) -> None:
        phone.device_state(scan="https://shop.example/七")
        seen = phone.both_ways("scanCode")
        assert (seen["result"], seen["scanType"]) == ("https://shop.example/七", "QR_CODE")
        phone.device_state(scan={"result": "692", "scanType": "EAN_13"})
        assert phone.ask("scanCode")["scanType"] == "EAN_13"
        phone.device_state(scan="cancel")
        assert phone.both_ways("scanCode")["errMsg"] == "scanCode:fail cancel"

    def test_payment(self, phone: Phone) -> None:
        order = {
            "timeStamp": "1",
            "nonceStr": "n",
            "package": "prepay_id=7",
            "paySign": "s",
            "signType": "RSA",
        }
        phone.device_state(payment="success")
        assert phone.both_ways("requestPayment", order) == {"errMsg": "requestPayment:ok"}
        phone.device_state(payment="cancel")
        assert phone.both_ways("requestPayment", order) == {"errMsg": "requestPayment:fail cancel"}
        phone.device_state(payment={"fail": "余额不足"})
        assert phone.refused("requestPayment", order) == "requestPayment:fail 余额不足"
        paid = phone.effects("requestPayment")  # by the promise and by callbacks; who cancels has not paid
        assert [each["package"] for each in paid] == ["prepay_id=7"] * 2
        assert phone.refused("requestPayment", {}) == (
            "requestPayment:fail parameter error: parameter.nonceStr should be String instead of Undefined;"
        )
        phone.device_state(payment=None)
        for yes, end in ((True, "requestPayment:ok"), (False, "requestPayment:fail cancel")):
            phone.run("(order) => { getApp().paying = wx.requestPayment(order).catch((e) => e) }", order)
            phone.confirm(yes)
            assert phone.run("async () => (await getApp().paying).errMsg") == end

    def test_addresses_and_invoices(self, phone: Phone) -> None:
        phone.answer("chooseAddress", {"userName": "小明", "detailInfo": "一号"})
        address = phone.both_ways("chooseAddress")
        assert (address["userName"], address["detailInfo"], address["cityName"]) == ("小明", "一号", "广州市")
        phone.answer("chooseAddress", False)
        assert phone.refused("chooseAddress") == "chooseAddress:fail cancel"
        phone.answer("chooseInvoiceTitle", True)
        assert phone.ask("chooseInvoiceTitle")["type"] == "0"

    def test_calls_and_contacts(self, phone: Phone) -> None:
        phone.answer("makePhoneCall", True)
        phone.ask("makePhoneCall", {"phoneNumber": "10086"})
        assert phone.effects("makePhoneCall") == [{"phoneNumber": "10086"}]
        phone.answer("makePhoneCall", False)
        assert phone.both_ways("makePhoneCall", {"phoneNumber": "1"})["errMsg"] == "makePhoneCall:fail cancel"
        phone.run("() => { getApp().adding = wx.addPhoneContact({ firstName: '李' }).catch((e) => e) }")
        phone.confirm(False)
        assert phone.run("async () => (await getApp().adding).errMsg") == "addPhoneContact:fail cancel"

    def test_other_mini_programs(self, phone: Phone, control: SimulatorClient) -> None:
        phone.answer("navigateToMiniProgram", False)
        refused = phone.refused("navigateToMiniProgram", {"appId": "wx7"})
        assert refused == "navigateToMiniProgram:fail cancel"
        phone.answer("navigateToMiniProgram", True)
        phone.events()
        phone.ask("navigateToMiniProgram", {"appId": "wx7", "path": "a?b=1", "extraData": {"c": 2}})
        left = poll(lambda: phone.events(clear=False), lambda heard: ["App.onHide"] in heard, within=5)
        assert left.satisfied
        (opened,) = phone.effects("navigateToMiniProgram")
        assert opened == {"appId": "wx7", "path": "a?b=1", "extraData": {"c": 2}}
        control.foreground(port=phone.port, scene=1038)
        assert phone.refused("navigateBackMiniProgram").startswith("navigateBackMiniProgram:fail")

    def test_subscriptions(self, phone: Phone) -> None:
        phone.answer("requestSubscribeMessage", True)
        verdicts = phone.both_ways("requestSubscribeMessage", {"tmplIds": ["a", "b"]})
        assert verdicts == {"errMsg": "requestSubscribeMessage:ok", "a": "accept", "b": "accept"}
        phone.answer("requestSubscribeMessage", {"a": "accept"})
        assert phone.ask("requestSubscribeMessage", {"tmplIds": ["a", "b"]})["b"] == "reject"
        many = phone.run("() => wx.requestSubscribeMessage({ tmplIds: [...'abcdef'] }).catch((e) => e)")
        assert many == {
            "errMsg": "requestSubscribeMessage:fail Templates count out of max bounds",
            "errCode": 20003,
        }

    def test_session_and_login(self, phone: Phone) -> None:
        assert phone.both_ways("checkSession") == {"errMsg": "checkSession:ok"}
        phone.device_state(session="expired")
        assert phone.refused("checkSession") == "checkSession:fail session time out, need relogin"
        phone.device_state(session=None)
        assert phone.ask("login")["code"].startswith("sim-login-")

    def test_encrypted_data_is_a_gap(self, phone: Phone) -> None:
        phone.device_state(permissions={"scope.werun": True})
        assert phone.ask("getWeRunData")["encryptedData"] == ""
        phone.ask("getUserInfo", {"withCredentials": True})
        for api in ("getWeRunData", "getUserInfo"):
            assert any(f"{api}.encryptedData" in warning for warning in phone.warnings())

    def test_a_tag_of_the_log(self, phone: Phone) -> None:
        assert phone.run("() => wx.getRealtimeLogManager().tag('pay').info('x')") is None


class TestAnimate:
    def test_keyframes_with_the_transforms_of_the_platform(self, phone: Phone) -> None:
        # Played slowly, as a busy screen plays it: the end is told once it is drawn.
        turned = """() => new Promise((resolve) => {
          const inPage = (code) => Function(`const said = document.querySelector('#said'); ${code}`)()
          getCurrentPages()[0].animate(
            '#said', [{ rotate: 0 }, { rotate: 90, scale: [2, 2], ease: 'linear' }], 50,
            () => resolve(inPage('return getComputedStyle(said).transform')))
          inPage('said.getAnimations()[0].playbackRate = 0.2')
        })"""
        matrix = re.findall(r"-?[\d.e-]+", phone.run(turned).partition("(")[2])
        assert [round(float(each)) for each in matrix] == [0, 2, -2, 0, 0, 0]

    def test_a_scroll_timeline_is_counted(self, phone: Phone) -> None:
        phone.run("() => { getCurrentPages()[0].animate('#said', [{ opacity: 1 }], 50, { timeRange: 9 }) }")
        assert any("animate by a scroll timeline" in warning for warning in phone.warnings())


class TestWhatOnlyFails:
    def test_a_method_of_the_file_system_is_counted(self, phone: Phone) -> None:
        said = phone.run(
            "() => { try { wx.getFileSystemManager().openSync({}) } catch (e) { return e.message } }"
        )
        assert said == "openSync:fail not supported by the simulator"
        assert any("getFileSystemManager.openSync" in warning for warning in phone.warnings())


class TestButtons:
    def test_a_phone_number(self, phone: Phone) -> None:
        phone.tap("#phone")
        kind, detail = phone.said()
        assert (kind, detail["code"][:10]) == ("getphonenumber", "sim-phone-")
        phone.device_state(phoneNumber=False)
        phone.tap("#phone")
        assert phone.said()[1] == {"errMsg": "getPhoneNumber:fail user deny"}
        phone.device_state(phoneNumber=None)

    def test_an_avatar(self, phone: Phone) -> None:
        phone.device_state(pictures=[png(8, 8)])
        phone.tap("#avatar")
        kind, detail = phone.said()
        assert kind == "chooseavatar"
        assert base64.b64decode(phone.run(READ, detail["avatarUrl"])) == png(8, 8)

    def test_a_card_for_a_friend(self, phone: Phone) -> None:
        phone.device_state(shareTarget="group")
        phone.tap("#card")
        sent = poll(lambda: phone.effects("shareAppMessage"), bool, within=5).value
        assert sent == [
            {
                "title": "from button 7",
                "path": "/pages/other/other?id=7",
                "imageUrl": "/card.png",
                "to": "group",
            }
        ]
        phone.device_state(shareTarget=None)

    def test_settings(self, phone: Phone) -> None:
        phone.answer("openSetting", {"authSetting": {"scope.record": True}})
        phone.tap("#setting")
        assert phone.said()[1]["authSetting"]["scope.record"] is True
        assert phone.ask("getSetting")["authSetting"]["scope.record"] is True


class TestPermissionAndPrivacy:
    def test_permission_is_asked_once(self, control: SimulatorClient) -> None:
        with phone_of(control, HONG) as other:
            assert other.ask("getSetting")["authSetting"] == {}
            other.run("() => { getApp().place = wx.getLocation({}).catch((e) => e) }")
            other.confirm(False)
            assert other.run("async () => (await getApp().place).errMsg") == "getLocation:fail auth deny"
            assert other.both_ways("getLocation")["errMsg"] == "getLocation:fail auth deny"
            assert other.both_ways("authorize", {"scope": "scope.userLocation"}) == {
                "errMsg": "authorize:fail auth deny"
            }
            other.device_state(
                permissions={"scope.userLocation": True}, location={"latitude": 30.5, "longitude": 114.3}
            )
            place = other.ask("getLocation", {"type": "gcj02"})
            assert (place["latitude"], place["longitude"]) == (30.5, 114.3)

    def test_what_an_app_does_not_declare_it_does_not_get(self, phone: Phone) -> None:
        assert phone.refused("getFuzzyLocation") == (
            "getFuzzyLocation:fail the api need to be declared in the requiredPrivateInfos field "
            "in app.json/ext.json"
        )

    def test_consent_by_wechats_own_sheet(self, control: SimulatorClient) -> None:
        device_state = {"privacy": "refuses", "pictures": [png(1, 1)]}
        with phone_of(control, HONG, device_state=device_state) as other:
            assert other.ask("getPrivacySetting")["needAuthorization"] is True
            refused = other.both_ways("chooseImage")
            assert refused == {
                "errMsg": "chooseImage:fail privacy permission is not authorized",
                "errno": 104,
            }
            other.tap("#phone")
            assert other.said()[1]["errMsg"] == "getPhoneNumber:fail privacy permission is not authorized"
            other.device_state(privacy="agrees")
            assert len(other.ask("chooseImage")["tempFilePaths"]) == 1
            assert other.ask("getPrivacySetting")["needAuthorization"] is False
            other.device_state(privacy="asked")
            other.run("() => { getApp().asked = wx.requirePrivacyAuthorize().catch((e) => e) }")
            other.confirm()
            assert other.run("async () => (await getApp().asked).errMsg") == "requirePrivacyAuthorize:ok"

    def test_consent_by_the_apps_own_dialogue(self, control: SimulatorClient) -> None:
        with phone_of(control, HONG, device_state={"privacy": "asked"}) as other:
            said = other.run(
                """async () => {
                  const asked = []
                  wx.onNeedPrivacyAuthorization((resolve, { referrer }) => {
                    asked.push(referrer)
                    resolve({ event: 'exposureAuthorization' })
                    setTimeout(() => resolve({ event: asked.length > 1 ? 'agree' : 'disagree' }))
                  })
                  const first = await wx.setClipboardData({ data: 'x' }).catch(({ errMsg }) => errMsg)
                  const second = await wx.setClipboardData({ data: 'x' })
                  return [asked, first, second.errMsg]
                }"""
            )
            assert said == [
                ["setClipboardData", "setClipboardData"],
                "setClipboardData:fail privacy permission is not authorized",
                "setClipboardData:ok",
            ]


class TestStorage:
    def test_every_form(self, phone: Phone) -> None:
        value = {"名": [1, None, {"b": True}]}
        phone.ask("setStorage", {"key": "k", "data": value})
        assert phone.both_ways("getStorage", {"key": "k"})["data"] == value
        assert phone.ask("getStorageSync", "k") == value
        phone.ask("batchSetStorage", {"kvList": [{"key": "x", "value": 1}, {"key": "y", "value": "2"}]})
        assert phone.ask("batchGetStorage", {"keyList": ["x", "y", "z"]})["dataList"] == [1, "2", ""]
        assert phone.ask("batchGetStorageSync", ["x", "y"]) == [1, "2"]
        info = phone.ask("getStorageInfo")
        assert ({"k", "x", "y"} <= set(info["keys"]), info["limitSize"]) == (True, 10240)
        phone.ask("removeStorage", {"key": "k"})
        assert phone.both_ways("getStorage", {"key": "k"})["errMsg"] == "getStorage:fail data not found"
        phone.run("() => wx.clearStorageSync()")
        assert phone.ask("getStorageInfoSync")["keys"] == []

    def test_what_is_encrypted_is_read_as_such(self, phone: Phone) -> None:
        phone.ask("setStorage", {"key": "s", "data": "secret", "encrypt": True})
        assert phone.refused("getStorage", {"key": "s"}) == "getStorage:fail data not found"
        assert phone.ask("getStorage", {"key": "s", "encrypt": True})["data"] == "secret"

    def test_limits(self, phone: Phone) -> None:
        big = "(n) => wx.setStorage({ key: 'big', data: 'x'.repeat(n) }).catch(({ errMsg }) => errMsg)"
        assert phone.run(big, 1024 * 1024 + 1) == "setStorage:fail entry size limit reached"
        many = """() => {
          try {
            for (let i = 0; i < 12; i++) wx.setStorageSync(`k${i}`, 'x'.repeat(1000000))
          } catch (e) { return e.message }
        }"""
        assert phone.run(many) == "setStorageSync:fail exceed storage max size 10Mb"
        assert len(phone.ask("getStorageInfoSync")["keys"]) in (10, 11)
        phone.run("() => wx.clearStorageSync()")

    @pytest.mark.parametrize(
        ("api", "given", "words"),
        [
            ("getStorage", {}, "parameter.key should be String instead of Undefined;"),
            ("setStorage", {"key": 5, "data": 1}, "parameter.key should be String instead of Number;"),
            ("getStorageSync", 7, "parameter should be String instead of Number;"),
            ("setStorageSync", "", "parameter should be String instead of Object;"),
            ("batchGetStorage", {}, "parameter.keyList should be Array instead of Undefined;"),
        ],
    )
    def test_wrong_parameters(self, phone: Phone, api: str, given: object, words: str) -> None:
        assert phone.refused(api, given) == f"{api}:fail parameter error: {words}"


class TestDialogues:
    @pytest.mark.parametrize(
        ("api", "given", "words"),
        [
            ("showToast", {}, "parameter error: parameter.title should be String instead of Undefined;"),
            ("showLoading", {}, "parameter error: parameter.title should be String instead of Undefined;"),
            (
                "showModal",
                {"confirmText": "五个字太多"},
                "confirmText length should not larger than 4 Chinese characters",
            ),
            (
                "showActionSheet",
                {"itemList": []},
                "parameter error: parameter.itemList should have at least 1 item;",
            ),
            (
                "showActionSheet",
                {"itemList": list("1234567")},
                "parameter error: itemList should not be large than 6",
            ),
            (
                "showActionSheet",
                {"itemList": ["a", 1]},
                "parameter error: parameter.itemList[1] should be String instead of Number;",
            ),
        ],
    )
    def test_wrong_parameters(self, phone: Phone, api: str, given: object, words: str) -> None:
        assert phone.both_ways(api, given)["errMsg"] == f"{api}:fail {words}"
