"""Answers that a service can give to harm or to confuse who judges it: what is sent, and what must be said of it.

Each is an answer to ``GET /answers/NAME`` of :data:`CONTRACT`. What must be said: ``kept`` (it keeps to the
contract), ``failed`` (the service is at fault), ``unchecked`` (nobody can judge it), ``no answer`` (it is none).
"""

from __future__ import annotations

import gzip
import json
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CONTRACT = """
openapi: 3.0.3
info: {title: Answers, version: 1.0.0}
paths:
  /answers/{name}:
    get:
      operationId: readAnswer
      parameters:
        - {name: name, in: path, required: true, schema: {type: string}}
      responses:
        "200":
          description: whatever it is
          content:
            text/plain: {schema: {type: string}}
            application/json:
              schema:
                type: object
                required: [id]
                properties:
                  {id: {type: integer}, price: {type: number}, name: {type: string}, note: {type: string}, more: {}}
        "204": {description: nothing}
"""

Said = Literal["kept", "failed", "unchecked", "no answer"]
# Given what sends bytes to the client, sends an answer; False from it says that the client is gone.
Script = Callable[[Callable[[bytes], bool]], None]
MB = 1024 * 1024
GOOD = b'{"id": 1}'


@dataclass(frozen=True, slots=True)
class Hostile:
    """``answer`` is what the service sends; ``words`` what is said of it, beside ``said``."""

    said: Said
    words: str
    answer: Callable[[], bytes] | Script
    is_script: bool = False


def whole(body: bytes, *headers: str, status: str = "200 OK", media: str = "application/json") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    if media:
        lines.append(f"Content-Type: {media}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def coded(coding: str, body: bytes) -> bytes:
    return whole(body, f"Content-Encoding: {coding}")


def zipped(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def bare(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def deflate_bomb() -> bytes:
    """800 MB in 800 kB: full flushes let one block be said again."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return (packer.compress(bytes(8 * MB)) + packer.flush(zlib.Z_FULL_FLUSH)) * 100


def brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=1)
    return b"".join(packer.process(bytes(8 * MB)) for _ in range(50)) + packer.finish()


def nested(levels: int, inner: str = "1") -> bytes:
    return b'{"id": 1, "more": ' + b"[" * levels + inner.encode() + b"]" * levels + b"}"


def chunked(*chunks: bytes, last: bytes = b"0\r\n\r\n") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in chunks) + last


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Script:
    """A head, and the same piece for as long as somebody reads, at most half a minute."""

    def send(write: Callable[[bytes], bool]) -> None:
        until = time.monotonic() + 30
        there = write(head)
        while there and time.monotonic() < until:
            if pause:
                time.sleep(pause)  # a slow service is what is tested
            there = write(piece)

    return send


JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MILLION = b"%x\r\n%b\r\n" % (MB, b" " * MB)


def kept(answer: Callable[[], bytes]) -> Hostile:
    return Hostile("kept", "", answer)


def failed(words: str, answer: Callable[[], bytes]) -> Hostile:
    return Hostile("failed", words, answer)


def unchecked(words: str, answer: Callable[[], bytes]) -> Hostile:
    return Hostile("unchecked", words, answer)


def none(words: str, answer: Callable[[], bytes]) -> Hostile:
    return Hostile("no answer", words, answer)


def script(said: Said, words: str, answer: Script) -> Hostile:
    return Hostile(said, words, answer, is_script=True)


CODINGS = {
    "gzip": kept(lambda: coded("gzip", zipped(GOOD))),
    "gzip-of-members": kept(lambda: coded("x-gzip", zipped(GOOD[:4]) + zipped(b"") + zipped(GOOD[4:]))),
    "deflate": kept(lambda: coded("Deflate", zlib.compress(GOOD))),
    "deflate-bare": kept(lambda: coded("deflate", bare(GOOD))),
    "br": kept(lambda: coded("br", brotli.compress(GOOD))),
    "zstd": kept(lambda: coded("zstd", zstd.compress(GOOD))),
    "zstd-of-frames": kept(lambda: coded("zstd", zstd.compress(GOOD[:4]) + zstd.compress(GOOD[4:]))),
    "chained": kept(lambda: coded("gzip, br", brotli.compress(zipped(GOOD)))),
    "chained-on-two-lines": kept(
        lambda: whole(brotli.compress(zipped(GOOD)), "Content-Encoding: gzip", "Content-Encoding: br")
    ),
    "coded-violation": failed("body/id", lambda: coded("zstd", zstd.compress(b'{"id": "1"}'))),
    "unknown-coding": unchecked("dcb", lambda: coded("dcb", b"\xff\x44\x43\x42")),
    "unknown-coding-beneath": unchecked("compress", lambda: coded("compress, gzip", zipped(b"\x1f\x9d\x90"))),
    "coding-not-a-word": failed("content codings", lambda: coded("gzip;q=1", zipped(GOOD))),
    "many-codings": unchecked("codings", lambda: coded(", ".join(["gzip"] * 1000), zipped(GOOD))),
    "not-gzip": failed("gzip", lambda: coded("gzip", GOOD)),
    "gzip-cut": failed("gzip", lambda: coded("gzip", zipped(GOOD)[:-9])),
    "gzip-with-wrong-sum": failed("gzip", lambda: coded("gzip", zipped(GOOD)[:-8] + bytes(8))),
    "gzip-and-more": failed("gzip", lambda: coded("gzip", zipped(GOOD) + b"more")),
    "not-deflate": failed("deflate", lambda: coded("deflate", b"\xff" * 20)),
    "not-br": failed("br", lambda: coded("br", b"\xff" * 20)),
    "br-cut": failed("br", lambda: coded("br", brotli.compress(GOOD)[:-2])),
    "br-and-more": failed("br", lambda: coded("br", brotli.compress(GOOD) + b"more")),
    "not-zstd": failed("zstd", lambda: coded("zstd", GOOD)),
    "zstd-cut": failed("zstd", lambda: coded("zstd", zstd.compress(GOOD)[:-2])),
    # RFC 9659: a window of at most 8 MB
    "zstd-with-a-window-of-2-gb": failed(
        "zstd", lambda: coded("zstd", b"\x28\xb5\x2f\xfd\x00\xa8" + b"\x49\x00\x00" + GOOD)
    ),
    "broken-coding-of-a-strange-status": failed(
        "status", lambda: whole(b"?", "Content-Encoding: gzip", status="418 Teapot")
    ),
}
BOMBS = {
    "gzip-bomb": unchecked("more than", lambda: coded("gzip", zipped(bytes(8 * MB)) * 100)),
    "gzip-bomb-in-gzip": unchecked(
        "more than", lambda: coded("gzip,gzip", zipped(zipped(bytes(8 * MB)) * 100))
    ),
    "deflate-bomb": unchecked("more than", lambda: coded("deflate", deflate_bomb())),
    "br-bomb": unchecked("more than", lambda: coded("br", brotli_bomb())),
    "zstd-bomb": unchecked("more than", lambda: coded("zstd", zstd.compress(bytes(8 * MB)) * 100)),
    "large": unchecked("8388608 bytes", lambda: whole(b'{"id": 1, "name": "' + b"x" * 9 * MB + b'"}')),
    "many-lists": kept(lambda: whole(b'{"id": 1, "more": [' + b"[]," * (2 * MB) + b"1]}")),
    "many-names": kept(
        lambda: whole(
            b'{"id": 1, "token": "secret", '
            + b",".join(b'"%d":0' % number for number in range(600_000))
            + b"}"
        )
    ),
    "many-violations": failed(
        "property", lambda: whole(json.dumps({str(n): n for n in range(300_000)}).encode())
    ),
}
TEXTS = {
    "deep": unchecked("too deep", lambda: whole(nested(100_000))),
    "deep-objects": unchecked("too deep", lambda: whole(b'{"more":' * 100_000 + b"1" + b"}" * 100_000)),
    "deep-and-never-closed": unchecked("too deep", lambda: whole(b"[" * 100_000)),
    "deep-with-a-secret": kept(lambda: whole(nested(600, '{"token": "13912345678"}'))),
    "deep-violation": failed(
        "nested too deep", lambda: whole(b'{"id": 1, "note": ' + b"[" * 600 + b"]" * 600 + b"}")
    ),
    "integer-of-100000-digits": unchecked("digits", lambda: whole(b'{"id": 1' + b"0" * 100_000 + b"}")),
    "exponent-of-100000": unchecked("number", lambda: whole(b'{"id": 1, "price": 1e100000}')),
    "exponent-of-100000-where-all-may-be": kept(lambda: whole(b'{"id": 1, "more": -1e100000}')),
    "nan": failed("JSON", lambda: whole(b'{"id": 1, "price": NaN}')),
    "infinity": failed("JSON", lambda: whole(b'{"id": 1, "price": -Infinity}')),
    # The last counts, as JSON.parse has it (ECMA-262, 25.5.1) and every client here.
    "name-twice": kept(lambda: whole(b'{"id": "1", "id": 1}')),
    "name-twice-wrong": failed("body/id", lambda: whole(b'{"id": 1, "id": "1"}')),
    "half-a-character": unchecked("surrogate", lambda: whole(b'{"id": 1, "name": "\\ud83d"}')),
    "byte-order-mark": failed("JSON", lambda: whole(b"\xef\xbb\xbf" + GOOD)),
    "utf-16": failed("JSON", lambda: whole(GOOD.decode().encode("utf-16"))),
    "gbk": failed(
        "UTF-8", lambda: whole('{"id": 1, "name": "成"}'.encode("gbk"), media="application/json;charset=GBK")
    ),
    "text-in-another-charset": failed(
        "utf-8", lambda: whole("成".encode("gbk"), media="text/plain;charset=utf-8")
    ),
    "more-behind-the-json": failed("JSON", lambda: whole(GOOD + b"<!-- debug -->")),
    "json-twice": failed("JSON", lambda: whole(GOOD + b"\n" + GOOD)),
    "space-around": kept(lambda: whole(b"\r\n\t " + GOOD + b"\n" * 1000)),
    "no-body": failed("JSON", lambda: whole(b"")),
    "nul": failed("JSON", lambda: whole(GOOD + b"\0")),
    "broken-character": failed("JSON", lambda: whole(b'{"id": 1, "name": "\xe6\x88"}')),
    "page-of-an-error": failed("Content-Type", lambda: whole(b"<h1>Error</h1>", media="text/html")),
    "no-type": failed("Content-Type", lambda: whole(GOOD, media="")),
    "type-that-is-none": failed("Content-Type", lambda: whole(GOOD, media=";;json;=")),
}
HEADS = {
    "header-of-100-kb": kept(lambda: whole(GOOD, "X-Long: " + "a" * 100_000)),
    "header-of-2-mb": none("not HTTP", lambda: whole(GOOD, "X-Long: " + "a" * 2 * MB)),
    "headers-150": kept(lambda: whole(GOOD, *(f"X-{number}: {number}" for number in range(150)))),
    "headers-5000": none("not HTTP", lambda: whole(GOOD, *(f"X-{number}: a" for number in range(5_000)))),
    "header-not-utf-8": kept(lambda: whole(GOOD, "X-Name: \udce6\udc88")),
    "header-without-colon": none("not HTTP", lambda: whole(GOOD, "what is this")),
    "header-with-nul": none("not HTTP", lambda: whole(GOOD, "X-Name: a\0b")),
    "no-http": none("not HTTP", lambda: b"SSH-2.0-OpenSSH_9.6\r\n"),
    "status-no-number": none("not HTTP", lambda: whole(GOOD, status="abc OK")),
    "status-of-4-digits": none("not HTTP", lambda: whole(GOOD, status="2000 OK")),
    "status-99": none("not HTTP", lambda: whole(GOOD, status="099 OK")),
    "status-nobody-knows": failed("status", lambda: whole(GOOD, status="299 Fine")),
    "status-999": failed("status", lambda: whole(GOOD, status="999 Denied")),
    "not-modified-unasked": failed("status", lambda: b"HTTP/1.1 304 Not Modified\r\n\r\n"),
    "early-hints": kept(lambda: b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + whole(GOOD)),
    "100-hints": kept(lambda: b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100 + whole(GOOD)),
    "endless-hints": script(
        "no answer", "no answer", endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.01)
    ),
    "redirect-to-itself": failed(
        "status", lambda: whole(b"", "Location: /answers/redirect-to-itself", status="302 Found", media="")
    ),
    "redirect-elsewhere": failed(
        "status", lambda: whole(b"", "Location: http://127.0.0.1:9/", status="307 Temporary", media="")
    ),
}
FRAMES = {
    "length-too-great": none("ended early", lambda: JSON_HEAD + b"Content-Length: 99\r\n\r\n" + GOOD),
    # What follows the content on a connection must be a message (RFC 9112, 9.3).
    "length-too-small": none("not HTTP", lambda: JSON_HEAD + b"Content-Length: 5\r\n\r\n" + GOOD),
    "length-negative": none("not HTTP", lambda: JSON_HEAD + b"Content-Length: -1\r\n\r\n" + GOOD),
    "length-no-number": none("not HTTP", lambda: JSON_HEAD + b"Content-Length: nine\r\n\r\n" + GOOD),
    "length-twice": none(
        "not HTTP", lambda: JSON_HEAD + b"Content-Length: 9\r\nContent-Length: 5\r\n\r\n" + GOOD
    ),
    "length-of-a-terabyte": none(
        "ended early", lambda: JSON_HEAD + b"Content-Length: 1099511627776\r\n\r\n" + GOOD
    ),
    "chunks": kept(lambda: chunked(*(GOOD[at : at + 1] for at in range(len(GOOD))))),
    "chunks-never-ended": none("ended early", lambda: chunked(GOOD, last=b"")),
    "chunk-of-no-size": none("not HTTP", lambda: chunked(GOOD, last=b"zz\r\n")),
    "no-content-with-content": none("not HTTP", lambda: b"HTTP/1.1 204 No Content\r\n\r\n" + GOOD),
    "endless": script(
        "unchecked", "more than", endless(JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", MILLION)
    ),
    "endless-without-chunks": script(
        "unchecked", "more than", endless(JSON_HEAD + b"Connection: close\r\n\r\n", b" " * MB)
    ),
    "byte-by-byte": script(
        "no answer", "within", endless(JSON_HEAD + b"Content-Length: 99\r\n\r\n", b" ", 0.2)
    ),
    "chunk-by-chunk": script(
        "no answer", "within", endless(JSON_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n", 0.2)
    ),
    "head-byte-by-byte": script("no answer", "within", endless(b"HTTP/1.1 200 OK\r\nX: ", b"a", 0.2)),
    "nothing": none("closed", lambda: b""),
}
CASES: dict[str, Hostile] = CODINGS | BOMBS | TEXTS | HEADS | FRAMES
