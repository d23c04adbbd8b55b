"""Test phones of which there are only so many: lent to one person of one scenario at a time, across all processes.

A lease is a lock of a file, which the operating system takes back from a process that is killed.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from harness.core.errors import BrokenError
from harness.core.polling import poll
from harness.core.text import Text, joined

NONE_LEFT = Text(
    zh="[people] 的 {number} 个手机号都已借出，{seconds:g} 秒内没有归还：{holders}",
    en="all {number} phones of [people] are lent, and none came back within {seconds:g} s: {holders}",
)
TOO_FEW = Text(
    zh="这个场景已借用 [people] 的全部 {number} 个手机号，还需要一个",
    en="this scenario has all {number} phones of [people] and needs one more",
)
HOLDER = Text(zh="{who}（进程 {pid}）", en="{who} (process {pid})")
MORE_PHONES = Text(
    zh="在 harness.toml 的 [people] phones 中多写几个，或减少同时运行的进程（-n）",
    en="list more in phones of [people] in harness.toml, or run fewer processes at once (-n)",
)


@dataclass(slots=True)
class Lease:
    """A phone that is ours until it is returned."""

    phone: str
    _lock: FileLock

    def end(self) -> None:
        self._lock.release()


class PhonePool:
    """The phones of a project. ``within``: seconds to wait for one."""

    def __init__(self, phones: Sequence[str], root: Path, within: float, folder: Path | None = None) -> None:
        self._phones, self._root, self._within = tuple(phones), root, within
        self._folder = folder or Path(tempfile.gettempdir()) / f"linkage-harness-phones-{getpass.getuser()}"
        self._leases: list[Lease] = []

    def lease(self, who: str) -> str:
        """A phone that nobody else has; ``who`` is told to others who wait. BrokenError where none comes back."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if len(self._leases) == len(self._phones):
            raise BrokenError(TOO_FEW.format(number=len(self._phones)), advice=MORE_PHONES)
        lease = poll(self._free, lambda found: found is not None, within=self._within).value
        if lease is None:
            holders = joined(self._holder(phone) for phone in self._phones)
            words = Text(
                zh=NONE_LEFT.zh.format(number=len(self._phones), seconds=self._within, holders=holders.zh),
                en=NONE_LEFT.en.format(number=len(self._phones), seconds=self._within, holders=holders.en),
            )
            raise BrokenError(words, advice=MORE_PHONES)
        self._leases.append(lease)
        note = json.dumps({"pid": os.getpid(), "who": who})
        self._file(lease.phone, "holder").write_text(note, encoding="utf-8")
        return lease.phone

    def end(self) -> None:
        """Return all."""
        while self._leases:
            self._leases.pop().end()

    def _free(self) -> Lease | None:
        for phone in self._phones:
            lock = FileLock(self._file(phone, "lock"), is_singleton=False)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            return Lease(phone, lock)
        return None

    def _file(self, phone: str, kind: str) -> Path:
        """A phone is personal: files are not called by it."""
        name = hashlib.sha256(f"{self._root}/{phone}".encode()).hexdigest()[:24]
        return self._folder / f"{name}.{kind}"

    def _holder(self, phone: str) -> Text:
        try:
            noted = json.loads(self._file(phone, "holder").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Text(zh="未知", en="somebody")
        return HOLDER.format(who=noted["who"], pid=noted["pid"])
