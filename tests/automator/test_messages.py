from __future__ import annotations

import json

import pytest

from harness.automator.messages import (
    Event,
    Failure,
    RefusedMessage,
    Request,
    Success,
    parse_reply,
    parse_request,
    serialise,
)
from harness.core.errors import ProtocolError


def test_a_request_survives_the_way_there() -> None:
    request = Request("1", "App.callFunction", {"args": [1, None, "中文\ud83d"]})
    assert parse_request(serialise(request)) == request


@pytest.mark.parametrize(
    "message", [Success("1", {"a": 1}), Failure("1", "no"), Failure(None, "no"), Event("App.x", {"y": []})]
)
def test_every_reply_survives_the_way_back(message: Success | Failure | Event) -> None:
    assert parse_reply(serialise(message)) == message


def test_framing_as_the_clients_read_it() -> None:
    assert json.loads(serialise(Success("1", {}))) == {"id": "1", "result": {}}
    assert json.loads(serialise(Failure("1", "m"))) == {"id": "1", "error": {"message": "m"}}
    # minium tells an event by the absence of an id, not by its value.
    assert "id" not in json.loads(serialise(Event("App.x", {})))


def test_params_may_be_left_out() -> None:
    assert parse_request('{"id":"1","method":"Tool.getInfo"}').params == {}


@pytest.mark.parametrize(
    ("text", "said", "request_id"),
    [
        ("{", "not JSON", None),
        ("", "not JSON", None),
        ("[]", "expected a JSON object, got array", None),
        ("NaN", "NaN is not JSON", None),
        (b"{}", "binary", None),
        ("[" * 100_000, "nested too deeply", None),
        ('{"id":' + "9" * 5000 + "}", "not JSON", None),
        ('{"method":"m"}', "id: expected a string of 1 to 200 characters, got null", None),
        ('{"id":7,"method":"m"}', "id: expected a string of 1 to 200 characters, got number", None),
        ('{"id":"' + "x" * 300 + '","method":"m"}', "id: expected", None),
        ('{"id":"1"}', "method: expected a string", "1"),
        ('{"id":"1","method":["m"]}', "method: expected a string of 1 to 200 characters, got array", "1"),
        ('{"id":"1","method":"m","params":[]}', "params: expected object, got array", "1"),
        ('{"id":"1","method":"m","params":null}', "params: expected object, got null", "1"),
    ],
)
def test_a_hostile_request_is_refused_in_one_sentence(
    text: str | bytes, said: str, request_id: str | None
) -> None:
    with pytest.raises(RefusedMessage, match=said) as refused:
        parse_request(text)
    assert refused.value.id == request_id
    assert len(str(refused.value)) < 400


def test_a_message_above_the_limit_is_not_parsed() -> None:
    with pytest.raises(RefusedMessage, match="message too long: 101 characters, at most 100"):
        parse_request(" " * 101, limit=100)


@pytest.mark.parametrize(
    "text",
    [
        '{"id":"1"}',
        '{"id":"1","result":null}',
        '{"id":"1","error":null}',
        '{"method":1}',
        '{"id":3,"result":{}}',
    ],
)
def test_a_reply_out_of_frame_is_refused(text: str) -> None:
    with pytest.raises(RefusedMessage):
        parse_reply(text)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1, 2}])
def test_what_json_cannot_say_is_not_sent(value: object) -> None:
    with pytest.raises(ProtocolError, match="cannot be written as JSON"):
        serialise(Success("1", {"v": value}))
