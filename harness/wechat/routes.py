"""What the stand-in has: a line for each operation. What is not here is not provided, which is no fault of who asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from harness.wechat import access_token, client, login, phone_number
from harness.wechat.answers import Answer, Asked, Refused, WechatError, problem, shown
from harness.wechat.hosts import API, HOSTS
from harness.wechat.state import Wechat


class Route(NamedTuple):
    """``hosts`` are those of WeChat's that have it; none for what is the stand-in's own. Under any other name than
    WeChat's (``127.0.0.1``), it has everything.
    """

    method: str
    path: str
    answer: Callable[[Wechat, Asked], Answer]
    hosts: tuple[str, ...] = ()


ROUTES = (
    Route("GET", "/sns/jscode2session", login.code_to_session, API),
    Route("GET", "/cgi-bin/token", access_token.get_access_token, API),
    Route("POST", "/wxa/business/getuserphonenumber", phone_number.get_phone_number, API),
    Route("POST", "/client/login", client.login),
    Route("POST", "/client/phone", client.phone),
    Route("GET", "/health", client.health),
)
NOT_PROVIDED = "not provided by the WeChat stand-in"
_BY_PATH = {route.path: route for route in ROUTES}
_REQUIRED = {"GET": WechatError.REQUIRE_GET, "POST": WechatError.REQUIRE_POST}


def answer(wechat: Wechat, asked: Asked) -> Answer:
    """The answer to a request; never raises for what is asked."""
    route = _BY_PATH.get(asked.path)
    if route is None or (asked.host in HOSTS and asked.host not in route.hosts):
        return not_provided(asked)
    if asked.method != route.method:
        if route.hosts:
            return _REQUIRED[route.method].answer()
        return problem(405, f"{route.path} takes {route.method}.", {"Allow": route.method})
    try:
        return route.answer(wechat, asked)
    except Refused as refused:
        return refused.answer


def not_provided(asked: Asked) -> Answer:
    """As WeChat answers an address that it has not, with words that say whose lack it is."""
    errcode, errmsg = WechatError.INVALID_URL.value
    words = f"{errmsg}: {NOT_PROVIDED}: {asked.method} {shown(asked.path)}"
    return Answer({"errcode": errcode, "errmsg": words}, not_provided=True)
