"""From an empty folder: foreign systems with files of a user alone, by the installed package, as an ordinary user.

The projects are those of ``tests/fixture_projects``; the systems are others' work, and so are their page faults.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support import wheel

TESTS = Path(__file__).parents[3]
SYSTEMS = {
    "clinic": ("fixture_gateway", ["server.mjs", "site.mjs", "site", "miniprogram"], ["clinic.yaml"]),
    "brands": (
        "fixture_brands",
        ["service.py", "brand_pages.py", "brand_sessions.py", "style", "miniprogram"],
        ["shop.yaml", "outlet.yaml"],
    ),
    "vendors": (
        "fixture_erp",
        ["service.py", "site_web.py", "start.py", "web", "miniprogram"],
        ["site.yaml", "mall.yaml"],
    ),
}
NOBODY = 65534
pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def bin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    made = wheel.environment(folder / "environment", wheel.build(folder))
    for each in (folder, *folder.parents):  # whoever is not root may come here
        if each.stat().st_uid == os.geteuid():
            each.chmod(each.stat().st_mode | stat.S_IXOTH | stat.S_IROTH)
    return made


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A user's folder, with the vendor's system beside their own files."""
    name = request.param
    folder = tmp_path / name
    fixture, parts, contracts = SYSTEMS[name]
    shutil.copytree(TESTS / "fixture_projects" / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "contracts").mkdir()
    for part in parts:
        source = TESTS / fixture / part
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, folder / part)
    for contract in contracts:
        shutil.copy2(TESTS / fixture / "contracts" / contract, folder / "contracts")
    return folder


def ordinary(bin: Path) -> dict[str, Any]:
    """Arguments of ``subprocess`` for a user who is not root, where this is root and the user may run Python."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    who: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    try:
        tried = subprocess.run([bin / "python", "-c", "import pytest"], check=False, **who)
    except PermissionError:
        return {}
    return who if tried.returncode == 0 else {}


def run(bin: Path, folder: Path, *words: str, **variables: str) -> tuple[int, str]:
    """Exit code and what was said, of an ordinary user where this is root."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HARNESS_CHROMIUM") if name in os.environ}
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    given = {
        **kept,
        "PATH": f"{bin}{os.pathsep}{kept['PATH']}",
        "HOME": str(home),
        "TMPDIR": "/tmp",
        **variables,
    }
    who = ordinary(bin)
    if who:
        for each in (home, folder, *folder.rglob("*")):
            os.chown(each, NOBODY, NOBODY)
        for above in folder.parents:
            above.chmod(above.stat().st_mode | stat.S_IXOTH)
    with attached(bin, folder, given, who) as addresses:
        done = subprocess.run(
            [str(bin / "python"), "-m", *words],
            cwd=folder,
            env={**given, **addresses},
            capture_output=True,
            text=True,
            timeout=240,
            **who,
        )
    return done.returncode, done.stdout + done.stderr


@contextmanager
def attached(bin: Path, folder: Path, given: dict[str, str], who: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Where the system is started by itself: the variables that say at which addresses it runs."""
    if not (folder / "start.py").is_file():
        yield {}
        return
    command = [str(bin / "python"), "start.py"]
    with subprocess.Popen(
        command, cwd=folder, env=given, stdout=subprocess.PIPE, text=True, **who
    ) as process:
        assert process.stdout is not None
        try:
            said = dict(process.stdout.readline().split() for _ in range(3))
            yield {f"HARNESS_SERVICES__{name.upper()}__URL": said[name] for name in ("site", "mall")}
        finally:
            process.terminate()


@pytest.mark.parametrize("project", list(SYSTEMS), indirect=True)
def test_scenarios_of_a_foreign_system_are_green(bin: Path, project: Path) -> None:
    code, said = run(bin, project, "pytest", "scenarios", "-q")
    assert code == 0, said
    assert "2 passed" in said


@pytest.mark.parametrize("project", list(SYSTEMS), indirect=True)
def test_contract_tests_run_and_judge(bin: Path, project: Path) -> None:
    """Neither vendor tests what it is sent: the findings are true, and nothing is broken."""
    code, said = run(bin, project, "pytest", "contracts", "-q", "-n", "2", "-p", "no:cacheprovider")
    assert code == 1, said
    assert re.search(r"\d+ failed, \d+ passed", said)


RED = [
    ("clinic", "GATEWAY", "wrong-price-shown", "'￥15.00' == '￥15.50'"),
    ("clinic", "GATEWAY", "cancel-button-dead", "预约成功"),
    ("clinic", "GATEWAY", "appointment-listed-twice", "assert 2 == 1"),
    ("brands", "SHOP", "total-of-one-piece", "'¥249.00' == '¥747.00'"),
    ("brands", "SHOP", "buy-button-renamed", "has no 'role=button name='立即购买''"),
    ("vendors", "", "pay-button-dead", "has another text"),
    ("vendors", "", "wrong-price-shown", "== '¥19.90'"),
    ("brands", "OUTLET", "cancelled-shown-as-open", "橡木台灯 | ×3 | 747.00 元 | 备货中"),
]


@pytest.mark.parametrize(
    ("project", "service", "fault", "seen"), RED, indirect=["project"], ids=[fault for _, _, fault, _ in RED]
)
def test_a_fault_of_a_page_is_told(bin: Path, project: Path, service: str, fault: str, seen: str) -> None:
    planted = {f"HARNESS_SERVICES__{service}__ENVIRONMENT__PAGE_FAULT" if service else "PAGE_FAULT": fault}
    code, said = run(bin, project, "pytest", "scenarios", "-q", **planted)
    assert code == 1, said
    assert seen in said
