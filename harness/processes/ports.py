"""Free TCP ports, and who holds one that is not free. Listens on nothing itself."""

from __future__ import annotations

import atexit
import os
import random
import socket

import psutil

from harness.core.errors import BrokenError
from harness.core.text import Text

LOOPBACK = "127.0.0.1"
# Above what browsers refuse to open (the "unsafe ports" of the Fetch standard end at 10080) and below the
# range from which Linux (32768 up), macOS and Windows (49152 up) take the ports of outgoing connections: a
# port given out here is not taken by some client's socket before its server starts.
FIRST, LAST = 20_000, 32_000

BLOCK = 50

# A port between its choice and its server's start belongs to nobody whom the system knows, so other runs on
# this machine would choose it, too. Each process therefore takes ports from blocks of its own: it is bound to
# the first port of the block, which no other process then can be, and which ends with it, however it ends.
_blocks: list[socket.socket] = []
# Whoever seeds Python's own generator is left alone, and chooses no ports of others.
_any = random.SystemRandom()
_left: list[int] = []


def free_ports(count: int) -> list[int]:
    """``count`` different ports on which nothing listens; never the same port twice in one process, and none that
    another process of the harness has been given.

    Other programs may still take one, which :func:`is_free` then finds. BrokenError when the machine has no such
    ports left.
    """
    found: list[int] = []
    while len(found) < count:
        if not _left and not _take_block():
            raise BrokenError(
                Text(
                    zh=f"这台机器的 {FIRST} 到 {LAST} 之间没有 {count} 个空闲端口",
                    en=f"no {count} free ports between {FIRST} and {LAST} on this machine",
                )
            )
        port = _left.pop()
        if is_free(port):
            found.append(port)
    return found


def _take_block() -> bool:
    """Whether there was one left."""
    for first in _any.sample(range(FIRST, LAST, BLOCK), (LAST - FIRST) // BLOCK):
        block = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            block.bind((LOOPBACK, first))  # without SO_REUSEADDR: the second to try fails
        except OSError:
            block.close()
            continue
        _blocks.append(block)
        _left.extend(_any.sample(range(first + 1, first + BLOCK), BLOCK - 1))
        return True
    return False


def taken_blocks() -> int:
    """How many descriptors this process holds for ports that it may still give out."""
    return len(_blocks)


@atexit.register
def _leave() -> None:
    """Python would warn of each that is open at its end."""
    for block in _blocks:
        block.close()


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as candidate:
        if os.name == "posix":
            # As servers do: a port whose last connections are still in TIME_WAIT is free.
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((host, port))
        except OSError:
            return False
    return True


def conflict(port: int) -> Text:
    """That somebody else listens on the port, and who."""
    words = Text(zh="端口 {port} 已被{holder}占用", en="port {port} is taken by {holder}")
    return words.format(port=port, holder=holder(port))


def holder(port: int) -> Text:
    """Who listens on the port: ``process 4711 (python3)``, or that it cannot be seen."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status != psutil.CONN_LISTEN or not connection.laddr or not connection.pid:
                continue
            if connection.laddr.port == port:
                pid, name = connection.pid, psutil.Process(connection.pid).name()
                return Text(zh=f"进程 {pid}（{name}）", en=f"process {pid} ({name})")
    except psutil.Error:
        pass
    return Text(zh="当前用户无权查看的进程", en="a process this user may not look at")
