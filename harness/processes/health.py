"""Whether a service answers at its health address. One attempt is one request: no redirects, no retries."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from harness.core.answer_words import status_and_body
from harness.core.errors import Timeout, UsageError
from harness.core.masking import mask_text
from harness.core.polling import poll
from harness.core.text import Text

EVERY = 0.03


@dataclass(frozen=True, slots=True)
class Answer:
    """What one health request came to, in words a log can hold."""

    healthy: bool
    seen: str


def ask(url: str, *, timeout: float = 1.0, tls: ssl.SSLContext | None = None) -> Answer:
    """GET ``url`` once: healthy on any 2xx within ``timeout``. Never raises for what the other side does."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    connection = (
        http.client.HTTPSConnection(host, port, timeout=timeout, context=tls)
        if parts.scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=timeout)
    )
    late = threading.Event()

    def end(connected: socket.socket) -> None:
        late.set()
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    ender: threading.Timer | None = None
    try:
        connection.connect()
        assert connection.sock is not None
        # The timeout of a socket is for each byte.
        ender = threading.Timer(timeout, end, (connection.sock,))
        ender.start()
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        response = connection.getresponse()
        excerpt = response.read(200).decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException) as error:
        if not late.is_set():
            return Answer(False, str(error) or type(error).__name__)
    finally:
        if ender is not None:
            ender.cancel()
        connection.close()
    if late.is_set():  # what was cut may look whole
        return Answer(False, f"no whole answer within {timeout:g} s")
    if 200 <= response.status < 300:
        return Answer(True, f"{response.status}")
    return Answer(False, mask_text(status_and_body(f"{response.status} {response.reason}".strip(), excerpt)))


def require_healthy(
    name: str, url: str, *, within: float, every: float = 0.05, tls: ssl.SSLContext | None = None
) -> None:
    """Wait until the service answers; for systems that are attached to, not started. It is asked ``every`` seconds.

    Timeout says what was last seen; UsageError when ``url`` is none.
    """
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise UsageError(f"the health address of {name} is not an http address: {url!r}")
    outcome = poll(lambda: ask(url, tls=tls), lambda answer: answer.healthy, within=within, every=every)
    if not outcome.satisfied:
        raise Timeout(
            Text(
                zh=f"{name} 在 {within:g} 秒内没有在 {url} 给出响应；最后看到：{outcome.value.seen}",
                en=f"{name} did not answer at {url} within {within:g} s; last seen: {outcome.value.seen}",
            )
        )
