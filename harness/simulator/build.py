"""The page runtime's bundle: built from ``runtime/`` on first use, kept until its sources change.

A wheel ships the bundle without sources; an editable install has the sources and needs Node.js once. Several
processes may start at the same time: one builds, the others wait for it.

``python -m harness.simulator.build`` builds now and says where the bundle is.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from harness.core.errors import EXIT_BROKEN, BrokenError
from harness.core.text import Text

RUNTIME = Path(__file__).parent / "runtime"
STAMP = ".sources"
SOURCES = ("package.json", "package-lock.json", "build.mjs", "tsconfig.json")
BUILD_WITHIN = 300.0  # seconds

MISSING = Text(
    zh="此安装缺少模拟器的页面运行时（{runtime}）",
    en="the simulator's page runtime is missing from this installation ({runtime})",
)
NO_NPM = Text(
    zh="模拟器的页面运行时尚未构建，PATH 中也没有 npm：请安装 Node.js 20 以上",
    en="the simulator's page runtime is not built and npm is not on PATH: install Node.js 20 or newer",
)
MADE_NOTHING = Text(
    zh="npm run build 成功结束，却没有生成 dist/host.js 和 compiler.wasm.gz",
    en="npm run build ended well but made no dist/host.js and compiler.wasm.gz",
)
BUSY = Text(
    zh=f"另一个进程已经构建 {{runtime}} {BUILD_WITHIN:g} 秒，尚未完成",
    en=f"another process has been building {{runtime}} for {BUILD_WITHIN:g} s",
)
LATE = Text(
    zh=f"在 {{runtime}} 中运行 {{command}}，{BUILD_WITHIN:g} 秒内没有结束",
    en=f"{{command}} in {{runtime}} did not end within {BUILD_WITHIN:g} s",
)
FAILED = Text(
    zh="在 {runtime} 中运行 {command} 失败（退出码 {code}）：{cause}",
    en="{command} in {runtime} failed (exit {code}): {cause}",
)


@dataclass(frozen=True, slots=True)
class Bundle:
    """The two files the app frame loads."""

    host_js: Path
    compiler_wasm_gz: Path

    @property
    def present(self) -> bool:
        return self.host_js.is_file() and self.compiler_wasm_gz.is_file()


def ensure_bundle(runtime: Path = RUNTIME) -> Bundle:
    """The bundle, built if need be; BrokenError with one line when it cannot be."""
    bundle = Bundle(runtime / "dist" / "host.js", runtime / "dist" / "compiler.wasm.gz")
    if not (runtime / "src").is_dir():
        if bundle.present:
            return bundle
        raise BrokenError(MISSING.format(runtime=runtime))
    wanted = sources_digest(runtime)
    if _fresh(bundle, wanted):
        return bundle
    try:
        with FileLock(runtime / ".build.lock", timeout=BUILD_WITHIN):
            # Another process may have built it while this one waited.
            if not _fresh(bundle, wanted):
                _build(runtime)
                if not bundle.present:
                    raise BrokenError(MADE_NOTHING)
                _stamp(bundle).write_text(wanted, "ascii")
    except Timeout:
        raise BrokenError(BUSY.format(runtime=runtime)) from None
    return bundle


def sources_digest(runtime: Path) -> str:
    """SHA-256 over everything the bundle is made of."""
    whole = hashlib.sha256()
    paths = [runtime / name for name in SOURCES]
    paths += sorted(path for path in (runtime / "src").rglob("*") if path.is_file())
    for path in paths:
        if path.is_file():
            whole.update(path.relative_to(runtime).as_posix().encode() + b"\0")
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def _fresh(bundle: Bundle, wanted: str) -> bool:
    stamp = _stamp(bundle)
    return bundle.present and stamp.is_file() and stamp.read_text("ascii") == wanted


def _stamp(bundle: Bundle) -> Path:
    return bundle.host_js.parent / STAMP


def _build(runtime: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise BrokenError(NO_NPM)
    _stamp(Bundle(runtime / "dist" / "host.js", runtime)).unlink(missing_ok=True)
    # npm writes this file last: older than the lock file means an install that is out of date or unfinished.
    installed, lock = runtime / "node_modules" / ".package-lock.json", runtime / "package-lock.json"
    fresh = installed.is_file() and installed.stat().st_mtime >= lock.stat().st_mtime
    if not fresh and not (runtime / "node_modules").is_symlink():  # npm would empty the folder it leads to
        _npm(runtime, npm, "ci", "--no-audit", "--no-fund")
    _npm(runtime, npm, "run", "build")


def _npm(runtime: Path, npm: str, *arguments: str) -> None:
    said = " ".join(("npm", *arguments))
    try:
        done = subprocess.run(
            [npm, *arguments],
            cwd=runtime,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=BUILD_WITHIN,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BrokenError(LATE.format(command=said, runtime=runtime)) from None
    if done.returncode:
        words = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        cause = next((line for line in words if "error" in line.lower()), words[-1] if words else "no output")
        raise BrokenError(FAILED.format(command=said, runtime=runtime, code=done.returncode, cause=cause))


def main() -> int:
    """Build now; prints the bundle's folder."""
    try:
        bundle = ensure_bundle()
    except BrokenError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_BROKEN
    sys.stdout.write(f"{bundle.host_js.parent}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
