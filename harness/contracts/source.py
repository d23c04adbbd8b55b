"""One YAML or JSON file: its data as JSON values and the line of every place in it.

Of YAML one pass of the parser gives both; of JSON the standard library gives the data. What the data means is not
known here; formats that are not OpenAPI 3 are converted (``formats``), and ``data`` is the converted document.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from harness.contracts import cache, pointers
from harness.contracts import document_words as words
from harness.contracts.formats import convert
from harness.contracts.identifiers import MARKS, resolve
from harness.contracts.positions import LONG, JsonPositions, Positions, Repeated, composable
from harness.contracts.yaml_text import MOST, NotRead, Parsed, parse
from harness.core.errors import UsageError
from harness.core.nearest import nearest
from harness.core.parser_words import parser_words
from harness.core.yaml_core import DEEPEST

LARGEST = 50_000_000  # bytes; the largest documents that are published have a little less
TEXTS = re.compile(r'"(?:[^"\\]|\\.)*"')  # of JSON


class Source:
    """A parsed file. ``name`` is how reports call it (a path relative to the contract's folder)."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        text = _text_of(path)
        self.hash = cache.key(text)
        kept = None if self.hash is None else cache.read(self.hash)
        self._lines: dict[str, int] = {} if kept is None else kept["lines"]
        self.repeated = () if kept is None else tuple(Repeated(*each) for each in kept["repeated"])
        self._has_repeated = False
        is_json = path.suffix.lower() == ".json"
        self._positions: Positions | JsonPositions | None = JsonPositions(text) if is_json else None
        self._text: str | None = None  # YAML, parsed when a line is asked for that is not kept
        if kept is not None:
            self.data: Any = kept["data"]
            self._text = None if is_json else text
        else:
            with without_collecting():
                if is_json:
                    self.data = self._json(text)
                else:
                    parsed = self._parse(text)
                    self.data, self.repeated = parsed.data, parsed.repeated
                    self._positions = parsed.positions
        raw = self.data
        try:
            self._converted = convert(self.data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise UsageError(words.NOT_CONVERTED.format(why=repr(error)), where=str(path)) from None
        if self._converted is not None:
            self.data = self._converted.data
        if self.hash is not None and kept is None:
            self._lines = self._lines_of_operations()
            twice = [(each.pointer, each.key, each.same) for each in self.repeated]
            cache.keep(self.hash, {"data": raw, "lines": self._lines, "repeated": twice})
        self.anchors = resolve(self.data) if MARKS.search(text) else {}

    def origin(self, pointer: str) -> str:
        """The place in the file that a place in ``data`` comes from; they differ where it was converted."""
        return pointer if self._converted is None else self._converted.origin(pointer)

    def converted(self, origin: str) -> str:
        """The place in ``data`` that a place in the file has become; the first, where it has become several."""
        return origin if self._converted is None else self._converted.converted(origin)

    def line(self, pointer: str) -> int | None:
        """The line (from 1) of the place, or of its nearest parent that exists."""
        return self.line_of_origin(self.origin(pointer))

    def line_of_origin(self, origin: str) -> int | None:
        """The same of a place as reports call it: as it stands in the file."""
        if origin in self._lines:
            return self._lines[origin]
        mark = self._mark(origin)
        return None if mark is None else mark.line + 1

    def _mark(self, origin: str) -> Any:
        if self._text is not None:
            self._positions = self._parse(self._text, data=False).positions
            self._text = None
        return None if self._positions is None else self._positions.mark(origin)

    def _lines_of_operations(self) -> dict[str, int]:
        """The lines that every run asks for."""
        found: dict[str, int] = {}
        paths = self.data.get("paths") if isinstance(self.data, dict) else None
        for path, item in (paths if isinstance(paths, dict) else {}).items():
            for method in item if isinstance(item, dict) else ():
                pointer = self.origin(pointers.join("", "paths", path, method))
                line = self.line(pointers.join("", "paths", path, method))
                if line is not None:
                    found[pointer] = line
        return found

    def where(self, pointer: str = "") -> str:
        """``file:line`` of a place, for an error; with the column where the line is long."""
        origin = self.origin(pointer)
        line = self.line_of_origin(origin)
        if line is None:
            return str(self.path)
        mark = self._mark(origin) if line in self._long_lines else None
        return f"{self.path}:{line}" if mark is None else self._at(line, mark.column + 1)

    def _at(self, line: int, column: int) -> str:
        return f"{self.path}:{line}:{column}" if line in self._long_lines else f"{self.path}:{line}"

    @cached_property
    def _long_lines(self) -> frozenset[int]:
        try:
            text = self.path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):  # changed meanwhile
            return frozenset()
        return frozenset(number for number, line in enumerate(text.split("\n"), 1) if len(line) > LONG)

    def _parse(self, text: str, *, data: bool = True) -> Parsed:
        try:
            return parse(text, data=data)
        except NotRead as error:
            raise UsageError(error.message, where=self._at(error.line, error.column)) from None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or str(error).splitlines()[0]
            where = self._at(mark.line + 1, mark.column + 1) if mark else str(self.path)
            raise UsageError(words.NO_YAML.format(why=parser_words(problem)), where=where) from None

    def _json(self, text: str) -> Any:
        if _values(text) > MOST:
            raise UsageError(words.MANY_VALUES.format(most=f"{MOST:,}"), where=str(self.path))
        try:
            data = json.loads(text, object_pairs_hook=self._mapping_of, parse_constant=self._no_number)
        except json.JSONDecodeError as error:
            where = self._at(error.lineno, error.colno)
            raise UsageError(words.NO_JSON.format(why=parser_words(error.msg)), where=where) from None
        except RecursionError:
            raise self._too_deep() from None
        except ValueError as error:  # infinity, or more digits than Python reads
            raise UsageError(words.NO_JSON.format(why=str(error)), where=str(self.path)) from None
        if _is_too_deep(data):
            raise self._too_deep()
        if self._has_repeated:
            self.repeated = (Repeated("", "", same=False),)
            with suppress(NotRead, yaml.YAMLError):  # JSON that is not YAML (a colon in the next line)
                self.repeated = parse(composable(text)).repeated or self.repeated
        return data

    def _no_number(self, constant: str) -> None:
        why = words.NO_NUMBER.format(constant=constant)
        raise UsageError(words.NO_JSON.format(why=why), where=str(self.path))

    def _mapping_of(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        self._has_repeated |= len(found) < len(pairs)
        return found

    def _too_deep(self) -> UsageError:
        return UsageError(words.TOO_DEEP.format(most=DEEPEST), where=str(self.path))


@contextmanager
def without_collecting() -> Iterator[None]:
    """Without the cycle collector, which would look through every node of a big document again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _text_of(path: Path) -> str:
    try:
        if not path.is_file() and path.exists() and not path.is_dir():
            raise UsageError(words.NO_FILE, where=str(path))
        if path.is_file() and (size := path.stat().st_size) > LARGEST:
            most = LARGEST // 1_000_000
            message = words.TOO_LARGE.format(size=size // 1_000_000, most=most)
            raise UsageError(message, where=str(path))
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageError(words.NOT_THERE, where=str(path), nearest=_sibling(path)) from None
    except IsADirectoryError:
        raise UsageError(words.FOLDER, where=str(path)) from None
    except UnicodeDecodeError as error:
        raise UsageError(words.NO_UTF8.format(why=error.reason), where=str(path)) from None
    except OSError as error:
        raise UsageError(words.NOT_READ.format(why=error.strerror), where=str(path)) from None


def _values(text: str) -> int:
    """How many values JSON has, seen before they are made."""
    marks = ",[{"
    values = sum(map(text.count, marks))
    return values if values <= MOST else sum(map(TEXTS.sub("", text).count, marks))


def _is_too_deep(data: Any) -> bool:
    level = [data]
    for _ in range(DEEPEST):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
    return bool(level)


def _sibling(path: Path) -> str | None:
    names = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
    return nearest(path.name, names)
