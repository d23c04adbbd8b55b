"""A foreign system's processes and its pages in Chromium, without the harness: checked for what they are."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from playwright.sync_api import Browser, Page, sync_playwright

from harness import MiniProgramApp, MiniProgramSimulator
from harness.core.chromium import find_chromium, launch_arguments
from harness.core.polling import poll

TESTS = Path(__file__).parents[3]
PICTURES = os.environ.get("FOREIGN_PICTURES", "")
"""A folder for screenshots, to look at."""

_open = build_opener(ProxyHandler({})).open


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def is_up(address: str) -> bool:
    try:
        with _open(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def processes(system: str, *started: tuple[list[str], int, dict[str, str]]) -> Iterator[None]:
    """Each is a command, the port it listens on, and its environment."""
    with ExitStack() as stack:
        for command, port, environment in started:
            process = subprocess.Popen(
                command,
                cwd=TESTS / f"fixture_{system}",
                env={**os.environ, "PORT": str(port), **environment},
            )
            stack.callback(process.wait, 10)
            stack.callback(process.terminate)
        for _, port, _ in started:
            up = poll(lambda port=port: is_up(f"http://127.0.0.1:{port}/health"), bool, within=10)
            assert up.satisfied
        yield


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(playwright.chromium.executable_path), args=launch_arguments()
        )
        yield browser
        browser.close()


@contextmanager
def page_of(browser: Browser) -> Iterator[Page]:
    """A person's page. What it throws and what it cannot load is a fault, too."""
    context = browser.new_context(viewport={"width": 1180, "height": 860}, locale="zh-CN")
    context.set_default_timeout(5000)
    page = context.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(str(error)))
    yield page
    context.close()
    assert thrown == []


def lines(page: Page, selector: str, *wanted: str) -> list[str]:
    """The parts of each, as soon as they are what is wanted, or after a second and a half."""
    script = """([selector, wanted]) => {
        const texts = (one) => [...one.children].map((part) => part.innerText.trim()).filter(Boolean).join(" ");
        const found = [...document.querySelectorAll(selector)].map(texts);
        const late = (window.since ??= performance.now()) + 1500 < performance.now();
        return late || JSON.stringify(found) === JSON.stringify(wanted) ? found : null;
    }"""
    page.evaluate("delete window.since")
    found = page.wait_for_function(script, arg=[selector, wanted]).json_value()
    return list(found)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def overlaid(system: str, project: str, fault: str, folder: Path) -> Path:
    """A copy of a mini-program, with the files of a page fault in place of its own; ``fault``: '' for none."""
    fixture = TESTS / f"fixture_{system}"
    copied = shutil.copytree(fixture / project, folder / project)
    if fault:
        shutil.copytree(fixture / "page-faults" / fault / project, copied, dirs_exist_ok=True)
    return copied


class Phone:
    """A mini-program in the simulator, as Minium sees it: parts by class and text."""

    def __init__(self, app: MiniProgramApp) -> None:
        self.app = app

    @property
    def page(self) -> Any:
        return self.app.minium.app.get_current_page()

    def at(self, path: str) -> None:
        assert poll(lambda: str(self.page.path).lstrip("/"), path.__eq__, within=5).value == path

    def texts(self, selector: str) -> list[str]:
        return [str(element.inner_text) for element in self.page.get_elements(selector)]

    def shows(self, selector: str, *texts: str) -> list[str]:
        """What is shown, as soon as it is what is meant, or after a second and a half."""
        return poll(lambda: self.texts(selector), list(texts).__eq__, within=1.5).value

    def tap(self, selector: str, index: int = 0) -> None:
        assert poll(lambda: len(self.texts(selector)), index.__lt__, within=5).satisfied
        self.page.get_elements(selector)[index].click()

    def picture(self, name: str) -> None:
        if PICTURES:
            self.app.minium.app.screen_shot(f"{PICTURES}/{name}.png")


@contextmanager
def phone(project: Path, hosts: dict[str, str]) -> Iterator[Phone]:
    """A mini-program just opened. What it throws is a fault, too."""
    simulator = MiniProgramSimulator(project, hosts=hosts)
    try:
        app = simulator.open()
        yield Phone(app)
        assert app.findings()["exceptions"] == []
    finally:
        simulator.close()
