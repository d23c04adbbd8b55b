"""Requests as they are kept to be sent again: what was secret or personal in them is not there, their form is."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

import pytest

from harness.api.curl import curl
from harness.api.replay import Replay
from harness.core import masking
from harness.core.exchange import Exchange, Message
from harness.core.masking import rules
from harness.core.payloads import CheckResult, Finding, masked

TOKEN, CODE, EMAIL = "sk0-9f8e7d6c5b4a", "0a1FakeCode0000000000000000000w", "fake.person@shop.example"
IDENTITY, PHONE = "310115198506150073", "13800138000"
PLANTED = (TOKEN, CODE, EMAIL, IDENTITY, "hunter22", "王大假", "无名路")
BODY = {
    "password": "hunter22",
    "note": f"{EMAIL} {IDENTITY}",
    "realName": "王大假",
    "address": "无名路1号",
    "phone": PHONE,
    "count": 3,
    "title": "密码锁行李箱",
}
HEADERS = (("X-Till", TOKEN), ("Content-Type", "application/json"), ("X-Request-Id", "r-1"))


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    before = rules.current()
    masking.declare(headers=["X-Till"])
    yield
    rules.replace_by(before)


def exchange(body: bytes, path: str = f"/members?code={CODE}&page=2") -> Exchange:
    request = Message(HEADERS, body)
    return Exchange(
        id="1", source="a", target="b", method="POST", path=path, request=request, status=None, response=None,
        started=0, ended=0,
    )  # fmt: skip


def sent() -> bytes:
    return json.dumps(BODY, ensure_ascii=False).encode()


def test_a_waivers_case_keeps_no_secret_and_the_form_of_each_value() -> None:
    case = Replay.of(exchange(sent()))
    kept = case.model_dump_json()
    assert [each for each in (*PLANTED, PHONE) if each in kept] == []
    assert case.headers == {"Content-Type": "application/json", "X-Request-Id": "r-1"}
    assert not case.nobody
    body = json.loads(case.content or b"")
    assert {key: len(str(value)) for key, value in body.items() if key != "note"} == {
        key: len(str(value)) for key, value in BODY.items() if key != "note"
    }
    assert (body["count"], body["title"], body["phone"]) == (3, "密码锁行李箱", PHONE)
    assert body["note"] == "someone@example.com 110101190001010006"
    assert "page=2" in case.target


def test_what_stands_in_is_not_masked_once_more() -> None:
    case = Replay.of(exchange(sent()))
    finding = Finding(title="t", case=case.model_dump(exclude_defaults=True))  # type: ignore[arg-type]
    result = CheckResult(backend="b", cases={"all": 1}, seconds=1, findings=[finding])
    written = masked(result)["findings"][0]["case"]
    assert Replay.model_validate(written) == case


def test_a_curl_line_holds_no_secret() -> None:
    headers = {name: [value] for name, value in HEADERS}
    line = curl("POST", f"http://a/members?code={CODE}&page=2", headers, sent())
    assert [each for each in (*PLANTED, PHONE) if each in line] == []
    assert "X-Till: ${X_TILL}" in line
    assert "${PHONE}" in line
    assert shlex.split(line)


def test_short_values_of_generated_cases_stay() -> None:
    case = Replay.of(exchange(b'{"password":"0","realName":"","phone":null,"code":""}', "/"))
    assert case.body == '{"password":"0","realName":"","phone":null,"code":""}'
