from __future__ import annotations

import pytest

from harness.core.masking import mask, mask_text


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("call 13812345678 now", "13812345678"),
        ("Authorization: Bearer abcdef123456", "abcdef123456"),
        ("token=abcdef123456&x=1", "abcdef123456"),
        ('{"session_key": "s3cr3t-key"}', "s3cr3t-key"),
        ("call +8613812345678", "13812345678"),
        ("call 8613812345678", "13812345678"),
        ("call 138-1234-5678", "1234"),
        ("call 138 1234 5678", "1234"),
        ("?phone=%2B8613812345678", "13812345678"),
        ('{"accessToken": "abcdef123456"}', "abcdef123456"),
        ("X-Auth-Token: abcdef123456", "abcdef123456"),
        ("sms_code=246810", "246810"),
        ("user oabcdef0123456789abcdef0123 not found", "oabcdef0123456789abcdef0123"),
        ("id 11010519491231002X", "11010519491231002X"),
        ("openid=o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"),
    ],
)
def test_free_text_loses_secrets_and_phones(text: str, gone: str) -> None:
    assert gone not in mask_text(text)


def test_a_masked_phone_still_tells_two_people_apart() -> None:
    assert mask_text("13812345678") == "138****5678"


def test_masking_twice_changes_nothing_more() -> None:
    once = mask_text("token=abcdef123456 phone 13812345678")
    assert mask_text(once) == once


def test_fields_are_masked_by_name_at_any_depth() -> None:
    masked = mask({"data": [{"token": "abcdef", "nickname": "小七"}], "openid": "o123"})
    assert masked["data"][0]["nickname"] == "小七"
    assert masked["data"][0]["token"].startswith("***")
    assert masked["openid"].startswith("***")


def test_a_one_time_code_is_masked_beside_a_phone_but_a_business_code_is_not() -> None:
    assert mask({"phone": "13812345678", "code": "246810"})["code"].startswith("***")
    assert mask({"code": 0, "msg": "ok"}) == {"code": 0, "msg": "ok"}


def test_header_pairs_are_masked() -> None:
    assert mask([["Cookie", "orange_session=abcdef"], ["Accept", "*/*"]])[0][1].startswith("***")


def test_equal_secrets_stay_equal_and_different_ones_different() -> None:
    assert mask({"token": "a1b2c3"}) == mask({"token": "a1b2c3"})
    assert mask({"token": "a1b2c3"}) != mask({"token": "d4e5f6"})


def test_a_phone_written_as_a_number_is_masked_too() -> None:
    assert mask({"phone": 13812345678, "count": 138123456789}) == {
        "phone": "138****5678",
        "count": 138123456789,
    }


def test_what_traffic_is_joined_on_stays_whole() -> None:
    ids = {"trace_id": "0" * 32, "span_id": "13812345678aaaaa"}
    assert mask({"trace": ids}) == {"trace": ids}
    assert mask_text("name 0af7651916cd13812345678bdeadbeef") == "name 0af7651916cd13812345678bdeadbeef"


def test_masking_leaves_json_valid() -> None:
    assert mask_text('{"token": null, "x": true}') == '{"token": null, "x": true}'


def test_words_that_are_only_as_long_as_an_openid_are_left_alone() -> None:
    words = "object_oriented_programming_ uncharacteristically-long-x"
    assert mask_text(words) == words


def test_numbers_that_only_look_long_are_left_alone() -> None:
    assert mask_text("order 20261123138123456789") == "order 20261123138123456789"
