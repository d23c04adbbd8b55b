from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.core.errors import BrokenError
from harness.simulator.build import ensure_bundle, sources_digest

NPM = """#!{python}
import pathlib, sys
with open("calls", "a") as calls:
    calls.write(" ".join(sys.argv[1:]) + "\\n")
if pathlib.Path("broken").exists():
    sys.stderr.write("npm notice\\nnpm error code E404\\n")
    sys.exit(1)
if sys.argv[1] == "ci":
    pathlib.Path("node_modules").mkdir(exist_ok=True)
    pathlib.Path("node_modules/.package-lock.json").write_text("{{}}")
else:
    pathlib.Path("dist").mkdir(exist_ok=True)
    for name in ("host.js", "compiler.wasm.gz"):
        pathlib.Path("dist", name).write_text("built")
"""


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runtime folder and an npm of our own on PATH."""
    runtime = tmp_path / "runtime"
    (runtime / "src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "build.mjs", "src/main.ts"):
        (runtime / name).write_text("{}")
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(NPM.format(python=sys.executable))
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(npm.parent), prepend=os.pathsep)
    return runtime


def calls(runtime: Path) -> list[str]:
    path = runtime / "calls"
    return path.read_text().splitlines() if path.exists() else []


def test_it_is_built_once_and_again_only_when_a_source_changes(runtime: Path) -> None:
    bundle = ensure_bundle(runtime)
    assert bundle.present
    assert calls(runtime) == ["ci --no-audit --no-fund", "run build"]
    ensure_bundle(runtime)
    assert len(calls(runtime)) == 2
    (runtime / "src" / "main.ts").write_text("changed")
    ensure_bundle(runtime)
    assert calls(runtime)[2:] == ["run build"]


def test_processes_that_start_together_build_once(runtime: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        bundles = list(pool.map(ensure_bundle, [runtime] * 3))
    assert all(bundle.present for bundle in bundles)
    assert calls(runtime) == ["ci --no-audit --no-fund", "run build"]


def test_a_file_more_or_renamed_is_a_change(runtime: Path) -> None:
    before = sources_digest(runtime)
    (runtime / "src" / "more.ts").write_text("")
    more = sources_digest(runtime)
    (runtime / "src" / "more.ts").rename(runtime / "src" / "else.ts")
    assert len({before, more, sources_digest(runtime)}) == 3


def test_a_newer_lock_file_is_installed(runtime: Path) -> None:
    ensure_bundle(runtime)
    (runtime / "package-lock.json").write_text("{ }")
    os.utime(runtime / "package-lock.json", (4e9, 4e9))
    ensure_bundle(runtime)
    assert calls(runtime)[2:] == ["ci --no-audit --no-fund", "run build"]


def test_a_wheel_without_sources_uses_what_it_ships(runtime: Path) -> None:
    ensure_bundle(runtime)
    (runtime / "src" / "main.ts").unlink()
    (runtime / "src").rmdir()
    assert ensure_bundle(runtime).present
    assert len(calls(runtime)) == 2


def test_a_wheel_without_its_bundle_says_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenError, match="missing from this installation"):
        ensure_bundle(tmp_path)


def test_without_npm_there_is_one_line(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BrokenError, match=r"npm is not on PATH: install Node.js 20 or newer") as broken:
        ensure_bundle(runtime)
    assert "\n" not in str(broken.value)


def test_a_failing_build_tells_npms_error_and_is_tried_again(runtime: Path) -> None:
    (runtime / "broken").touch()
    with pytest.raises(BrokenError, match=r"npm ci .* failed \(exit 1\): npm error code E404"):
        ensure_bundle(runtime)
    (runtime / "broken").unlink()
    assert ensure_bundle(runtime).present
