"""What was thrown while a scenario went on, as the error it is: the product's own, or ours, which is broken."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import TypeVar

from harness.core import causes
from harness.core.errors import AppException, Evidence, Explained, HarnessFault
from harness.core.text import Text
from harness.platforms.session import Thrown

LINES = 3
F = TypeVar("F", bound=Explained)


def exception_of(found: Sequence[Thrown], platform: str, title: Text) -> AppException | HarnessFault:
    """The error for what was thrown in one step on a platform of this title.

    What is ours goes first: it may be why the product's own code threw.
    """
    thrown, *others = sorted(found, key=lambda each: not each.fault)
    if thrown.fault:
        return _fault(thrown, platform, title, others)
    place = f"（{thrown.place}）" if thrown.place else ""
    at = f" at {thrown.place}" if thrown.place else ""
    return AppException(
        Text(
            zh=f"{title.zh}自身的代码抛出异常{place}：{thrown.message}",
            en=f"The {title.en}'s own code threw{at}: {thrown.message}",
        ),
        Evidence(
            platform=platform,
            expected=Text(zh="产品代码没有异常", en="no exception in the product's code"),
            seen=Text(zh=f"{thrown.message}{place}", en=f"{thrown.message}{at}"),
            notes=_frames(thrown),
        ),
        cause=causes.thrown(platform, thrown.message, thrown.place or ""),
    )


def _fault(thrown: Thrown, platform: str, title: Text, others: Sequence[Thrown]) -> HarnessFault:
    its = version("linkage-harness")
    return HarnessFault(
        Text(
            zh=f"测试工具的模拟器自身出错：{thrown.message}",
            en=f"The harness's simulator itself failed: {thrown.message}",
        ),
        Evidence(
            platform=platform,
            seen=Text(
                zh=f"{thrown.message}（{thrown.place or '位置不明'}）"
                + (f"，页面 {thrown.page}" if thrown.page else ""),
                en=f"{thrown.message} at {thrown.place or 'an unknown place'}"
                + (f", on the page {thrown.page}" if thrown.page else ""),
            ),
            notes=(
                Text(
                    zh=f"这是测试工具的模拟器的故障，不是{title.zh}的问题",
                    en=f"this is a fault of the harness's simulator, not of the {title.en}",
                ),
                *_frames(thrown),
                *(
                    Text(zh=f"同时抛出：{other.message}", en=f"thrown at the same time: {other.message}")
                    for other in others[:LINES]
                ),
                Text(
                    zh=f"请把这段信息和运行文件夹里的 logs/ 交给测试工具的维护者（linkage-harness {its}）",
                    en="please send this message and logs/ of the run folder to the maintainers of the harness"
                    f" (linkage-harness {its})",
                ),
            ),
        ),
    )


def with_note(error: F, *notes: Text) -> F:
    """The same error with more to say."""
    error.add(*notes)
    return error


def _frames(thrown: Thrown) -> tuple[str, ...]:
    return tuple(line.strip() for line in thrown.stack.splitlines()[1 : LINES + 1])
