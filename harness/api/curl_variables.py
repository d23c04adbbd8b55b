"""The shell variables of curl lines: their names, and in words what they stood for in this run, never a secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from harness.api.backend import BackendUnderTest
from harness.api.users import User
from harness.core.text import Text

USED = re.compile(r"(?<!\\)\$\{(\w+)\}")
ADDRESS = Text(
    zh="{variable}：{backend} 的地址，本次运行中为 {address}",
    en="{variable}: the address of {backend}, in this run {address}",
)
TOKEN = Text(
    zh="{variable}：在 {backend} 上以 {user} 的身份，{source}",
    en="{variable}: as {user} on {backend}, {source}",
)
PHONE = Text(
    zh="PHONE：请求里的手机号，属于个人数据，不写入报告",
    en="PHONE: a phone number of the request, left out as personal data",
)


def base_of(backend: BackendUnderTest) -> tuple[str, str]:
    """The variable of a backend's address, and the address."""
    return f"{_upper(backend.name)}_URL", backend.base_url().rstrip("/")


def token_of(backend: BackendUnderTest, user: User | None = None) -> str:
    """The variable of what proves who somebody is; the first user's has no name in it."""
    first = backend.users[0] if backend.users else None
    return "TOKEN" if user is None or user is first else f"{_upper(user.name)}_TOKEN"


def in_words(lines: str, backends: Iterable[BackendUnderTest]) -> Text | None:
    """What each variable in ``lines`` stands for, a line each; None where there is none."""
    used = set(USED.findall(lines))
    rows = [row for backend in backends for row in _rows(backend, used)] + [PHONE] * ("PHONE" in used)
    if not rows:
        return None
    return Text(zh="\n".join(row.zh for row in rows), en="\n".join(row.en for row in rows))


def _rows(backend: BackendUnderTest, used: set[str]) -> Iterator[Text]:
    variable, address = base_of(backend)
    if variable not in used:
        return
    yield ADDRESS.format(variable=variable, backend=backend.name, address=address)
    for user in backend.users:
        token = token_of(backend, user)
        if token in used and user.source is not None:
            yield TOKEN.format(variable=token, backend=backend.name, user=user.name, source=user.source)


def _upper(name: str) -> str:
    return re.sub(r"\W", "_", name).upper()
