"""A touch is told to the app where it was made, whatever the browser does with it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from harness.core.polling import poll
from tests.support.miniprograms import OpenApp, Workshop, write_tree

PAGE = """
const heard = []
Page({
  heard(e) { heard.push(e.type) },
  take: () => heard.splice(0),
  loseOne() {
    const view = Function('return this')()
    view.addEventListener('touchend', (e) => e.stopImmediatePropagation(), { capture: true, once: true })
  },
})
"""
WXML = (
    '<view style="height: 40px" id="above" bindtap="heard"/>'
    '<button id="it" style="display: block; height: 24px" bindtap="heard" bindtouchend="heard"/>'
)
PAGES = {"plain": {}, "bare": {"navigationStyle": "custom"}}
CHANGES = 20


@pytest.fixture(scope="module")
def app(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenApp]:
    files: dict[str, str] = {"app.json": json.dumps({"pages": [f"pages/{name}/{name}" for name in PAGES]})}
    for name, settings in PAGES.items():
        at = f"pages/{name}/{name}"
        files |= {f"{at}.json": json.dumps(settings), f"{at}.js": PAGE, f"{at}.wxml": WXML}
    with workshop.open(write_tree(tmp_path_factory.mktemp("touches"), files)) as opened:
        yield opened


def types_of(app: OpenApp) -> list[str]:
    return list(poll(lambda: app.page_method("take"), bool, within=2).value)


def test_a_finger_whose_end_the_browser_loses_was_lifted(app: OpenApp) -> None:
    app.wx("reLaunch", url="/pages/plain/plain")
    for _ in range(2):
        app.page_method("loseOne")
        app.tap("#it")
        assert types_of(app) == ["touchend", "tap"]
    app.tap("#it")
    assert types_of(app) == ["touchend", "tap"], "each of them once"


def test_a_touch_lands_where_the_bars_have_moved_the_page(app: OpenApp) -> None:
    for number in range(CHANGES):
        app.wx(
            "reLaunch", url=f"/pages/{'plain' if number % 2 else 'bare'}/{'plain' if number % 2 else 'bare'}"
        )
        app.tap("#it")
        assert types_of(app) == ["touchend", "tap"], f"after {number + 1} changes"
