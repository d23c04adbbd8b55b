"""What a resident system was made of: every difference that the system could show is told, and no other."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.config.settings import load
from harness.runs.resident.fingerprint import differences, fingerprint
from tests.support.project import GOOD


def edited(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(path.read_text(encoding="utf-8") + "\n" if path.is_file() else "x", encoding="utf-8")
    os.utime(path, (1, 1))


def changes(project: Path, change: Callable[[Path], object]) -> list[str]:
    before = fingerprint(load(project))
    change(project.parent)
    return differences(before, fingerprint(load(project)))


@pytest.mark.parametrize(
    "name",
    [
        "contracts/shared.yaml",
        "contracts/waivers.yaml",
        "app/app.json",
        "site.py",
        "pkg/inner.py",
        "data.csv",
    ],
)
def test_a_file_of_the_system(project: Path, name: str) -> None:
    assert changes(project, lambda root: edited(root / name)) == [name]


@pytest.mark.parametrize(
    "name",
    [
        "scenarios/test_a.py",
        "scenarios/pages/login.yaml",
        "contracts/linkage.yaml",
        "contracts/not-producible.yaml",
        "reports/runs/x/events.jsonl",
        "reports/history/history.jsonl",
        "node_modules/a/index.js",
        ".git/HEAD",
        "pkg/__pycache__/inner.pyc",
        "env/lib/site.py",
        "server.log",
        "data/shop.sqlite3",
        "shop.db-wal",
    ],
)
def test_a_file_of_tests_runs_or_tools(project: Path, name: str) -> None:
    (project.parent / "env").mkdir()
    (project.parent / "env" / "pyvenv.cfg").touch()
    assert changes(project, lambda root: edited(root / name)) == []


def test_a_file_that_is_gone_and_one_that_came_back(project: Path) -> None:
    source = project.parent / "site.py"
    source.touch()
    assert changes(project, lambda root: source.unlink()) == ["site.py"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"{url:phone}"', '"{url:phone}/"', "[services.site]"),
        (
            'health = "/health"\nplatform = "miniprogram"',
            'health = "/up"\nplatform = "miniprogram"',
            "[services.phone]",
        ),
        ('[website]\nservice = "site"', '[website]\nservice = "site"\nlocale = "en"', "[website]"),
        ('project = "app"', 'project = "app"\npatience = 9', "[miniprogram]"),
        ('"disposable"', '"shared"', "environment"),
    ],
)
def test_settings_by_their_table(project: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    changed = changes(project, lambda _: project.write_text(GOOD.replace(old, new), encoding="utf-8"))
    assert changed == [told, "harness.toml"]


def test_what_the_proxies_have_to_mask(project: Path) -> None:
    users = '\n[services.site.users.li]\nheaders = {X-Key = "li"}\n'
    changed = changes(project, lambda _: project.write_text(GOOD + users, encoding="utf-8"))
    assert changed == ["[services.site]", "harness.toml"]
    masking = '\n[masking]\npersonal = ["nickname"]\n'
    changed = changes(project, lambda _: project.write_text(GOOD + masking, encoding="utf-8"))
    assert "[masking]" in changed


def test_no_value_of_the_settings_is_written(project: Path) -> None:
    project.write_text(GOOD.replace('"{url:phone}"', '"secret-of-the-shop"'), encoding="utf-8")
    assert "secret-of-the-shop" not in str(fingerprint(load(project)))


def test_what_lies_outside_of_the_project(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("vendor")
    for name in ("app/app.json", "server/main.py"):
        edited(outside / name)
    text = GOOD.replace('project = "app"', f'project = "{outside / "app"}"')
    command = 'command = ["{python}", "-m", "phone"]'
    project.write_text(
        text.replace(command, f'{command}\nsources = ["{outside / "server"}"]'), encoding="utf-8"
    )
    for name in ("app/app.json", "server/main.py"):
        assert changes(project, lambda _, name=name: edited_again(outside / name)) == [str(outside / name)]


def edited_again(path: Path) -> None:
    path.write_text("other", encoding="utf-8")


def test_what_services_inherit_from_the_shell(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert changes(project, lambda _: monkeypatch.setenv("PAGE_FAULT", "price")) == ["$PAGE_FAULT"]
    assert changes(project, lambda _: monkeypatch.setenv("PYTEST_CURRENT_TEST", "x")) == []
    assert changes(project, lambda _: monkeypatch.setenv("HARNESS_CHROMIUM", "/x")) == ["$HARNESS_CHROMIUM"]


def test_sources_say_which_files_count(project: Path) -> None:
    root = project.parent
    for name in ("site", "phone"):
        edited(root / name / "main.py")
    text = GOOD
    for name in ("site", "phone"):
        command = f'command = ["{{python}}", "-m", "{name}"]'
        text = text.replace(command, f'{command}\nsources = ["{name}"]')
    project.write_text(text, encoding="utf-8")
    assert changes(project, lambda root: edited(root / "notes.txt")) == []
    assert changes(project, lambda root: edited(root / "phone" / "new.py")) == ["phone/new.py"]
    assert changes(project, lambda root: edited(root / "app" / "app.js")) == ["app/app.js"]
    assert changes(project, lambda root: edited(root / "contracts" / "shared.yaml")) == [
        "contracts/shared.yaml"
    ]
