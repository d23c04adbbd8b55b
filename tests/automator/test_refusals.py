"""Why an element cannot be touched: in two languages, through a protocol that has room for one text."""

from __future__ import annotations

import json

import pytest

from harness.automator.refusals import Overlay, covered, in_both, one_text, overlaid
from harness.automator.session import ClientSession
from harness.core.errors import ProtocolError
from harness.core.text import Text

ASKING = Overlay("showModal", "要删除吗", ["取消"], ["确定"], cancels=True)


def test_it_says_what_is_in_the_way_and_how_it_is_closed() -> None:
    words = overlaid(ASKING)
    assert words.en == (
        'element cannot be tapped: the dialogue "要删除吗" of wx.showModal is in front of it. To close it: touch '
        '"取消", or answer it: "确定"; minium: mini.native.handle_modal(False); automator: '
        "miniProgram.native().cancelModal()"
    )
    assert words.zh == (
        "点不到元素：wx.showModal 的弹窗“要删除吗”挡在前面。关闭它：点“取消”，或者作答：“确定”；"
        "minium：mini.native.handle_modal(False)；automator：miniProgram.native().cancelModal()"
    )


def test_a_dialogue_without_a_cancel_button_is_confirmed() -> None:
    words = overlaid(Overlay("openDocument", "文档", [], ["关闭"], cancels=False)).en
    assert 'touch "关闭"; minium: mini.native.handle_modal(True)' in words
    assert "confirmModal()" in words


@pytest.mark.parametrize("words", [overlaid(ASKING), covered("the page"), covered('<view id="lid">')])
def test_both_languages_cross_the_protocol(words: Text) -> None:
    assert in_both(one_text(words)) == words
    client = ClientSession()
    call, _ = client.call("Simulator.back", {})
    client.receive(json.dumps({"id": call.id, "error": {"message": one_text(words)}}))
    with pytest.raises(ProtocolError) as raised:
        call.result()
    assert raised.value.text == words.map(lambda said: f"Simulator.back: {said}")


@pytest.mark.parametrize("message", ["no such element", "失败\n请重试", "a\nb"])
def test_other_messages_stay_whole_in_either(message: str) -> None:
    assert in_both(message) == Text(zh=message, en=message)
