"""Carries out what an app asks of the network: requests, transfers and sockets, each under the page's own id.

Owns what is under way, its bounds, and that a phone without a network reaches nobody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from harness.simulator.device.phone import Phone
from harness.simulator.network.domains import Kind, Refused, net_error
from harness.simulator.network.fetch import Asked, Network
from harness.simulator.network.open_streams import OpenStreams, Stream
from harness.simulator.network.sockets import socket
from harness.simulator.network.transfers import chunked, download, upload

# The page runs ten at a time and queues the rest, as WeChat does; a page that does not is bounded here.
MAX_IN_FLIGHT = 200
MAX_BYTES_IN_FLIGHT = 64 * 1024 * 1024
Carry = Callable[..., Awaitable[None]]
CARRIERS: Mapping[str, Carry] = {
    "chunked": chunked,
    "uploadFile": upload,
    "downloadFile": download,
    "socket": socket,
}
KINDS: Mapping[str, Kind] = {
    "uploadFile": "uploadFile",
    "downloadFile": "downloadFile",
    "socket": "socket",
}

Answer = Mapping[str, Any] | None


class PageRequests:
    """One per app. ``kinds`` are the messages of the page it answers."""

    def __init__(self, phone: Phone, network: Network) -> None:
        self._phone, self._network = phone, network
        self._in_flight: dict[str, asyncio.Task[Any]] = {}
        self._bytes_in_flight = 0
        self._streams = OpenStreams()
        self.kinds: Mapping[str, Callable[[dict[str, Any]], Awaitable[Answer]]] = {
            "request": self._request,
            "abort": self._abort,
            "stream": self._start_stream,
            "next": self._next_pieces,
            "say": self._say_to_stream,
            "stop": self._stop_stream,
        }

    def close(self) -> None:
        """Give up everything under way."""
        for task in self._in_flight.values():
            task.cancel()
        self._in_flight.clear()
        self._streams.stop_all()

    def network_changed(self) -> None:
        """Without a network every socket is cut."""
        if self._phone.device_state.network_type == "none":
            self._streams.say_to_all({"offline": True})

    async def _request(self, told: dict[str, Any]) -> Answer:
        key, size = str(told.get("requestId")), len(str(told.get("data") or ""))
        too_much = self._bytes_in_flight + size > MAX_BYTES_IN_FLIGHT
        if len(self._in_flight) >= MAX_IN_FLIGHT or too_much or key in self._in_flight:
            return {"error": "exceed max task count", "errno": 600007}
        self._bytes_in_flight += size
        task = asyncio.ensure_future(self._carry_out(told))
        self._in_flight[key] = task
        try:
            return await task
        except asyncio.CancelledError:
            if not task.cancelled():
                raise
            return {"error": "abort"}
        finally:
            self._in_flight.pop(key, None)
            self._bytes_in_flight -= size

    async def _carry_out(self, told: dict[str, Any]) -> Answer:
        try:
            self._demand_network()
            asked = Asked.read(told)
            return await self._network.request(asked, app_id=self._phone.app_id, trace=self._phone.trace)
        except Refused as refused:
            return self._refused(refused)

    def _demand_network(self) -> None:
        if self._phone.device_state.network_type == "none":
            raise net_error("ERR_INTERNET_DISCONNECTED", -106)

    def _refused(self, refused: Refused) -> Answer:
        self.note(refused)
        return {"error": str(refused), "errno": refused.errno}

    def note(self, refused: Refused) -> None:
        """Tell whoever tests the app what it was refused."""
        if refused.finding is not None:
            self._phone.findings.warn(refused.finding)

    async def _start_stream(self, told: dict[str, Any]) -> Answer:
        carry = CARRIERS.get(str(told.get("what")))
        try:
            self._demand_network()
            if carry is None:
                raise Refused("no such transfer", 600005)
            self._network.routing.where(str(told.get("url")), KINDS.get(str(told.get("what")), "request"))
            self._streams.start(
                str(told.get("streamId")), lambda stream: self._carry_stream(carry, stream, told)
            )
        except Refused as refused:
            return self._refused(refused)
        return {}

    async def _carry_stream(self, carry: Carry, stream: Stream, told: dict[str, Any]) -> None:
        try:
            await carry(stream, told, self._network, app_id=self._phone.app_id, trace=self._phone.trace)
        except Refused as refused:
            self.note(refused)
            raise

    async def _next_pieces(self, told: dict[str, Any]) -> Answer:
        return {"pieces": await self._streams.next(str(told.get("streamId")))}

    async def _say_to_stream(self, told: dict[str, Any]) -> Answer:
        self._streams.say(str(told.get("streamId")), told)
        return None

    async def _stop_stream(self, told: dict[str, Any]) -> Answer:
        self._streams.stop(str(told.get("streamId")))
        return None

    async def _abort(self, told: dict[str, Any]) -> Answer:
        if task := self._in_flight.get(str(told.get("requestId"))):
            task.cancel()
        return None
