"""What comes before a log-in, and what it finds: pages, codes and answers whose values go into what follows."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from harness.api.reception import OURS
from harness.api.settings import ValueSettings
from harness.contracts import pointers
from harness.core.codec import Codec
from harness.core.errors import BrokenError
from harness.core.exchange import Message
from harness.core.masking import declare_credential, mask_text
from harness.core.text import Text

COMMAND_TIMEOUT = 30.0  # seconds
SHOWN = 200  # characters
LEFT_OUT = ("content-encoding", "content-length", "transfer-encoding")
NO_COMMAND = Text(
    zh="无法登录：{where}.before 的命令 {command} 无法运行：{error}",
    en="cannot sign in: the command {command} of {where}.before cannot be run: {error}",
)
COMMAND_FAILED = Text(
    zh="无法登录：{where}.before 的命令 {command} 以 {code} 结束：{seen}",
    en="cannot sign in: the command {command} of {where}.before ended with {code}: {seen}",
)
NOT_FOUND = Text(
    zh="无法登录：{source} 中没有值 {name}（{place}）：{seen}",
    en="cannot sign in: {source} has no value {name} ({place}): {seen}",
)
CHECK_VALUES = Text(zh="检查 {where}.before 的 values", en="check the values of {where}.before")

Values = dict[str, str]


def fill(data: Any, values: Mapping[str, str]) -> Any:
    """``data`` with each ``{name}`` of a value that was found replaced, wherever it stands in a text."""
    if isinstance(data, str):
        for name, value in values.items():
            data = data.replace("{" + name + "}", value)
        return data
    if isinstance(data, Mapping):
        return {key: fill(item, values) for key, item in data.items()}
    return [fill(item, values) for item in data] if isinstance(data, list | tuple) else data


def send(
    client: httpx.Client,
    method: str,
    path: str,
    body: Mapping[str, Any],
    headers: Mapping[str, str],
    *,
    form: bool,
    codec: Codec | None,
) -> httpx.Response:
    """One request of a log-in; its cookies are kept by ``client`` for the next one."""
    if method == "GET":
        return client.get(path, headers=headers)
    if form:
        pairs = {name: value if isinstance(value, list) else str(value) for name, value in body.items()}
        return client.post(path, data=pairs, headers=headers)
    if codec is None:
        return client.post(path, json=body, headers=headers)
    sent = Message(
        (*headers.items(), ("Content-Type", "application/json")),
        json.dumps(body, ensure_ascii=False).encode(),
    )
    sealed = codec.seal(sent)
    response = client.post(path, content=sealed.body, headers=list(sealed.headers))
    if any(name in response.headers for name in OURS):
        return response
    opened = codec.open(Message(tuple(response.headers.multi_items()), response.content))
    kept = [(name, value) for name, value in opened.headers if name.lower() not in LEFT_OUT]
    return httpx.Response(response.status_code, headers=kept, content=opened.body, request=response.request)


def run_command(command: tuple[str, ...], root: Path, where: str) -> str:
    """What a command of the project writes, such as a one-time code. BrokenError where it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=root,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=COMMAND_TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BrokenError(NO_COMMAND.format(where=where, command=command[0], error=error)) from None
    if done.returncode:
        seen = mask_text(done.stderr.strip() or done.stdout.strip())[-SHOWN:]
        raise BrokenError(
            COMMAND_FAILED.format(where=where, command=command[0], code=done.returncode, seen=seen)
        )
    return done.stdout.strip()


def found(
    wanted: Mapping[str, ValueSettings],
    text: str,
    data: Any,
    response: httpx.Response | None,
    source: str,
    where: str,
) -> Values:
    """The values of an answer (``data``: its JSON, out of the envelope) or of what a command wrote.

    BrokenError for one that is not there.
    """
    values: Values = {}
    for name, place in wanted.items():
        value = _at(place, text, data, response)
        if value is None:
            seen = mask_text(text)[:SHOWN]
            said = NOT_FOUND.format(source=source, name=name, place=_said(place), seen=seen)
            raise BrokenError(said, advice=CHECK_VALUES.format(where=where))
        declare_credential(value)
        values[name] = value
    return values


def _at(place: ValueSettings, text: str, data: Any, response: httpx.Response | None) -> str | None:
    if place.pointer is not None:
        try:
            value = pointers.walk(data, pointers.split(place.pointer))
        except KeyError:
            return None
        return None if value is None or isinstance(value, dict | list) else str(value)
    if place.header is not None:
        return None if response is None else response.headers.get(place.header)
    if place.cookie is not None:
        return None if response is None else cookie_of(response, place.cookie)
    if place.pattern is not None:
        match = re.search(place.pattern, text)
        return None if match is None else match[1]
    return text or None


def cookie_of(response: httpx.Response, name: str) -> str | None:
    """The value of a cookie that an answer sets, also where a jar would refuse it (``Secure`` without TLS)."""
    for header in response.headers.get_list("set-cookie"):
        key, _, value = header.partition(";")[0].strip().partition("=")
        if key == name and value:
            return value
    return None


def _said(place: ValueSettings) -> str:
    given = place.model_dump(exclude_none=True)
    return ", ".join(f"{key} {value}" for key, value in given.items()) or "text"
