"""HTTP of the WeChat stand-in: wechat.yaml. The platform answers as WeChat does, HTTP 200 with `errcode`."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.wechat.codes import TOKEN_SECONDS, Codes, Grant, Refusal, Tokens, new_session_key

MAX_BODY = 65536
_NAME = re.compile("[A-Za-z0-9_-]{1,64}")
_PHONE = re.compile("1[3-9][0-9]{9}")


class Wechat:
    """One WeChat with one registered app."""

    def __init__(self, appid: str, secret: str) -> None:
        self._appid, self._secret = appid, secret
        self._logins, self._phones, self._tokens = Codes(), Codes(), Tokens()

    async def health(self, _: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def code2session(self, request: Request) -> Response:
        asked = request.query_params
        if refused := self._app_refused(asked):
            return refused
        if asked.get("grant_type") != "authorization_code":
            return _error(40002, "invalid grant_type")
        if not asked.get("js_code"):
            return _error(41008, "missing code")
        grant = self._logins.take(asked["js_code"], asked["appid"])
        if isinstance(grant, Refusal):
            return _error(*grant.value)
        session = {"openid": grant.openid, "session_key": new_session_key()}
        return JSONResponse(session | ({"unionid": grant.unionid} if grant.unionid else {}))

    async def token(self, request: Request) -> Response:
        asked = request.query_params
        if asked.get("grant_type") != "client_credential":
            return _error(40002, "invalid grant_type")
        if refused := self._app_refused(asked):
            return refused
        return JSONResponse({"access_token": self._tokens.issue(asked["appid"]), "expires_in": TOKEN_SECONDS})

    async def phone_number(self, request: Request) -> Response:
        token = request.query_params.get("access_token", "")
        if not token:
            return _error(41001, "access_token missing")
        appid = self._tokens.app_of(token)
        if appid is None:
            return _error(40001, "invalid credential, access_token is invalid or not latest")
        try:
            asked = _parsed(await _body(request))
        except HTTPException:
            return _error(47001, "data format error")
        code = asked.get("code") if isinstance(asked, dict) else None
        grant = self._phones.take(code, appid) if isinstance(code, str) else Refusal.UNKNOWN
        if isinstance(grant, Refusal):
            return _error(*grant.value)
        watermark = {"timestamp": int(time.time()), "appid": appid}
        info = {
            "phoneNumber": grant.phone,
            "purePhoneNumber": grant.phone,
            "countryCode": "86",
            "watermark": watermark,
        }
        return JSONResponse({"errcode": 0, "errmsg": "ok", "phone_info": info})

    async def client_login(self, request: Request) -> Response:
        asked = await _fields(request, {"appid": _NAME, "openid": _NAME}, {"unionid": _NAME})
        grant = Grant(asked["appid"], asked["openid"], unionid=asked.get("unionid"))
        return JSONResponse({"code": self._logins.give(grant)})

    async def client_phone(self, request: Request) -> Response:
        asked = await _fields(request, {"appid": _NAME, "openid": _NAME, "phone": _PHONE})
        grant = Grant(asked["appid"], asked["openid"], phone=asked["phone"])
        return JSONResponse({"code": self._phones.give(grant)})

    def _app_refused(self, asked: Mapping[str, str]) -> Response | None:
        if not asked.get("appid"):
            return _error(41002, "appid missing")
        if not asked.get("secret"):
            return _error(41004, "appsecret missing")
        if asked["appid"] != self._appid:
            return _error(40013, "invalid appid")
        if asked["secret"] != self._secret:
            return _error(40125, "invalid appsecret")
        return None


def create_app(appid: str, secret: str) -> Starlette:
    """The stand-in as an ASGI application; its codes live as long as it does."""
    wechat = Wechat(appid, secret)
    gets: dict[str, Callable[[Request], Any]] = {
        "/health": wechat.health,
        "/sns/jscode2session": wechat.code2session,
        "/cgi-bin/token": wechat.token,
    }
    posts: dict[str, Callable[[Request], Any]] = {
        "/wxa/business/getuserphonenumber": wechat.phone_number,
        "/client/login": wechat.client_login,
        "/client/phone": wechat.client_phone,
    }
    routes = [Route(path, endpoint, methods=["GET"]) for path, endpoint in gets.items()]
    routes += [Route(path, endpoint, methods=["POST"]) for path, endpoint in posts.items()]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _problem})
    app.router.redirect_slashes = False
    return app


async def _body(request: Request) -> bytes:
    received = bytearray()
    try:
        async for chunk in request.stream():
            received += chunk
            if len(received) > MAX_BODY:
                raise HTTPException(413, f"A body has at most {MAX_BODY} bytes.")
    except ClientDisconnect:
        raise HTTPException(400, "The body ended too early.") from None
    return bytes(received)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8"), parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise HTTPException(400, "The body is not JSON in UTF-8.") from None


async def _fields(
    request: Request,
    required: Mapping[str, re.Pattern[str]],
    optional: Mapping[str, re.Pattern[str]] | None = None,
) -> dict[str, str]:
    """The object of the body: `required` fields, `optional` ones (null counts as absent), no others."""
    optional = optional or {}
    raw = await _body(request)
    if raw and request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "Send application/json.")
    asked = _parsed(raw)
    if not isinstance(asked, dict):
        raise HTTPException(422, "The body must be an object.")
    if not set(required) <= set(asked) <= {*required, *optional}:
        raise HTTPException(
            422, f"The fields are {', '.join(required)}; optional: {', '.join(optional) or 'none'}."
        )
    found: dict[str, str] = {}
    for name, value in asked.items():
        if value is None and name in optional:
            continue
        pattern = required.get(name) or optional[name]
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise HTTPException(422, f"{name} is not of the form asked for.")
        found[name] = value
    return found


def _error(errcode: int, errmsg: str) -> Response:
    return JSONResponse({"errcode": errcode, "errmsg": errmsg})


def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    document = {
        "type": "about:blank",
        "title": HTTPStatus(error.status_code).phrase,
        "status": error.status_code,
        "detail": error.detail,
    }
    return JSONResponse(document, error.status_code, error.headers, media_type="application/problem+json")


def _not_json(name: str) -> Any:
    raise ValueError(name)
