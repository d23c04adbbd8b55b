"""A small project: a right harness.toml and what it names, for tests that break it."""

from __future__ import annotations

from pathlib import Path

import pytest

GOOD = """\
name = "shop"
environment = "disposable"

[services.site]
title = {zh = "网站", en = "site"}
command = ["{python}", "-m", "site"]
health = "/health"
platform = "website"
contracts = ["shared.yaml"]

[services.site.environment]
PEER = "{url:phone}"

[services.phone]
title = {zh = "小程序", en = "phone"}
command = ["{python}", "-m", "phone"]
health = "/health"
platform = "miniprogram"

[website]
service = "site"

[miniprogram]
service = "phone"
project = "app"
hosts = {"https://api.example" = "phone"}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "shared.yaml").touch()
    (tmp_path / "app").mkdir()
    (tmp_path / "harness.toml").write_text(GOOD, encoding="utf-8")
    return tmp_path / "harness.toml"
