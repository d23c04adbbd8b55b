"""Names places in a built mini-program by the source they were made from: ``src/pages/me/me.vue:12:5``.

Owns where a file's map is: named by the file (``sourceMappingURL``, also as a data URL), beside it, or in a folder
of its own, as uni-app's CLI writes them. Nothing else outside of the project is read. A map is read when a place in
its file is told first; one that cannot be read is a problem to tell, and its places stay as they are.
"""

from __future__ import annotations

import base64
import os
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from harness.core.errors import UsageError
from harness.simulator.source import words
from harness.simulator.source.project_folder import MAX_SOURCE, MEGABYTE, ProjectFolder
from harness.simulator.source_map import Original, Source, SourceMap

# A frame of a stack, as V8 writes it: `at name (path:line:column)`, `at path:line:column`.
FRAME = re.compile(
    r"(?:(?<=\()|(?<=\bat )|(?<=\basync ))([^()\s:]{1,400}\.[jt]s):(\d+):(\d+)(?=\)|$)", re.MULTILINE
)
URL = re.compile(r"^[ \t]*//[#@][ \t]*sourceMappingURL=(\S+)[ \t]*$", re.MULTILINE)
SCHEME = re.compile(r"^[a-z][a-z0-9+.-]+:(?://[^/]*/)?", re.IGNORECASE)
# Blocks of a .vue file: what has none of them under its name is what a compiler made of it.
BLOCK = re.compile(r"<(script|template)\b")
OUTSIDE = "its source map lies outside of the project folder: name the folder of the maps with --source-maps"
# Characters; the page runtime tells no more of a stack, but prints longer lines.
MAX_STACK = 100_000
STAY = "places in it are told as they are in the built file"


class SourceMaps:
    """The maps of the files of one mini-program, which lie below ``root``; ``maps`` is a folder of maps alone.

    Errors: UsageError where that folder is none.
    """

    def __init__(
        self, root: Path, folder: ProjectFolder, files: Mapping[str, str], maps: Path | None = None
    ) -> None:
        self._root, self._folder, self._files = root, folder, files
        self._maps = None if maps is None else ProjectFolder(maps)
        if maps is not None and not maps.is_dir():
            raise UsageError(words.MAPS_NO_FOLDER, where=str(maps))
        self._read: dict[str, SourceMap | None] = {}
        self._made: dict[str, str | None] = {}
        self._left = MAX_SOURCE
        self.problems: dict[str, str] = {}
        """What is wrong with a map, by the file it is of."""

    def named(self, stack: str) -> str:
        """A stack with the places of the app under the names of their sources."""
        if len(stack) > MAX_STACK:
            return stack
        return FRAME.sub(lambda found: self.place(found[1], int(found[2]), int(found[3])) or found[0], stack)

    def is_new(self, stack: str) -> bool:
        """Whether a map would have to be read to name it."""
        frames = FRAME.findall(stack) if len(stack) <= MAX_STACK else []
        return any(path in self._files and path not in self._read for path, _, _ in frames)

    def place(self, path: str, line: int, column: int) -> str | None:
        """``source:line:column`` for a place in a file of the app, counted from 1; None where no map tells it."""
        made = self._of(path)
        original = made and made.original(line, column)
        return _place(original, made, self._at(path), self._folder.path) if made and original else None

    def made_from(self, path: str) -> str | None:
        """The source of a page or component by the path of any of its files: templates and sheets have no maps."""
        stem, _ = posixpath.splitext(path)
        if stem not in self._made:
            self._made[stem] = self._source_of(stem)
        return self._made[stem]

    def knows(self, path: str) -> bool:
        """Whether :meth:`made_from` has no map to read for it."""
        return posixpath.splitext(path)[0] in self._made

    def _source_of(self, stem: str) -> str | None:
        script = next((path for path in (f"{stem}.js", f"{stem}.ts") if path in self._files), "")
        made = self._of(script)
        names = (
            (_name(source, made, self._at(script), self._folder.path) for source in made.sources)
            if made
            else ()
        )
        return next((name for name in names if f"/{name}".rpartition(".")[0].endswith(f"/{stem}")), None)

    def _of(self, path: str) -> SourceMap | None:
        if path not in self._read and path in self._files:
            try:
                text = self._text(path)
                self._left -= len(text or "")
                if self._left < 0:
                    raise ValueError(f"all maps together have more than {MAX_SOURCE // MEGABYTE} MB")
                self._read[path] = None if text is None else SourceMap(text)
            except (ValueError, OSError, UsageError) as error:
                self._read[path] = None
                said = error.text.en if isinstance(error, UsageError) else str(error)
                self.problems[path] = f"{path}: warning: its source map cannot be read: {said}; {STAY}"
        return self._read.get(path)

    def _text(self, path: str) -> str | None:
        if self._maps is not None and (file := self._maps.file(self._maps.path / f"{path}.map")):
            return self._maps.asset(file).decode()
        named = URL.findall(self._files[path])
        if not named:
            beside = self._folder.file(self._root / f"{path}.map")
            return None if beside is None else self._folder.asset(beside).decode()
        if named[-1].startswith("data:"):
            return _data(named[-1])
        if SCHEME.match(named[-1]):
            return None  # another server's: nothing is fetched
        at = self._root / posixpath.dirname(path) / unquote(named[-1].partition("?")[0])
        try:
            file = self._folder.file(at)
        except UsageError:
            self.problems[path] = f"{path}: warning: {OUTSIDE}"
            return None
        return None if file is None else self._folder.asset(file).decode()

    def _at(self, path: str) -> str:
        """The folder of a file, from the project folder."""
        return posixpath.dirname((self._root / path).relative_to(self._folder.path).as_posix())


def _data(url: str) -> str:
    kind, comma, data = url.partition(",")
    if not comma:
        raise ValueError("a data URL without data")
    return (base64.b64decode(data) if kind.endswith(";base64") else unquote_to_bytes(data)).decode()


def _place(original: Original, made: SourceMap, at: str, project: Path) -> str:
    name = _name(original.source, made, at, project)
    # Of what compilers made on the way, no line stands in the source.
    return name if _is_made(original.source, made) else f"{name}:{original.line}:{original.column}"


def _name(source: Source, made: SourceMap, at: str, project: Path) -> str:
    """A name to find the source by: from the folder that the sources and the project have in common."""
    bare = _bare(source)
    # Taro writes the slashes of its paths as `_`.
    if bare.startswith(("._", ".._")) and "/" not in bare:
        paths = (_bare(other) for other in made.sources)
        guessed = bare.replace("_", "/").replace("node/modules/", "node_modules/")
        bare = next((path for path in paths if path != bare and path.replace("/", "_") == bare), guessed)
    elif not SCHEME.match(source.name):
        if bare.startswith("/"):
            return _from_common(bare, project)
        # With folders and without dots it is from the folder of the sources: uni-app's CLI writes that.
        if bare.startswith(".") or "/" not in bare:
            bare = posixpath.join(at, bare)
    return re.sub(r"^(\.\./|\./|/)+", "", posixpath.normpath(bare))


def _bare(source: Source) -> str:
    """The name without scheme, host and query."""
    return SCHEME.sub("", source.name).partition("?")[0]


def _from_common(path: str, project: Path) -> str:
    common = os.path.commonpath([path, project])
    return path if common == os.sep else Path(path).relative_to(common).as_posix()


def _is_made(source: Source, made: SourceMap) -> bool:
    """Whether it is what a compiler made of a source: webpack and Vite name that by the source and a query."""
    path = posixpath.normpath(_bare(source))
    if path.endswith(".vue") and source.content is not None:
        return BLOCK.search(source.content) is None
    same = {other.name for other in made.sources if posixpath.normpath(_bare(other)) == path}
    return "?" in source.name and any("?" not in name for name in same)
