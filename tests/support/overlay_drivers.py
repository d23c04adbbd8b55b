"""Who puts away what is drawn over a page: a finger, the phone's back, minium and miniprogram-automator.

Each is told by the simulator itself how it is done, in the refusal of a touch, and does that word for word.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from harness.automator.client import SimulatorClient
from harness.core.errors import ProtocolError
from tests.support.simulator import dial, leave

EVALUATING = Path(__file__).parents[1] / "automator_methods" / "evaluating.mjs"
BELOW = "#below"
BUTTON = """(label) => {
  const document = Function('return document')()
  const says = (button) => button.getAttribute('aria-label') ?? button.textContent.trim()
  const boxes = [...document.querySelectorAll('[data-overlay] [role=button]')]
    .filter((button) => says(button) === label)
    .map((button) => button.getBoundingClientRect())
    .filter(({ left, right }) => left >= 0 && right <= document.documentElement.clientWidth)
  const box = boxes.at(-1)
  return box && [box.left + box.width / 2, box.top + box.height / 2]
}"""
"""The middle of the button on the screen that has these words."""


class Driver(Protocol):
    def tap(self, selector: str) -> str:
        """Touch an element of the page on top; what was said when it was refused, else nothing."""

    def put_away(self, said: str) -> None:
        """Do what a refusal says."""


class Finger:
    """The screen itself; what the app does is the app's."""

    def __init__(self, client: SimulatorClient) -> None:
        self.client = client

    def tap(self, selector: str) -> str:
        page = self.client.call("App.getCurrentPage")["pageId"]
        found = self.client.call("Page.getElements", {"pageId": page, "selector": selector})["elements"]
        try:
            self.client.call("Element.tap", {"pageId": page, "elementId": found[0]["elementId"]})
        except ProtocolError as error:
            return error.text.en + "\n" + error.text.zh
        return ""

    def put_away(self, said: str) -> None:
        advice = part(said, "To close it")
        if hides := re.search(r"wx\.(hide\w+)", advice):
            self.client.call("App.callWxMethod", {"method": hides[1], "args": []})
            return
        if "goes by itself" in advice:
            return  # whoever looks waits for it
        label = next(iter(re.findall('"(.*?)"', advice)), "")
        place = self.client.call("App.callFunction", {"functionDeclaration": BUTTON, "args": [label]}).get(
            "result"
        )
        assert place, f"nothing on the screen says {label!r}"
        self.client.touch((place[0], place[1]))


class Back(Finger):
    """The phone's back, for what it puts away."""

    def put_away(self, said: str) -> None:
        advice = part(said, "To close it")
        if "wx.hide" in advice or "by itself" in advice:
            super().put_away(said)
        else:
            self.client.back()


class Minium:
    def __init__(self, mini: Any) -> None:
        self.mini = mini

    def tap(self, selector: str) -> str:
        try:
            self.mini.app.get_current_page().get_element(selector).tap()
        except Exception as error:
            return str(error)
        return ""

    def put_away(self, said: str) -> None:
        assert eval(part(said, "minium"), {"mini": self.mini}) is not False


class Automator:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def tap(self, selector: str) -> str:
        touch = f"(await (await miniProgram.currentPage()).$({json.dumps(selector)})).tap()"
        return str(self.evaluate(touch).get("error", ""))

    def put_away(self, said: str) -> None:
        outcome = self.evaluate(part(said, "automator"))
        assert "error" not in outcome, outcome
        assert "error" not in (outcome["result"] or {}), outcome

    def evaluate(self, expression: str) -> dict[str, Any]:
        return self.send(json.dumps(expression))

    def send(self, line: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        answered: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answered


def part(said: str, name: str) -> str:
    """The part of a refusal that follows a name and a colon, in its first language."""
    found = re.search(rf"{name}: (.*?)(?:; |$)", said.splitlines()[0])
    assert found, said
    return found[1]


@contextmanager
def by_minium(port: int, outputs: Path) -> Iterator[Minium]:
    # What minium draws nothing for, it answers itself: here the simulator draws.
    mini = dial(port, outputs, mock_native_modal=None)
    try:
        yield Minium(mini)
    finally:
        leave(mini)


@contextmanager
def by_automator(endpoint: str) -> Iterator[Automator]:
    node = shutil.which("node")
    assert node, "Node.js is not installed"
    with subprocess.Popen(
        [node, str(EVALUATING)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        driver = Automator(process)
        assert driver.send(endpoint) == {"result": "connected"}
        yield driver
