"""The specification beside the two clients as they are installed: what they send and what they listen for."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.automator.spec import load_spec

DOMAINS = ("Tool", "App", "Page", "Element")
AUTOMATOR = Path(__file__).parents[2] / "automator_methods" / "node_modules" / "miniprogram-automator" / "out"

CHROME = "Chrome's own protocol, spoken to a web-view on a phone; not to DevTools"
NOT_OF_THE_PROTOCOL = {"Page.enable": CHROME, "Page.navigate": CHROME, "Page.captureScreenshot": CHROME}
NOT_TOLD = {
    "Tool.onRemoteDebugConnected": "follows Tool.enableRemoteDebug, which is answered `unimplemented`"
}


def sources() -> Iterator[str]:
    # Read, not imported: importing minium changes the process.
    minium = importlib.util.find_spec("minium")
    assert minium is not None
    assert minium.origin is not None
    if not AUTOMATOR.is_dir():
        pytest.fail(
            "miniprogram-automator is not installed; run: npm ci --prefix tests/automator_methods",
            pytrace=False,
        )
    package = Path(minium.origin).parent
    # What minium brings along of others speaks other protocols.
    own = (file for file in package.rglob("*.py") if file.relative_to(package).parts[0] != "externlib")
    for file in (*own, *AUTOMATOR.glob("*.js")):
        yield file.read_text(encoding="utf-8")


def named() -> set[str]:
    """Every name of a method or event; an element's getters are put together from parts in both clients."""
    whole = re.compile(rf"""["'`]((?:{"|".join(DOMAINS)})\.[a-z]\w*)["'`]""")
    getter = re.compile(r"""["'](get\w+)["'],\s*["'](?:attributes|properties|styles)["']""")
    found = set()
    for text in sources():
        found.update(whole.findall(text))
        found.update(f"Element.{name}" for name in getter.findall(text))
    return found


def test_the_specification_is_exactly_what_the_clients_send_and_hear() -> None:
    spec = load_spec()
    specified = {name for name in spec.methods if not name.startswith("Simulator.")} | set(spec.events)
    explained = set(NOT_OF_THE_PROTOCOL) | set(NOT_TOLD)
    assert specified & explained == set(), "specified, and explained away"
    clients = named()
    assert clients - specified - explained == set(), "named by a client, not specified"
    assert (specified | explained) - clients == set(), "no client names it any more"
