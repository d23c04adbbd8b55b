"""Eight apps at once, what each takes of memory, and a page of a thousand components.

``python benchmarks/simulator_many.py``: eight people open the app at the same moment and each taps once a
round, all together. Then one app draws a thousand components of its own, changes them all, and one of them;
beside them the same in plain DOM, in the same page.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from _measure import Promises, interleaved
from _simulator import SMALL, Simulator, end, memory, screen_at_rest, simulator

from harness.simulator.device.wechat_users import WeChatUser

APPS, ROUNDS = 8, 20
FILES = {
    "app.json": '{"pages": ["pages/list/list"]}',
    "app.js": "App({})",
    "pages/list/list.json": '{"usingComponents": {"row": "/row/row"}}',
    "pages/list/list.js": "Page({ data: { rows: [] } })",
    "pages/list/list.wxml": '<row wx:for="{{rows}}" wx:key="id" name="{{item.name}}" count="{{item.count}}" />',
    "row/row.json": '{"component": true}',
    "row/row.js": "Component({ properties: { name: String, count: Number } })",
    "row/row.wxml": '<view class="row"><text>{{name}}</text><view>{{count}}</view></view>',
    "project.config.json": '{"appid": "wxbenchmark0000000"}',
}
SET = """(rows) => new Promise((done) => {
  const [page] = getCurrentPages()
  page.setData(rows, done)
})"""
PLAIN = """(count) => {
  const box = document.createElement('div')
  document.body.append(box)
  for (let n = 0; n < count; n++) {
    const row = document.createElement('div')
    row.className = 'row'
    row.append(Object.assign(document.createElement('span'), { textContent: `row ${n}` }))
    row.append(Object.assign(document.createElement('div'), { textContent: String(n) }))
    box.append(row)
  }
  box.getBoundingClientRect()
  box.remove()
}"""


def rows(add: int) -> list[dict[str, Any]]:
    return [{"id": n, "name": f"row {n}", "count": n + add} for n in range(1000)]


async def tap(app: Any, page: Any, button: Any, text: Any, expected: str) -> None:
    await app.tap(page, button)
    params = {"pageId": page, "elementId": text, "names": ["innerText"]}
    said = await app.call("Element.getDOMProperties", params)
    assert said["properties"] == [expected], said


async def nodes(app: Any) -> tuple[Any, Any, Any]:
    page = (await app.call("App.getCurrentPage", {}))["pageId"]
    found = [
        (await app.call("Page.getElement", {"pageId": page, "selector": selector}))["elementId"]
        for selector in ("#add", "#count")
    ]
    return page, found[0], found[1]


async def together(running: Simulator) -> tuple[float, float, float]:
    """Seconds to open all, seconds of a round of taps, megabytes an app."""
    host = running.host
    await host.prepared()
    before = memory(os.getpid())
    began = time.perf_counter()
    opened = await asyncio.gather(*(host.new_app(WeChatUser(openid=f"oBench{n}")) for n in range(APPS)))
    opening = time.perf_counter() - began
    apps = [(app, *await nodes(app)) for _, app, _ in opened]
    began = time.perf_counter()
    for turn in range(ROUNDS):
        await asyncio.gather(*(tap(*each, str(turn + 1)) for each in apps))
    spent = (time.perf_counter() - began) / ROUNDS
    await host.prepared()
    # One screen was and is in reserve: it counts in neither.
    return opening, spent, (memory(os.getpid()) - before) / APPS


async def fill(app: Any, data: dict[str, Any]) -> None:
    await app.call("App.callFunction", {"functionDeclaration": SET, "args": [data]})


async def draw_plainly(app: Any) -> None:
    await app._screen.frame.evaluate(PLAIN, 1000)


def components(running: Simulator) -> dict[str, float]:
    _, app = running.new_app()

    def do(data: dict[str, Any]) -> None:
        running.wait(fill(app, data))

    state = {"add": 0}

    def change_all() -> None:
        state["add"] += 1
        do({"rows": rows(state["add"])})

    tasks = {
        "plain DOM, created and removed": lambda: running.wait(draw_plainly(app)),
        "created": lambda: do({"rows": rows(0)}),
        "all changed": change_all,
        "one changed": lambda: do({"rows[500].count": state["add"] + 7}),
        "removed": lambda: do({"rows": []}),
    }
    return interleaved(tasks, before=screen_at_rest)


def main() -> None:
    promises = Promises()
    with simulator(SMALL) as running:
        opening, spent, each = running.wait(together(running))
    print(f"{APPS} apps open in {opening:.2f} s, a tap and a text in each of them in {spent * 1000:.0f} ms")
    promises.at_most("memory of an app", each, 160, " MB")
    promises.at_most("a round of taps, for each app", spent / APPS, 0.05, " s")
    with tempfile.TemporaryDirectory() as name:
        for path, text in FILES.items():
            file = Path(name) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        with simulator(Path(name)) as running:
            seconds = components(running)
    for what, measured in seconds.items():
        print(f"1,000 rows {what:32s}{measured * 1000:7.1f} ms")
    promises.at_most("1,000 components created", seconds["created"], 0.4, " s")
    promises.at_most("all of them changed", seconds["all changed"], 0.15, " s")
    promises.at_most("one of them changed", seconds["one changed"], 0.03, " s")
    end(promises.end)


if __name__ == "__main__":
    main()
