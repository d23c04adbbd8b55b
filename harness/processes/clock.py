"""The clock of a service, which libfaketime moves: loaded before the service's own code, it reads an offset in a file.

Only what people see as date and time moves; timers and time limits go on as before. Measured with version 0.9.10
(Debian 12): under Node all is well, Python from 3.11 on cannot sleep, Java's ``parkNanos`` does not wait.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from harness.core import advice
from harness.core.text import Text, text_of

VARIABLE = "HARNESS_LIBFAKETIME"
"""Environment variable with the path of the library, where it is none of the usual ones."""
PLACES = ("usr/lib/*/faketime", "usr/lib/faketime", "usr/local/lib/faketime", "usr/lib64/faketime")
FILE = "libfaketimeMT.so.1"  # for services with threads
OF_DEBIAN = advice.debian("libfaketime")
INSTALL = Text(
    zh=f"安装 libfaketime（Debian：{OF_DEBIAN}），或用环境变量 {VARIABLE} 指定",
    en=f"install it (Debian: {OF_DEBIAN}) or name it with {VARIABLE}",
)
SLEEP, WITHIN = "import time; time.sleep(0.001)", 10.0  # seconds
NOT_INSTALLED = Text(zh="没有安装 libfaketime，无法拨动服务的时钟", en="libfaketime is not installed")
NOT_HERE = Text(zh="只有 Linux 上能拨动服务的时钟", en="the clock of a service can be set on Linux only")
NO_SLEEP = Text(
    zh="{program} 在 libfaketime 下无法 sleep，时钟不能拨动：{said}",
    en="{program} cannot sleep under libfaketime, so its clock cannot be set: {said}",
)
NO_END = Text(zh=f"{WITHIN:g} 秒内没有结束", en=f"no end within {WITHIN:g} s")
EXIT = Text(zh="退出码 {code}", en="exit code {code}")


def library() -> Path | None:
    """The library, where it is installed."""
    if named := os.environ.get(VARIABLE):
        return Path(named) if Path(named).is_file() else None
    found = (file for place in PLACES for file in sorted(Path("/").glob(f"{place}/{FILE}")))
    return next(found, None)


def environment(preloaded: Path, offset: Path, given: Mapping[str, str]) -> dict[str, str]:
    """What a service is started with; ``given`` is its own environment."""
    first = given.get("LD_PRELOAD", "")
    return {
        "LD_PRELOAD": f"{preloaded}:{first}" if first else str(preloaded),
        "FAKETIME_TIMESTAMP_FILE": str(offset),
        "FAKETIME_NO_CACHE": "1",  # else a move is seen only after ten seconds
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def set_offset(offset: Path, seconds: float) -> None:
    """Let the clock go ahead by so many seconds; 0 is the true time."""
    new = offset.with_suffix(".new")
    new.write_text(f"{seconds:+.3f}\n", encoding="ascii")
    new.replace(offset)  # as a whole: it may be read at any moment


def unable(program: str) -> Text | None:
    """Why the clock of a service that runs ``program`` cannot be set; None where it can, as far as can be told."""
    if sys.platform != "linux":
        return NOT_HERE
    found = library()
    if found is None:
        return NOT_INSTALLED
    return _no_sleep(program, found) if Path(program).name.startswith("python") else None


@lru_cache
def _no_sleep(python: str, preloaded: Path) -> Text | None:
    """Why a Python would be of no use any more; tried out, which takes a moment."""
    given = {
        **os.environ,
        "LD_PRELOAD": str(preloaded),
        "FAKETIME": "+0",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    try:
        tried = subprocess.run(
            [python, "-S", "-c", SLEEP], env=given, capture_output=True, text=True, timeout=WITHIN
        )
    except subprocess.TimeoutExpired:
        said = NO_END
    except OSError as error:
        said = text_of(str(error))
    else:
        if tried.returncode == 0:
            return None
        words = tried.stderr.strip().splitlines()
        said = text_of(words[-1]) if words else EXIT.format(code=tried.returncode)
    return NO_SLEEP.format(program=Path(python).name, said=said)
