from __future__ import annotations

import pytest
from pydantic import ValidationError

from harness.core.errors import ProtocolError
from harness.simulator.device.wechat_users import Answers, WeChatUser, refusal_of


def test_a_person_is_read_as_the_protocol_names_them() -> None:
    person = WeChatUser.model_validate({"openid": "o1", "nickName": "小明", "avatarUrl": "https://a/b.png"})
    assert (person.nick_name, person.avatar_url, person.phone) == ("小明", "https://a/b.png", None)


@pytest.mark.parametrize("bad", [{}, {"openid": ""}, {"openid": 1}, {"openid": "o", "nickname": "x"}])
def test_what_is_no_person_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        WeChatUser.model_validate(bad)


def test_the_openid_is_never_shown() -> None:
    person = WeChatUser(openid="oSecretOpenId")
    assert "Secret" not in person.masked
    assert person.masked != WeChatUser(openid="oOther").masked


def test_answers() -> None:
    answers = Answers({"showModal": False})
    assert answers.get("showModal") == {"confirm": False, "cancel": True}
    answers.set("showActionSheet", {"tapIndex": 2})
    assert answers.get("showActionSheet") == {"tapIndex": 2}
    answers.set("showModal", None)
    assert answers.get("showModal") is None
    with pytest.raises(ProtocolError, match="answer to showModal: expected object, boolean or null, got str"):
        answers.set("showModal", "yes")
    with pytest.raises(ProtocolError, match="answer to x"):
        Answers({"x": 3})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, None),
        (True, None),
        ({"confirm": True}, None),
        (False, "user deny"),
        ({"confirm": False}, "user deny"),
        ({"error": "no quota"}, "no quota"),
    ],
)
def test_refusals(answer: object, words: str | None) -> None:
    answers = Answers()
    answers.set("getPhoneNumber", answer)
    assert refusal_of(answers.get("getPhoneNumber")) == words
