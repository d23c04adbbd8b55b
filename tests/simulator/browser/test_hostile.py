"""Clients that break the protocol: every message has one clear answer, and nothing else suffers or stays."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import os
import random
import socket
import struct
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from harness.automator.client import SimulatorClient
from harness.automator.messages import MAX_MESSAGE
from harness.core.polling import poll
from tests.support.malformed import Malformed
from tests.support.simulator import APPS, Simulator, simulating

CLIENTS = 6
PATIENCE = 30.0
"""Seconds for one answer: this machine may be busy with other things."""
MEGABYTE = 1024 * 1024
LOG = logging.getLogger(__name__)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with simulating(APPS / "counter") as running:
        yield running


@pytest.fixture(scope="module")
def control(simulator: Simulator) -> Iterator[SimulatorClient]:
    with SimulatorClient(simulator.ready["control"], deadline=PATIENCE) as client:
        yield client


class Client:
    """Sends what it is given, and afterwards knows which answer each message had."""

    def __init__(self, socket: ClientConnection) -> None:
        self.answers: dict[str, list[dict[str, Any]]] = {}
        self.without_id: list[str] = []
        self.expected: dict[str, object] = {}
        self.unreadable = 0
        self.slowest = 0.0
        self._socket, self._sent = socket, dict[str, float]()
        self._hearing = asyncio.create_task(self._hear())

    async def hostile(self, text: str | bytes, id: str | None) -> None:
        if id is None:
            self.unreadable += 1
        else:
            self.expected[id] = None
        await self._socket.send(text)

    async def call(self, id: str, source: str, *args: object, expect: object) -> None:
        """A valid call; ``expect`` is its result."""
        self.expected[id] = expect
        self._sent[id] = time.monotonic()
        params = {"functionDeclaration": source, "args": args}
        await self._socket.send(json.dumps({"id": id, "method": "App.callFunction", "params": params}))

    def settled(self) -> bool:
        return self.expected.keys() <= self.answers.keys() and len(self.without_id) >= self.unreadable

    async def _hear(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in self._socket:
                message = json.loads(text)
                if "id" not in message:
                    continue
                if (id := message["id"]) is None:
                    self.without_id.append(message["error"]["message"])
                    continue
                self.answers.setdefault(id, []).append(message)
                if id in self._sent:
                    self.slowest = max(self.slowest, time.monotonic() - self._sent[id])


async def settle(clients: list[Client], within: float = PATIENCE) -> None:
    async with asyncio.timeout(within):
        while not all(client.settled() for client in clients):
            await asyncio.sleep(0.02)


async def storm(endpoint: str, messages: int, seed: int, *, huge: bool = False) -> list[Client]:
    """Hostile messages from several clients, each sixth a valid call whose answer is known."""
    choose, making = random.Random(seed), Malformed(seed, huge=huge)
    async with contextlib.AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(connect(endpoint, max_size=None, ping_interval=None))
            for _ in range(CLIENTS)
        ]
        clients = [Client(socket) for socket in sockets]
        for number in range(messages):
            client = choose.choice(clients)
            if number % 6:
                made = making.make()
                await client.hostile(made.text, made.id)
            else:
                a, b = choose.randrange(10**6), choose.randrange(10**6)
                late = "async (a, b, ms) => (await new Promise((go) => setTimeout(go, ms)), a + b)"
                await client.call(f"v{number}", late, a, b, choose.choice([0, 0, 5, 60]), expect=a + b)
                if not number % 60:
                    # The same id again while the first is pending: refused, without an id to mix them up.
                    pending = f"p{number}"
                    await client.call(pending, late, a, b, 300, expect=a + b)
                    await client.hostile(json.dumps({"id": pending, "method": "Tool.getInfo"}), None)
            if not number % 200:
                await settle(clients)
        await settle(clients)
    return clients


def check(clients: list[Client]) -> None:
    for client in clients:
        assert len(client.without_id) == client.unreadable
        assert all(0 < len(words) < 500 and "\n" not in words for words in client.without_id)
        assert client.answers.keys() == client.expected.keys()
        for id, answers in client.answers.items():
            assert len(answers) == 1, f"{id} was answered {len(answers)} times"
            expected, [answer] = client.expected[id], answers
            if expected is not None:
                assert answer.get("result") == {"result": expected}, (id, answer)
            words = str(answer.get("error", {}).get("message", ""))
            assert "the simulator failed" not in words, answer
            assert "Traceback" not in words
        assert client.slowest < PATIENCE


class Usage:
    """What a simulator takes: to be compared with what it took before."""

    def __init__(self, simulator: Simulator) -> None:
        host = psutil.Process(simulator.process.pid)
        self.host = host.memory_info().rss / MEGABYTE
        self.renderers = sum(map(_renderer, simulator.family))
        self.files = host.num_fds() if os.name == "posix" else host.num_handles()  # type: ignore[attr-defined]
        self.threads = host.num_threads()

    def __str__(self) -> str:
        return (
            f"host {self.host:.0f} MB, renderers {self.renderers:.0f} MB, "
            f"{self.files} files, {self.threads} threads"
        )


def _renderer(process: psutil.Process) -> float:
    try:
        return process.memory_info().rss / MEGABYTE if "--type=renderer" in process.cmdline() else 0
    except psutil.Error:
        return 0


def steady(simulator: Simulator) -> Usage:
    """What it takes once it has made the screen it keeps in reserve."""
    looks: list[Usage] = []

    def look() -> bool:
        looks.append(Usage(simulator))
        return len(looks) > 2 and all(abs(a.renderers - looks[-1].renderers) < 3 for a in looks[-3:])

    assert poll(look, bool, within=30, every=0.7).satisfied
    return looks[-1]


def grown(before: Usage, simulator: Simulator, host: float, renderers: float = math.inf) -> str:
    """What grew beyond the bounds, once everything had time to go; empty when nothing did."""

    def look() -> Usage:
        return Usage(simulator)

    def fine(now: Usage) -> bool:
        return (
            now.host - before.host <= host
            and now.renderers - before.renderers <= renderers
            and now.files - before.files <= 4
            and now.threads - before.threads <= 2
        )

    outcome = poll(look, fine, within=15, every=0.5)
    return "" if outcome.satisfied else f"before: {before}; after: {outcome.value}"


def frame(payload: bytes, *, opcode: int = 1, masked: bool = True, claims: int | None = None) -> bytes:
    """A client's WebSocket frame; ``claims`` is the length it says it has."""
    length = len(payload) if claims is None else claims
    head = bytes([0x80 | opcode, (0x80 if masked else 0) | 127]) + struct.pack(">Q", length)
    return head + (b"\0\0\0\0" if masked else b"") + payload


BROKEN_FRAMES = {
    "cut in the middle": frame(b'{"id":"1","method"', claims=400),
    "longer than anything": frame(b"x" * 100, claims=2**62),
    "not masked": frame(b'{"id":"1"}', masked=False),
    "an unknown kind": frame(b"", opcode=5),
    "not UTF-8": frame(b"\xff\xfe\xfd"),
    "a continuation of nothing": frame(b"x", opcode=0),
    "a long ping": frame(b"x" * 200, opcode=9),
    "noise": bytes(range(256)),
    "nothing": b"",
}


@contextlib.contextmanager
def raw(port: int) -> Iterator[socket.socket]:
    """A socket after the handshake; it ends with a reset."""
    hello = (
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as dialled:
        dialled.sendall(hello.encode())
        assert dialled.recv(4096).startswith(b"HTTP/1.1 101")
        yield dialled
        dialled.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def survives(simulator: Simulator, control: SimulatorClient, messages: int, *, huge: bool) -> None:
    app = control.new_app({"openid": "oHostile"})
    check(asyncio.run(storm(app.endpoint, messages // 5, seed=1, huge=huge)))
    before = steady(simulator)
    began = time.monotonic()
    clients = asyncio.run(storm(app.endpoint, messages, seed=2, huge=huge))
    check(clients)
    spent = time.monotonic() - began
    problem = grown(before, simulator, host=40, renderers=120)
    kinds = Counter(words.split(":")[0].split(" p")[0] for client in clients for words in client.without_id)
    slowest = max(client.slowest for client in clients)
    LOG.info("%d messages in %.0f s, slowest valid call %.2f s, %s", messages, spent, slowest, dict(kinds))
    LOG.info("%s -> %s", before, Usage(simulator))
    assert not problem
    control.close_app(app.port)


def test_every_message_has_one_answer_and_leaves_nothing_behind(
    simulator: Simulator, control: SimulatorClient
) -> None:
    survives(simulator, control, 1_000, huge=False)


@pytest.mark.full
def test_ten_thousand_messages(simulator: Simulator, control: SimulatorClient) -> None:
    survives(simulator, control, 10_000, huge=True)


def test_connections_that_break_off_leave_the_others_alone(
    simulator: Simulator, control: SimulatorClient
) -> None:
    app = control.new_app({"openid": "oBroken"})
    with SimulatorClient(app.endpoint, deadline=PATIENCE) as client:
        before = Usage(simulator)
        for number in range(180):
            with raw(app.port) as dialled:
                dialled.sendall(list(BROKEN_FRAMES.values())[number % len(BROKEN_FRAMES)])
            if not number % 20:
                answer = client.call(
                    "App.callFunction", {"functionDeclaration": "(n) => n * 2", "args": [number]}
                )
                assert answer == {"result": number * 2}
        assert not grown(before, simulator, host=20)
    control.close_app(app.port)


def test_what_is_far_too_long_ends_its_own_connection(control: SimulatorClient) -> None:
    app = control.new_app({"openid": "oLong"})

    with SimulatorClient(app.endpoint, deadline=PATIENCE) as good, raw(app.port) as bad:
        bad.sendall(frame(b"x", claims=2 * MAX_MESSAGE + 1))
        closed = bad.recv(4096)
        assert closed[0] == 0x88
        assert struct.unpack(">H", closed[2:4]) == (1009,)
        assert b"exceeds limit" in closed
        assert good.call("Tool.getInfo")["SDKVersion"]
    control.close_app(app.port)
