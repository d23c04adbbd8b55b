"""Which format a file is in, and its exchanges one after the other."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from harness.core.errors import UsageError
from harness.drift.reading.entry import Malformed, of_event, of_har
from harness.drift.reading.json_values import LARGEST, JsonValues
from harness.drift.reading.recorded import Recorded, Spot

BEGINNING = 1 << 16
MOST = 2_000_000  # lists and mappings of one exchange: each takes ten times the memory of its text
HAR = re.compile(rb'\s*+\{\s*+"log"\s*+:')
LINES, ARCHIVE = (".ndjson", ".jsonl"), ".har"
EVENTS = "events"  # of a run folder
PACKED = {b"PK\x03\x04": "a ZIP archive", b"\x1f\x8b": "packed with gzip"}


def read(path: Path) -> Iterator[Recorded | Spot]:
    """The exchanges of a file, or of a run folder; a bare Spot stands for one that is too large to be read.

    UsageError with file and line where it is neither HAR nor NDJSON, or damaged.
    """
    if path.is_dir():
        files = sorted((path / EVENTS).glob("*.jsonl"))
        if not files:
            raise UsageError("is a folder, and not that of a run: it has no events/*.jsonl", where=str(path))
        for shard in files:
            yield from read(shard)
        return
    try:
        opened = path.open("rb")
    except FileNotFoundError:
        raise UsageError("no such file of recorded traffic", where=str(path)) from None
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path)) from None
    with opened as file:
        yield from _read(file, path)


def _read(file: BinaryIO, path: Path) -> Iterator[Recorded | Spot]:
    beginning, whole = _as_utf8(file, path)
    first = beginning.lstrip().partition(b"\n")[0].strip()
    if not first:
        raise UsageError("is empty", where=str(path))
    if re.match(rb"[\w-]++\s*:", first) or (HAR.match(beginning) is None and _is_openapi(beginning)):
        raise UsageError(
            "is no recorded traffic but looks like an OpenAPI document: give each with a --contract of its own",
            where=str(path),
        )
    suffix = path.suffix.lower()
    lines = suffix in LINES or (suffix != ARCHIVE and HAR.match(beginning) is None and first != b"{")
    yield from (_lines if lines else _archive)(whole, path)


def _archive(file: BinaryIO, path: Path) -> Iterator[Recorded | Spot]:
    """The entries of HAR: ``log.entries``, wherever it stands in the document."""
    values, found = JsonValues(file, path), False
    for key in values.keys("HAR, an object,"):
        if key != b"log":
            values.value()
            continue
        for inner in values.keys("'log', an object,"):
            if inner != b"entries" or found:
                values.value()
                continue
            found = True
            for number, (line, text) in enumerate(values.items("'entries', a list,"), 1):
                yield _parsed(text, Spot(path, number, line), of_har)
    if not found:
        raise UsageError(
            "is no HAR: it has no log.entries (a Postman collection or a log of another kind?)",
            where=str(path),
        )
    if values.peek():
        raise values.refuse("more text after the end of the archive")


def _lines(file: BinaryIO, path: Path) -> Iterator[Recorded | Spot]:
    """The exchanges of NDJSON: a line each; of events only those of exchanges."""
    number = 0
    for line, text in enumerate(_bounded_lines(file), 1):
        if text is not None and not text.strip():
            continue
        number += 1
        recorded = _parsed(text, Spot(path, number, line), _of_line)
        if recorded is not None:
            yield recorded


def _of_line(data: Any, spot: Spot) -> Recorded | None:
    if isinstance(data, dict) and "kind" in data and "data" in data:
        return of_event(data, spot) if data["kind"] == "exchange" else None
    return of_har(data, spot)


def _parsed(text: bytes | None, spot: Spot, make: Callable[[Any, Spot], Any]) -> Any:
    if text is None or text.count(b"[") + text.count(b"{") > MOST:
        return spot
    try:
        return make(json.loads(text), spot)
    except json.JSONDecodeError as error:
        where, problem = f"{spot.file}:{spot.line + error.lineno - 1}", f"not JSON: {error.msg}"
    except UnicodeDecodeError as error:
        line = spot.line + text.count(b"\n", 0, error.start)
        where, problem = f"{spot.file}:{line}", f"not UTF-8 text: {error.reason}"
    except RecursionError:
        where, problem = f"{spot.file}:{spot.line}", "nested too deeply"
    except Malformed as error:
        where, problem = f"{spot.file}:{spot.line}", f"exchange {spot.number}: {error}"
    except ValueError as error:  # a number of more digits than Python reads
        where, problem = f"{spot.file}:{spot.line}", f"exchange {spot.number} cannot be read: {error}"
    raise UsageError(problem, where=where)


def _bounded_lines(file: BinaryIO) -> Iterator[bytes | None]:
    """The lines; None for one that is too large."""
    while line := file.readline(LARGEST):
        if len(line) < LARGEST or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(LARGEST)
        yield None


def _is_openapi(beginning: bytes) -> bool:
    return re.search(rb'"(?:openapi|swagger)"\s*:\s*"', beginning) is not None and b'"paths"' in beginning


def _as_utf8(file: BinaryIO, path: Path) -> tuple[bytes, BinaryIO]:
    """How the file begins, and the whole of it, in UTF-8: what Windows writes may be in UTF-16. It may be a pipe."""
    beginning = file.read(BEGINNING)
    for magic, what in PACKED.items():
        if beginning.startswith(magic):
            raise UsageError(f"is {what}: unpack it first", where=str(path))
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        file = cast(BinaryIO, codecs.EncodedFile(cast(Any, _Again(beginning, file)), "utf-8", "utf-16"))
        beginning = file.read(BEGINNING)
    beginning = beginning.removeprefix(codecs.BOM_UTF8)
    return beginning, cast(BinaryIO, _Again(beginning, file))


class _Again:
    """A file of which the beginning was read already."""

    def __init__(self, beginning: bytes, rest: BinaryIO) -> None:
        self._beginning, self._rest = beginning, rest

    def read(self, size: int) -> bytes:
        if self._beginning:
            piece, self._beginning = self._beginning[:size], self._beginning[size:]
            return piece
        return self._rest.read(size)

    def readline(self, size: int) -> bytes:
        if not self._beginning:
            return self._rest.readline(size)
        line, newline, rest = self._beginning.partition(b"\n")
        self._beginning = rest
        if newline:
            return line + newline
        return line + self._rest.readline(max(1, size - len(line)))
