"""Commands in messages, written so that they work where the message is printed.

``harness`` alone is a command only where the environment that it is installed in is the one on PATH; elsewhere the
message names the file. The same for Python. Who is not root is told ``sudo``.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from functools import cache
from pathlib import Path

INSTALL_WITH = "apt-get"
"""Debian's and Ubuntu's; packages of other systems have other names."""


def harness(words: str = "") -> str:
    """``harness run``, or ``.venv/bin/harness run`` where that is how it is called here."""
    return f"{_harness()} {words}".rstrip()


def python(words: str) -> str:
    """``python -m playwright install chromium`` by the Python that the harness runs on."""
    return f"{_called(Path(sys.executable), ('python', 'python3'))} {words}"


def pip(words: str) -> str:
    """``pip install …`` into the environment that the harness runs in."""
    return python(f"-m pip {words}")


def debian(packages: str) -> str:
    """``sudo apt-get install …``; without sudo for root, who may not have it."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return f"{'' if root else 'sudo '}{INSTALL_WITH} install {packages}"


@cache
def _harness() -> str:
    script = Path(sys.executable).parent / ("harness.exe" if os.name == "nt" else "harness")
    return _called(script, ("harness",)) if script.is_file() else python("-m harness")


def _called(program: Path, names: tuple[str, ...]) -> str:
    """A program by the name that PATH knows it by, else by its path, from here where it is below."""
    for name in names:
        found = shutil.which(name)
        # Not by what a link leads to: the Python of an environment is a link to one without its packages.
        if found is not None and os.path.abspath(found) == os.path.abspath(program):
            return name
    here = Path.cwd()
    return shlex.quote(str(program.relative_to(here) if program.is_relative_to(here) else program))
