"""One person's phone with the fixture app ``phone``: asks ``wx`` inside the app service and says what came."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.automator.client import NewApp, SimulatorClient
from harness.core.polling import poll
from tests.support.simulator import simulating as of_app

APP = Path(__file__).parents[1] / "fixture_apps" / "phone"
HONG = {"openid": "oHong", "nickName": "小红"}
MING = {"openid": "oMing", "phone": "19900000001", "nickName": "小明"}

READ = "(path) => wx.getFileSystemManager().readFileSync(path, 'base64')"

# Every way an API can answer, told apart: by callbacks, by its promise, at once.
ASK = """async (name, options, way) => {
  const api = name.split('.').reduce((owner, part) => owner[part], wx)
  const owner = name.split('.').slice(0, -1).reduce((each, part) => each[part], wx)
  if (way === 'callbacks') {
    const called = []
    return new Promise((resolve) => {
      const returned = api.call(owner, {
        ...options,
        success: (ok) => called.push(['success', ok]),
        fail: (ko) => called.push(['fail', ko]),
        complete: (end) => {
          called.push(['complete', end])
          setTimeout(() => resolve({ called, returned: typeof returned }))
        },
      })
    })
  }
  try {
    return { ok: await api.call(owner, options) }
  } catch (error) {
    return { failed: error instanceof Error ? error.message : error }
  }
}"""


class Phone:
    """``ask`` an API; ``run`` any function in the app service; ``heard`` what the app noted of its life."""

    def __init__(self, control: SimulatorClient, opened: NewApp) -> None:
        self.control, self.port, self.boot_ms = control, opened.port, opened.boot_ms
        self._driver = SimulatorClient(opened.endpoint, deadline=20)

    def run(self, function: str, *args: object) -> Any:
        return self._driver.call(
            "App.callFunction", {"functionDeclaration": function, "args": list(args)}
        ).get("result")

    def ask(self, api: str, options: object = None) -> Any:
        """The result of success; a failure is an AssertionError that shows it."""
        answer = self.run(ASK, api, options or {}, "promise")
        assert "ok" in answer, answer
        return answer["ok"]

    def refused(self, api: str, options: object = None) -> str:
        """The errMsg of a failure."""
        answer = self.run(ASK, api, options or {}, "promise")
        assert "failed" in answer, answer
        return str(answer["failed"]["errMsg"] if isinstance(answer["failed"], dict) else answer["failed"])

    def both_ways(self, api: str, options: object = None) -> Any:
        """The result, after having seen that callbacks and promise agree and that callbacks return nothing."""
        promised = self.run(ASK, api, options or {}, "promise")
        answer = self.run(ASK, api, options or {}, "callbacks")
        first, last = answer["called"]
        assert (first[0], last[0]) == ("success" if "ok" in promised else "fail", "complete")
        assert first[1] == last[1] == promised.get("ok", promised.get("failed"))
        assert answer["returned"] == "undefined"
        return first[1]

    def tap(self, selector: str) -> None:
        page = self._driver.call("App.getCurrentPage")["pageId"]
        found = self._driver.call("Page.getElement", {"pageId": page, "selector": selector})
        self._driver.call("Element.tap", {"pageId": page, "elementId": found["elementId"]})

    def data(self, path: str) -> Any:
        page = self._driver.call("App.getCurrentPage")["pageId"]
        return self._driver.call("Page.getData", {"pageId": page, "path": path})["data"]

    def said(self) -> Any:
        """What the page says an event told it, once it says something."""
        text = poll(lambda: self.data("said"), bool, within=5).value
        self.run("() => getCurrentPages()[0].setData({ said: '' })")
        return json.loads(text)

    def confirm(self, yes: bool = True) -> None:
        """Touch a button of the dialogue on top."""
        native = {"method": "confirmModal" if yes else "cancelModal"}
        answered = poll(lambda: self._driver.call("Tool.native", native), lambda said: not said, within=5)
        assert answered.satisfied, answered.value

    def events(self, clear: bool = True) -> list[Any]:
        return list(self.run("(clear) => clear ? getApp().heard.splice(0) : getApp().heard", clear))

    def device_state(self, **facts: object) -> None:
        self.control.set_device_state(port=self.port, **facts)

    def answer(self, api: str, answer: object) -> None:
        self.control.set_answer(api, answer, port=self.port)

    def effects(self, api: str) -> list[Any]:
        return [each["detail"] for each in self.control.effects(api, port=self.port)]

    def warnings(self) -> list[str]:
        return list(self.control.findings(port=self.port)["warnings"])

    def close(self) -> None:
        self._driver.close()
        self.control.close_app(self.port)


@contextmanager
def simulating(*arguments: str) -> Iterator[SimulatorClient]:
    """The control end of a simulator of the fixture app."""
    with of_app(APP, *arguments) as running:
        with SimulatorClient(running.ready["control"], deadline=20) as control:
            yield control


@contextmanager
def phone_of(control: SimulatorClient, person: object = None, **opening: Any) -> Iterator[Phone]:
    phone = Phone(control, control.new_app(dict(person or MING), **opening))
    try:
        yield phone
    finally:
        phone.close()


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\xff\x80\x00" * width) * height
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


# For all modules: a simulator takes longer to start than an app, and its apps know nothing of each other.
@pytest.fixture(scope="session")
def control() -> Iterator[SimulatorClient]:
    with simulating() as client:
        yield client


@pytest.fixture(scope="module")
def phone(control: SimulatorClient) -> Iterator[Phone]:
    with phone_of(control) as opened:
        yield opened
