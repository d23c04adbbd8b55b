"""The requests of one test that got no answer: kept by whoever sends them, told with the test's outcome."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.masking import mask_text
from harness.core.silence_words import silence_text
from harness.core.text import Text

MOST_LINES = 5


@dataclass(frozen=True, slots=True)
class Silence:
    """One request and how often it was asked in vain; ``answered`` when it was asked once more."""

    method: str
    path: str
    seen: str
    times: int
    answered: bool = False

    @property
    def text(self) -> Text:
        words = Text(zh="{request}：{seen}", en="{request}: {seen}")
        if self.times > 1:
            words = Text(zh=f"{words.zh}，共 {self.times} 次", en=f"{words.en}, {self.times} times")
        if self.answered:
            words = Text(zh=f"{words.zh}；再次请求时有响应", en=f"{words.en}; answered when asked again")
        request = f"{self.method} {self.path}"
        return words.format(request=request, seen=silence_text(self.seen)).map(mask_text)


class Silences:
    """Safe to use from several threads.

    ``in_a_row`` and ``deadlines`` count attempts since the last answer, whichever test they were for: a backend
    that is not there costs the first test the most.
    """

    def __init__(self) -> None:
        self._found: list[Silence] = []
        self._lock = threading.Lock()
        self.in_a_row = self.deadlines = 0

    def silence(self, *, late: bool) -> None:
        with self._lock:
            self.in_a_row += 1
            self.deadlines += late

    def answer(self) -> None:
        with self._lock:
            self.in_a_row = self.deadlines = 0

    def add(self, silence: Silence) -> None:
        with self._lock:
            self._found.append(silence)

    @property
    def lasting(self) -> tuple[Silence, ...]:
        """Those that got no answer at all."""
        return tuple(each for each in self._found if not each.answered)

    def take(self) -> tuple[Silence, ...]:
        """Those since the last time, which are forgotten."""
        with self._lock:
            found, self._found = tuple(self._found), []
        return found


def lines(silences: Sequence[Silence]) -> tuple[Text, ...]:
    """The requests for a message: the first ones, and how many more."""
    more = len(silences) - MOST_LINES
    shown = tuple(each.text for each in silences[:MOST_LINES])
    return (*shown, Text(zh=f"另有 {more} 次请求", en=f"and {more} more requests")) if more > 0 else shown
