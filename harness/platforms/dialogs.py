"""A dialog that a page opens over itself, and how it is answered."""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.errors import Evidence, PageFault
from harness.core.platforms import Platform
from harness.core.polling import in_time
from harness.core.text import Text
from harness.platforms.wording import page_text

DIALOG = Text(zh="对话框", en="a dialog")
NONE_CAME = Text(zh="{about}页面 {where} 没有弹出对话框", en="The {about}'s page {where} opens no dialog")


@dataclass(slots=True)
class Dialog:
    """``accept``: whether it is accepted or dismissed, ``answer`` what is written into it first.

    ``text`` are its words once it ``came``.
    """

    accept: bool = True
    answer: str | None = None
    text: str = ""
    came: bool = False


def no_dialog(about: Platform, where: str, patience: float) -> PageFault:
    return PageFault(
        NONE_CAME.format(about=about.title, where=where),
        Evidence(platform=about.name, expected=in_time(DIALOG, patience), seen=page_text(where)),
    )
