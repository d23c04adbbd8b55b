"""Event files as disks, editors, sync tools and people leave them: ``harness gate`` judges what is there.

No damage is green unless nothing is lost by it, none stops the command, and each is told in the table, with the file.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.cli import main
from tests.support.history import History

Change = Callable[[History], None]
PASSED, USAGE, BROKEN = 0, 2, 3
RUN, OTHER = "20261130-080000-a1b2", b"20261129-080000-ffff"


def lines(role: str, change: Callable[[list[bytes]], list[bytes]]) -> Change:
    return lambda run: run.damage(role, change)


def content(role: str, change: Callable[[bytes], bytes]) -> Change:
    def damage(run: History) -> None:
        shard = run.shard(role)
        shard.write_bytes(change(shard.read_bytes()))

    return damage


def beside(name: str, make: Callable[[Path], object]) -> Change:
    return lambda run: make(run.folder / "events" / name) and None


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(text: bytes) -> bytes:
        assert old in text
        return text.replace(old, new, 1)

    return change


def moved_to(name: str) -> Change:
    def damage(run: History) -> None:
        shard = run.shard("proxy")
        shard.rename(shard.with_name(name))

    return damage


def instead(make: Callable[[Path], None]) -> Change:
    """Something else where the proxy's shard was."""

    def damage(run: History) -> None:
        shard = run.shard("proxy")
        shard.unlink()
        make(shard)

    return damage


JUNK = random.Random(7).randbytes(4000)
DEEP = b'{"v":1,"run":"r","source":"proxy-1","seq":9,"data":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
HUGE = b'{"v":1,"run":"r","said":"' + b"x" * 3_000_000 + b'"}'

# damage, exit code, what the gate says of it
DAMAGES: dict[str, tuple[Change, int, str]] = {
    "none": (lambda run: None, PASSED, "the record is complete"),
    "cut in the middle of the last line": (content("pytest", lambda text: text[:-20]), BROKEN, "unreadable"),
    "cut in the middle of the file": (content("proxy", lambda text: text[: len(text) // 2]), BROKEN, "proxy-"),
    "cut to nothing": (content("proxy", lambda text: b""), BROKEN, "proxy-"),
    "all of the tests' file cut to nothing": (content("pytest", lambda text: b""), BROKEN, "it has no end"),
    "binary junk in the middle": (lines("proxy", lambda all: [all[0], JUNK, *all[1:]]), BROKEN, "unreadable"),
    "binary junk instead of all": (content("proxy", lambda text: JUNK), BROKEN, "unreadable"),
    "binary junk instead of the tests' file": (content("pytest", lambda text: JUNK), BROKEN, "unreadable"),
    "a line twice": (lines("proxy", lambda all: [all[0], *all]), BROKEN, "repeated"),
    "a line left out": (lines("proxy", lambda all: [all[0], *all[2:]]), BROKEN, "missing"),
    "the file removed": (instead(lambda shard: None), BROKEN, "the file is gone"),
    "the tests' file removed": (lambda run: run.shard("pytest").unlink(), BROKEN, "it has no end"),
    "the file renamed": (moved_to("copy of proxy.jsonl"), PASSED, "the record is complete"),
    "the file renamed to what is not read": (moved_to("proxy.jsonl.bak"), BROKEN, "the file is gone"),
    "a folder of its name": (instead(Path.mkdir), BROKEN, "the file is gone"),
    "a link to nowhere": (instead(lambda shard: shard.symlink_to("nowhere")), BROKEN, "the file is gone"),
    "CRLF": (content("proxy", lambda text: text.replace(b"\n", b"\r\n")), PASSED, "the record is complete"),
    "a byte order mark": (content("proxy", lambda text: b"\xef\xbb\xbf" + text), BROKEN, "1 unreadable"),
    "UTF-16": (content("proxy", lambda text: text.decode().encode("utf-16")), BROKEN, "unreadable"),
    "NULs at the end, as after a power cut": (content("proxy", lambda text: text + b"\0" * 512), BROKEN, "unreadable"),
    "NULs instead of a line": (lines("proxy", lambda all: [b"\0" * len(all[0]), *all[1:]]), BROKEN, "unreadable"),
    "two lines on one": (content("proxy", replaced(b"\n", b"")), BROKEN, "unreadable"),
    "lines in another order": (lines("proxy", lambda all: all[::-1]), PASSED, "the record is complete"),
    "empty lines": (content("proxy", lambda text: text.replace(b"\n", b"\n\n")), PASSED, "the record is complete"),
    "a huge line": (lines("proxy", lambda all: [*all, HUGE]), BROKEN, "unreadable"),
    "deep JSON": (lines("proxy", lambda all: [*all, DEEP]), BROKEN, "unreadable"),
    "another version": (content("proxy", lambda text: text.replace(b'{"v":1', b'{"v":9')), BROKEN, "event version 9"),
    "a version that is no number": (content("proxy", replaced(b'{"v":1', b'{"v":"x"')), BROKEN, "event version x"),
    "an unknown kind": (content("proxy", replaced(b'"kind":"', b'"kind":"new.')), BROKEN, "written by a newer harness"),
    "wrong types": (content("proxy", replaced(b'"seq":0', b'"seq":"first"')), BROKEN, "unreadable"),
    "data of another shape": (content("proxy", replaced(b'"data":{', b'"data":[{')), BROKEN, "unreadable"),
    "not an object": (lines("proxy", lambda all: [*all, b"7", b"null", b"[]"]), BROKEN, "3 unreadable"),
    "a number that is none": (lines("proxy", lambda all: [*all, b'{"v":1,"mono":NaN}']), BROKEN, "unreadable"),
    "of another run": (content("proxy", lambda text: text.replace(RUN.encode(), OTHER)), BROKEN, "of another run"),
    "a stray file among them": (beside("notes.txt", Path.touch), PASSED, "the record is complete"),
    "a stray folder among them": (beside("old.jsonl", Path.mkdir), PASSED, "the record is complete"),
}  # fmt: skip


# One of each kind of loss; what the reader makes of each line is also tests/core/test_shards.py's.
SAMPLE = {
    "none",
    "cut in the middle of the file",
    "the tests' file removed",
    "a link to nowhere",
    "deep JSON",
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in SAMPLE else pytest.mark.full) for name in DAMAGES]
)
def test_the_gate_judges_what_is_there(
    name: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    damage, expected, words = DAMAGES[name]
    run = History(project.parent / "reports" / "runs" / RUN)
    run.all()
    run.close()
    damage(run)
    before = {path.name: path.stat().st_size for path in (run.folder / "events").iterdir() if path.exists()}
    monkeypatch.chdir(project.parent)
    monkeypatch.setattr(sys, "argv", ["harness", "gate", "--language", "en"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert ended.value.code == expected, said.out + said.err
    assert "Traceback" not in said.out + said.err
    assert words in (run.folder / "gate.md").read_text(encoding="utf-8")  # which is as wide as it has to be
    assert (run.folder / "gate.json").is_file()
    assert (run.folder / "junit.xml").is_file()
    assert (run.folder / "report" / "index.html").is_file()
    after = {path.name: path.stat().st_size for path in (run.folder / "events").iterdir() if path.exists()}
    assert after == before, "what is left of the record is kept as it is"
