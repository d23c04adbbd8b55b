"""Content codings (RFC 9110, 8.4): one decoder for all who read a message, whoever sent it.

What is not in the coding that its sender names is the sender's flaw. What is in a coding that nobody here knows, or
grows beyond a limit, is nobody's: it stays as it was, and cannot be judged. Memory is bounded by the limit.
"""

from __future__ import annotations

import gzip
import io
import re
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

import brotli

from harness.core.exchange import BodyFlaw, Message
from harness.core.text import Text, text_of

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MOST_CODINGS = 5  # of one message, as urllib3 and curl have it
WINDOW = 23  # RFC 9659: of zstd at most 8 MB, as a power of two
PIECE = 64 * 1024
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a token (RFC 9110, 5.6.2)

NAMES = Text(zh="以逗号分隔的内容编码名称", en="names of content codings")
CONTENT_IN = Text(zh="{coding} 编码的内容", en="content in {coding}")
UNKNOWN = Text(zh="内容编码 {coding} 无法解码", en="its content coding {coding} cannot be undone here")
TOO_MANY = Text(
    zh="内容编码有 {count} 层，最多解 {most} 层",
    en="{count} content codings, one in another; {most} are undone",
)
TOO_LARGE = Text(zh="解码后超过 {limit} 字节", en="decoded from {coding} it is more than {limit} bytes")
CUT = Text(zh="内容不完整", en="it ends too early")
MORE = Text(zh="编码的内容之后还有多余的字节", en="more bytes behind its end")


class _Broken(Exception):
    """The content is not in its coding."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


class _TooLarge(Exception):
    pass


class _Readable(Protocol):
    def read1(self, size: int, /) -> bytes: ...


def decoded(message: Message, limit: int) -> Message:
    """The message with its content codings undone. Where they cannot be, it has a flaw and its body as it came."""
    header = ",".join(value for name, value in message.headers if name.lower() == "content-encoding")
    if not header or not message.body:
        return message
    codings = [name.strip() for name in header.split(",") if name.strip()]
    if any(not NAME.fullmatch(coding) for coding in codings):
        return replace(message, flaw=BodyFlaw(text_of(header), NAMES))
    if len(codings) > MOST_CODINGS:
        return replace(message, flaw=BodyFlaw(TOO_MANY.format(count=len(codings), most=MOST_CODINGS)))
    body = message.body
    for coding in reversed(codings):
        undo = CODINGS.get(coding.lower())
        if undo is None:
            return replace(message, flaw=BodyFlaw(UNKNOWN.format(coding=coding)))
        try:
            body = undo(body, limit)
        except _TooLarge:
            return replace(message, flaw=BodyFlaw(TOO_LARGE.format(coding=coding, limit=limit)))
        except _Broken as error:
            return replace(message, flaw=BodyFlaw(error.why, CONTENT_IN.format(coding=coding)))
    return replace(message, body=body)


def _gunzipped(body: bytes, limit: int) -> bytes:
    decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
    with suppress(zlib.error):
        data = decoder.decompress(body, limit + 1)
        if decoder.eof and not decoder.unused_data and len(data) <= limit:
            return data  # one member, as nearly always: twenty times as fast
    # A gzip stream is a series of members (RFC 1952, 2.2); zeros after the last are padding.
    return _read(gzip.GzipFile(fileobj=io.BytesIO(body)), limit)


def _unzstd(body: bytes, limit: int) -> bytes:
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: WINDOW}
    return _read(zstd.ZstdFile(io.BytesIO(body), options=options), limit)


def _read(file: _Readable, limit: int) -> bytes:
    """All of a file, at most ``limit`` bytes."""
    data = bytearray()
    try:
        while piece := file.read1(PIECE):
            data += piece
            if len(data) > limit:
                raise _TooLarge
    except EOFError:
        raise _Broken(CUT) from None
    except (OSError, zlib.error, zstd.ZstdError) as error:  # OSError: gzip's own, of a head or a sum
        raise _Broken(text_of(str(error))) from None
    return bytes(data)


def _inflated(body: bytes, limit: int) -> bytes:
    # "deflate" means the zlib format; some servers send the bare one all the same (RFC 9110, 8.4.1.2).
    try:
        return _inflated_as(zlib.MAX_WBITS, body, limit)
    except zlib.error:
        try:
            return _inflated_as(-zlib.MAX_WBITS, body, limit)
        except zlib.error as error:
            raise _Broken(text_of(str(error))) from None


def _inflated_as(bits: int, body: bytes, limit: int) -> bytes:
    decoder = zlib.decompressobj(bits)
    data = decoder.decompress(body, limit + 1)
    if len(data) > limit:
        raise _TooLarge
    if not decoder.eof:
        raise _Broken(CUT)
    if decoder.unused_data.strip(b"\0"):
        raise _Broken(MORE)
    return data


def _unbrotli(body: bytes, limit: int) -> bytes:
    decoder, data = brotli.Decompressor(), bytearray()
    try:
        piece = decoder.process(body, output_buffer_limit=PIECE)
        while piece:
            data += piece
            if len(data) > limit:
                raise _TooLarge
            piece = decoder.process(b"", output_buffer_limit=PIECE)
    except brotli.error as error:
        raise _Broken(text_of(str(error))) from None
    if not decoder.is_finished():
        raise _Broken(CUT)
    return bytes(data)


CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "identity": lambda body, limit: body,
    "gzip": _gunzipped,
    "x-gzip": _gunzipped,  # RFC 9110, 8.4.1.3
    "deflate": _inflated,
    "br": _unbrotli,
    "zstd": _unzstd,
}
