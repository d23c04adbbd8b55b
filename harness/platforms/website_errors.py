"""Playwright's errors in our words: whose fault each is, and what kept a person from an element."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from harness.core.errors import DriverError, Evidence, PageFault, ProcessDied
from harness.core.masking import mask_text
from harness.core.platforms import Platform
from harness.core.text import Text, text_of
from harness.platforms.chromium_pool import BROWSER
from harness.platforms.locators import SEVERAL_FOUND, Element
from harness.platforms.website_elements import instead
from harness.platforms.wording import page_text

SEVERAL = re.compile(
    r"strict mode violation: .*? resolved to (\d+) elements:\n(.*?)(?:\n\s*\n|\nCall log|\Z)", re.S
)
COVERED = re.compile(
    r"(<[^>]+>)(?:…</\w+>|.*?</\w+>)?(?: from (<[^>]+>)\S* subtree)? intercepts pointer events"
)
NO_ELEMENT = Text(
    zh="{about}页面 {where} 上没有“{element}”", en="The {about}'s page {where} has no '{element}'"
)
CANNOT = Text(zh="{about}无法操作：{doing}", en="The {about} cannot be used while {doing}")
ON = Text(zh="在 {where}：{words}", en="on {where}: {words}")
HIDDEN = Text(zh="元素存在，但不可见", en="it is there, and not visible")
DISABLED = Text(zh="元素存在，但已禁用", en="it is there, and disabled")
NOT_EDITABLE = Text(zh="元素存在，但不能编辑", en="it is there, and cannot be edited")
COVERED_BY = Text(zh="元素被 {cover} 挡住", en="it is covered by {cover}")
MOVING = Text(zh="元素一直在移动", en="it does not stand still")
PRESSED = Text(
    zh="已经点击，但页面一直没有处理完", en="it was pressed, and the page does not finish handling that"
)
NO_CHOOSER = Text(zh="点击后没有出现文件选择框", en="pressing it opens no file chooser")
REPLACED = Text(zh="元素不断被页面替换", en="the page replaces it again and again")
LOADING = Text(
    zh="页面还有 {count} 个请求没有结束：{first}", en="the page still waits for {count} requests: {first}"
)
STATES = (
    ("element is not visible", HIDDEN),
    ("element is not enabled", DISABLED),
    ("element is not editable", NOT_EDITABLE),
    ("element is not stable", MOVING),
    ("element was detached", REPLACED),
)
# Lines of Playwright's log of a press: the mouse is about to go down, or has been up again.
BEGUN, DONE, IN_THE_WAY = "performing ", " action done", "intercepts pointer events"
CHOOSER = 'event "filechooser"'


@contextlib.contextmanager
def playwright_errors(doing: Text, where: str, about: Platform) -> Iterator[None]:
    """Playwright's errors become ours: what a page does not do is its fault, a dead browser is nobody's.

    Source: playwright 1.65 raises ``TimeoutError`` for unmet waits and ``Error`` for all else; a closed
    target is told by its class name ``TargetClosedError``.
    """
    try:
        yield
    except PlaywrightTimeout as error:
        raise PageFault(
            CANNOT.format(about=about.title, doing=doing),
            Evidence(
                platform=about.name,
                expected=doing,
                seen=ON.format(where=where or "/", words=_first_lines(error.message)),
            ),
        ) from None
    except PlaywrightError as error:
        if "crashed" in error.message.partition("\n")[0]:
            raise page_crashed(about, doing) from None
        if type(error).__name__ == "TargetClosedError" or "has been closed" in error.message:
            closed = Text(zh="{doing}时被关闭", en="closed while {doing}").format(doing=doing)
            raise ProcessDied(its(BROWSER, about), how=closed) from None
        words = Text(zh="Playwright 出错（{doing}）：{error}", en="Playwright failed while {doing}: {error}")
        raise DriverError(words.format(doing=doing, error=_first_lines(error.message))) from error


def was_pressed(error: PlaywrightTimeout) -> bool:
    """Whether a press was made before the time was over, which then went to wait for a page to load."""
    return BEGUN in error.message and DONE in error.message.rpartition(BEGUN)[2]


def may_be_pressed(error: PlaywrightTimeout) -> bool:
    """Whether a press may have reached the page: it must not be made a second time."""
    last = error.message.rpartition(BEGUN)[2]
    return CHOOSER in error.message or (BEGUN in error.message and IN_THE_WAY not in last)


def several(error: PlaywrightError, element: Element, where: str, about: Platform) -> DriverError | None:
    """What is said where more than one element is found: the test must say which."""
    found = SEVERAL.search(error.message)
    if found is None:
        return None
    lines = [re.sub(r"\s+aka .*", "", line.strip()) for line in found[2].splitlines() if line.strip()]
    which = mask_text(" ".join(line[:120] for line in lines[:3]))
    return DriverError(
        SEVERAL_FOUND.format(about=about.title, where=where, count=found[1], element=element, which=which)
    )


def not_reached(
    error: PlaywrightTimeout,
    page: Any,
    element: Element,
    attribute: str,
    doing: Text,
    about: Platform,
    where: str,
) -> PageFault:
    """The fault of a page on which an element is not to be had: what was there instead, or what kept from it."""
    try:
        state = _state(error.message)
        if state is None:
            title = NO_ELEMENT.format(about=about.title, where=where, element=element)
            seen = instead(page, element, attribute)
        else:
            title, seen = CANNOT.format(about=about.title, doing=doing), state
    except PlaywrightError:  # the page is gone meanwhile
        title, seen = CANNOT.format(about=about.title, doing=doing), text_of(_first_lines(error.message))
    return PageFault(
        title, Evidence(platform=about.name, expected=doing, seen=ON.format(where=where, words=seen))
    )


def _state(message: str) -> Text | None:
    """What kept Playwright from an element that is there, of the last line of its log that says so."""
    if CHOOSER in message:
        return NO_CHOOSER
    for line in reversed(message.splitlines()):
        if (covered := COVERED.search(line)) is not None:
            return COVERED_BY.format(cover=mask_text(covered[2] or covered[1]))
        for words, state in STATES:
            if words in line:
                return state
    if BEGUN in message:
        return PRESSED
    if "locator resolved to" in message:
        return HIDDEN if "to be visible" in message else text_of(_first_lines(message))
    return None


def its(part: str, about: Platform) -> Text:
    """A part of what runs a website: ``Chromium of the website``."""
    return Text(zh=f"{about.title.zh}的 {part}", en=f"{part} of the {about.title.en}")


def page_crashed(about: Platform, doing: Text) -> ProcessDied:
    """The browser's process of one page is gone; which code made it crash the browser does not say."""
    page = Text(zh=f"{about.title.zh}的 Chromium 页面", en=f"Chromium's page of the {about.title.en}")
    return ProcessDied(page, how=Text(zh="{doing}时崩溃", en="it crashed while {doing}").format(doing=doing))


def nowhere(about: Platform, path: str, after: Text, where: str, notice: str, expected: Text) -> PageFault:
    """The fault of a website that does not lead somewhere."""
    return PageFault(
        Text(
            zh=f"{after.zh}之后，{about.title.zh}没有来到 {path}",
            en=f"The {about.title.en} does not lead to {path} after {after.en}",
        ),
        Evidence(platform=about.name, expected=expected, seen=page_text(where, notice)),
    )


def _first_lines(message: str) -> str:
    lines = [line.strip() for line in message.splitlines() if line.strip() and line.strip() != "Call log:"]
    return "; ".join(lines[:3])
