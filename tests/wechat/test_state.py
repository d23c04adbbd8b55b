from __future__ import annotations

import pytest

from harness.wechat.state import (
    CODE_SECONDS,
    OVERLAP_SECONDS,
    TOKEN_SECONDS,
    Codes,
    Grant,
    Invalid,
    Taken,
    Tokens,
)

LI = Grant("wx1", "o-li")


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_code_is_taken_once_and_by_its_own_app(clock: Clock) -> None:
    codes = Codes(clock)
    code = codes.give(LI)
    assert codes.take(code, "wx2") is Taken.OF_ANOTHER_APP
    assert codes.take(code, "wx1") == LI
    assert codes.take(code, "wx1") is Taken.USED
    assert codes.take("never given", "wx1") is Taken.UNKNOWN


def test_a_code_lives_for_five_minutes(clock: Clock) -> None:
    codes = Codes(clock)
    early, late = codes.give(LI), codes.give(LI)
    clock.seconds += CODE_SECONDS - 1
    assert codes.take(early, "wx1") == LI
    clock.seconds += 1
    assert codes.take(late, "wx1") is Taken.UNKNOWN
    codes.give(LI)
    assert len(codes._issued) == 1, "what has expired is not kept"


def test_a_token_is_told_as_expired(clock: Clock) -> None:
    tokens = Tokens(clock)
    token = tokens.issue("wx1")
    clock.seconds += TOKEN_SECONDS - 1
    assert tokens.app_of(token) == "wx1"
    clock.seconds += 1
    assert tokens.app_of(token) is Invalid.EXPIRED
    assert tokens.app_of("70_never") is Invalid.UNKNOWN


def test_a_new_token_ends_the_one_before_after_five_minutes(clock: Clock) -> None:
    tokens = Tokens(clock)
    first, other = tokens.issue("wx1"), tokens.issue("wx2")
    second = tokens.issue("wx1")
    clock.seconds += OVERLAP_SECONDS - 1
    assert [tokens.app_of(each) for each in (first, second, other)] == ["wx1", "wx1", "wx2"]
    clock.seconds += 1
    assert [tokens.app_of(each) for each in (first, second, other)] == [Invalid.EXPIRED, "wx1", "wx2"]


def test_the_overlap_gives_no_token_a_longer_life(clock: Clock) -> None:
    tokens = Tokens(clock)
    first = tokens.issue("wx1")
    clock.seconds += TOKEN_SECONDS - 10
    tokens.issue("wx1")
    clock.seconds += 10
    assert tokens.app_of(first) is Invalid.EXPIRED


def test_tokens_of_long_ago_are_forgotten(clock: Clock) -> None:
    tokens = Tokens(clock)
    for _ in range(50):
        tokens.issue("wx1")
        clock.seconds += TOKEN_SECONDS
    assert len(tokens._issued) <= 3
