"""The files a simulated phone loads from the simulator itself: the shell, the page runtime, the app's own.

Owns the two made-up origins they have. Nothing here reaches a network.
"""

from __future__ import annotations

import mimetypes
from importlib import resources
from urllib.parse import unquote

from harness.simulator.build import Bundle
from harness.simulator.source.project import Project

SHELL_ORIGIN, APP_ORIGIN = "https://simulator.invalid", "https://mp.invalid"
APP_PAGE = f"{APP_ORIGIN}/__host/app.html"

Answer = tuple[int, str, bytes, dict[str, str]]
"""Status, media type, body, headers."""
ABSENT: Answer = (404, "text/plain", b"", {})


def is_own(address: str) -> bool:
    return address.startswith((f"{SHELL_ORIGIN}/", f"{APP_ORIGIN}/"))


def shell_file(name: str) -> bytes:
    return resources.files("harness.simulator").joinpath("shell", name).read_bytes()


class ServedFiles:
    """Those of one project."""

    def __init__(self, project: Project, bundle: Bundle) -> None:
        self._project, self._bundle = project, bundle

    def answer(self, address: str) -> Answer | None:
        """The answer for an address of ours; None for any other. UsageError where it is no file of the app's."""
        url, _, _ = address.partition("?")
        if url.startswith(f"{SHELL_ORIGIN}/"):
            return _own(url.removeprefix(f"{SHELL_ORIGIN}/") or "shell.html")
        if not url.startswith(f"{APP_ORIGIN}/"):
            return None
        path = unquote(url.removeprefix(f"{APP_ORIGIN}/"))
        if path == "__host/app.html":
            return _own("app.html")
        if path == "__host/host.js":
            return 200, "text/javascript", self._bundle.host_js.read_bytes(), {}
        if path == "__host/compiler.wasm.gz":
            # No content-encoding: the frame unpacks it itself, and decoded it is three times the transfer.
            return 200, "application/gzip", self._bundle.compiler_wasm_gz.read_bytes(), {}
        content = self._project.asset(path)
        if content is None:
            return ABSENT
        return 200, mimetypes.guess_type(path)[0] or "application/octet-stream", content, {}


def _own(name: str) -> Answer:
    if name not in ("shell.html", "shell.css", "shell.js", "app.html"):
        return ABSENT
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    return 200, f"{kind}; charset=utf-8", shell_file(name), {}
