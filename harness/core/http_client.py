"""HTTP as the harness itself asks it: an answer of at most so many bytes, in at most so much time.

httpx bounds each wait for a byte, not all of them together, and undoes content codings without a limit: a server that
sends a byte now and then, or a bomb, would keep or fill whoever asks. Redirects are not followed, since another host
is nobody that the settings name, and no proxy of the environment is used.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import httpcore
import httpx

from harness.core.content_codings import decoded
from harness.core.exchange import BODY_LIMIT, Message
from harness.core.text import Text, text_of

OF_TRANSFER = ("content-encoding", "content-length", "transfer-encoding")
MORE = Text(zh="响应超过 {limit} 字节", en="an answer of more than {limit} bytes")
BROKEN = Text(zh="响应不是 {expected}：{seen}", en="an answer that is not {expected}: {seen}")
LATE = Text(zh="{seconds} 秒内没有收到完整的响应", en="no whole answer within {seconds} s")


class UnreadableAnswer(httpx.DecodingError):
    """An answer came, and is too large or not in its content coding."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class LateAnswer(httpx.ReadTimeout):
    """The answer had not all come when its time was over."""

    def __init__(self, seconds: float) -> None:
        self.text = LATE.format(seconds=f"{seconds:g}")
        super().__init__(self.text.en)


def client(
    seconds: float,
    *,
    limit: int = BODY_LIMIT,
    base_url: str = "",
    headers: Mapping[str, str] | None = None,
    keep: bool = True,
    tls: ssl.SSLContext | None = None,
) -> httpx.Client:
    """A client whose answers take at most ``seconds``, and have at most ``limit`` bytes, sent and decoded.

    ``keep``: connections are kept for the next request. What goes wrong is an ``httpx.HTTPError``: see :func:`seen`.
    """
    return httpx.Client(
        transport=_Transport(seconds, limit, keep=keep, tls=tls),
        base_url=base_url,
        headers=headers,
        timeout=seconds,
        trust_env=False,
        follow_redirects=False,
    )


def seen(error: Exception) -> Text:
    """What was seen in place of an answer."""
    text = getattr(error, "text", None)
    if isinstance(text, Text):
        return text
    return text_of(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


class _Transport(httpx.HTTPTransport):
    def __init__(self, seconds: float, limit: int, *, keep: bool, tls: ssl.SSLContext | None) -> None:
        limits = httpx.Limits() if keep else httpx.Limits(max_keepalive_connections=0)
        super().__init__(verify=tls or _certificates(), trust_env=False, limits=limits)
        self._seconds, self._limit = seconds, limit
        self._deadline = _Deadline()
        # httpx has no option for it; httpcore, which it is made of, has.
        self._pool._network_backend = _Network(self._deadline)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._deadline.begin(self._seconds)
        try:
            response = super().handle_request(request)
            try:
                body = self._read(response.stream)  # type: ignore[arg-type]
            finally:
                response.close()
        except httpx.ReadTimeout:
            raise LateAnswer(self._seconds) from None
        message = decoded(Message(tuple(response.headers.multi_items()), body), self._limit)
        if message.flaw is not None:
            flaw = message.flaw
            expected, what = flaw.expected, flaw.seen
            raise UnreadableAnswer(what if expected is None else BROKEN.format(expected=expected, seen=what))
        kept = [(name, value) for name, value in message.headers if name.lower() not in OF_TRANSFER]
        return httpx.Response(response.status_code, headers=kept, content=message.body, request=request)

    def _read(self, stream: Iterable[bytes]) -> bytes:
        body = bytearray()
        for piece in stream:
            body += piece
            if len(body) > self._limit:
                raise UnreadableAnswer(MORE.format(limit=self._limit))
        return bytes(body)


class _Deadline(threading.local):
    """Until when the request of this thread has its answer."""

    until = 0.0

    def begin(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds

    def left(self) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left


class _Network(httpcore.NetworkBackend):
    """Connections with which all waiting for one answer ends at its deadline."""

    def __init__(self, deadline: _Deadline) -> None:
        self._inner, self._deadline = httpcore.SyncBackend(), deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.connect_tcp(host, port, self._deadline.left(), local_address, socket_options)
        return _Stream(stream, self._deadline)


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(
            self._inner.start_tls(ssl_context, server_hostname, self._deadline.left()), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: it takes 20 ms, and checks ask some hundred times."""
    return httpx.create_ssl_context(trust_env=False)
