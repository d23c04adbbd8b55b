"""What a test of a mini-program without a stage leaves when it fails: picture, WXML, console, requests meanwhile.

For MiniTest classes, and for tests with the fixture ``miniprogram_app``; a run keeps it as evidence, and the terminal
shows what is text of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from harness.core.text import Text

if TYPE_CHECKING:
    from harness.core.platforms import Platform
    from harness.runs.run import Run

REQUESTS = Text(zh="测试期间{place}的请求", en="requests of the {place} while the test ran")
MOST_REQUESTS = 50


@dataclass(frozen=True, slots=True)
class Left:
    """One thing a test leaves; ``content`` None: it could not be taken, and ``missing`` says why."""

    title: Text
    type: str
    suffix: str
    content: bytes | None
    missing: str | None = None


def texts(about: Platform, tree: dict[str, Any], findings: dict[str, Any]) -> list[Left]:
    """The page in front, what the app wrote to its console, and what it threw; masked."""
    said = "".join(f"{each['type']}: {' '.join(map(str, each['args']))}\n" for each in findings["console"])
    thrown = "".join(f"{each['message']}\n{each.get('stack', '')}\n" for each in findings["exceptions"])
    title = about.title
    found = [
        (
            Text(zh=f"页面 {tree['path']} 的 WXML", en=f"WXML of {tree['path']}"),
            "tree.wxml.txt",
            tree["wxml"],
        ),
        (Text(zh=f"{title.zh}的控制台", en=f"the {title.en}'s console"), "console.txt", said),
        (Text(zh=f"{title.zh}抛出的异常", en=f"what the {title.en} threw"), "exceptions.txt", thrown),
    ]
    return [Left(name, "text/plain", f"-{suffix}", _bytes(text)) for name, suffix, text in found if text]


def picture(about: Platform, take: Callable[[], bytes]) -> Left:
    title = Text(zh=f"失败时{about.title.zh}的画面", en=f"the {about.title.en} when the test failed")
    try:
        return Left(title, "image/png", ".png", take())
    except Exception as error:
        return Left(title, "image/png", ".png", None, f"{type(error).__name__}: {error}")


def requests(run: Run, about: Platform, since: datetime) -> list[Left]:
    """What came from the mini-program's phones through the proxies since then, a line each; of the whole run."""
    from harness.core.events import read_events
    from harness.core.payloads import ExchangeRecord

    seen = [
        event.data
        for event in read_events(run.folder, ExchangeRecord)
        if event.data.source == about.caller and event.wall >= since
    ]
    lines = [
        f"{each.method} {each.path} → {each.target}: {each.status or '-'}\n" for each in seen[-MOST_REQUESTS:]
    ]
    if not lines:
        return []
    return [Left(REQUESTS.format(place=about.title), "text/plain", "-requests.txt", _bytes("".join(lines)))]


def keep(run: Run, node: str, platform: str, left: Iterable[Left]) -> None:
    """Write each into the run's evidence, with its event."""
    from harness.core.payloads import Evidence

    folder = run.folder / "evidence"
    folder.mkdir(exist_ok=True)
    prefix = f"minium-{run.log.source}-"
    number = len({path.name.split("-")[-1].partition(".")[0] for path in folder.glob(f"{prefix}*.png")}) + 1
    for each in left:
        name = f"evidence/{prefix}{number}{each.suffix}" if each.content is not None else None
        if name is not None and each.content is not None:
            (run.folder / name).write_bytes(each.content)
        shown = Evidence(title=each.title, type=each.type, file=name, missing=each.missing)
        run.log.write(shown, scenario=node, platform=platform)


def _bytes(text: str) -> bytes:
    from harness.core.masking import mask_text  # only now: other people's test runs stay quick

    return mask_text(text).encode("utf-8", "replace")
