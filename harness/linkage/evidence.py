"""What people see at the end of a scenario: a picture of every screen, and what tells more than a picture.

Of a scenario that failed, the screen of the step that failed goes first: the others have gone on or never moved.
"""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

from harness.core import advice, payloads
from harness.core.errors import BrokenError, Explained
from harness.core.masking import mask_text
from harness.core.text import Text
from harness.linkage.stage import Stage
from harness.platforms.session import Session, Traced

FOLDER = "evidence"
TRACE_TYPE = "application/zip"
SHOW = advice.python(
    "-m playwright show-trace --port 0"
)  # in a browser that is there; without it, Playwright's own
TRACE = Text(zh="{place}的操作轨迹：{command}", en="trace of the {place}: {command}")


def take_evidence(stage: Stage, error: BaseException | None = None) -> None:
    """Take and record it, with the step that ``error`` ended; what a session cannot show is left out, and said."""
    failed = None if error is None else failed_step(stage, error)
    session = None if failed is None else stage.step_sessions[failed][1]
    numbered = list(enumerate(stage.sessions, 1))
    for number, (alias, each) in sorted(numbered, key=lambda entry: entry[1][1] is not session):
        shown = _Shown(stage, number, alias, each, failed if each is session else None)
        shown.take(pictures=stage.run.watching.keeps_picture(failed=error is not None))
        if stage.run.watching.keeps_trace(failed=error is not None) and (file := shown.keep_trace()):
            noted = TRACE.format(place=stage.run.platforms.title(each.platform), command=f"{SHOW} {file}")
            if isinstance(error, Explained):
                error.add(noted)
            elif error is not None:
                error.add_note(noted.say(stage.run.language))


def failed_step(stage: Stage, error: BaseException) -> int | None:
    """The number of the step that ``error`` is about: the one it names, else the last one before it."""
    if isinstance(error, Explained) and error.evidence.step:
        named = re.match(r"\d+", error.evidence.step)
        number = int(named[0]) if named else 0
    else:
        number = stage.step if stage.doing else 0  # after the last step, nobody acts
    return number if number in stage.step_sessions else None


class _Shown:
    """What one person sees on one session."""

    def __init__(self, stage: Stage, number: int, alias: str, session: Session, step: int | None) -> None:
        self._stage, self._alias, self._session, self._step = stage, alias, session, step
        self._name = f"{FOLDER}/{stage.trace_id[:12]}-{number}-{session.platform}"

    def keep_trace(self) -> str:
        """Keep the record of what was done in it; where it is, as it is opened from here. "" where there is none."""
        run, name = self._stage.run, f"{self._name}-trace.zip"
        file = Path(run.folder, name)
        place = run.platforms.title(self._session.platform)
        title = Text(
            zh=f"{self._alias} 在{place.zh}的操作轨迹", en=f"trace of {self._alias} on the {place.en}"
        )
        try:
            file.parent.mkdir(exist_ok=True)
            if not isinstance(self._session, Traced) or not self._session.keep_trace(file):
                return ""
        except Exception as error:
            self._missing(error, title, TRACE_TYPE)
            return ""
        shown = payloads.Evidence(title=title, type=TRACE_TYPE, file=name)
        self._stage.show(shown, self._alias, self._session, step=self._step)
        return shlex.quote(os.path.relpath(file))

    def take(self, *, pictures: bool) -> None:
        about = self._stage.run.platforms.find(self._session.platform)
        if pictures and (about is None or about.has_screen):
            self._picture()
        try:
            texts = self._session.texts()
        except BrokenError:
            return  # its picture has to do
        for each in texts:
            self._record(mask_text(each.text), each.title, "text/plain", f"-{each.name}")

    def _picture(self) -> None:
        place = self._stage.run.platforms.title(self._session.platform)
        title = Text(zh=f"{self._alias} 在{place.zh}看到的", en=f"what {self._alias} sees on the {place.en}")
        if self._step is not None:
            title = Text(
                zh=f"第 {self._step} 步失败时，{title.zh}", en=f"{title.en} when step {self._step} failed"
            )
        try:
            picture = self._session.screenshot()
        except Exception as error:
            self._missing(error, title, "image/png")
        else:
            self._record(picture, title, "image/png", ".png")

    def _record(self, content: bytes | str, title: Text, media_type: str, suffix: str) -> None:
        run, name = self._stage.run, self._name + suffix
        if isinstance(content, str):  # a page may show half a surrogate pair
            content = content.encode("utf-8", "replace").decode()
        file = Path(run.folder, name)
        try:
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        except OSError as error:
            self._missing(error, title, media_type)
            return
        run.listener.attach(content, title.say(run.language), media_type)
        shown = payloads.Evidence(title=title, type=media_type, file=name)
        self._stage.show(shown, self._alias, self._session, step=self._step)

    def _missing(self, error: Exception, title: Text, media_type: str) -> None:
        words = f"{type(error).__name__}: {error}"
        missing = payloads.Evidence(title=title, type=media_type, missing=words)
        self._stage.show(missing, self._alias, self._session, step=self._step)
