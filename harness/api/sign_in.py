"""Signing in to a backend as one of its users: the one way in, for contract tests and for the doctor.

Owns what a refusal is told as: the status and, where the answer is in an envelope, its code and message, with
what the reader of harness.toml can do about it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from harness.api import login_steps
from harness.api.settings import LoginSettings, Request
from harness.api.transport import ATTEMPTS
from harness.contracts import Index, load, pointers
from harness.contracts.envelope import EnvelopeSettings, Problem, declared, envelope_of, meaning
from harness.core import http_client
from harness.core.answer_words import status_and_body
from harness.core.codec import Codec
from harness.core.errors import BrokenError, NoAnswer, UsageError
from harness.core.exchange import BEHIND, UNANSWERED
from harness.core.masking import declare_credential, declare_credentials, mask, mask_text
from harness.core.silence_words import silence_text
from harness.core.text import Text, joined, text_of

SIGN_IN_TIMEOUT = 10.0  # seconds
LONGEST = 200  # characters of an answer in a message
# Where the envelopes of most backends have their code: an answer with one of these was probably in an envelope.
CODES = ("code", "errcode", "errCode", "errno", "resultCode", "retcode", "status", "success")

CANNOT = Text(zh="无法登录 {url}：{error}", en="cannot sign in at {url}: {error}")
NO_ANSWER = Text(
    zh="无法登录：{request} 没有得到响应：{seen}", en="cannot sign in: no answer to {request}: {seen}"
)
REFUSED = Text(zh="无法登录：{request} 返回 {seen}", en="cannot sign in: {request} answered {seen}")
NO_ENVELOPE = Text(
    zh="无法登录：{request} 返回 {seen}，响应不符合信封的设置：预期 {expected}",
    en="cannot sign in: {request} answered {seen}, no answer in the envelope: expected {expected}",
)
NOT_GIVEN = Text(
    zh="无法登录：{request} 返回 {status}，响应中没有 {name}",
    en="cannot sign in: {request} answered {status} without {name}",
)
GIVEN_ELSEWHERE = Text(
    zh="检查 {where}.body 中的账号和密码（或验证码），以及 {where}.{key} 的名字",
    en="check account and password (or code) in {where}.body, and the name in {where}.{key}",
)
MEANING = Text(zh="{wire}，相当于 {status}", en="{wire}, which means {status}")

Envelopes = Callable[[str], EnvelopeSettings | None]
"""The envelope of what is answered at a path; None where there is none."""


def no_envelope(path: str) -> None:
    return None


def envelopes(
    documents: Iterable[Path],
    service: str,
    given: EnvelopeSettings | None,
    readable: Sequence[Path] = (),
) -> Envelopes:
    """As in contract tests: none where the operation says so, the service's, else that of the document.

    ``readable``: the folders that documents may refer into.
    """

    @cache
    def index() -> Index:
        return Index([load(path, readable=readable) for path in documents], service=service)

    def envelope(path: str) -> EnvelopeSettings | None:
        operation = index().match("POST", path)
        if operation is not None:
            return envelope_of(operation, given)
        return given or next(filter(None, map(declared, index().contracts)), None)

    return envelope


def sign_in(
    base_url: str,
    login: LoginSettings,
    envelope: Envelopes = no_envelope,
    codec: Codec | None = None,
    *,
    where: str = "login",
    root: Path = Path(),
) -> str:
    """A fresh token; ``where`` is the key of harness.toml that ``login`` stands at, which lies in ``root``.

    Errors: BrokenError where there is none to have, UsageError where ``login.token`` is wrong, both with advice;
    NoAnswer where the backend gives none, asked several times: who signs in twice is signed in.
    """
    for _ in range(ATTEMPTS - 1):
        with suppress(NoAnswer):
            return _sign_in(base_url, login, envelope, codec, where, root)
    return _sign_in(base_url, login, envelope, codec, where, root)


def _sign_in(
    base_url: str, login: LoginSettings, envelope: Envelopes, codec: Codec | None, where: str, root: Path
) -> str:
    for sent in (*(request.body for request in login.before), login.body):
        declare_credentials(sent)
    values: login_steps.Values = {}
    try:
        with http_client.client(SIGN_IN_TIMEOUT, base_url=base_url) as client:
            for step in login.before:
                if step.command is not None:
                    text = login_steps.run_command(login_steps.fill(step.command, values), root, where)
                    values |= login_steps.found(step.values, text, _json(text), None, step.command[0], where)
                    continue
                path = login_steps.fill(step.path, values)
                response = _send(client, step.method, path, step, values, codec)
                page = step.method == "GET"  # no document of the API describes it
                _, data = _answer(response, None if page else envelope(path), where)
                source = f"{step.method} {path}"
                values |= login_steps.found(step.values, response.text, data, response, source, where)
            response = _send(client, "POST", login_steps.fill(login.path, values), login, values, codec)
            elsewhere = login.token is None  # a log-in by form leads to a page
            if elsewhere and 300 <= response.status_code < 400:
                whole = data = None
            else:
                whole, data = _answer(response, envelope(login.path), where)
    except http_client.UnreadableAnswer as error:
        raise BrokenError(CANNOT.format(url=f"{base_url}{login.path}", error=error.text)) from None
    except httpx.HTTPError as error:
        raise NoAnswer(
            CANNOT.format(url=f"{base_url}{login.path}", error=http_client.seen(error)),
            advice=Text(
                zh="确认服务正在运行、地址正确，且这台机器可以访问它",
                en="see that the service runs, that its address is right, and that this machine may reach it",
            ),
        ) from None
    if elsewhere:
        return _token_elsewhere(login, response, where)
    return _token(login, whole, data, where)


def _send(
    client: httpx.Client,
    method: str,
    path: str,
    step: LoginSettings | Request,
    values: login_steps.Values,
    codec: Codec | None,
) -> httpx.Response:
    body, headers = login_steps.fill(step.body, values), login_steps.fill(step.headers, values)
    return login_steps.send(client, method, path, body, headers, form=step.form, codec=codec)


def _token_elsewhere(login: LoginSettings, response: httpx.Response, where: str) -> str:
    """The token in a header of the answer, or the cookie that it sets."""
    if login.token_cookie is not None:
        key, name, token = (
            "token_cookie",
            login.token_cookie,
            login_steps.cookie_of(response, login.token_cookie),
        )
    else:
        key, name = "token_header", str(login.token_header)
        token = response.headers.get(name, "").removeprefix("Bearer ").strip()
    if not token:
        request = f"POST {login.path}"
        raise BrokenError(
            NOT_GIVEN.format(request=request, status=response.status_code, name=name),
            advice=GIVEN_ELSEWHERE.format(where=where, key=key),
        )
    declare_credential(token)
    return token


def _answer(response: httpx.Response, envelope: EnvelopeSettings | None, where: str) -> tuple[Any, Any]:
    """The JSON of an answer that went well: all of it, and what its envelope holds."""
    request = f"{response.request.method} {response.request.url.path}"
    status, content = response.status_code, response.content
    seen = text_of(status_and_body(f"{status}:", mask_text(response.text)[:LONGEST]))
    if UNANSWERED in response.headers:
        raise NoAnswer(NO_ANSWER.format(request=request, seen=silence_text(_detail(response))).map(mask_text))
    if envelope is not None:
        found = meaning(envelope, status, content)
        if isinstance(found, Problem):
            message = NO_ENVELOPE.format(request=request, seen=seen, expected=found.expected)
            raise BrokenError(message, advice=_about_envelope(where))
        status, content = found.status, found.body
        if found.wire:
            seen = MEANING.format(wire=mask_text(found.wire), status=status)
    if not 200 <= status < 300:
        refused = REFUSED.format(request=request, seen=seen)
        if behind := response.headers.get(BEHIND):
            raise NoAnswer(joined([refused, silence_text(behind)]))
        raise BrokenError(refused, advice=_about_status(status, where))
    return _json(response.content), _json(content)


def _detail(response: httpx.Response) -> str:
    """What the recording proxy says of a request that got no answer."""
    told = _json(response.content)
    return str(told["detail"]) if isinstance(told, dict) and "detail" in told else response.text


def _token(login: LoginSettings, whole: Any, data: Any, where: str) -> str:
    pointer = str(login.token)
    token = _at(data, pointer)
    if isinstance(token, str) and token:
        declare_credential(token)
        return token
    seen = json.dumps(mask(whole), ensure_ascii=False, default=str)[:LONGEST]
    problem = "is not in the answer" if token is None else "is no text in the answer"
    message = f"login.token: {pointer} {problem} of POST {login.path}: {seen}"
    advice = Text(
        zh=f"让 {where}.token 指向响应中的令牌（JSON 指针，如 /token）",
        en=f"let {where}.token point at the token in the answer (a JSON pointer such as /token)",
    )
    if data is not whole and data != whole and _at(whole, pointer) is not None:
        advice = Text(
            zh=f"信封已经打开：{where}.token 从信封里的数据开始",
            en=f"the envelope is opened already: {where}.token begins at the data in it",
        )
    elif data == whole and isinstance(whole, dict) and any(name in whole for name in CODES):
        advice = Text(
            zh=f"响应像是包在信封里：在 [{_service(where)}.envelope] 中说明信封，{where}.token 则从其中的数据开始；"
            f"如果响应表示拒绝，请检查 {where}.body",
            en=f"the answer looks like an envelope: describe it in [{_service(where)}.envelope], and let "
            f"{where}.token begin at the data in it; if it says that the log-in was refused, check {where}.body",
        )
    raise UsageError(message, advice=advice)


def _about_envelope(where: str) -> Text:
    return Text(
        zh=f"响应与信封的设置不符：检查 [{_service(where)}.envelope] 的 code、success 和 errors",
        en=f"the answer does not fit the envelope: check code, success and errors of [{_service(where)}.envelope]",
    )


def _about_status(status: int, where: str) -> Text:
    if status in (401, 403):
        return Text(
            zh=f"后端拒绝了这个用户：检查 {where}.body 中的账号和密码（或验证码）",
            en=f"the backend refuses this user: check account and password (or code) in {where}.body",
        )
    if status in (404, 405, 501):
        return Text(
            zh=f"检查 {where}.path：后端没有这个登录接口，或没有这个账号",
            en=f"check {where}.path: the backend has no such log-in, or no such account",
        )
    if status == 429:
        return Text(
            zh="后端限制了登录次数：稍后再试，或在测试环境放宽限制",
            en="the backend limits log-ins: wait, or raise the limit of the test environment",
        )
    if status >= 500:
        return Text(zh="后端出错：查看它的日志", en="the backend failed: see its log")
    if status < 400:
        return Text(
            zh=f"登录不跟随跳转：让 {where}.path 和服务的 url 指向最终地址",
            en=f"redirects are not followed: let {where}.path and the service's url name the last address",
        )
    return Text(
        zh=f"后端不接受登录请求：检查 {where}.path 和 {where}.body",
        en=f"the backend does not take the request: check {where}.path and {where}.body",
    )


def _service(where: str) -> str:
    """``services.shop`` of ``services.shop.users.anna.login``."""
    return ".".join(where.split(".")[:2]) if "." in where else "services.NAME"


def _at(data: Any, pointer: str) -> Any:
    try:
        return pointers.walk(data, pointers.split(pointer))
    except KeyError:
        return None


def _json(content: bytes | str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
