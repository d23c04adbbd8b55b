"""What somebody signs in with is masked by value, wherever it stands and whatever it is called there."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest

from harness.core.masking import (
    declare_credential,
    declare_credentials,
    mask,
    mask_body,
    mask_header,
    mask_query,
    mask_text,
    mask_texts,
    sendable,
)

WORD, SIGNS = "9f8e7d6c5b4a", 'p4ss/word+"1='


def say(value: str) -> str:
    """Everything that is written where ``value`` stands under no telling name."""
    bodies = (
        value,
        json.dumps({"msg": f"no such {value}", "list": [value]}),
        f"<p>{value}</p>",
        f"a={quote(value)}",
    )
    return " ".join(
        (
            mask_text(f"cannot find {value} in the store"),
            mask_text(f"{value}"),
            mask_text(json.dumps({"x": value})),
            mask_query(f"/x?y={quote(value, safe='')}"),
            mask_text(f"/x/{quote(value, safe='')}/z"),
            mask_header("X-Echo", value),
            str(mask({"msg": value})),
            str(mask_texts({"seen": [f"got {value}"]})),
            *(mask_body(body.encode(), "application/json").decode() for body in bodies),
        )
    )


@pytest.mark.parametrize("value", [WORD, SIGNS])
def test_a_credential_is_masked_wherever_it_stands(value: str) -> None:
    before = say(value)
    assert value in before  # nothing around it tells
    declare_credential(value)
    after = say(value)
    assert value not in after
    assert value not in after.replace("\\", "")
    assert quote(value) not in after
    assert len(set(re.findall(r"\*\*\*[0-9a-f]{6}", after))) == 1
    with sendable():
        assert value not in say(value)


def test_what_a_body_signs_in_with_is_a_credential_by_its_name() -> None:
    signs = {"user": "anna-2026x", "password": "Str0ng!pass", "grant_type": "password"}
    declare_credentials({**signs, "more": [{"code": "a1b2c3d4e5"}]})
    assert mask_text("anna-2026x used a password") == "anna-2026x used a password"
    said = mask_text("wrong Str0ng!pass, wrong a1b2c3d4e5")
    assert "Str0ng" not in said
    assert "a1b2" not in said


@pytest.mark.parametrize(
    "value", ["", "1234567", "password", "signature", "密码密码密码密码", "***a1b2c3", "${TOKEN}"]
)
def test_what_may_be_a_word_of_anybody_is_none(value: str) -> None:
    declare_credential(value)
    text = f"the {value} of something, and 12345678"
    assert mask_text(text) == text


def test_a_longer_word_is_another() -> None:
    declare_credential("order-2026")
    assert mask_text("order-20261 order-2026x") == "order-20261 order-2026x"
