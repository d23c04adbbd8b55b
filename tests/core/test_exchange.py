from __future__ import annotations

from typing import Any

from harness.core.exchange import Exchange, Message
from harness.core.payloads import ExchangeRecord

JUDGED: dict[str, Any] = {"operation": None, "operation_id": None, "violations": (), "checked": False}


def recorded(exchange: Exchange) -> Exchange:
    return Exchange.of(ExchangeRecord.model_validate({**exchange.to_json(), **JUDGED}))


def exchange(body: bytes) -> Exchange:
    return Exchange(
        id="1",
        source="browser",
        target="website",
        method="GET",
        path="/api/member?x=%20",
        request=Message((("traceparent", "00-a-b-01"),), b""),
        status=200,
        response=Message((("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")), body),
        started=1.0,
        ended=1.5,
    )


def test_an_exchange_survives_its_record() -> None:
    for body in (b'{"a": 1}', "橙子".encode(), b"\xff\x00\xfe"):
        assert recorded(exchange(body)) == exchange(body)


def test_one_without_an_answer_survives_too() -> None:
    lost = Exchange(
        id="1",
        source="miniprogram",
        target="website",
        method="POST",
        path="/",
        request=Message((), b"x"),
        status=None,
        response=None,
        started=0.0,
        ended=0.1,
        error="refused",
    )
    assert recorded(lost) == lost


def test_headers_are_found_whatever_their_case() -> None:
    assert exchange(b"").traceparent == "00-a-b-01"
