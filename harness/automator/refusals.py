"""Why an element cannot be touched, in both languages, and how what is in front of it is put away.

The protocol has room for one text: both stand in it, a line each, and :func:`in_both` reads them again. What is
told to do works as it is written; tests/simulator/browser/test_overlays.py does it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness.core.text import Text

REFUSED = Text(zh="点不到元素：", en="element cannot be tapped: ")


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is drawn over the page, as the page tells of it."""

    name: str
    """The API, component or open-type that drew it."""
    words: str
    closing: Sequence[str]
    """What stands on the buttons that close it without a yes, such as 取消."""
    answering: Sequence[str]
    """What stands on the others."""
    cancels: bool
    """Whether there are any of the first kind, with words on them or without."""


DIALOGUE = Text(zh="弹窗", en="dialogue")
KINDS = {
    "showToast": Text(zh="消息提示框", en="toast"),
    "setClipboardData": Text(zh="消息提示框", en="toast"),
    "showLoading": Text(zh="loading 提示框", en="loading prompt"),
    "showActionSheet": Text(zh="操作菜单", en="action sheet"),
    "previewImage": Text(zh="图片预览", en="picture viewer"),
    "previewMedia": Text(zh="图片预览", en="picture viewer"),
    "picker": Text(zh="选择面板", en="sheet"),
}
MADE_BY = {
    "picker": "<picker>",
    "getPhoneNumber": '<button open-type="getPhoneNumber">',
    "chooseAvatar": '<button open-type="chooseAvatar">',
    "shareAppMessage": '<button open-type="share">',
}
"""What is no method of ``wx``."""

HIDDEN_BY = {"showToast": "hideToast", "setClipboardData": "hideToast", "showLoading": "hideLoading"}
BACK = ("mini.native.navigate_back()", "miniProgram.native().navigateLeft()")
CANCEL = ("mini.native.handle_modal(False)", "miniProgram.native().cancelModal()")
CONFIRM = ("mini.native.handle_modal(True)", "miniProgram.native().confirmModal()")
SHARING = ("mini.native.forward_miniprogram_cancel()", "miniProgram.native().shareCancel()")
CLOSED_BY: Mapping[str, tuple[str, str]] = {
    "authorize": ("mini.native.allow_authorize(False)", "miniProgram.native().authorizeCancel()"),
    "enableAlertBeforeUnload": (
        "mini.native.handle_alter_before_unload(False)",
        "miniProgram.native().cancelModal()",
    ),
    "getPhoneNumber": ("mini.native.allow_get_user_phone(False)", "miniProgram.native().authorizeCancel()"),
    "requestPayment": (
        "mini.native.close_payment_dialog()",
        "miniProgram.native().closePaymentDialog()",
    ),
    "requestSubscribeMessage": (
        "mini.native.allow_send_subscribe_message(False)",
        "miniProgram.native().cancelModal()",
    ),
    "requirePrivacyAuthorize": ("mini.native.allow_privacy(False)", "miniProgram.native().cancelModal()"),
    **dict.fromkeys(
        ("shareAppMessage", "shareFileMessage", "shareVideoMessage", "showShareImageMenu"), SHARING
    ),
    **dict.fromkeys(("picker", "previewImage", "previewMedia", "showActionSheet", "chooseAvatar"), BACK),
}
"""What the two clients have for it; where nothing stands here, whatever closes a modal dialogue."""

NOT_OF_THE_APP = {
    "the page": Text(zh="页面", en="the page"),
    "WeChat's menu button": Text(zh="微信的菜单按钮", en="WeChat's menu button"),
}


def overlaid(overlay: Overlay) -> Text:
    """An overlay is in front of the element."""
    kind = KINDS.get(overlay.name, DIALOGUE)
    maker = MADE_BY.get(overlay.name, f"wx.{overlay.name}")
    words = Text(
        zh="{maker} 的{kind}{words}挡在前面。关闭它：{touch}；minium：{minium}；automator：{automator}",
        en="the {kind}{words} of {maker} is in front of it. To close it: {touch}; minium: {minium}; "
        "automator: {automator}",
    )
    said = Text(zh=f"“{overlay.words}”", en=f' "{overlay.words}"') if overlay.words else Text(zh="", en="")
    minium, automator = clients(overlay)
    filled = words.format(
        kind=kind, maker=maker, words=said, touch=touch(overlay), minium=minium, automator=automator
    )
    return Text(zh=REFUSED.zh + filled.zh, en=REFUSED.en + filled.en)


def covered(covering: str) -> Text:
    """Another element of the page is in front of it, or a part of the phone."""
    thing = NOT_OF_THE_APP.get(covering, Text(zh=covering, en=covering))
    return Text(zh=f"{REFUSED.zh}{thing.zh} 挡在前面", en=f"{REFUSED.en}{thing.en} is in front of it")


def touch(overlay: Overlay) -> Text:
    """What a finger does."""
    if overlay.name in HIDDEN_BY:
        if overlay.name == "showLoading":
            return Text(zh="等小程序调用 wx.hideLoading", en="wait for the app to call wx.hideLoading")
        return Text(zh="等它自己消失", en="wait until it goes by itself")
    first, *others = [*overlay.closing, *overlay.answering] or [""]
    if not first:
        return Text(zh="点一下图片", en="touch the picture")
    closing = Text(zh=f"点“{first}”", en=f'touch "{first}"')
    if not others:
        return closing
    return Text(
        zh=f"{closing.zh}，或者作答：" + "、".join(f"“{label}”" for label in others),
        en=f"{closing.en}, or answer it: " + ", ".join(f'"{label}"' for label in others),
    )


def clients(overlay: Overlay) -> tuple[str, str]:
    """What minium and miniprogram-automator do."""
    if hide := HIDDEN_BY.get(overlay.name):
        return f'mini.app.call_wx_method("{hide}")', f'miniProgram.callWxMethod("{hide}")'
    return CLOSED_BY.get(overlay.name, CANCEL if overlay.cancels else CONFIRM)


def one_text(words: Text) -> str:
    """As the protocol carries it."""
    return words.en if words.zh == words.en else f"{words.en}\n{words.zh}"


def in_both(message: str) -> Text:
    """What :func:`one_text` made; any other message is the same in both languages."""
    english, _, chinese = message.partition("\n")
    if chinese.startswith(REFUSED.zh) and REFUSED.en in english:
        return Text(zh=chinese, en=english)
    return Text(zh=message, en=message)
