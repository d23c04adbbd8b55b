"""From a fresh clone to a running harness: ``python3 bootstrap.py demo`` or ``python3 bootstrap.py test``.

Standard library only. Makes ``.venv`` from the hash-pinned lock, installs the npm parts, sees to Chromium
and a Chinese font, then runs what was asked. Doing it twice does nothing twice.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
NPM_PARTS = [ROOT / "reports", ROOT / "harness" / "simulator" / "runtime"]
NPM_PARTS_OF_TESTS = [
    ROOT / "tests" / "automator_methods",
    ROOT / "tests" / "libraries",
    ROOT / "tests" / "wechat" / "sdks",
]
USAGE = "usage: python3 bootstrap.py (install | demo | test) [options of 'harness demo' or pytest]"
BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
# With any of these the caller says how tests are spread.
SPREADING = ("-n", "--numprocesses", "--dist", "-p", "--pdb", "--trace")
EXIT_USAGE, EXIT_BROKEN = 2, 3


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in ("install", "demo", "test"):
        return fail(USAGE, EXIT_USAGE)
    if sys.version_info < (3, 11):  # noqa: UP036  # it may well be started with an older one
        return fail(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}", EXIT_USAGE)
    if shutil.which("npm") is None:
        return fail("npm is needed (Node.js 20.19 or newer): https://nodejs.org", EXIT_USAGE)
    # Without compiled modules kept, every process of a run would compile thousands of them again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.monotonic()
    try:
        parts = NPM_PARTS if arguments[0] == "demo" else NPM_PARTS + NPM_PARTS_OF_TESTS
        changed = [install_python(), *map(install_node, parts), see_to_browser()]
        run([python(), "-m", "harness.simulator.build"])
    except subprocess.CalledProcessError as error:
        return fail(
            f"this step failed (exit code {error.returncode}): {' '.join(map(str, error.cmd))}", EXIT_BROKEN
        )
    if any(changed):
        print(f"installed in {time.monotonic() - began:.0f} s", flush=True)
    command, rest = arguments[0], arguments[1:]
    if command == "install":
        return 0
    program = ["harness", "demo", *rest] if command == "demo" else ["pytest", *spread(rest)]
    return subprocess.run([python(), "-m", *program], cwd=ROOT).returncode


def spread(options: list[str]) -> list[str]:
    """The options for pytest with a worker for each core, unless they say themselves how to spread tests."""
    if any(option.startswith(SPREADING) for option in options):
        return options
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # Files in the order of tests/conftest.py: xdist's own would begin the files of few, long tests last.
    return ["-n", str(cores), "--dist", "loadfile", "--no-loadscope-reorder", *options]


def python() -> str:
    return str(BIN / ("python.exe" if os.name == "nt" else "python"))


def install_python() -> bool:
    """The virtual environment, as the lock says; True where something was done."""
    lock = ROOT / "requirements.lock"
    stamp = VENV / "installed-from"
    wanted = fingerprint(lock, ROOT / "pyproject.toml")
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    print("installing the Python packages into .venv", flush=True)
    if not Path(python()).exists():
        run([sys.executable, "-m", "venv", str(VENV)])
    pip = [python(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run([*pip, "--require-hashes", "-r", str(lock)])
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    stamp.write_text(wanted)
    return True


def install_node(folder: Path) -> bool:
    """One npm part, as its lock says; True where something was done."""
    stamp = folder / "node_modules" / ".installed-from"
    wanted = fingerprint(folder / "package-lock.json")
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    print(f"installing the npm packages of {folder.relative_to(ROOT)}", flush=True)
    npm = shutil.which("npm") or "npm"
    run([npm, "ci", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder)])
    stamp.write_text(wanted)
    return True


def see_to_browser() -> bool:
    """Chromium and a font for Chinese: installed where that is allowed, else one line says how."""
    missing = []
    if not any(map(shutil.which, BROWSERS)) and not own_chromium():
        missing.append("chromium")
    if sys.platform == "linux" and not chinese_font():
        missing.append("fonts-wqy-zenhei")
    if not missing:
        return False
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print(f"installing {' and '.join(missing)}", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", *missing, "fontconfig"],
        ):
            subprocess.run(step, check=True, env=quiet, stdout=subprocess.DEVNULL)
        return True
    if "chromium" in missing:
        print("Chromium is missing; asking Playwright for its own", flush=True)
        run([python(), "-m", "playwright", "install", "chromium"])
        missing.remove("chromium")
    if missing:
        print(f"no font for Chinese: 'sudo apt-get install {' '.join(missing)}', or text shows as boxes")
    return True


def own_chromium() -> bool:
    code = (
        "from playwright.sync_api import sync_playwright; from harness.core.chromium import find_chromium\n"
        "with sync_playwright() as playwright: find_chromium(playwright.chromium.executable_path)"
    )
    return subprocess.run([python(), "-c", code], capture_output=True).returncode == 0


def chinese_font() -> bool:
    if shutil.which("fc-list") is None:
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True).stdout.strip())


def fingerprint(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def run(command: list[str]) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


def fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
