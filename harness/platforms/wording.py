"""What a driver was doing, and which page it saw: words that the messages of several drivers share."""

from __future__ import annotations

from harness.core.platforms import Platform
from harness.core.text import Text


def reading(element: object) -> Text:
    return Text(zh=f"读取 '{element}'", en=f"reading '{element}'")


def looking_for(element: object) -> Text:
    return Text(zh=f"查看 '{element}'", en=f"looking for '{element}'")


def filling(element: object) -> Text:
    return Text(zh=f"填写 '{element}'", en=f"filling in '{element}'")


def pressing(element: object) -> Text:
    return Text(zh=f"点击 '{element}'", en=f"pressing '{element}'")


def choosing(element: object, option: str) -> Text:
    return Text(zh=f"在 '{element}' 中选择 '{option}'", en=f"choosing '{option}' in '{element}'")


def scrolling(element: object) -> Text:
    return Text(zh=f"滚动到 '{element}'", en=f"scrolling to '{element}'")


def uploading(element: object) -> Text:
    return Text(zh=f"通过 '{element}' 上传文件", en=f"uploading by '{element}'")


def picturing(about: Platform) -> Text:
    return Text(zh=f"对{about.title.zh}截图", en=f"taking a picture of the {about.title.en}")


def page_text(path: str, notice: str | None = None) -> Text:
    """A page, and the notice on it where there is one."""
    if not notice:
        return Text(zh=f"页面 {path}", en=f"the page {path}")
    return Text(zh=f"页面 {path}，上面写着：{notice}", en=f"the page {path}, which says: {notice}")
