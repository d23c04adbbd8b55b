"""A tap through unmodified minium until its effect is read, beside Playwright on the same node.

``python benchmarks/simulator_tap.py``: minium taps a button, reads the page's data and the text that shows
it; Playwright taps the same button and evaluates the same text, in the same browser, in turn, each from a
screen at rest. The promises: at most 20 ms more than Playwright, of which ours (protocol, host, page runtime;
without the delay minium needs, see automator/outbox.py) at most 5 ms.

Playwright asking for as many answers as the three calls do (where the button is, the state, the text) is
measured too: less than that is what the way around Playwright's driver saves (simulator/cdp.py).
"""

from __future__ import annotations

import itertools
import json
from typing import Any

from _measure import Promises, interleaved
from _simulator import SMALL, Simulator, dial, end, screen_at_rest, simulator
from websockets.asyncio.client import ClientConnection, connect

ROUNDS = 100
TEXT = "document.querySelector('#count').innerText"
TASKS = {
    "playwright": "Playwright: tap, one evaluation",
    "thrice": "Playwright: evaluation, tap, two evaluations",
    "plain": "a client without delay: tap, data, text",
    "minium": "minium: tap, data, text",
}
PLACE = """(() => {
  const box = document.querySelector('#add').getBoundingClientRect()
  return [box.left + box.width / 2, box.top + box.height / 2]
})()"""


class Plain:
    """A client that needs no delay: the same three calls over a WebSocket, in the simulator's thread."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._ids = socket, itertools.count()
        self._page: Any = None
        self._nodes: list[Any] = []

    async def call(self, method: str, /, **params: Any) -> Any:
        id = str(next(self._ids))
        await self._socket.send(json.dumps({"id": id, "method": method, "params": params}))
        while True:
            message = json.loads(await self._socket.recv())
            if message.get("id") == id:
                return message["result"]

    async def find(self, *selectors: str) -> None:
        self._page = (await self.call("App.getCurrentPage"))["pageId"]
        for selector in selectors:
            found = await self.call("Page.getElement", pageId=self._page, selector=selector)
            self._nodes.append(found["elementId"])

    async def tap_and_read(self) -> None:
        button, text = self._nodes
        await self.call("Element.tap", elementId=button, pageId=self._page)
        await self.call("Page.getData", pageId=self._page)
        names = ["innerText"]
        await self.call("Element.getDOMProperties", elementId=text, pageId=self._page, names=names)


async def peer(app: Any, x: float, y: float) -> None:
    """Playwright alone: the touch and one evaluation."""
    screen = app._screen
    await screen._page.touchscreen.tap(x, y)
    await screen.frame.evaluate(TEXT)


async def peer_asking_thrice(app: Any, x: float, y: float) -> None:
    """Playwright alone, with one evaluation for each thing that the three calls ask of the page."""
    frame = app._screen.frame
    await frame.evaluate(PLACE)
    await app._screen._page.touchscreen.tap(x, y)
    await frame.evaluate(TEXT)
    await frame.evaluate(TEXT)


async def place(app: Any) -> tuple[float, float]:
    box = await app._screen.frame.evaluate(PLACE)
    origin = await app._screen._page.evaluate("() => window.__shell.origin()")
    return origin["x"] + box[0], origin["y"] + box[1]


def measure(running: Simulator) -> dict[str, float]:
    port, app = running.new_app()
    client = dial(port)
    page = client.app.get_current_page()
    button, text = page.get_element("#add"), page.get_element("#count")
    x, y = running.wait(place(app))

    async def plain() -> Plain:
        made = Plain(await connect(f"ws://127.0.0.1:{port}"))
        await made.find("#add", "#count")
        return made

    other = running.wait(plain())

    def minium() -> None:
        before = int(page.data["count"])
        button.tap()
        assert page.data["count"] == before + 1
        assert text.inner_text == str(before + 1)

    def three_calls() -> tuple[object, object]:
        button.tap()
        return page.data, text.inner_text

    minium()
    tasks = {
        "playwright": lambda: running.wait(peer(app, x, y)),
        "thrice": lambda: running.wait(peer_asking_thrice(app, x, y)),
        "plain": lambda: running.wait(other.tap_and_read()),
        "minium": three_calls,
    }
    return interleaved(tasks, ROUNDS, before=screen_at_rest)


def main() -> None:
    with simulator(SMALL) as running:
        seconds = measure(running)
        for name, what in TASKS.items():
            print(f"{what:50s}{seconds[name] * 1000:7.2f} ms")
        promises = Promises()
        more = (seconds["minium"] - seconds["playwright"]) * 1000
        own = (seconds["plain"] - seconds["playwright"]) * 1000
        rest = (seconds["plain"] - seconds["thrice"]) * 1000
        print(f"{'our share beyond as many answers by Playwright':50s}{rest:7.2f} ms")
        promises.at_most("minium beyond Playwright's tap and evaluation", more, 20, " ms")
        promises.at_most("our own share of it", own, 5, " ms")
        end(promises.end)


if __name__ == "__main__":
    main()
