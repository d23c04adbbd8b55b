"""Waiting for a page no longer than its app runs."""

from __future__ import annotations

import asyncio

import pytest

from harness.core.errors import BrokenError
from harness.simulator.host.liveness import Liveness
from harness.simulator.settings import Deadlines


class Page:
    """One that runs."""

    async def alive(self, within: float) -> bool:
        return True

    async def where_running(self, within: float) -> str:
        return ""


def life() -> Liveness:
    return Liveness(Page, Deadlines(), lambda reason: None)


def test_an_answer_counts_though_the_app_ends_in_the_same_moment() -> None:
    async def run() -> str:
        its = life()

        async def answer() -> str:
            its.end("the mini-program starts anew")
            return "its answer"

        return await its.wait(answer())

    assert asyncio.run(run()) == "its answer"


def test_who_waits_when_the_app_ends_is_told_why() -> None:
    async def run() -> None:
        its = life()
        asyncio.get_running_loop().call_soon(its.end, "the mini-program was closed")
        await its.wait(asyncio.sleep(60))

    with pytest.raises(BrokenError, match=r"^the mini-program was closed$"):
        asyncio.run(run())


def test_who_asks_later_is_told_why() -> None:
    async def run() -> None:
        its = life()
        its.end("the mini-program was closed")
        its.end("something else")
        await its.wait(asyncio.sleep(0))

    with pytest.raises(BrokenError, match=r"^the mini-program was closed$"):
        asyncio.run(run())
