"""``wx.uploadFile``, ``wx.downloadFile`` and chunked ``wx.request``: what tells of its progress."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from harness.simulator.network.bodies import MAX_CONTENT, ONE_BY_ONE, pieces_of, text_of, too_large, within
from harness.simulator.network.domains import Refused, invalid_url
from harness.simulator.network.fetch import (
    Asked,
    Network,
    head_of,
    headers_of,
    origin_of,
    read,
    seconds,
    speaking_wechat,
)
from harness.simulator.network.open_streams import Stream

PIECE = 64 * 1024


async def chunked(
    stream: Stream, told: Mapping[str, Any], network: Network, *, app_id: str, trace: Mapping[str, str]
) -> None:
    """A request whose answer is handed on as it comes."""
    asked = _in_pieces(Asked.read(told))
    async with network.opened(asked, app_id=app_id, trace=trace) as response:
        stream.tell("headers", **head_of(response))
        with speaking_wechat():
            async for piece in pieces_of(response):
                stream.tell("chunk", base64=base64.b64encode(piece).decode())
                await stream.room()
    stream.tell("done", **head_of(response))


async def download(
    stream: Stream, told: Mapping[str, Any], network: Network, *, app_id: str, trace: Mapping[str, str]
) -> None:
    """A file of a server, whatever its status: the page stores it."""
    asked = _in_pieces(replace(_plain(told), kind="downloadFile"))
    content = bytearray()
    async with within(asked.timeout), network.opened(asked, app_id=app_id, trace=trace) as response:
        stream.tell("headers", **head_of(response))
        expected = int(response.headers.get("content-length") or 0)
        with speaking_wechat():
            async for piece in pieces_of(response):
                content += piece
                if len(content) > MAX_CONTENT:
                    raise Refused(
                        "exceed max file size", 603301, finding=too_large(origin_of(asked.url)).finding
                    )
                stream.tell(
                    "progress",
                    progress=_percent(len(content), expected),
                    totalBytesWritten=len(content),
                    totalBytesExpectedToWrite=expected,
                )
    kind = response.headers.get("content-type", "").partition(";")[0].strip()
    stream.tell(
        "done",
        **head_of(response),
        base64=base64.b64encode(content).decode(),
        extension=(mimetypes.guess_extension(kind) or "").lstrip("."),
    )


async def upload(
    stream: Stream, told: Mapping[str, Any], network: Network, *, app_id: str, trace: Mapping[str, str]
) -> None:
    """A file and fields as multipart/form-data; the answer as text."""
    boundary = f"----WeChatFormBoundary{secrets.token_hex(12)}"
    body = _multipart(told, boundary)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), PIECE):
            yield body[start : start + PIECE]
            sent = min(start + PIECE, len(body))
            stream.tell(
                "progress",
                progress=_percent(sent, len(body)),
                totalBytesSent=sent,
                totalBytesExpectedToSend=len(body),
            )

    plain = _plain(told)
    header = {name: value for name, value in plain.header.items() if name.lower() != "content-type"}
    header["Content-Type"] = f"multipart/form-data; boundary={boundary}"
    asked = replace(
        plain, kind="uploadFile", method="POST", header=header, content=pieces(), length=len(body)
    )
    async with within(asked.timeout), network.opened(asked, app_id=app_id, trace=trace) as response:
        content = await read(response, asked)
        stream.tell("headers", **head_of(response))
        stream.tell("done", **head_of(response), data=text_of(response, content))


def _plain(told: Mapping[str, Any]) -> Asked:
    url = told.get("url")
    if not isinstance(url, str):
        raise invalid_url()
    return Asked(url, header=headers_of(told), timeout=seconds(told))


def _in_pieces(asked: Asked) -> Asked:
    return replace(asked, header={"Accept-Encoding": ONE_BY_ONE, **asked.header})


def _percent(done: int, of: int) -> int:
    return min(100, done * 100 // of) if of > 0 else 0


def _multipart(told: Mapping[str, Any], boundary: str) -> bytes:
    fields = told.get("formData") or {}
    if not isinstance(fields, Mapping):
        raise Refused("invalid formData", 600005)
    name = str(told.get("fileName") or "file")
    try:
        content = base64.b64decode(str(told.get("base64") or ""), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("invalid request data", 600010) from None
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(str(field))}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(str(told.get("name")))}"; '
        f'filename="{_quoted(name)}"\r\nContent-Type: {kind}\r\n\r\n'
    )
    return "".join(parts).encode() + content + f"\r\n--{boundary}--\r\n".encode()


def _quoted(text: str) -> str:
    """As HTML says for form data: what would end the header is escaped."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
