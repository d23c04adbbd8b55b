"""What is said in English on the wire and in a record is read back in both languages."""

from __future__ import annotations

import pytest

from harness.core import silence_words as words
from harness.core.text import Text
from tests.support.languages import chinese, english

SAMPLES = {
    "reason": "Connection reset by peer",
    "host": "shop.example",
    "status": "200",
    "received": "4",
    "announced": "100",
    "seconds": "1.0",
    "edge": "browser→mall",
    "target": "mall",
    "address": "http://127.0.0.1:20001",
    "request": "GET /api/points",
    "seen": words.CLOSED,
}


@pytest.mark.parametrize("saying", words.SAYINGS, ids=lambda saying: saying.en)
def test_every_saying_is_read_back(saying: Text) -> None:
    said = saying.format(**SAMPLES)
    assert words.silence_text(said.en) == said
    assert chinese(said.zh)


@pytest.mark.parametrize(
    ("said", "zh"),
    [
        (
            "edge browser→mall: mall at http://127.0.0.1:1: answered 200, and the body ended early: "
            "after 4 of 100 bytes",
            "调用边 browser→mall：mall（http://127.0.0.1:1）返回了 200，但响应体没有传完：共 100 字节，只收到 4 字节",
        ),
        (
            "no answer to its own POST /sync from mall: mall at http://127.0.0.1:1: no connection: Connection refused",
            "它自己对 mall 的请求 POST /sync 没有得到响应：mall（http://127.0.0.1:1）无法建立连接：Connection refused",
        ),
    ],
)
def test_sayings_within_sayings(said: str, zh: str) -> None:
    assert words.silence_text(said) == Text(zh=zh, en=said)
    assert english(zh) is None


@pytest.mark.parametrize("said", ["", "ValueError: no such thing", "answered 20, and the body ended early"])
def test_the_words_of_others_stay_as_they_are(said: str) -> None:
    assert words.silence_text(said) == Text(zh=said, en=said)
