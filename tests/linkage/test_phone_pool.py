from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from harness.core.errors import BrokenError
from harness.linkage.phone_pool import PhonePool

PHONES = ("13900000001", "13900000002")
HOLD = """
import sys
from pathlib import Path
from harness.linkage.phone_pool import PhonePool
pool = PhonePool(sys.argv[2:], Path("shop"), 5, Path(sys.argv[1]))
print(pool.lease("scenarios/test_a.py::test_sign_up, ann"), flush=True)
sys.stdin.read()
"""


def pool(folder: Path, within: float = 0.2, root: str = "shop") -> PhonePool:
    return PhonePool(PHONES, Path(root), within, folder)


def test_a_phone_is_lent_to_one_person_at_a_time(tmp_path: Path) -> None:
    one, other = pool(tmp_path), pool(tmp_path)
    assert {one.lease("ann"), other.lease("ben")} == set(PHONES)
    one.end()
    assert other.lease("cara") in PHONES
    other.end()
    assert not [file for file in tmp_path.iterdir() if "139" in file.name]


def test_where_none_comes_back_in_time_it_is_broken_and_tells_who_has_them(tmp_path: Path) -> None:
    one, other = pool(tmp_path), pool(tmp_path)
    one.lease("test_a, ann")
    one.lease("test_a, ben")
    with pytest.raises(
        BrokenError, match=r"all 2 phones of \[people\] are lent.*test_a, ann \(process \d+\); test_a, ben"
    ):
        other.lease("test_b, cara")
    with pytest.raises(BrokenError, match="this scenario has all 2 phones"):
        one.lease("test_a, cara")  # no waiting helps


def test_who_waits_gets_the_one_that_comes_back(tmp_path: Path) -> None:
    one, other = pool(tmp_path), pool(tmp_path, within=10)
    first = one.lease("ann")
    one.lease("ben")
    waiting = threading.Event()
    got: list[str] = []

    def wait() -> None:
        waiting.set()
        got.append(other.lease("cara"))

    thread = threading.Thread(target=wait)
    thread.start()
    assert waiting.wait(5)
    one.end()
    thread.join(5)
    assert got
    assert first in PHONES


def test_another_project_has_its_own(tmp_path: Path) -> None:
    assert pool(tmp_path).lease("ann") == pool(tmp_path, root="clinic").lease("ann")


def test_what_a_killed_process_had_comes_back(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path), PHONES[0]]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == PHONES[0]
        mine = PhonePool(PHONES[:1], Path("shop"), 0.2, tmp_path)
        with pytest.raises(BrokenError, match=rf"test_sign_up, ann \(process {holder.pid}\)"):
            mine.lease("ben")
        holder.kill()
        holder.wait(5)
        assert mine.lease("ben") == PHONES[0]
