"""小程序登录: the code of ``wx.login`` for the person's identity in the app.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
"""

from __future__ import annotations

from harness.wechat.access_token import require_app
from harness.wechat.answers import Answer, Asked, WechatError
from harness.wechat.state import Taken, Wechat, new_session_key

REFUSALS = {
    Taken.UNKNOWN: WechatError.INVALID_CODE,
    Taken.OF_ANOTHER_APP: WechatError.INVALID_CODE,
    Taken.USED: WechatError.CODE_USED,
}


def code_to_session(wechat: Wechat, asked: Asked) -> Answer:
    appid = require_app(wechat, asked.query)
    if asked.query.get("grant_type") != "authorization_code":
        return WechatError.INVALID_GRANT_TYPE.answer()
    code = asked.query.get("js_code")
    if not code:
        return WechatError.CODE_MISSING.answer()
    grant = wechat.logins.take(code, appid)
    if isinstance(grant, Taken):
        return REFUSALS[grant].answer()
    session = {"openid": grant.openid, "session_key": new_session_key()}
    return Answer(session | ({"unionid": grant.unionid} if grant.unionid else {}))
