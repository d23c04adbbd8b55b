"""The memory watch: which processes it judges, and that it goes on judging."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys

import psutil
import pytest

from harness.simulator.chromium import memory
from harness.simulator.chromium.memory import LOOK_EVERY, MemoryWatch, bound

LIMIT = 60  # MB
FORKED = """
import os, sys
taken = b"x" * 120_000_000
print("taken", flush=True)
if sys.argv[1] == "--type=zygote":
    input()
    os.execv(sys.executable, [sys.executable, "-c", sys.argv[2], "--type=renderer"])
input()
"""
"""Takes too much under its parent's name, and then under its own: as Chromium forks off a page process."""
BROWSER = "import subprocess, sys; subprocess.call([sys.executable, '-c', *sys.argv[1:]])"
"""Its parent, which the watch is for: browsers that other tests left running are not below it."""


def test_a_page_process_first_seen_under_its_parents_name_is_judged_too() -> None:
    said: list[str] = []

    async def half() -> None:
        """It may be seen while it still fills its memory."""

    async def excess(how: str) -> None:
        said.append(how)

    async def watch(page: subprocess.Popen[str]) -> None:
        assert page.stdin is not None
        assert page.stdout is not None
        running = asyncio.create_task(MemoryWatch(page.pid, LIMIT, half, excess).run())
        try:
            await asyncio.to_thread(page.stdout.readline)
            await asyncio.sleep(3 * LOOK_EVERY)
            assert page.poll() is None, "a process that shows no page was ended"
            assert not said, "a process that shows no page was judged"
            page.stdin.write("\n")
            page.stdin.flush()
            await asyncio.to_thread(page.wait, 20)
        finally:
            running.cancel()

    with subprocess.Popen(
        [sys.executable, "-c", BROWSER, FORKED, "--type=zygote", FORKED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as page:
        try:
            asyncio.run(watch(page))
        finally:
            page.kill()
    [reason] = said
    assert reason.endswith(f"MB of memory, more than the {LIMIT} MB an app may")


GREEDY = """
import sys
started = b"x" * 120_000_000
print("here", flush=True)
sys.stdin.readline()
try:
    taken = b"x" * 300_000_000
except MemoryError:
    print("refused", flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux keeps the bound")
def test_a_page_process_gets_no_more_between_two_looks() -> None:
    async def half() -> None:
        """It takes so much from the start."""

    async def excess(how: str) -> None:
        raise AssertionError(how)

    with subprocess.Popen(
        [sys.executable, "-c", BROWSER, GREEDY, "--type=renderer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdout.readline()
        watch = MemoryWatch(parent.pid, 200, half, excess)
        asyncio.run(look(watch))
        parent.stdin.write(b"\n")
        parent.stdin.close()
        assert parent.stdout.read().split() == [b"refused"]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux keeps the bound")
@pytest.mark.parametrize(
    ("limit", "takes", "more", "told"),
    [(200, 190, 0, True), (200, 130, 0, False), (200, 130, 30, True), (400, 130, 30, False)],
    ids=["all it may", "more than half", "more than half, growing", "less than half, growing"],
)
def test_a_page_that_ended_by_itself_is_told_where_it_was_for_its_memory(
    limit: int, takes: int, more: int, told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the first look after its end finds the processes anew. Never while it runs: then another crashed."""
    monkeypatch.setattr(memory, "FIND_EVERY", 0)
    page = f"""
taken = [b"x" * {takes} * 2**20]
print("taken", flush=True)
input()
taken.append(b"x" * {more} * 2**20)
input()
"""

    async def half() -> None:
        """It takes so much from the start."""

    async def excess(how: str) -> None:
        raise AssertionError(how)

    async def play() -> tuple[str | None, str | None]:
        watch = MemoryWatch(parent.pid, limit, half, excess)
        running = asyncio.create_task(watch.run())
        await asyncio.sleep(3 * LOOK_EVERY)
        for _ in range(2):
            before = watch.ended()
            parent.stdin.write(b"\n")
            parent.stdin.flush()
            await asyncio.sleep(3 * LOOK_EVERY)
        running.cancel()
        return before, watch.ended()

    with subprocess.Popen(
        [sys.executable, "-c", BROWSER + "; input()", page, "--type=renderer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        parent.stdout.readline()
        try:
            before, after = asyncio.run(play())
        finally:
            parent.kill()
    assert before is None
    assert (after or "none").startswith("it took more than 1" if told else "none")


async def look(watch: MemoryWatch) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(3 * LOOK_EVERY):
            await watch.run()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel of Linux keeps the bound")
def test_one_that_still_starts_is_not_bounded() -> None:
    """A page process sets aside more than an app may take, before it runs any."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as page:
        process = psutil.Process(page.pid)
        before = process.rlimit(psutil.RLIMIT_DATA)
        bound(process, 200)
        assert process.rlimit(psutil.RLIMIT_DATA) == before
