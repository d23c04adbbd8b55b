"""What the steps of a MiniTest suite say."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from harness.core.text import Text
from harness.platforms import minitest
from harness.platforms.minium_client import load


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("#password", "types *** into #password"),
        (".sms-code", "types *** into .sms-code"),
        ("#smsCode", "types *** into #smsCode"),
        ("#receiver", "types hunter2 into #receiver"),
    ],
)
def test_what_is_typed_into_a_secret_field_is_not_told(
    monkeypatch: pytest.MonkeyPatch, field: str, told: str
) -> None:
    load()
    from minium.miniprogram.base_driver import element

    monkeypatch.setattr(element.FormElement, "input", lambda it, text: None)
    typed_into = object.__new__(element.FormElement)
    typed_into.selector = SimpleNamespace(css=field)
    steps: list[Text] = []
    with minitest.watched(lambda text, seconds, outcome: steps.append(text)):
        typed_into.input("hunter2")
    assert [step.en for step in steps] == [told]
