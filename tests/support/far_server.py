"""A server an app talks to: files up and down, an answer in pieces, sockets; it remembers how it was asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web


@dataclass
class Far:
    """``origin`` of the running server; ``most`` requests it saw at the same time; ``headers`` of the last."""

    origin: str = ""
    running: int = 0
    most: int = 0
    sockets: int = 0
    closed: int | None = None
    """The code by which the last socket was closed, as this side saw it."""
    headers: dict[str, str] = field(default_factory=dict)

    async def slow(self, request: web.Request) -> web.StreamResponse:
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0.02)
        self.running -= 1
        return web.json_response({"number": request.query.get("n")})

    async def never(self, _: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        raise AssertionError

    async def echo(self, request: web.Request) -> web.StreamResponse:
        self.headers = {name.lower(): value for name, value in request.headers.items()}
        response = web.Response(body=await request.read(), content_type="application/octet-stream")
        response.headers.add("Set-Cookie", "a=1; Path=/")
        response.headers.add("Set-Cookie", "b=2")
        return response

    async def moved(self, _: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/echo"})

    async def pieces(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"X-Pieces": "3"})
        await response.prepare(request)
        for piece in (b"one,", b"two,", "三".encode()):
            await response.write(piece)
            await asyncio.sleep(0.05)
        await response.write_eof()
        return response

    async def file(self, request: web.Request) -> web.StreamResponse:
        size = int(request.match_info["size"])
        status = 404 if size == 0 else 200
        return web.Response(body=b"x" * size, status=status, content_type="image/png")

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.headers = {name.lower(): value for name, value in request.headers.items()}
        form = await request.post()
        said: dict[str, Any] = {}
        for name, value in form.items():
            if isinstance(value, web.FileField):
                content = value.file.read()
                said[name] = [value.filename, value.content_type, len(content)]
            else:
                said[name] = value
        return web.json_response(said)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        self.headers = {name.lower(): value for name, value in request.headers.items()}
        connection = web.WebSocketResponse(protocols=("v2.shop",))
        await connection.prepare(request)
        self.sockets += 1
        async for message in connection:
            if message.type is WSMsgType.TEXT and message.data == "bye":
                await connection.close(code=4001, message="闭店".encode())
            elif message.type is WSMsgType.TEXT:
                await connection.send_str(f"heard {message.data}")
            else:
                await connection.send_bytes(bytes(reversed(message.data)))
        self.sockets, self.closed = self.sockets - 1, connection.close_code
        return connection


@contextmanager
def far_server() -> Iterator[Far]:
    far, loop, ready = Far(), asyncio.new_event_loop(), threading.Event()

    async def serve() -> web.AppRunner:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/slow", far.slow)
        app.router.add_route("*", "/never", far.never)
        app.router.add_route("*", "/echo", far.echo)
        app.router.add_get("/moved", far.moved)
        app.router.add_get("/pieces", far.pieces)
        app.router.add_get("/file/{size}", far.file)
        app.router.add_post("/take", far.take)
        app.router.add_get("/socket", far.socket)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        far.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    def run() -> None:
        runner = loop.run_until_complete(serve())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(10)
    try:
        yield far
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
