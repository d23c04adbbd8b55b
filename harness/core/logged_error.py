"""What a service logs about an error of its own: which lines they are, and what tells one error from another.

Knows stack traces as Python, Node, Java, Go and PHP print them, and lines with a level. Owns no file.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 15  # lines that are shown
HEAD = 2  # of them the first ones, where the middle is left out

TRACEBACK = "Traceback (most recent call last)"  # Python's: the innermost frame comes last
INDENTED = (" ", "\t")
NAME = r"(?:[A-Za-z_$][\w$]*[.\\:]+)*[A-Z]\w*(?:Error|Exception|Failure|Fault|Panic)"
EXCEPTION = re.compile(rf"({NAME})\b")
BEGINS = re.compile(
    rf"{re.escape(TRACEBACK)}|\b{NAME}\b|\b(?:ERROR|CRITICAL|FATAL|SEVERE|PANIC)\b|^panic:"
    r"|\b(?:Uncaught|Unhandled)\b|[\"']?\blevel[\"']?\s*[=:]\s*[\"']?(?:error|fatal|critical|[56]0\b)"
)
CHAINED = re.compile(r"During handling of |The above exception was ")
GOES_ON = re.compile(rf"\s|$|{CHAINED.pattern}|Caused by: |at |#\d+ |Stack trace:|goroutine |[\w./*]+\(.*\)$")
RAISED = re.compile(r"([A-Za-z_][\w.]*)(?::(?: |$)|$)")  # the last line of a traceback: any name
FRAME = re.compile(
    r"([^\s\"'(]+\.(?:py|js|cjs|mjs|ts|java|kt|scala|go|php|rb|cs|rs|exs?))[\"']?(?:, line |:line |:|\()(\d+)"
)
LIBRARY = re.compile(
    r"site-packages|dist-packages|node_modules|[/\\]lib[/\\]python|<frozen |\bnode:|/vendor/|/usr/local/go/"
    r"|^\s*at (?:java|javax|jdk|sun|org\.(?:springframework|apache|hibernate))\."
)
VARIES = re.compile(r"\"[^\"\s]*\"|'[^'\s]*'|\b0x[0-9a-fA-F]+\b|\b[0-9a-fA-F]{8,}\b|\d+")


@dataclass(frozen=True, slots=True)
class LoggedError:
    """One error. ``name`` is the exception's class; without a place, the line less what varies from request to
    request. ``place`` is the innermost line of the service's own code, ``""`` where the log names none.
    """

    name: str
    place: str


def error_blocks(lines: Sequence[str]) -> list[range]:
    """The lines of each error in a log: where it begins and ends."""
    blocks = []
    number = 0
    while number < len(lines):
        begin, number = number, number + 1
        if BEGINS.search(lines[begin]):
            while number < len(lines) and _goes_on(lines, begin, number):
                number += 1
            end = number
            while not lines[end - 1].strip():
                end -= 1
            blocks.append(range(begin, end))
    return blocks


def excerpt(lines: Sequence[str]) -> list[str]:
    """The lines of one error as they are shown: at most ``MOST``, the service's own code first of all."""
    kept = [line.rstrip() for line in lines if line.strip()]
    if len(kept) > MOST:
        kept = _without_libraries(kept)
    left_out = len(kept) - MOST + 1
    if left_out <= 1:
        return kept
    if _innermost_last(kept):
        return [*kept[:HEAD], f"… ({left_out})", *kept[HEAD + left_out :]]
    return [*kept[: MOST - 1], f"… ({left_out})"]


def logged_error(lines: Sequence[str]) -> LoggedError | None:
    """What tells this error from others; None where the lines are of none."""
    first = next((line for line in lines if BEGINS.search(line)), None)
    if first is None:
        return None
    own = [f"{match[1]}:{match[2]}" for line in lines if (match := _own_frame(line))]
    line = _naming(lines) or first
    named = (RAISED.match(line) if _innermost_last(lines) else None) or EXCEPTION.search(line)
    if own and named:
        return LoggedError(named[1], own[-1] if _innermost_last(lines) else own[0])
    return LoggedError(" ".join(VARIES.sub("*", line).split()), "")


def _goes_on(lines: Sequence[str], begin: int, number: int) -> bool:
    """Whether a line belongs to the error that begins above it."""
    line, before = lines[number], lines[number - 1]
    if GOES_ON.match(line):
        return True
    told = [above for above in lines[begin:number] if above.strip()]
    if TRACEBACK in line:
        return number == begin + 1 or CHAINED.match(told[-1]) is not None
    if _innermost_last(told) and before.startswith(INDENTED):
        return RAISED.match(line) is not None
    return number == begin + 1 and bool(EXCEPTION.match(line)) and not EXCEPTION.search(before)


def _naming(lines: Sequence[str]) -> str | None:
    """The line that names the exception: of a traceback the one below its frames, else the first that names one."""
    if _innermost_last(lines):
        ends = [
            line
            for above, line in itertools.pairwise(lines)
            if above.startswith(INDENTED) and RAISED.match(line)
        ]
        if ends:
            return ends[-1]
    return next((line for line in lines if EXCEPTION.search(line)), None)


def _own_frame(line: str) -> re.Match[str] | None:
    return None if LIBRARY.search(line) else FRAME.search(line)


def _innermost_last(lines: Sequence[str]) -> bool:
    return any(TRACEBACK in line for line in lines)


def _without_libraries(lines: Sequence[str]) -> list[str]:
    """Frames of libraries left out, but for the innermost; a frame's code stands below it, further in."""
    frames = [number for number, line in enumerate(lines) if FRAME.search(line)]
    innermost = None if not frames else frames[-1] if _innermost_last(lines) else frames[0]
    kept, leaving = [], False
    for number, line in enumerate(lines):
        if number in frames:
            leaving = number != innermost and LIBRARY.search(line) is not None
        elif not line.startswith("    "):
            leaving = False
        if not leaving:
            kept.append(line)
    return kept
