"""接口调用凭证: the access token of an app, and who an operation is called by.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getAccessToken.html
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from harness.wechat.answers import Answer, Asked, Refused, WechatError
from harness.wechat.state import TOKEN_SECONDS, Invalid, Wechat


def get_access_token(wechat: Wechat, asked: Asked) -> Answer:
    if asked.query.get("grant_type") != "client_credential":
        return WechatError.INVALID_GRANT_TYPE.answer()
    token = wechat.tokens.issue(require_app(wechat, asked.query))
    return Answer({"access_token": token, "expires_in": TOKEN_SECONDS})


def require_app(wechat: Wechat, given: Mapping[str, str]) -> str:
    """The appid of the app whose ``appid`` and ``secret`` these are. Refused where they are none's."""
    appid, secret = given.get("appid"), given.get("secret")
    if not appid:
        raise Refused(WechatError.APPID_MISSING.answer())
    if not secret:
        raise Refused(WechatError.SECRET_MISSING.answer())
    if appid not in wechat.apps:
        raise Refused(WechatError.INVALID_APPID.answer())
    if not secrets.compare_digest(_bytes(wechat.apps[appid]), _bytes(secret)):
        raise Refused(WechatError.INVALID_SECRET.answer())
    return appid


def require_token(wechat: Wechat, asked: Asked) -> str:
    """The appid of the app whose ``access_token`` the query has. Refused where it is missing, unknown or expired."""
    token = asked.query.get("access_token")
    if not token:
        raise Refused(WechatError.TOKEN_MISSING.answer())
    appid = wechat.tokens.app_of(token)
    if isinstance(appid, Invalid):
        expired = appid is Invalid.EXPIRED
        raise Refused((WechatError.TOKEN_EXPIRED if expired else WechatError.INVALID_CREDENTIAL).answer())
    return appid


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
