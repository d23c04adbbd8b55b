"""What the stand-in answers, without a socket: WeChat's own codes, by its documents."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.contracts import Index, check, load
from harness.core.exchange import Exchange, Message
from harness.wechat.answers import Answer, Asked, WechatError
from harness.wechat.routes import ROUTES, answer
from harness.wechat.settings import DOCUMENT
from harness.wechat.state import TOKEN_SECONDS, Wechat

APPS = {"wx1": "secret-1", "wx2": "secret-2"}
LOGIN = {"appid": "wx1", "secret": "secret-1", "grant_type": "authorization_code"}
TOKEN = {"appid": "wx1", "secret": "secret-1", "grant_type": "client_credential"}
PHONE = "/wxa/business/getuserphonenumber"


class Phone:
    """A WeChat, and what is asked of it; every answer of its own keeps to the document that comes with it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.wechat = Wechat(APPS, lambda: self.seconds)
        self.index = Index([load(DOCUMENT)])

    def ask(self, method: str, path: str, **given: Any) -> Answer:
        asked = Asked(method, path, **given)
        answered = answer(self.wechat, asked)
        json.loads(answered.body)
        if not answered.not_provided and answered.status != 405 and method == _method(path):
            exchange = Exchange(
                id="1", source="backend", target="wechat", method=method, path=path, request=Message((), asked.body),
                status=answered.status, started=0, ended=0,
                response=Message((("Content-Type", answered.media_type),), answered.body),
            )  # fmt: skip
            found = check(exchange, self.index)
            of_answer = [each for each in found.violations if (each.where or "").startswith("response")]
            assert found.operation is not None
            assert of_answer == []
        return answered

    def get(self, path: str, query: dict[str, str], **given: Any) -> dict[str, Any]:
        return dict(self.ask("GET", path, query=query, **given).content)

    def post(self, path: str, body: Any, query: dict[str, str] | None = None) -> Answer:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", path, body=sent, query=query or {}, media_type="application/json")

    def code(self, kind: str = "login", **person: str) -> str:
        given: str = self.post(f"/client/{kind}", {"appid": "wx1", "openid": "o-li", **person}).content[
            "code"
        ]
        return given

    def token(self, appid: str = "wx1") -> str:
        token: str = self.get("/cgi-bin/token", {**TOKEN, "appid": appid, "secret": APPS[appid]})[
            "access_token"
        ]
        return token


def _method(path: str) -> str:
    return next((route.method for route in ROUTES if route.path == path), "")


@pytest.fixture
def phone() -> Phone:
    return Phone()


def test_a_person_with_and_without_a_unionid_logs_in(phone: Phone) -> None:
    known = phone.get("/sns/jscode2session", {**LOGIN, "js_code": phone.code(unionid="u-li")})
    assert known.keys() == {"openid", "session_key", "unionid"}
    assert (known["openid"], known["unionid"]) == ("o-li", "u-li")
    assert phone.get("/sns/jscode2session", {**LOGIN, "js_code": phone.code()}).keys() == {
        "openid",
        "session_key",
    }


def test_a_phone_number_is_told_for_its_code(phone: Phone) -> None:
    code = phone.code("phone", phone="13800138000")
    told = phone.post(PHONE, {"code": code}, {"access_token": phone.token()}).content
    info = told["phone_info"]
    assert (told["errcode"], info["purePhoneNumber"], info["countryCode"]) == (0, "13800138000", "86")
    assert info["watermark"]["appid"] == "wx1"


@pytest.mark.parametrize(
    ("changed", "errcode", "errmsg"),
    [
        ({"appid": ""}, 41002, "appid missing"),
        ({"secret": ""}, 41004, "appsecret missing"),
        ({"appid": "wx3"}, 40013, "invalid appid"),
        ({"secret": "secret-2"}, 40125, "invalid appsecret"),
        ({"secret": "\udc80"}, 40125, "invalid appsecret"),
        ({"grant_type": "client_credentials"}, 40002, "invalid grant_type"),
    ],
)
def test_an_app_that_is_none_is_refused(
    phone: Phone, changed: dict[str, str], errcode: int, errmsg: str
) -> None:
    error = {"errcode": errcode, "errmsg": errmsg}
    assert phone.get("/cgi-bin/token", {**TOKEN, **changed}) == error
    assert phone.get("/sns/jscode2session", {**LOGIN, "js_code": phone.code(), **changed}) == error


def test_each_wrong_code_of_a_login_has_its_own_error(phone: Phone) -> None:
    def tried(code: str) -> Any:
        return phone.get("/sns/jscode2session", {**LOGIN, "js_code": code}).get("errcode")

    used, old = phone.code(), phone.code()
    assert [tried(used), tried(used)] == [None, 40163]
    other = phone.post("/client/login", {"appid": "wx2", "openid": "o"}).content["code"]
    assert [tried("081never"), tried(other), tried("")] == [40029, 40029, 41008]
    phone.seconds += 300
    assert tried(old) == 40029


def test_each_wrong_code_of_a_phone_has_its_own_error(phone: Phone) -> None:
    token = phone.token()

    def tried(body: Any) -> Any:
        return phone.post(PHONE, body, {"access_token": token}).content["errcode"]

    used = phone.code("phone", phone="13800138000")
    assert [tried({"code": used}), tried({"code": used})] == [0, 40163]
    other = phone.post("/client/phone", {"appid": "wx2", "openid": "o", "phone": "13800138000"}).content[
        "code"
    ]
    assert tried({"code": other}) == 40013, "the app that asks is not the one that got the code"
    assert [tried({"code": phone.code()}), tried({}), tried([]), tried({"code": 7})] == [40029] * 4
    assert [tried(body) for body in (b"", b"{", b"\xff", b"NaN", b"[" * 10**5)] == [47001] * 5


def test_each_wrong_access_token_has_its_own_error(phone: Phone) -> None:
    token = phone.token()
    assert phone.post(PHONE, {}).content == {"errcode": 41001, "errmsg": "access_token missing"}
    assert phone.post(PHONE, {}, {"access_token": "70_never"}).content["errcode"] == 40001
    phone.seconds += TOKEN_SECONDS
    assert phone.post(PHONE, {}, {"access_token": token}).content["errcode"] == 42001


def test_the_wrong_method_is_told_as_wechat_tells_it(phone: Phone) -> None:
    assert phone.ask("POST", "/cgi-bin/token").content == {"errcode": 43001, "errmsg": "require GET method"}
    assert phone.ask("GET", PHONE).content == {"errcode": 43002, "errmsg": "require POST method"}
    assert (phone.ask("GET", "/client/login").status, phone.ask("PUT", "/health").status) == (405, 405)


@pytest.mark.parametrize(
    ("method", "path", "host"),
    [
        ("POST", "/wxa/msg_sec_check", "api.weixin.qq.com"),
        ("POST", "/wxa/msg_sec_check", "127.0.0.1"),
        ("GET", "/cgi-bin/token/", "api.weixin.qq.com"),
        ("POST", "/v3/pay/transactions/jsapi", "api.mch.weixin.qq.com"),
        ("GET", "/cgi-bin/token", "api.mch.weixin.qq.com"),  # not there
        ("POST", "/client/login", "api.weixin.qq.com"),  # WeChat has no such thing
    ],
)
def test_what_is_not_provided_is_told_as_ours(phone: Phone, method: str, path: str, host: str) -> None:
    answered = phone.ask(method, path, host=host)
    assert (answered.not_provided, answered.status, answered.content["errcode"]) == (True, 200, 40066)
    assert f"not provided by the WeChat stand-in: {method} {path}" in answered.content["errmsg"]


@pytest.mark.parametrize("host", ["api.weixin.qq.com", "sh.api.weixin.qq.com", "127.0.0.1", "wechat", ""])
def test_the_api_is_under_each_of_its_names(phone: Phone, host: str) -> None:
    assert "access_token" in phone.get("/cgi-bin/token", TOKEN, host=host)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 422),
        (b'{"appid": "wx1"}', 422),
        (b'{"appid": "wx1", "openid": "o", "more": 1}', 422),
        (b'{"appid": "wx1", "openid": ""}', 422),
        (b'{"appid": "wx1", "openid": 7}', 422),
        (b'{"appid": "wx1", "openid": "o", "unionid": null}', 200),
    ],
)
def test_the_client_takes_what_its_document_says(phone: Phone, body: bytes, status: int) -> None:
    assert phone.post("/client/login", body).status == status


def test_the_client_knows_its_apps_and_its_media_type(phone: Phone) -> None:
    unknown = phone.post("/client/login", {"appid": "wx3", "openid": "o"})
    assert (unknown.status, "No app wx3 is registered here, only wx1, wx2" in unknown.content["detail"]) == (
        422,
        True,
    )
    sent = json.dumps({"appid": "wx1", "openid": "o"}).encode()
    assert phone.ask("POST", "/client/login", body=sent, media_type="text/plain").status == 415


def test_the_document_holds_what_the_stand_in_has_and_no_more() -> None:
    documented = {(each.method.upper(), each.path) for each in load(DOCUMENT).operations}
    assert documented == {(route.method, route.path) for route in ROUTES}


@pytest.mark.parametrize(
    "path",
    ["/a\nINFO all is well", "/\udc80", "/\x1b[2J", "/" + "x" * 9000],
    ids=["two lines", "no UTF-8", "a terminal's command", "long"],
)
def test_a_path_is_told_in_one_short_line(phone: Phone, path: str) -> None:
    told = phone.ask("GET", path).content["errmsg"]
    assert told.isprintable()
    assert len(told) < 300
    assert "/订单" in phone.ask("GET", "/订单").content["errmsg"]


def test_each_error_has_a_meaning_in_the_document() -> None:
    envelope = load(DOCUMENT).document["x-envelope"]
    assert {str(error.value[0]) for error in WechatError} <= envelope["errors"].keys()
