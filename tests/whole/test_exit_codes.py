"""What goes wrong with us is one line and exit code 3, or 2 for wrong input; never 1, which accuses the product."""

from __future__ import annotations

import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.cli import main
from tests.support.history import History

PASSED, USAGE, BROKEN = 0, 2, 3
RUN = "20261130-080000-a1b2"
CONTRACT = """\
openapi: 3.0.3
info: {title: shop, version: '1'}
paths:
  /api/points:
    get: {operationId: getPoints, responses: {'200': {description: the points}}}
"""
DEEP = "[" * 100_000 + "]" * 100_000


@pytest.fixture
def shop(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a run that passed; the command runs in its folder."""
    run = History(project.parent / "reports" / "runs" / RUN)
    run.all()
    run.close()
    (project.parent / "contracts" / "shared.yaml").write_text(CONTRACT, encoding="utf-8")
    monkeypatch.chdir(project.parent)
    monkeypatch.setenv("COLUMNS", "400")
    return project.parent


@pytest.fixture(autouse=True)
def _sigterm() -> Iterator[None]:
    """The command takes SIGTERM for itself."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def harness(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["harness", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def runs_is_a_file(folder: Path) -> None:
    shutil.rmtree(folder / "reports" / "runs")
    (folder / "reports" / "runs").touch()


def newer(name: str, make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Something else in the runs' folder, called like a newer run."""
    return lambda folder: make(folder / "reports" / "runs" / name) and None


def of_a_newer_run(folder: Path) -> None:
    """A newer run, of whose record the beginning is lost."""
    runs = folder / "reports" / "runs"
    shutil.copytree(runs / RUN, runs / "20261130-090000-b2c3")
    for shard in (runs / "20261130-090000-b2c3" / "events").glob("pytest-*"):
        shard.unlink()


def written(file: str, text: str, *, named_in_settings: bool = False) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
        if named_in_settings:
            config = folder / "harness.toml"
            said = config.read_text(encoding="utf-8").replace('"shared.yaml"', f'"{Path(file).name}"')
            config.write_text(said, encoding="utf-8")

    return write


GATE = ("gate", "--language", "en")
# what is wrong, the command, its exit code, what it says
CASES: dict[str, tuple[Callable[[Path], None], tuple[str, ...], int, str]] = {
    "a stray folder": (newer("20261231-old", Path.mkdir), GATE, PASSED, "passed"),
    "a stray file": (newer("20261231-notes", Path.touch), GATE, PASSED, "passed"),
    "a link to nowhere": (newer("20261231-x", lambda path: path.symlink_to("no")), GATE, PASSED, "passed"),
    "a stray folder by its name": (newer("old", Path.mkdir), ("gate", "old"), USAGE, "no run is called 'old'"),
    "a stray folder's report": (newer("old", Path.mkdir), ("report", "old"), USAGE, "no run is called 'old'"),
    "a newer run that lacks its beginning": (of_a_newer_run, GATE, BROKEN, "it has no end"),
    "runs that is a file: gate": (runs_is_a_file, GATE, USAGE, "no run yet"),
    "runs that is a file: run": (runs_is_a_file, ("run",), BROKEN, "reports/runs"),
    "runs that is a file: up": (runs_is_a_file, ("up",), BROKEN, "reports/runs"),
    "deep YAML: a contract": (
        written("contracts/shared.yaml", DEEP), ("check",), USAGE, "shared.yaml: not YAML: nested",
    ),
    "deep JSON: a contract": (
        written("contracts/deep.json", DEEP, named_in_settings=True), ("check",), USAGE, "deep.json: nested",
    ),
    "deep YAML: the catalogue": (
        written("scenarios/catalogue.yaml", DEEP), ("run", "scenarios"), USAGE, "catalogue.yaml:1: not YAML: nested",
    ),
    "deep TOML: the settings": (
        written("harness.toml", f"name = {DEEP}"), ("run",), USAGE, "harness.toml: 无法读取：嵌套过深",
    ),
}  # fmt: skip


# Those start pytest; what reads the files has tests of its own.
SLOW = {"deep YAML: a contract", "deep JSON: a contract", "deep YAML: the catalogue"}


@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=pytest.mark.full if case in SLOW else ()) for case in CASES]
)
def test_the_exit_code_and_one_line(
    case: str, shop: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    change, words, code, said = CASES[case]
    change(shop)
    ended = harness(monkeypatch, *words)
    out, err = capfd.readouterr()
    assert ended == code, out + err
    assert said in out + err
    assert "Traceback" not in out + err
    assert "a fault of the harness" not in err
