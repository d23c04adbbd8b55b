"""WeChat's own host names, under which SDKs with fixed addresses look for it."""

from __future__ import annotations

# 公众平台接口域名 (Basic_Information/Interface_field_description.html): the general one, for recovery, and of regions.
API = (
    "api.weixin.qq.com",
    "api2.weixin.qq.com",
    "sh.api.weixin.qq.com",
    "sz.api.weixin.qq.com",
    "hk.api.weixin.qq.com",
)
OTHERS = ("open.weixin.qq.com", "mp.weixin.qq.com", "api.mch.weixin.qq.com", "api2.mch.weixin.qq.com")
HOSTS = (*API, *OTHERS)
DOMAIN = "weixin.qq.com"  # that all are in
