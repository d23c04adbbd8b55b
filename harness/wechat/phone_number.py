"""手机号: the code of a getPhoneNumber button for the phone number.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-info/phone-number/getPhoneNumber.html
"""

from __future__ import annotations

import time

from harness.wechat.access_token import require_token
from harness.wechat.answers import Answer, Asked, WechatError, json_of, ok
from harness.wechat.state import Taken, Wechat

REFUSALS = {
    Taken.UNKNOWN: WechatError.INVALID_CODE,
    Taken.USED: WechatError.CODE_USED,
    # 请求 appid 身份与获取 code 的小程序 appid 不匹配
    Taken.OF_ANOTHER_APP: WechatError.INVALID_APPID,
}


def get_phone_number(wechat: Wechat, asked: Asked) -> Answer:
    appid = require_token(wechat, asked)
    try:
        given = json_of(asked.body)
    except ValueError:
        return WechatError.DATA_FORMAT.answer()
    code = given.get("code") if isinstance(given, dict) else None
    grant = wechat.phones.take(code, appid) if isinstance(code, str) else Taken.UNKNOWN
    if isinstance(grant, Taken):
        return REFUSALS[grant].answer()
    return ok(
        phone_info={
            "phoneNumber": grant.phone,
            "purePhoneNumber": grant.phone,
            "countryCode": "86",
            "watermark": {"timestamp": int(time.time()), "appid": appid},
        }
    )
