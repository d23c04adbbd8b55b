from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from harness.core.chromium import find_chromium, launch_arguments
from harness.core.errors import BrokenError
from harness.reporting import allure
from harness.reporting.enrich import enrich
from harness.reporting.figures import RunFigures
from harness.reporting.settings import ReportingSettings

PACKAGES = Path(__file__).parents[3] / "reports"
TAGS = """<body><script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
    <script>
        window.dataLayer = window.dataLayer || [];
        gtag('config', 'G-1', {"reportUuid": "1"});
    </script>
    <script src="data:text/javascript;base64,YQ=="></script></body>"""


def test_analytics_are_cut_out_and_the_rest_stays() -> None:
    assert allure.strip(TAGS) == '<body><script src="data:text/javascript;base64,YQ=="></script></body>'


@pytest.mark.parametrize("page", [
    '<script src="https://cdn.example/x.js"></script>',
    "<img alt='' src='http://pixel.example/1.gif'>",
    '<link rel="stylesheet" href="//fonts.example/a.css">',
    "<script>fetch('https://www.google-analytics.com/collect')</script>",
    '<script data-x="1" src=https://www.googletagmanager.com/gtag/js></script>',
])  # fmt: skip
def test_a_page_that_would_load_from_a_network_is_refused(page: str) -> None:
    with pytest.raises(BrokenError, match="still loads from the network"):
        allure.strip(page)


def test_links_and_namespaces_are_no_loads() -> None:
    page = '<a href="https://allurereport.org">Allure</a><svg xmlns="http://www.w3.org/2000/svg"/>'
    assert allure.strip(page) == page


def test_the_missing_package_is_one_error_with_its_command(full_run: Path, tmp_path: Path) -> None:
    settings = ReportingSettings(packages=tmp_path)
    with pytest.raises(BrokenError, match=r"leave \[reporting\] packages out"):
        allure.generate(RunFigures.read(full_run), settings, tmp_path, tmp_path / "allure.html")


def test_allure_comes_from_the_wheel_else_from_the_clone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command of a message must work: npm installs only where a lock file says what."""
    clone, wheel, project = (tmp_path / name for name in ("a clone", "wheel", "project"))
    monkeypatch.setattr(allure, "OF_THE_CLONE", clone)
    monkeypatch.setattr(allure, "OF_THE_WHEEL", wheel)
    with pytest.raises(BrokenError, match="incomplete: install it again"):
        allure.packages(None, project)
    clone.mkdir()
    (clone / "package-lock.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BrokenError, match=re.escape(f"run: npm ci --prefix '{clone}'")):
        allure.packages(None, project)
    for folder in (clone, wheel, project):
        (folder / allure.SCRIPT).parent.mkdir(parents=True)
        (folder / allure.SCRIPT).touch()
        assert allure.packages(None, project) == folder
    assert allure.packages(clone, project) == clone


def test_the_configuration_names_no_path_of_this_machine(full_run: Path) -> None:
    text = allure.config(RunFigures.read(full_run), ReportingSettings(language="zh"))
    document = json.loads(text.removeprefix("export default ").rstrip().removesuffix(";"))
    assert document["variables"] == {
        "网站": "Chromium 156", "小程序": "simulator 0.1.0", "shared.yaml": "1.4.0", "sync.yaml": "1.1.0",
        "环境": "disposable", "提交": "e21f683", "随机种子": "8131",
    }  # fmt: skip
    assert document["plugins"]["awesome"]["options"]["reportLanguage"] == "zh"
    assert [category["name"] for category in document["categories"]] == [
        "不稳定", "产品缺陷", "环境或工具故障", "未执行",
    ]  # fmt: skip
    assert re.findall(r'"(/[^"]*)"', text) == []


def test_the_lock_pins_allure_and_names_no_registry() -> None:
    lock = json.loads((PACKAGES / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"][""]["dependencies"] == {"allure": "3.18.0"}
    assert lock["packages"]["node_modules/allure"]["version"] == "3.18.0"
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_allure_that_fails_is_quoted(full_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 7, "", "no such thing")

    monkeypatch.setattr(subprocess, "run", fails)
    with pytest.raises(BrokenError, match=r"exit code 7 and made no page: no such thing"):
        allure.generate(
            RunFigures.read(full_run), ReportingSettings(packages=PACKAGES), tmp_path, tmp_path / "a.html"
        )


def test_the_real_page_opens_from_disk_shows_the_run_and_asks_no_network(
    full_run: Path, tmp_path: Path
) -> None:
    figures, settings = RunFigures.read(full_run), ReportingSettings(language="zh", packages=PACKAGES)
    output = tmp_path / "allure.html"
    for _ in range(2):
        allure.generate(figures, settings, enrich(figures, "zh"), output)
    history = full_run.parents[1] / "history" / "history.jsonl"
    assert [json.loads(line)["run"] for line in history.read_text().splitlines()] == [figures.run]
    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=launch_arguments())
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(output.as_uri())
        page.get_by_text("L02 小程序下单后网站积分更新").first.click()
        page.get_by_text("产品缺陷：小程序下单 5 秒后").first.wait_for()
        frame = page.frame_locator("iframe").first
        frame.get_by_text("未到达（允许 5 秒，读取 21 次）").wait_for()
        assert frame.locator(".screens").evaluate("element => getComputedStyle(element).display") == "flex"
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:", "about:"))] == []
