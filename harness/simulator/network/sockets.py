"""``wx.connectSocket``: one WebSocket of an app, carried by the host."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from harness.simulator.network.bodies import MAX_CONTENT
from harness.simulator.network.domains import Refused, invalid_url
from harness.simulator.network.fetch import Network, headers_of, own_headers, seconds
from harness.simulator.network.open_streams import Stream
from harness.simulator.network.this_machine import elsewhere

# What the client says where the server gives no reason (RFC 6455 section 7.4.1).
REASONS = {
    1000: "normal closure",
    1001: "going away",
    1002: "protocol error",
    1003: "unsupported data",
    1005: "no status rcvd",
    1006: "abnormal closure",
    1007: "invalid frame payload data",
    1008: "policy violation",
    1009: "message too big",
    1011: "internal server error",
    1015: "tls handshake",
}
GIVEN_BY_THE_SOCKET = frozenset({"sec-websocket-key", "sec-websocket-version", "upgrade"})
CLOSE_WITHIN = 2.0


class _Connect(connect):
    def process_redirect(self, exc: Exception) -> Exception:
        """WeChat follows none, and one could lead off this machine."""
        return exc


async def socket(
    stream: Stream, told: Mapping[str, Any], network: Network, *, app_id: str, trace: Mapping[str, str]
) -> None:
    """Connect, pass messages both ways, and tell how it ended."""
    url, protocols = told.get("url"), told.get("protocols") or []
    if not isinstance(url, str) or not isinstance(protocols, list):
        raise invalid_url()
    goal = network.routing.where(url, "socket")
    address: dict[str, Any] = {} if goal.mapped else {"host": await elsewhere(goal.url)}
    header = own_headers(headers_of(told), app_id, trace)
    agent = header.pop("User-Agent")
    try:
        connection = await _Connect(
            goal.url,
            additional_headers={k: v for k, v in header.items() if k.lower() not in GIVEN_BY_THE_SOCKET},
            user_agent_header=agent,
            subprotocols=[str(each) for each in protocols] or None,  # type: ignore[misc]
            open_timeout=seconds(told),
            close_timeout=CLOSE_WITHIN,
            max_size=MAX_CONTENT,
            proxy=None,
            **address,
        )
    except TimeoutError:
        raise Refused("Timed out connecting to server.", 5) from None
    except (OSError, InvalidHandshake, InvalidURI, ValueError) as error:
        raise Refused(f"未完成的操作 ({error})", 600000) from None
    said = connection.response.headers.raw_items() if connection.response else ()
    stream.tell("open", header=dict(said), protocol=connection.subprotocol or "")
    sending = asyncio.create_task(_send(stream, connection))
    try:
        async for message in connection:
            if isinstance(message, str):
                stream.tell("message", data=message)
            else:
                stream.tell("message", base64=base64.b64encode(message).decode())
            await stream.room()
    except ConnectionClosed:
        pass
    finally:
        sending.cancel()
        await connection.close()
    code = connection.close_code or 1006
    stream.tell("close", code=code, reason=connection.close_reason or REASONS.get(code, ""))


async def _send(stream: Stream, connection: ClientConnection) -> None:
    while True:
        told = await stream.hear()
        if told.get("offline") is True:
            connection.transport.abort()
            return
        if told.get("close") is True:
            await connection.close(_code(told), str(told.get("reason") or ""))
            return
        data = told.get("base64")
        try:
            await connection.send(
                base64.b64decode(data) if isinstance(data, str) else str(told.get("data", ""))
            )
        except (ConnectionClosed, ValueError):
            continue


def _code(told: Mapping[str, Any]) -> int:
    code = told.get("code")
    return code if isinstance(code, int) and (code == 1000 or 3000 <= code <= 4999) else 1000
