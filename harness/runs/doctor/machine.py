"""Is this machine able to run the harness? Chromium, a Chinese font, node, Allure, free ports.

Looks only; installs nothing and asks no network.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from harness.core import advice
from harness.core.chromium import INSTALL, VARIABLE, find_chromium
from harness.core.errors import BrokenError, UsageError
from harness.core.proxy_variables import proxy_variables
from harness.core.text import Text
from harness.processes.ports import free_ports
from harness.reporting.allure import packages as allure_packages
from harness.runs.doctor.diagnosis import Diagnosis, attempt, same
from harness.simulator.build import ensure_bundle

WITHIN = 60.0  # seconds a program may take to say its version
PORTS = 30  # more than the edges and services of most systems
PLAYWRIGHT_AGAIN = advice.pip("install --force-reinstall playwright")
# Asked in a process of its own: Playwright belongs to other packages.
PLAYWRIGHT = """
import json
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(json.dumps([str(compute_driver_executable()[0]), playwright.chromium.executable_path]))
"""


def look(packages: Callable[[], Path] = allure_packages) -> Iterator[Diagnosis]:
    """The checks, cheapest first. ``packages``: gives the folder with Allure's ``node_modules``, or a BrokenError."""
    name = f"{platform.python_version()}, linkage-harness {version('linkage-harness')}, {platform.platform()}"
    yield Diagnosis(Text(zh="Python", en="Python"), "ok", same(name))
    node, own = _playwright()
    yield attempt(
        Text(zh="浏览器 Chromium", en="browser Chromium"),
        lambda: _chromium(own),
        Text(
            zh=f"安装 Chromium（{INSTALL.zh}），或用环境变量 {VARIABLE} 指定",
            en=f"install Chromium ({INSTALL.en}) or name one with {VARIABLE}",
        ),
    )
    yield _chinese_font()
    yield attempt(
        Text(zh="Node.js（Playwright 自带）", en="Node.js (Playwright's own)"),
        lambda: _output_of([node or "node", "--version"]),
        Text(
            zh=f"重新安装 playwright：{PLAYWRIGHT_AGAIN}", en=f"install playwright again: {PLAYWRIGHT_AGAIN}"
        ),
    )
    yield attempt(Text(zh="Allure 报告", en="Allure reports"), lambda: _allure(packages()))
    yield attempt(
        Text(zh="模拟器运行时", en="simulator's page runtime"),
        _runtime,
        Text(zh="安装 Node.js 20.19 以上后再试", en="install Node.js 20.19 or newer and try again"),
    )
    if named := proxy_variables(os.environ):
        yield Diagnosis(
            Text(zh="代理变量", en="proxy variables"),
            "ok",
            Text(
                zh=f"{'、'.join(named)}：访问本机地址时不使用代理",
                en=f"{', '.join(named)}: not used for addresses of this machine",
            ),
        )
    yield attempt(Text(zh="空闲端口", en="free ports"), lambda: f"{len(free_ports(PORTS))} × 127.0.0.1")


def _playwright() -> tuple[str | None, str | None]:
    """Playwright's node and its own Chromium; None where it does not answer."""
    try:
        node, own = json.loads(_output_of([sys.executable, "-c", PLAYWRIGHT]))
    except (BrokenError, ValueError):
        return None, None
    return node, own


def _chromium(own: str | None) -> str:
    try:
        path = find_chromium(own)
    except UsageError as error:
        raise BrokenError(error.text) from None  # the machine lacks it; no input is wrong
    return f"{_output_of([str(path), '--version'])} ({path})" if sys.platform != "win32" else str(path)


def _chinese_font() -> Diagnosis:
    what, font = Text(zh="中文字体", en="font for Chinese"), advice.debian("fonts-wqy-zenhei")
    todo = Text(
        zh=f"安装中文字体（Debian：{font}），否则截图里的汉字是方框",
        en=f"install one (Debian: {font}), or Chinese shows as boxes in screenshots",
    )
    if sys.platform != "linux":
        return Diagnosis(what, "ok", Text(zh="系统自带", en="comes with the system"))
    if shutil.which("fc-list") is None:
        return Diagnosis(
            what, "warning", Text(zh="没有 fc-list，无法判断", en="no fc-list: cannot tell"), todo
        )
    found = _output_of(["fc-list", ":lang=zh", "family"]).splitlines()
    if not found:
        return Diagnosis(what, "warning", Text(zh="没有找到", en="none found"), todo)
    return Diagnosis(what, "ok", same(found[0].split(",")[0]))


def _allure(packages: Path) -> str:
    about = json.loads((packages / "node_modules" / "allure" / "package.json").read_text(encoding="utf-8"))
    return f"allure {about.get('version')}"


def _runtime() -> Text:
    ensure_bundle()
    return Text(zh="已构建", en="built")


def _output_of(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=WITHIN
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BrokenError(
            Text(zh=f"无法运行 {command[0]}：{error}", en=f"{command[0]} cannot be run: {error}")
        ) from None
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        said = " ".join(last)
        raise BrokenError(
            Text(
                zh=f"{command[0]} 以退出码 {done.returncode} 结束：{said}",
                en=f"{command[0]} ended with exit code {done.returncode}: {said}",
            )
        )
    return done.stdout.strip()
