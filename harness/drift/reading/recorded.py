"""One exchange as somebody else recorded it: the exchange, its address, and what the recording left out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult

from harness.core.exchange import Exchange
from harness.core.text import Text

# Why an exchange, or a part of it, is not judged though a contract holds for it.
Gap = Literal[
    "no body",
    "no answer",
    "cache",
    "browser",
    "left out",
    "masked",
    "unread",
    "check failed",
    "too large",
    "not recorded whole",
]
# Why no contract is asked about it.
Excluded = Literal["elsewhere", "page", "preflight", "websocket"]

GAPS: dict[Gap, Text] = {
    "no body": Text(zh="文件中没有完整的正文", en="the file does not hold the whole body"),
    "no answer": Text(
        zh="没有收到响应（被拦截、取消或中断）", en="no answer came (blocked, cancelled or cut off)"
    ),
    "cache": Text(zh="由浏览器缓存应答，并非服务", en="the browser's cache answered, not the service"),
    "browser": Text(zh="浏览器自行重定向（HSTS）", en="the browser redirected by itself (HSTS)"),
    "left out": Text(zh="导出时略去了请求头或 Cookie", en="the export left headers or cookies out"),
    "masked": Text(zh="值在录制时已被脱敏", en="the value was masked when it was recorded"),
    "unread": Text(zh="无法解读", en="it cannot be read"),
    "check failed": Text(zh="检查本身出错", en="the check itself failed"),
    "too large": Text(zh="超过单条上限，已跳过", en="larger than one entry may be, passed over"),
    "not recorded whole": Text(zh="录制代理没有完整记录", en="the proxy did not record it whole"),
}
EXCLUDED: dict[Excluded, Text] = {
    "elsewhere": Text(zh="地址不在任何接口规范的 servers 之下", en="below no server of a contract"),
    "page": Text(zh="页面或文件，不是接口", en="pages and files, not the API"),
    "preflight": Text(zh="CORS 预检", en="CORS preflights"),
    "websocket": Text(zh="WebSocket", en="WebSockets"),
}
USUAL = {"http": 80, "https": 443, "ws": 80, "wss": 443}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an exchange stands: the file, its number there from 1, and the line it begins on."""

    file: Path
    number: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One exchange of a file.

    ``address`` is None where only path and service are known. ``whole`` says why nothing of it can be judged,
    ``unsaved`` which bodies (``request.body``) the file lacks; ``bare`` which heads (``request``) came without
    any header. ``destination`` is what the browser wanted it for, where it says so. ``started`` is as written.
    """

    spot: Spot
    exchange: Exchange
    address: SplitResult | None
    started: str = ""
    destination: str = ""
    whole: tuple[Gap, Text] | None = None
    unsaved: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()

    @property
    def host(self) -> str:
        """``api.shop.example:8443``; of an exchange without an address the service."""
        if self.address is None:
            return self.exchange.target
        return host_of(self.address)


def host_of(address: SplitResult) -> str:
    """Host and port, without the port that the scheme has anyway."""
    host = address.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = address.port
    return host if port is None or port == USUAL.get(address.scheme) else f"{host}:{port}"
