"""Finding a Chromium on this machine, for the website's tests and for the simulator alike.

Owns the order of search and the message when there is none. It starts nothing and does not import Playwright:
whoever has a Playwright at hand passes the path of its own browser.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.core import advice
from harness.core.errors import UsageError
from harness.core.text import Text, text_of

VARIABLE = "HARNESS_CHROMIUM"
"""Environment variable naming the browser to use; the command line's option comes before it."""

OF_DEBIAN, OF_PLAYWRIGHT = advice.debian("chromium"), advice.python("-m playwright install chromium")
INSTALL = Text(
    zh=f"Debian：{OF_DEBIAN}；其他：{OF_PLAYWRIGHT}", en=f"Debian: {OF_DEBIAN}; elsewhere: {OF_PLAYWRIGHT}"
)
"""How a Chromium is installed here."""

ON_PATH = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")
WINDOWS_ROOTS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")

# Chromium is the part of a mini-program's phone that must never reach the network: everything an app loads
# comes from the simulator. With these a probe of fetch, WebSocket, STUN and TURN went from four UDP and
# three TCP connections to none. Port 9 is discard: a proxy nobody runs.
OFFLINE_ARGS = (
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
)
# No update checks, no account, no field trials: nothing phones home.
QUIET_ARGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
)
# Features off. Chromium takes the last such list only, so it begins with what Playwright turns off of itself.
# WebRTC's way of hiding addresses joins a multicast group on every network there is.
# The last two are hidden pages of the address bar: two processes of 20 MB for every window, and half the time
# a window takes to open.
FEATURES_OFF = (
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebRtcHideLocalIpsWithMdns",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)

# A socket's path holds 107 bytes (unix(7)), and the one Chromium makes in TMPDIR has 45 of its own: where they
# do not fit, it aborts.
LONGEST_TMPDIR = 62
SHORT_TMPDIRS = ("/tmp", "/var/tmp")


def launch_environment(environ: Mapping[str, str] | None = None) -> dict[str, str | float | bool]:
    """The environment to launch with: ours, with another TMPDIR where ours is too long for the browser's socket."""
    environ = os.environ if environ is None else environ
    given: dict[str, str | float | bool] = {**environ}
    if len(os.fsencode(environ.get("TMPDIR", ""))) > LONGEST_TMPDIR:
        short = next((folder for folder in SHORT_TMPDIRS if os.access(folder, os.W_OK)), None)
        given |= {} if short is None else {"TMPDIR": short}
    return given


def launch_arguments(*, offline: bool = False) -> list[str]:
    """Arguments for launching; ``offline`` for a browser that must reach nothing, loopback included."""
    return [*QUIET_ARGS, f"--disable-features={','.join(FEATURES_OFF)}", *(OFFLINE_ARGS if offline else ())]


def find_chromium(
    playwrights_own: str | Path | None = None,
    *,
    explicit: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Path:
    """The browser to launch: asked for, else Playwright's own, else on PATH, else the usual places.

    A browser asked for (``explicit`` or the variable ``HARNESS_CHROMIUM``) that is not there is an error,
    never a reason to take another. UsageError names what can be installed.
    """
    environ = os.environ if environ is None else environ
    option = Text(zh="选项", en="the option")
    for asked, by in ((explicit, option), (environ.get(VARIABLE), text_of(VARIABLE))):
        if asked:
            path = Path(asked)
            if not path.is_file():
                words = Text(
                    zh="{by}指定的浏览器 {path} 不是文件",
                    en="{by} names the browser {path}, which is not a file",
                )
                raise UsageError(words.format(by=by, path=path))
            return path
    for path in _candidates(playwrights_own, environ):
        if path.is_file():
            return path
    raise UsageError(
        Text(
            zh=f"没有找到 Chromium：请安装（{INSTALL.zh}，或 Chrome、Edge），或用 --browser 或 {VARIABLE} 指定",
            en=f"no Chromium found: install one ({INSTALL.en}, or Chrome or Edge) or name it with --browser or "
            f"{VARIABLE}",
        )
    )


def _candidates(playwrights_own: str | Path | None, environ: Mapping[str, str]) -> Iterator[Path]:
    if playwrights_own:
        yield Path(playwrights_own)
    for name in ON_PATH:
        if found := shutil.which(name, path=environ.get("PATH")):
            yield Path(found)
    if sys.platform == "darwin":
        yield from map(Path, MAC)
    if sys.platform == "win32":
        roots = [environ[root] for root in WINDOWS_ROOTS if environ.get(root)]
        yield from (Path(root, place) for place in WINDOWS for root in roots)
