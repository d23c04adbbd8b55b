"""A response of the target on its way to the client: what only aiohttp would add to it is taken out again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from harness.traffic import silence

ADDED_TO_RESPONSES = ("Content-Type", "Date", "Server")


class Passed(web.Response):
    """A response of the target, complete. ``added`` are the headers that only aiohttp would send."""

    added: tuple[str, ...] = ()


class PassedPiecewise(web.StreamResponse):
    """A response of the target, as it comes."""

    added: tuple[str, ...] = ()


class BrokenOffError(Exception):
    """The target's response ended before its end. Ours to tell it from a client that went away."""


def absent(passed: CIMultiDict[str]) -> tuple[str, ...]:
    return tuple(name for name in ADDED_TO_RESPONSES if name not in passed)


async def as_it_came(request: web.Request, response: web.StreamResponse) -> None:
    """Take out what aiohttp put in; runs when a response's head is about to be sent."""
    if isinstance(response, Passed | PassedPiecewise):
        for name in response.added:
            response.headers.popall(name, None)


async def pieces(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for piece in answer.content.iter_any():
            yield piece
    except aiohttp.ClientError as error:
        raise BrokenOffError(silence.seen(error)) from error.__cause__
