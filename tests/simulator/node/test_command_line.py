from __future__ import annotations

import os
from pathlib import Path

import pytest

from harness.core.errors import UsageError
from harness.simulator.command_line import main, parse_arguments
from tests.support.simulator import APPS


def test_arguments_become_settings() -> None:
    settings, given = parse_arguments(
        [
            "--project=app",
            "--port=0",
            "--map=https://api.shop.example=http://127.0.0.1:8001/",
            "--map=http://cdn.shop.example:81=http://127.0.0.1:8002",
            "--wechat=http://127.0.0.1:8003/",
            '--person={"openid": "o1", "nickName": "小明"}',
            "--no-app",
            "--json",
            "--stdin-guard",
        ]
    )
    assert settings.project == Path("app")
    assert settings.hosts == {
        "https://api.shop.example": "http://127.0.0.1:8001",
        "http://cdn.shop.example:81": "http://127.0.0.1:8002",
    }
    assert settings.wechat == "http://127.0.0.1:8003"
    assert settings.person.nick_name == "小明"
    assert (settings.with_app, settings.headless, settings.port) == (False, True, 0)
    assert (given.json, given.stdin_guard) == (True, True)


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("--map=https://a", r"--map: expected A=B, got 'https://a'"),
        ("--map=ftp://a=http://b", r"--map: 'ftp://a' is not an http or https address"),
        ("--port=70000", r"--port: Input should be less than or equal to 65535"),
        ("--person={", r"--person: not JSON"),
        ("--person={}", r"--person.openid: Field required"),
        ("--wechat=localhost", r"--wechat: 'localhost' is not an http or https address"),
    ],
)
def test_a_wrong_argument_is_named(argument: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        parse_arguments(["--project=app", argument])


def test_a_folder_that_is_no_mini_program_ends_with_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--project", str(tmp_path)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "no app.json here" in err


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for the browser")
def test_a_browser_that_does_not_start_says_why(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    browser = tmp_path / "chromium"
    browser.write_text("#!/bin/sh\necho 'no room on the disk' >&2\nexit 7\n", encoding="utf-8")
    browser.chmod(0o755)
    assert main(["--project", str(APPS / "counter"), "--port=0", "--browser", str(browser)]) == 3
    assert (
        capfd.readouterr().err == f"{browser} did not start: no room on the disk; exitCode=7, signal=null\n"
    )
