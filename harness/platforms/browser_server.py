"""A browser that outlives a test process: Playwright's own server, which any process of this machine may connect to."""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from harness.core.chromium import find_chromium, launch_arguments


def server(config: Path, port: int) -> tuple[tuple[str, ...], str]:
    """The command of a server without a window, and its WebSocket endpoint; writes ``config``.

    It answers GET with 200 at its port once it is ready. Source: ``playwright launch-server``, which takes the options
    of Playwright's ``BrowserType.launchServer``.
    """
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    path = f"/{secrets.token_hex(16)}"
    options = {
        "executablePath": str(find_chromium(own)),
        "headless": True,
        "args": launch_arguments(),
        "host": "127.0.0.1",
        "port": port,
        "wsPath": path,
    }
    config.touch(0o600)  # who knows the path drives the browser
    config.write_text(json.dumps(options), encoding="utf-8")
    program = (sys.executable, "-m", "playwright", "launch-server", "--browser", "chromium")
    return (*program, "--config", str(config)), f"ws://127.0.0.1:{port}{path}"
