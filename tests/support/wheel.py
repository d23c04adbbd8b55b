"""The package as it is handed out: a wheel, and an environment that has nothing else of the harness."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "harness" / "simulator" / "runtime"
NPM_PARTS = (RUNTIME, ROOT / "reports")


def listed(folder: str) -> list[str]:
    """What git knows below a folder of the repository, or would."""
    command = ["git", "ls-files", "-co", "--exclude-standard", folder]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in found.stdout.splitlines() if (ROOT / name).is_file()]


def build(folder: Path) -> Path:
    """A wheel in ``folder``, built from a copy of what git knows: the tree itself is in use by other tests."""
    source = folder / "source"
    for name in listed("."):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, source / name)
    for part in NPM_PARTS:
        copied = source / part.relative_to(ROOT) / "node_modules"
        shutil.copytree(part / "node_modules", copied, symlinks=True)
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    shutil.rmtree(source)
    (wheel,) = folder.glob("*.whl")
    return wheel


def environment(folder: Path, wheel: Path) -> Path:
    """The ``bin`` of a fresh environment with the wheel installed.

    What it depends on is linked from the environment of this process: installing it again would take minutes. What of
    the harness is there, an editable install, is left out.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    here, (there,) = Path(pytest_is_in()), folder.glob("lib/python*/site-packages")
    for each in here.iterdir():
        if "linkage_harness" not in each.name and each.name != "harness":
            (there / each.name).symlink_to(each)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(python)]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    return folder / "bin"


def pytest_is_in() -> Path:
    """The folder that the packages of this environment are in."""
    import pytest

    return Path(pytest.__file__).parents[1]
