"""The WebSocket side against a real socket, with a host that needs no browser."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import psutil
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from harness.automator.messages import Request
from harness.automator.outbox import REPEAT_AFTER
from harness.core.errors import ProtocolError, UsageError
from harness.simulator.host import connection as connection_module
from harness.simulator.host.connection import Connection
from harness.simulator.host.server import Listener

Talk = Callable[[Listener], Awaitable[None]]


async def carry(connection: Connection, request: Request) -> Mapping[str, Any]:
    """Enough of a host: an echo, a slow answer, a refusal, a fault of our own, an ending."""
    match request.method:
        case "App.callFunction":
            await asyncio.sleep(float(request.params["args"][0]))
            return {"result": request.params["functionDeclaration"]}
        case "App.callWxMethod":
            raise ProtocolError("wx.fly not exists")
        case "App.getPageStack":
            raise RuntimeError("a fault of ours")
        case "Tool.close":
            connection.close_soon()
    return {}


def talk(script: Talk, newcomer: Any = None) -> None:
    async def go() -> None:
        listener = Listener(carry, newcomer)
        await listener.open(0)
        try:
            async with asyncio.timeout(10):
                await script(listener)
        finally:
            await listener.close()

    asyncio.run(go())


async def ask(socket: ClientConnection, request_id: str, method: str, /, **params: Any) -> None:
    await socket.send(json.dumps({"id": request_id, "method": method, "params": params}))


async def hear(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await socket.recv())
    return message


def test_a_slow_request_does_not_hold_up_the_next() -> None:
    async def script(listener: Listener) -> None:
        async with connect(listener.endpoint) as socket:
            await ask(socket, "slow", "App.callFunction", functionDeclaration="s", args=[0.2])
            await ask(socket, "fast", "App.callFunction", functionDeclaration="f", args=[0])
            assert [(await hear(socket))["id"] for _ in range(2)] == ["fast", "slow"]

    talk(script)


def test_refusals_and_faults_are_answers(capsys: pytest.CaptureFixture[str]) -> None:
    async def script(listener: Listener) -> None:
        async with connect(listener.endpoint) as socket:
            await ask(socket, "1", "App.callWxMethod", method="fly")
            assert await hear(socket) == {"id": "1", "error": {"message": "wx.fly not exists"}}
            await ask(socket, "2", "App.getPageStack")
            assert (
                "the simulator failed: RuntimeError: a fault of ours"
                in (await hear(socket))["error"]["message"]
            )
            await socket.send("{")
            assert (await hear(socket))["id"] is None

    talk(script)
    assert "a fault of ours" in capsys.readouterr().err


def test_tool_close_is_answered_before_the_socket_ends() -> None:
    async def script(listener: Listener) -> None:
        async with connect(listener.endpoint) as socket:
            await ask(socket, "1", "Tool.close")
            assert await hear(socket) == {"id": "1", "result": {}}
            with pytest.raises(ConnectionClosed):
                await socket.recv()

    talk(script)


def test_minium_is_known_by_its_origin_and_gets_repeats() -> None:
    async def script(listener: Listener) -> None:
        async with connect(listener.endpoint, origin=f"http://localhost:{listener.port}") as socket:  # type: ignore[arg-type]
            await ask(socket, "1", "App.exit")
            times = 1 + len(REPEAT_AFTER)
            assert [await hear(socket) for _ in range(times)] == [{"id": "1", "result": {}}] * times

    talk(script)


def test_others_get_one_answer() -> None:
    async def script(listener: Listener) -> None:
        async with connect(listener.endpoint) as socket:
            await ask(socket, "1", "App.exit")
            await hear(socket)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.7):
                    await socket.recv()

    talk(script)


def test_bindings_are_dropped_with_their_connection() -> None:
    async def script(listener: Listener) -> None:
        async with connect(listener.endpoint) as other, connect(listener.endpoint) as socket:
            await ask(socket, "1", "App.addBinding", name="mine")
            await hear(socket)
            listener.event("App.bindingCalled", {"name": "mine", "args": [1]})
            assert (await hear(socket))["method"] == "App.bindingCalled"
            await socket.close()
            async with connect(listener.endpoint) as again:
                listener.event("App.bindingCalled", {"name": "mine", "args": [2]})
                listener.event("App.exceptionThrown", {"message": "m", "stack": ""})
                for each in (other, again):
                    assert (await hear(each))["method"] == "App.exceptionThrown"

    talk(script)


def test_a_newcomer_is_told_of_only_when_nobody_else_is_there() -> None:
    met: list[Connection] = []

    async def newcomer(connection: Connection) -> None:
        met.append(connection)

    async def script(listener: Listener) -> None:
        async with connect(listener.endpoint) as one, connect(listener.endpoint) as two:
            for socket in (one, two):
                await ask(socket, "1", "App.exit")
                await hear(socket)
        assert len(met) == 1

    talk(script, newcomer)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost.evil.example:80",
        "null",
        "http://localhost:3000",
        "http://127.0.0.1",
        "https://127.0.0.1:PORT",
        "http://evil.example:PORT",
        "http://[::1]:PORT",
        "https://mp.invalid",
    ],
)
def test_web_pages_are_refused_those_of_this_machine_too(origin: str) -> None:
    async def script(listener: Listener) -> None:
        said = origin.replace("PORT", str(listener.port))
        with pytest.raises(InvalidStatus, match="403"):
            async with connect(listener.endpoint, origin=said):  # type: ignore[arg-type]
                pass

    talk(script)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_miniums_own_origin_is_accepted(name: str) -> None:
    async def script(listener: Listener) -> None:
        async with connect(listener.endpoint, origin=f"http://{name}:{listener.port}"):  # type: ignore[arg-type]
            pass

    talk(script)


def test_only_this_machine_is_listened_to() -> None:
    async def script(listener: Listener) -> None:
        own = {
            entry.address
            for entries in psutil.net_if_addrs().values()
            for entry in entries
            if entry.family == socket.AF_INET and not entry.address.startswith("127.")
        }
        for address in own:
            with pytest.raises(OSError, match=str(listener.port)):
                async with connect(f"ws://{address}:{listener.port}", proxy=None):
                    pass

    talk(script)

    talk(script)


def test_a_taken_port_is_named() -> None:
    async def script(listener: Listener) -> None:
        with pytest.raises(UsageError, match=f"port {listener.port} cannot be listened on"):
            await Listener(carry).open(listener.port)

    talk(script)


def test_what_a_client_left_behind_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "FINISH_WITHIN", 0.1)

    async def script(listener: Listener) -> None:
        before = len(asyncio.all_tasks())
        for _ in range(50):
            async with connect(listener.endpoint) as socket:
                await ask(socket, "slow", "App.callFunction", functionDeclaration="s", args=[600])
        async with asyncio.timeout(5):
            while len(asyncio.all_tasks()) > before:
                await asyncio.sleep(0.02)

    talk(script)


def test_a_client_that_does_not_read_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(connection_module, "MAX_UNSENT", 1_000_000)

    async def script(listener: Listener) -> None:
        async with connect(listener.endpoint, max_queue=1) as deaf, connect(listener.endpoint) as other:
            await ask(deaf, "1", "App.addBinding", name="loud")
            await hear(deaf)
            for _ in range(200):
                listener.event("App.bindingCalled", {"name": "loud", "args": ["x" * 100_000]})
                await asyncio.sleep(0)
            with contextlib.suppress(ConnectionClosed):
                async for _ in deaf:
                    pass
            assert deaf.close_code == 1006
            await ask(other, "2", "App.exit")
            assert (await hear(other))["id"] == "2"

    talk(script)
    assert "it left 1" in capsys.readouterr().err
