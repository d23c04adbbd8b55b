"""A folder for temporary files that ends with the process it belongs to.

Browsers keep profiles, sockets and traces there. A process that is killed leaves its folder, and the next one that
makes such a folder removes it. A lock in the folder tells which belongs to a process that still runs: the operating
system takes it away with its holder, however that ends.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from filelock import FileLock, Timeout

from harness.core.chromium import LONGEST_TMPDIR, SHORT_TMPDIRS
from harness.core.errors import BrokenError
from harness.core.text import Text

PREFIX = "linkage-harness-"
LOCK = "in-use.lock"
# So many seconds old a folder is before it may be taken for left behind: its maker locks it a moment after.
YOUNG = 10.0
VARIABLES = ("TMPDIR", "TEMP", "TMP")


class TemporaryFolder:
    """A new folder of this process, until :meth:`remove`. BrokenError where none can be made."""

    def __init__(self) -> None:
        base = _base()
        _remove_left_behind(base)
        try:
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
            self._lock = FileLock(self.path / LOCK)
            self._lock.acquire()
        except OSError as error:
            raise BrokenError(
                Text(
                    zh=f"无法在 {base} 中创建临时文件夹：{error.strerror}",
                    en=f"no folder for temporary files can be made in {base}: {error.strerror}",
                )
            ) from None

    def remove(self) -> None:
        """Remove it with all that is in it; never raises."""
        with contextlib.suppress(OSError):
            self._lock.release()
        shutil.rmtree(self.path, ignore_errors=True)

    @contextlib.contextmanager
    def chosen(self, environ: MutableMapping[str, str] = os.environ) -> Iterator[None]:
        """What is started meanwhile puts its temporary files here."""
        before = {name: environ.get(name) for name in VARIABLES}
        environ.update(dict.fromkeys(VARIABLES, str(self.path)))
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del environ[name]
                else:
                    environ[name] = value


def _base() -> Path:
    """Where temporary files go on this machine; elsewhere if a browser could not live with so long a path."""
    usual, length = tempfile.gettempdir(), len(PREFIX) + 9  # a slash, and eight characters of mkdtemp
    if len(os.fsencode(usual)) + length <= LONGEST_TMPDIR:
        return Path(usual)
    return Path(next((folder for folder in SHORT_TMPDIRS if os.access(folder, os.W_OK)), usual))


def _remove_left_behind(base: Path) -> None:
    for folder in base.glob(PREFIX + "*"):
        with contextlib.suppress(OSError, Timeout):  # another user's, or in use
            if not (folder / LOCK).is_file() or time.time() - folder.stat().st_mtime < YOUNG:
                continue
            with FileLock(folder / LOCK, timeout=0):
                pass
            shutil.rmtree(folder, ignore_errors=True)
