"""The package as it is handed out: built, unpacked somewhere else, used from there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from harness.reporting.allure import SCRIPT
from tests.support.wheel import ROOT, RUNTIME, build, listed

DATA = {".json", ".yaml", ".j2", ".toml"}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    with zipfile.ZipFile(build(folder)) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def from_wheel(unpacked: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(unpacked), **variables}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=unpacked, env=environment, capture_output=True, text=True)


def test_it_is_used_from_where_it_was_unpacked(unpacked: Path) -> None:
    shown = from_wheel(unpacked, "-c", "import harness; print(harness.__file__)")
    assert Path(shown.stdout.strip()).is_relative_to(unpacked), shown.stderr
    helped = from_wheel(unpacked, "-m", "harness", "--help")
    assert helped.returncode == 0, helped.stderr


def test_nothing_a_module_reads_beside_itself_is_left_behind(unpacked: Path) -> None:
    needed = [
        name
        for name in listed("harness")
        if Path(name).suffix in DATA and RUNTIME not in (ROOT / name).parents
    ]
    assert len(needed) > 10
    assert [name for name in needed if not (unpacked / name).is_file()] == []


def test_the_page_runtime_comes_built_and_is_not_built_again(unpacked: Path) -> None:
    code = "from harness.simulator.build import ensure_bundle; print(ensure_bundle().host_js)"
    made = from_wheel(unpacked, "-c", code, PATH="")
    assert Path(made.stdout.strip()).is_relative_to(unpacked), made.stderr


def test_it_says_its_version_and_its_licence(unpacked: Path) -> None:
    (about,) = unpacked.glob("*.dist-info")
    lines = (about / "METADATA").read_text(encoding="utf-8").splitlines()
    assert f"Version: {version('linkage-harness')}" in lines
    assert "License-Expression: MIT" in lines
    assert (about / "licenses" / "LICENSE").is_file()


def test_nothing_but_the_package_comes_along(unpacked: Path) -> None:
    assert {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")} == {"harness"}
    ours = {
        path for path in unpacked.rglob("node_modules") if (path.parent / "package.json").is_file() is False
    }
    assert ours == {unpacked / "harness" / "reporting" / "npm" / "node_modules"}
    assert not list(unpacked.rglob("*.ts"))


def test_allure_comes_along_with_every_licence(unpacked: Path) -> None:
    code = "from harness.reporting.allure import packages; print(packages())"
    folder = Path(from_wheel(unpacked, "-c", code).stdout.strip())
    assert folder.is_relative_to(unpacked)
    node = compute_driver_executable()[0]
    said = subprocess.run([node, folder / SCRIPT, "--version"], capture_output=True, text=True)
    assert (
        said.stdout.strip()
        == json.loads((ROOT / "reports" / "package.json").read_text())["dependencies"]["allure"]
    )
    listed = json.loads((folder / "third-party.json").read_text(encoding="utf-8"))
    permissive = {"MIT", "Apache-2.0", "ISC", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "Python-2.0"}
    assert set(listed.values()) <= {*permissive, "(MPL-2.0 OR Apache-2.0)"}, "may these be handed on?"
    for path in (ROOT / "reports" / "node_modules").rglob("*"):
        if path.is_file() and path.name.upper().startswith(("LICENSE", "LICENCE", "NOTICE")):
            assert (folder / path.relative_to(ROOT / "reports")).is_file()
