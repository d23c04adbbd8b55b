"""The folder of a mini-program: the one way by which the simulator reads files of it.

Owns where a path really leads (symbolic links, ``..``, absolute paths) and how much is read. What leads out of the
project is refused before it is opened, with the place that names it. A package may lie in the workspace that the
project belongs to, where pnpm, npm and Yarn link it from the project's ``node_modules``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from harness.core.errors import UsageError
from harness.core.text import text_of
from harness.simulator.source import words
from harness.simulator.source.json_text import decode
from harness.simulator.source.workspace import Workspace

MAX_FILES, MAX_SOURCE = 20_000, 64 * 1024 * 1024
# More than a whole mini-program may have (30 MB).
MAX_ASSET = 32 * 1024 * 1024
MEGABYTE = 1024 * 1024
# Folders in which no file of the mini-program lies.
LEFT_OUT = frozenset({"node_modules", ".git", ".svn", ".idea", ".vscode"})


class ProjectFolder:
    """``path`` is the folder itself, its own links followed. Errors: UsageError for what is refused."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._read_files = self._read_bytes = 0

    def file(self, path: Path, *, inside: Path | None = None, named: str | None = None) -> Path | None:
        """The file that ``path`` leads to; None where there is none.

        It must lie in the project, or in the folder ``inside``. ``named`` is the place that names it, for errors.
        """
        real = self._real(path, inside or self.path, named)
        return real if real is not None and real.is_file() else None

    def folder(self, path: Path, *, inside: Path | None = None, named: str | None = None) -> Path | None:
        """The folder that ``path`` leads to; None where there is none. Arguments as of :meth:`file`."""
        real = self._real(path, inside or self.path, named)
        return real if real is not None and real.is_dir() else None

    def package(self, path: Path, named: str | None = None) -> Path | None:
        """The folder of an installed package: in the project, or in its workspace."""
        real = _resolved(path)
        if real is not None and not real.is_relative_to(self.path):
            if self._workspace is None or not self._workspace.holds(real):
                raise _outside(path, named)
        return real if real is not None and real.is_dir() else None

    def text(self, file: Path) -> str:
        """The text of a file that :meth:`file` gave. All texts together are bounded."""
        self._read_files += 1
        left = MAX_SOURCE - self._read_bytes
        data = _read(file, left + 1)
        self._read_bytes += len(data)
        if len(data) > left or self._read_files > MAX_FILES:
            raise UsageError(
                words.MANY_FILES.format(files=MAX_FILES, size=MAX_SOURCE // MEGABYTE),
                where=str(file),
            )
        return decode(file, data)

    def asset(self, file: Path) -> bytes:
        """The content of a picture, font or other file that :meth:`file` gave."""
        data = _read(file, MAX_ASSET + 1)
        if len(data) > MAX_ASSET:
            raise UsageError(
                words.LARGE_FILE.format(size=MAX_ASSET // MEGABYTE),
                where=str(file),
            )
        return data

    def walk(self, top: Path, *, inside: Path | None = None) -> Iterator[Path]:
        """The files below a folder, in order; what a link leads to under the name of the link."""
        left = MAX_FILES

        def below(folder: Path, above: tuple[Path, ...]) -> Iterator[Path]:
            nonlocal left
            for entry in sorted(os.scandir(folder), key=lambda each: each.name):
                left -= entry.is_dir()
                path = Path(entry.path)
                if entry.is_dir() and entry.name not in LEFT_OUT and left > 0:
                    real = self.folder(path, inside=inside) if entry.is_symlink() else path
                    # A link to a folder above would lead around for ever.
                    if real is not None and real not in above:
                        yield from below(path, (*above, real))
                elif not entry.is_dir():
                    yield path

        yield from below(top, (top.resolve(),))

    @cached_property
    def _workspace(self) -> Workspace | None:
        return Workspace.of(self.path)

    @staticmethod
    def _real(path: Path, inside: Path, named: str | None) -> Path | None:
        real = _resolved(path)
        if real is not None and not real.is_relative_to(inside):
            raise _outside(path, named)
        return real


def _resolved(path: Path) -> Path | None:
    try:
        return path.resolve(strict=True)
    except (OSError, ValueError, RuntimeError):  # too long, with a NUL, a circle of links
        return None


def _outside(path: Path, named: str | None) -> UsageError:
    what = words.LINK if named is None else text_of(repr(str(path)))
    return UsageError(words.LEAVES.format(what=what), where=named or str(path))


def _read(file: Path, most: int) -> bytes:
    """At most so many bytes of a regular file: a pipe would be waited for, and a device never ends."""
    with open(file, "rb", opener=_opener) as opened:
        if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
            raise UsageError(words.NO_FILE, where=str(file))
        return opened.read(most)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
