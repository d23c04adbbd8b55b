from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.core.masking import is_secret_header, rules
from harness.traffic.credentials import noted


@pytest.fixture(autouse=True)
def rules_as_before() -> Iterator[None]:
    before = rules.current()
    yield
    rules.replace_by(before)


def test_what_a_hook_set_is_secret_from_then_on_and_told_no_further() -> None:
    assert not is_secret_header("X-Proof-Of-Shop")
    headers = (
        ("X-Proof-Of-Shop", "p"),
        ("X-Harness-Credentials", "X-Proof-Of-Shop, X-Nonce"),
        ("Accept", "*/*"),
    )
    assert noted(headers) == (("X-Proof-Of-Shop", "p"), ("Accept", "*/*"))
    assert is_secret_header("x-proof-of-shop")
    assert is_secret_header("X-Nonce")


def test_other_requests_pass_as_they_are() -> None:
    headers = (("Accept", "*/*"),)
    assert noted(headers) is headers
