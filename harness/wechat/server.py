"""HTTP of the stand-in, plain and by TLS, on aiohttp's server. Which answer it gives is ``routes``'."""

from __future__ import annotations

import asyncio
import logging
import signal
import ssl
import sys
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from aiohttp.http_exceptions import HttpProcessingError

# Not aiohttp.web, which loads its applications, too: this is started in every run.
from aiohttp.web_protocol import RequestPayloadError
from aiohttp.web_request import BaseRequest
from aiohttp.web_response import Response
from aiohttp.web_server import Server

from harness.wechat import routes
from harness.wechat.answers import MAX_BODY, Answer, Asked, Refused, problem, shown
from harness.wechat.state import Wechat

# Longer than the pools of usual clients: whoever closes first must not be the one who is asked.
KEEPALIVE = 30.0
ENDS_WITHIN = 1.0  # seconds for what is under way when the stand-in is stopped
MOST_TOLD = 1000  # different operations that are not provided


class Listener(NamedTuple):
    """An address to listen on; with ``tls``, by that."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None

    async def open(self, server: Server) -> asyncio.Server:
        loop = asyncio.get_running_loop()
        return await loop.create_server(server, self.host, self.port, ssl=self.tls, backlog=512)


class Opened(Protocol):
    """What is opened with the stand-in, and closed with it."""

    async def open(self, server: Server) -> asyncio.Server: ...


class StandIn:
    """A WeChat behind HTTP. ``tell`` is given a line for each operation that is asked for and not provided, once."""

    def __init__(self, wechat: Wechat, tell: Callable[[str], None]) -> None:
        self._wechat, self._tell = wechat, tell
        self._noted: set[tuple[str, str, str]] = set()

    async def __call__(self, request: BaseRequest) -> Response:
        try:
            asked = await _asked(request)
        except Refused as refused:
            response = _response(refused.answer)
            response.force_close()  # what it is still sending is not read
            return response
        answer = routes.answer(self._wechat, asked)
        if answer.not_provided:
            self._note(asked)
        return _response(answer)

    def _note(self, asked: Asked) -> None:
        name = asked.method, asked.host, asked.path
        if name not in self._noted and len(self._noted) < MOST_TOLD:
            self._noted.add(name)
            where = f" (host {shown(asked.host)})" if asked.host else ""
            what = f"{asked.method} {shown(asked.path)}{where}"
            self._tell(f"{routes.NOT_PROVIDED}: {what}; it is no fault of the backend that asks")


class OneLine(logging.Filter):
    """What is no HTTP, or ends before its time, is told in a line: it is no fault of the stand-in's, to be traced."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError | ConnectionError):
            words = str(error).strip().partition("\n")[0].rstrip(":") or type(error).__name__
            record.msg, record.args, record.exc_info = "a request cannot be read: %s", (words,), None
        return True


async def serve(
    stand_in: StandIn, listeners: Iterable[Opened], ready: Callable[[], None] | None = None
) -> None:
    """Answer until SIGTERM or Ctrl-C. OSError for an address that cannot be listened on."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for name in ("SIGTERM", "SIGINT"):
        try:
            loop.add_signal_handler(getattr(signal, name), stop.set)
        except NotImplementedError:
            break  # Windows: ending a process there asks nobody
    log = logging.getLogger(__name__)
    log.addFilter(OneLine())
    server = Server(stand_in, access_log=None, keepalive_timeout=KEEPALIVE, logger=log)
    opened: list[asyncio.Server] = []
    try:
        for listener in listeners:
            opened.append(await listener.open(server))
        if ready is not None:
            ready()
        await stop.wait()
    finally:
        for each in opened:
            each.close()
        await server.shutdown(ENDS_WITHIN)


def tell_on_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


async def _asked(request: BaseRequest) -> Asked:
    """Refused for a body that is too large or ends early."""
    body = bytearray()
    if (
        request.headers.get("Expect", "").lower() == "100-continue"
    ):  # RFC 9110, 10.1.1; .NET and curl wait for it
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # of the answer, which aiohttp takes for begun
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > MAX_BODY:
                raise Refused(problem(413, f"A body has at most {MAX_BODY} bytes."))
    except (RequestPayloadError, ConnectionError):
        raise Refused(problem(400, "The body ended too early.")) from None
    return Asked(
        request.method,
        request.path,
        host=(request.headers.get("Host") or "").partition(":")[0].lower(),
        query=dict(request.query),
        media_type=request.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        body=bytes(body),
    )


def _response(answer: Answer) -> Response:
    headers = {"Content-Type": answer.media_type, **answer.headers}
    return Response(body=answer.body, status=answer.status, headers=headers)
