"""What a project adds and excepts, and what stands for a value."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pydantic import ValidationError

from harness.core.difference import in_words
from harness.core.masking import MaskingSettings, declare, mask, mask_header, mask_query, mask_text, rules


@pytest.fixture(autouse=True)
def rules_as_before() -> Iterator[None]:
    before = rules.current()
    yield
    rules.replace_by(before)


def test_a_project_adds_and_excepts_names_and_patterns() -> None:
    value = {"locker": "A-17", "member_no": "M-000042", "signature": "drawn by hand", "text": "ask M-000042"}
    assert mask(value) == {**value, "signature": mask(value)["signature"]}
    given = {
        "secret": ["Locker"],
        "personal": ["memberNo"],
        "except": ["signature"],
        "patterns": [r"M-\d{6}"],
    }
    declare(MaskingSettings.model_validate(given))
    masked = mask(value)
    assert masked["signature"] == "drawn by hand"
    assert all("***" in masked[name] for name in ("locker", "member_no", "text"))


def test_a_pattern_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="not a regular expression"):
        MaskingSettings(patterns=("(",))


def test_the_rules_reach_the_processes_that_are_started() -> None:
    declare(MaskingSettings(secret=("Locker",)), headers=["X-Till"], parameters=["drawer"])
    assert rules.Rules.of_json(rules.current().to_json()) == rules.current()


def test_what_contracts_declare_holds_where_it_is_declared() -> None:
    declare(headers=["Id"], parameters=["page"])
    assert mask_header("ID", "abc").startswith("***")
    assert mask_query("/a?page=2&x=1").startswith("/a?page=***")
    assert mask({"id": "abc", "page": "2"}) == {"id": "abc", "page": "2"}


@pytest.mark.parametrize(
    ("expected", "seen"),
    [
        ({"phone": "13800138000"}, {"phone": "13899998000"}),
        ({"realName": "王大假"}, {"realName": "李二虚"}),
        ({"address": "无名路1号"}, {"address": "无名路2号"}),
        ("13800138000", "13899998000"),
        ({"a": {"token": "abcdef12"}}, {"a": {"token": "abcdef13"}}),
    ],
)
def test_values_that_differ_still_differ_when_masked(expected: object, seen: object) -> None:
    wanted, found = in_words(expected, seen)
    assert wanted.en != found.en
    for text in (wanted.en, wanted.zh, found.en, found.zh):
        assert "***" in mask_text(text)
        assert mask_text(text) == text, "what a finding says is masked once more on its way to the disk"


@pytest.mark.parametrize(
    "text",
    [
        "response.body/phone: expected string, got 12",
        "response.body/password: expected at least 8 characters, got nothing",
        "response.body/address：应为 字符串，实际为 数字",
        "nothing at response.headers/Set-Cookie",
        "response.headers/Authorization: expected a header, got nothing",
        "X-Shop-Token is missing, token: null, code: 40013",
        "没有得到响应：POST /session：无法建立连接：[Errno 111] Connection refused，共 3 次",
        "GET /v1/token: 503 after 3 s",
        "object_level_authorization：小程序后端让他人读到了订单",
    ],
)
def test_sentences_of_ours_about_masked_fields_stay(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "line",
    [
        'sends {"columns": ["order", "password"], "rows": [["SO-1", "pw-fake-0001"]]} to the shop',
        'log [{"field": "realName", "val": "王大假"}]\nlog {"csv": "order,password\\nSO-1,pw-fake-0001"}',
        "GET /x?who=%E7%8E%8B&realName=%E7%8E%8B%E5%A4%A7%E5%81%87 done",
    ],
)
def test_what_a_line_shows_of_a_body_is_masked_as_a_body(line: str) -> None:
    masked = mask_text(line)
    assert [each for each in ("pw-fake-0001", "王大假", "%E5%A4%A7") if each in masked] == []
    assert masked.startswith(line[:4])
