"""What a service is started with so that its clock can be set, and where it cannot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from harness.core.text import Text
from harness.processes import clock


def test_the_service_keeps_what_it_preloads_itself() -> None:
    found = clock.environment(Path("/lib/clock.so"), Path("/run/site.clock"), {"LD_PRELOAD": "/lib/own.so"})
    assert found["LD_PRELOAD"] == "/lib/clock.so:/lib/own.so"
    assert found["FAKETIME_TIMESTAMP_FILE"] == "/run/site.clock"
    assert clock.environment(Path("/lib/clock.so"), Path("/x"), {})["LD_PRELOAD"] == "/lib/clock.so"


@pytest.mark.parametrize(
    ("seconds", "text"), [(86400, "+86400.000\n"), (-90.5, "-90.500\n"), (0, "+0.000\n")]
)
def test_the_offset_is_written_as_a_whole(tmp_path: Path, seconds: float, text: str) -> None:
    file = tmp_path / "site.clock"
    clock.set_offset(file, seconds)
    assert file.read_text() == text
    assert [each.name for each in tmp_path.iterdir()] == ["site.clock"]


def test_without_the_library_no_clock_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv(clock.VARIABLE, str(tmp_path / "none.so"))
    assert clock.library() is None
    assert clock.unable("node") == clock.NOT_INSTALLED
    assert clock.NOT_INSTALLED.en == "libfaketime is not installed"


def test_elsewhere_than_on_linux_no_clock_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert clock.unable("node") == clock.NOT_HERE


@pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
def test_a_python_that_could_not_sleep_any_more_is_not_touched(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library, python = tmp_path / "clock.so", tmp_path / "python3"
    library.touch()
    monkeypatch.setenv(clock.VARIABLE, str(library))
    python.write_text("#!/bin/sh\necho 'OSError: [Errno 22] Invalid argument' >&2\nexit 1\n")
    python.chmod(0o755)
    reason = clock.unable(str(python))
    assert isinstance(reason, Text)
    assert reason.en == (
        "python3 cannot sleep under libfaketime, so its clock cannot be set: OSError: [Errno 22] Invalid argument"
    )
    assert clock.unable("node") is None


@pytest.mark.parametrize(
    ("end", "zh", "en"),
    [
        (subprocess.TimeoutExpired("python3", 10), "：10 秒内没有结束", ": no end within 10 s"),
        (subprocess.CompletedProcess("python3", 7, "", ""), "：退出码 7", ": exit code 7"),
    ],
)
def test_a_python_that_ends_without_a_word_is_told_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, end: object, zh: str, en: str
) -> None:
    def run(*_: object, **__: object) -> object:
        if isinstance(end, Exception):
            raise end
        return end

    library = tmp_path / "clock.so"
    library.touch()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv(clock.VARIABLE, str(library))
    monkeypatch.setattr(subprocess, "run", run)
    reason = clock.unable(str(tmp_path / "python3"))
    assert reason is not None
    assert reason.zh.endswith(zh)
    assert reason.en.endswith(en)
