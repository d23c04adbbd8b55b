"""Existing MiniTest suites, as they are: their configuration pointed at our app, their acts told as steps.

Owns what is read of minium's test framework (1.6.1): where it takes its configuration from, which public
methods are acts of a person, and its one connection for each process.
"""

from __future__ import annotations

import contextlib
import functools
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from harness.core.errors import UsageError
from harness.core.masking import Secrecy, mask_text, secrecy_of
from harness.core.text import Text
from harness.platforms.minium_client import forget, load, wake

Outcome = Literal["passed", "failed", "broken"]
OnStep = Callable[[Text, float, Outcome], None]

# Class of minium → method → words; {0} is the first argument, {it} the element.
ROUTES = {
    "navigate_to": ("打开 {0}", "opens {0}"),
    "redirect_to": ("转到 {0}", "goes on to {0}"),
    "relaunch": ("重新进入 {0}", "enters again at {0}"),
    "switch_tab": ("切换到 {0}", "switches to {0}"),
    "navigate_back": ("返回", "goes back"),
    "go_home": ("回到首页", "goes to the first page"),
}
TOUCHES = {
    "tap": ("点击 {it}", "taps {it}"),
    "click": ("点击 {it}", "taps {it}"),
    "long_press": ("长按 {it}", "presses {it} for long"),
    "input": ("在 {it} 输入 {0}", "types {0} into {it}"),
    "pick": ("在 {it} 选择 {0}", "picks {0} at {it}"),
    "switch": ("切换 {it}", "switches {it}"),
    "slide_to": ("把 {it} 滑到 {0}", "slides {it} to {0}"),
    "swipe_to": ("把 {it} 翻到 {0}", "swipes {it} to {0}"),
    "scroll_to": ("滚动 {it}", "scrolls {it}"),
    "trigger": ("在 {it} 触发 {0}", "triggers {0} at {it}"),
}
MISSING = "MiniElementNotFoundError"
"""Minium's error for what a page does not show: the page's fault, like a failed assertion."""


def configure(port: int, outputs: Path) -> None:
    """Point every MiniTest class of this process at ``port``; the rest of its ``config.json`` holds.

    MiniTest looks for that file in the folder the process was in when minium was imported. A suite with
    several configurations (a list) runs with the first.
    """
    load()
    from minium.framework import assertbase
    from minium.framework.miniconfig import MiniConfig

    own = Path(assertbase.WORKSPACE_DIR) / "config.json"
    found: Any = {"debug_mode": "error"}
    if own.is_file():
        try:
            found = json.loads(own.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise UsageError(f"not JSON: {error}", where=str(own)) from None
    given = dict(found[0] if isinstance(found, list) else found)
    outputs.mkdir(parents=True, exist_ok=True)
    ours = {
        "base_dir": str(own.parent),
        "test_port": port,
        "project_path": None,  # it runs already
        "dev_tool_path": None,
        "outputs": str(outputs),
        "report_usage": False,
    }
    assertbase.AssertBase.CONFIG = MiniConfig({**given, **ours})


def client() -> Any:
    """The Minium all MiniTest classes of this process share; None before the first of them began."""
    framework = sys.modules.get("minium.framework.minitest")
    return getattr(framework, "g_minium", None)


def interrupt() -> None:
    """End the call a test is blocked in: the other side is gone."""
    if (blocked := client()) is not None:
        wake(blocked)


def release() -> None:
    """Drop the connection MiniTest keeps for the process."""
    framework: Any = sys.modules.get("minium.framework.minitest")
    if framework is None or framework.g_minium is None:
        return
    ours, framework.g_minium, framework.g_native = framework.g_minium, None, None
    with contextlib.suppress(Exception):
        forget(ours)


@dataclass(slots=True)
class _Watch:
    tell: OnStep
    acting: bool = False
    undo: list[Callable[[], None]] = field(default_factory=list)


@contextlib.contextmanager
def watched(tell: OnStep) -> Iterator[None]:
    """Tell every act of a test and every assertion as a step: its words, its seconds, how it ended.

    An act that another one is made of is not told.
    """
    load()
    from minium.framework.assertbase import AssertBase
    from minium.miniprogram.base_driver import app, element

    watch = _Watch(tell)
    try:
        for method, words in ROUTES.items():
            _wrap(watch, app.App, method, words)
        for cls in [each for each in vars(element).values() if _is_element(each, element.BaseElement)]:
            for method, words in TOUCHES.items():
                if method in vars(cls):
                    _wrap(watch, cls, method, words)
        _wrap_assertions(watch, AssertBase)
        yield
    finally:
        for undo in reversed(watch.undo):
            undo()


def _is_element(candidate: object, base: type) -> bool:
    return isinstance(candidate, type) and issubclass(candidate, base)


def _wrap(watch: _Watch, cls: Any, method: str, words: tuple[str, str]) -> None:
    original = vars(cls)[method]

    @functools.wraps(original)
    def act(it: Any, *args: Any, **kwargs: Any) -> Any:
        if watch.acting:
            return original(it, *args, **kwargs)
        watch.acting, began, outcome = True, time.monotonic(), _outcome(None)
        try:
            return original(it, *args, **kwargs)
        except BaseException as error:
            outcome = _outcome(error)
            raise
        finally:
            watch.acting = False
            said = ["***"] if method == "input" and _is_secret(_name(it)) else list(map(str, args))
            zh, en = (mask_text(text.format(*said, "", "", it=_name(it))) for text in words)
            watch.tell(Text(zh=zh, en=en), time.monotonic() - began, outcome)

    setattr(cls, method, act)
    watch.undo.append(lambda: setattr(cls, method, original))


def _wrap_assertions(watch: _Watch, cls: Any) -> None:
    original = cls._add_assert_info

    @functools.wraps(original)
    def note(it: Any, name: str, ret: bool, reason: str | None = None) -> Any:
        said = f": {reason.splitlines()[0]}" if reason else ""
        text = Text(zh=mask_text(f"检查 {name}{said}"), en=mask_text(f"checks {name}{said}"))
        watch.tell(text, 0.0, "passed" if ret else "failed")
        return original(it, name, ret, reason)

    cls._add_assert_info = note
    watch.undo.append(lambda: setattr(cls, "_add_assert_info", original))


def _outcome(error: BaseException | None) -> Outcome:
    if error is None:
        return "passed"
    wrong = isinstance(error, AssertionError) or type(error).__name__ == MISSING
    return "failed" if wrong else "broken"


def _is_secret(name: str) -> bool:
    """Whether a field's name says that what is typed there is nobody's to read: ``#password``, ``.sms-code``."""
    words = re.findall(r"[A-Za-z]+(?:[_-][A-Za-z]+)*", name)
    return any(secrecy_of(word) in (Secrecy.SECRET, Secrecy.CODE) for word in words)


def _name(it: Any) -> str:
    """The element as the test found it: its selector, else its tag."""
    selector = vars(it).get("selector")
    said = getattr(selector, "css", None) or getattr(selector, "xpath", None)
    return str(said or vars(it).get("_tag_name", ""))
