"""wechatpy as its documents show it, with no address given: ``python login.py APPID SECRET CODE PHONE_CODE``."""

from __future__ import annotations

import json
import sys

from wechatpy import WeChatClient

appid, secret, code, phone_code = sys.argv[1:]
client = WeChatClient(appid, secret)
session = client.wxa.code_to_session(code)
# It has no function for this: its own request, which adds the access token.
url = "https://api.weixin.qq.com/wxa/business/getuserphonenumber"
phone = client.post(url, data={"code": phone_code})["phone_info"]
result = {"openid": session["openid"], "unionid": session.get("unionid"), "phone": phone["purePhoneNumber"]}
sys.stdout.write(json.dumps(result))
