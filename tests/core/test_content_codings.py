"""Content codings: what is undone, whose fault it is where that fails, and how much is undone at most."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable

import brotli
import pytest

from harness.core.content_codings import MOST_CODINGS, decoded
from harness.core.exchange import Message

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PLAIN = b'{"a": 1}' * 50
LIMIT = 10_000


def zipped(data: bytes) -> bytes:
    # The parameters name the tests, which must have the same names in every worker: no time of packing in them.
    return gzip.compress(data, mtime=0)


def message(body: bytes, *codings: str) -> Message:
    return Message(tuple(("Content-Encoding", coding) for coding in codings), body)


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("codings", "body"),
    [
        ([], PLAIN),
        (["identity"], PLAIN),
        (["GZIP"], zipped(PLAIN)),
        (["x-gzip"], zipped(PLAIN[:40]) + zipped(b"") + zipped(PLAIN[40:]) + bytes(8)),
        (["deflate"], zlib.compress(PLAIN)),
        (["deflate"], bare(PLAIN)),
        (["br"], brotli.compress(PLAIN)),
        (["zstd"], zstd.compress(PLAIN)),
        (["zstd"], zstd.compress(PLAIN[:40]) + zstd.compress(b"") + zstd.compress(PLAIN[40:])),
        (["gzip, deflate"], zlib.compress(zipped(PLAIN))),
        ([" gzip ,, br", "zstd"], zstd.compress(brotli.compress(zipped(PLAIN)))),
    ],
)
def test_codings_are_undone(codings: list[str], body: bytes) -> None:
    got = decoded(message(body, *codings), LIMIT)
    assert (got.body, got.flaw) == (PLAIN, None)


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": zipped,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda packed: packed[:-1],
        lambda packed: packed + b"more",
        lambda packed: packed + packed[:-1],
        lambda packed: b"no" + packed,
        lambda packed: PLAIN,
    ],
    ids=["cut", "more", "second-cut", "begins-elsewhere", "plain"],
)
@pytest.mark.parametrize("coding", PACK)
def test_what_is_not_in_its_coding_is_the_senders_flaw(coding: str, spoil: Callable[[bytes], bytes]) -> None:
    body = spoil(PACK[coding](PLAIN))
    got = decoded(message(body, coding), LIMIT)
    assert got.body == body
    assert got.flaw is not None
    assert got.flaw.expected is not None
    assert got.flaw.expected.en == f"content in {coding}"
    assert got.flaw.seen.en


def test_a_wrong_sum_is_the_senders_flaw() -> None:
    got = decoded(message(zipped(PLAIN)[:-8] + bytes(8), "gzip"), LIMIT)
    assert got.flaw is not None
    assert "CRC" in got.flaw.seen.en


def test_what_is_no_name_is_the_senders_flaw() -> None:
    got = decoded(message(PLAIN, "gzip;q=1"), LIMIT)
    assert got.flaw is not None
    assert got.flaw.expected is not None


@pytest.mark.parametrize(
    ("coding", "body", "words"),
    [
        ("zpaq", PLAIN, "its content coding zpaq cannot be undone here"),
        ("compress, gzip", zipped(b"x"), "its content coding compress cannot be undone here"),
        *(
            (coding, pack(bytes(LIMIT + 1)), f"decoded from {coding} it is more than 10000 bytes")
            for coding, pack in PACK.items()
        ),
        ("gzip", zipped(bytes(6_000)) * 2, "decoded from gzip it is more than 10000 bytes"),
        ("zstd", zstd.compress(bytes(6_000)) * 2, "decoded from zstd it is more than 10000 bytes"),
        ("gzip," * (MOST_CODINGS + 1), zipped(PLAIN), "6 content codings, one in another; 5 are undone"),
    ],
)
def test_what_nobody_can_undo_is_nobodys_flaw(coding: str, body: bytes, words: str) -> None:
    got = decoded(message(body, coding), LIMIT)
    assert got.body == body
    assert got.flaw is not None
    assert (got.flaw.expected, got.flaw.seen.en) == (None, words)


@pytest.mark.parametrize("coding", PACK)
def test_what_is_as_large_as_the_limit_is_undone(coding: str) -> None:
    assert decoded(message(PACK[coding](bytes(LIMIT)), coding), LIMIT).body == bytes(LIMIT)
