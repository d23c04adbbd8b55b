"""What is said where no answer came, or an exchange could not be judged, in both languages.

The recording proxies say it in English, in their answers, in headers and in the record; :func:`silence_text` gives it
back in both. What is none of these sayings is somebody else's words, and the same in both languages.
"""

from __future__ import annotations

import re
from functools import cache

from harness.core.text import Text, text_of

CLOSED = Text(zh="未给出响应就关闭了连接", en="closed the connection before an answer")
BROKEN_OFF = Text(zh="未给出响应连接就中断了：{reason}", en="broke the connection before an answer: {reason}")
NO_CONNECTION = Text(zh="无法建立连接：{reason}", en="no connection: {reason}")
NO_TLS = Text(zh="无法建立 TLS 连接：{reason}", en="no TLS connection: {reason}")
NO_NAME = Text(zh="无法解析主机名 {host}", en="the name {host} is not known")
NO_HTTP = Text(zh="收到的不是 HTTP：{reason}", en="what it sent is not HTTP: {reason}")
SHORT_OF = Text(
    zh="返回了 {status}，但响应体没有传完：共 {announced} 字节，只收到 {received} 字节",
    en="answered {status}, and the body ended early: after {received} of {announced} bytes",
)
UNENDED = Text(
    zh="返回了 {status}，但响应体没有传完：收到 {received} 字节，没有结尾",
    en="answered {status}, and the body ended early: after {received} bytes, without an end",
)
UNENDED_WHY = Text(
    zh="返回了 {status}，但响应体没有传完：收到 {received} 字节，没有结尾（{reason}）",
    en="answered {status}, and the body ended early: after {received} bytes, without an end ({reason})",
)
SHORT_AFTER = Text(
    zh="返回了 {status}，但响应体没有传完：收到 {received} 字节",
    en="answered {status}, and the body ended early: after {received} bytes",
)
SHORT = Text(zh="返回了 {status}，但响应体没有传完", en="answered {status}, and the body ended early")
LATE = Text(zh="{seconds} 秒内没有响应", en="no answer within {seconds} s")
NOTHING = Text(zh="录制代理没有收到响应", en="the recording proxy got none")
PROXY_FAILED = Text(zh="录制代理自身出错：{seen}", en="the proxy failed: {seen}")
NOT_RECORDED = Text(
    zh="检查本身出错：内容无法记录：{seen}", en="the check itself failed: it could not be recorded: {seen}"
)
CHECK_FAILED = Text(zh="检查本身出错：{seen}", en="the check itself failed: {seen}")
NOT_YET = Text(zh="尚无响应", en="no answer yet")
LEFT = Text(
    zh="已中止：响应结束之前客户端离开，或运行被停止",
    en="aborted: the client left before the response ended, or the run was stopped",
)
OWN_REQUEST = Text(
    zh="它自己对 {target} 的请求 {request} 没有得到响应：{seen}",
    en="no answer to its own {request} from {target}: {seen}",
)
ON_EDGE = Text(zh="调用边 {edge}：{seen}", en="edge {edge}: {seen}")
OF_TARGET = Text(zh="{target}（{address}）{seen}", en="{target} at {address}: {seen}")

# In the order of reading: what may be part of another stands below it.
SAYINGS = (
    ON_EDGE,
    OWN_REQUEST,
    OF_TARGET,
    CLOSED,
    BROKEN_OFF,
    NO_CONNECTION,
    NO_TLS,
    NO_NAME,
    NO_HTTP,
    SHORT_OF,
    UNENDED_WHY,
    UNENDED,
    SHORT_AFTER,
    SHORT,
    LATE,
    NOTHING,
    PROXY_FAILED,
    NOT_RECORDED,
    CHECK_FAILED,
    NOT_YET,
    LEFT,
)
# What the values of a saying look like, where anything else would be taken for one.
VALUES = {
    "status": r"\d{3}",
    "received": r"\d+",
    "announced": r"\d+",
    "seconds": r"[\d.]+",
    "edge": r"\S+",
    "target": r"\S+",
    "address": r"\w+://\S+",
    "host": r"\S+",
    "request": r"\S+ \S+",
}
FIELD = re.compile(r"\{(\w+)\}")


def silence_text(words: str) -> Text:
    """Both languages of what was said in English."""
    for saying in SAYINGS:
        if found := _pattern(saying.en).fullmatch(words):
            return saying.format(**{name: silence_text(value) for name, value in found.groupdict().items()})
    return text_of(words)


@cache
def _pattern(english: str) -> re.Pattern[str]:
    words = FIELD.split(english)  # names of fields stand between
    parts = [
        f"(?P<{each}>{VALUES.get(each, '.+')})" if number % 2 else re.escape(each)
        for number, each in enumerate(words)
    ]
    return re.compile("".join(parts), re.DOTALL)
