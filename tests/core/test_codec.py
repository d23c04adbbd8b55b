"""The project's codec: where it is, what it may change, whose its faults are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.core.codec import Codec, CodecAddress, CodecError
from harness.core.errors import UsageError
from harness.core.exchange import BodyFlaw, Message
from harness.core.text import text_of

FIXTURE = Path(__file__).parents[1] / "fixture_codec"
SENT = Message((("Content-Type", "application/json"), ("X-A", "1"), ("x-a", "2")), b'{"a": 1}')


@pytest.fixture
def codec() -> Codec:
    return CodecAddress(name="club_codec:ClubCodec", folder=FIXTURE).load()


def test_what_is_sealed_is_opened_again(codec: Codec) -> None:
    sealed = codec.seal(SENT)
    assert b"a" not in bytes.fromhex(sealed.body.decode())
    assert sealed.header("x-key") == "7"
    assert sealed.header("content-type") == "application/octet-stream"
    opened = codec.open(sealed)
    assert opened.body == SENT.body
    assert opened.header("Content-Type") == "application/json"
    assert [pair for pair in opened.headers if pair[0].lower() == "x-a"] == [("X-A", "1"), ("x-a", "2")]


def test_nothing_and_what_stays_in_its_coding_is_not_for_the_codec(codec: Codec) -> None:
    empty = Message((("x-key", "7"),), b"")
    coded = Message((("x-key", "7"),), b"?", BodyFlaw(text_of("unknown")))
    assert (codec.open(empty), codec.open(coded)) == (empty, coded)


class Wrong:
    def open(self, body: bytes, headers: dict[str, str]) -> Any:
        raise ValueError("phone=13912345678")

    def seal(self, body: bytes, headers: dict[str, str]) -> Any:
        return "text"


def test_its_faults_are_told_by_its_name_and_masked() -> None:
    codec = Codec("ours:make", Wrong())
    with pytest.raises(CodecError) as raised:
        codec.open(SENT)
    assert raised.value.title.en == "open of the codec ours:make failed: ValueError: phone=139****5678"
    assert raised.value.title.zh == "编解码器 ours:make 的 open 出错：ValueError: phone=139****5678"
    with pytest.raises(CodecError, match="seal of the codec ours:make gave str, expected bytes"):
        codec.seal(SENT)


@pytest.mark.parametrize(
    ("name", "words", "zh"),
    [
        ("nowhere:make", "cannot be imported", "无法导入"),
        ("club_codec:Nobody", "no function 'Nobody' in it", "其中没有函数 'Nobody'"),
        ("club_codec:turned", "makes no codec: TypeError", "没有得到编解码器：TypeError"),
        ("builtins:dict", "what it makes has no method 'open'", "得到的对象没有方法 'open'"),
    ],
)
def test_a_codec_that_is_none_is_said(name: str, words: str, zh: str) -> None:
    address = CodecAddress(name=name, folder=FIXTURE, where="services.club.codec")
    with pytest.raises(UsageError, match=r"services\.club\.codec") as raised:
        address.load()
    assert words in str(raised.value)
    assert zh in raised.value.say("zh")
