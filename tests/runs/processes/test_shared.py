"""A whole run on a shared environment: what it forbids is not sent, held back is said, what was made is listed."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.core.events import read_events
from harness.core.payloads import Verdict
from harness.traffic import exchanges_of

ROOT = Path(__file__).resolve().parents[3]
CONTRACTS = Path(__file__).parents[2] / "fixture_contracts"
CONFIG = """
name = "club"
environment = "{environment}"
language = "en"

[environment_rules]
allow = {allow}

[services.club]
title = {{zh = "俱乐部", en = "club"}}
url = "{url}"
health = "/health"
platform = "website"
contracts = ["club.yaml"]
users.ann.{user}

[website]
service = "club"

[miniprogram]
service = "club"
project = "app"

[conformance]
max_examples = 5
"""
LOGIN = 'login = {path = "/session", body = {name = "ann"}, token = "/token"}'


@pytest.fixture
def club() -> Iterator[tuple[str, Any]]:
    spec = importlib.util.spec_from_file_location("club", CONTRACTS / "backend_club.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def healthy(self: Any) -> None:
        self.send(200, {}) if self.path == "/health" else self.answer()

    with module.club() as (url, handler):
        handler.do_GET = healthy
        yield url, handler


def check(folder: Path, url: str, *arguments: str, **values: str) -> tuple[int, str, Path]:
    """Run ``harness check`` there: exit code, what it said, the run folder."""
    (folder / "contracts").mkdir()
    (folder / "app").mkdir()
    shutil.copy(CONTRACTS / "club.yaml", folder / "contracts")
    given = {"environment": "shared", "allow": '["logIn"]', "user": LOGIN, **values}
    (folder / "harness.toml").write_text(CONFIG.format(url=url, **given), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "harness", "check", "--seed", "3", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "300", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    runs = sorted((folder / "reports" / "runs").glob("*"))
    return done.returncode, done.stdout + done.stderr, runs[-1] if runs else folder


def test_on_shared_only_reads_and_what_is_allowed_reaches_the_backend(
    tmp_path: Path, club: tuple[str, Any]
) -> None:
    url, handler = club
    code, said, folder = check(tmp_path, url)
    assert code == 0, said
    seen = [line.split(" ")[:2] for line in handler.seen]
    assert {method for method, _ in seen} <= {"GET", "HEAD", "OPTIONS", "POST"}
    assert {path.partition("?")[0] for method, path in seen if method == "POST"} == {"/session"}
    recorded = exchanges_of(folder)
    passed = [[x.exchange.method, x.exchange.path] for x in recorded if not x.record.refused]
    assert sorted(passed) == sorted(seen)
    assert any(x.record.refused for x in recorded)  # other methods were tried, and held back

    verdicts = {event.data.test: event.data for event in read_events(folder, Verdict)}
    out = verdicts["contracts/club.yaml::club::logOut"]
    assert out.verdict == "not run"
    assert "DELETE /session writes, and [environment_rules] does not allow it" in out.message.en
    assert verdicts["contracts/club.yaml::club::getPoints"].verdict == "passed"

    made = json.loads((folder / "cleanup.json").read_text(encoding="utf-8"))
    posts = [x for x in recorded if x.exchange.method == "POST" and x.exchange.status == 201]
    assert len(made) == len(posts) > 0
    assert made[0]["service"] == "club"
    assert (made[0]["method"], made[0]["path"], made[0]["status"]) == ("POST", "/session", 201)


def test_a_log_in_that_the_rules_forbid_is_said_before_anything_is_sent(
    tmp_path: Path, club: tuple[str, Any]
) -> None:
    url, handler = club
    code, said, _ = check(tmp_path, url, allow="[]")
    assert code == 2
    assert "harness.toml:15: services.club.users.ann.login.path: logging in is refused" in said
    assert 'add "POST /session" to [environment_rules] allow' in said
    assert handler.seen == []


def test_production_said_twice_is_only_read_from(tmp_path: Path, club: tuple[str, Any]) -> None:
    url, handler = club
    handler.tokens.add("t0k3n-of-ann")
    user = 'bearer = "t0k3n-of-ann"'
    code, said, folder = check(
        tmp_path, url, "--yes-production", "club", environment="production", allow="[]", user=user
    )
    assert code == 0, said
    assert {line.partition(" ")[0] for line in handler.seen} <= {"GET", "HEAD", "OPTIONS"}
    verdicts = [event.data.verdict for event in read_events(folder, Verdict)]
    assert "passed" in verdicts
    assert "not run" in verdicts


def test_an_entry_that_names_no_operation_is_an_error(tmp_path: Path, club: tuple[str, Any]) -> None:
    url, handler = club
    code, said, _ = check(tmp_path, url, allow='["logIm"]')
    assert code == 2
    assert "harness.toml:7: environment_rules.allow: no contract has an operation 'logIm'" in said
    assert handler.seen == []
