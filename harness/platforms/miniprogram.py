"""A person in front of the mini-program, through WeChat's own Minium, on our simulator or on DevTools.

Owns the session: page objects' verbs (tap, fill, read), waiting by polling with a deadline, evidence. It does
not know which pages exist. ``Element.click`` and Minium's own waits are not used: they sleep whole seconds.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.core.actors import Person
from harness.core.errors import Evidence, PageFault, ProcessDied
from harness.core.polling import poll
from harness.core.text import Text
from harness.platforms.capabilities import require
from harness.platforms.minium_client import PLATFORM, connect, forget, minium_errors, wake
from harness.platforms.session import Shown, Thrown
from harness.platforms.settings import MiniProgramSettings
from harness.platforms.simulator_process import SimulatorProcess


class MiniProgramDriver:
    """Starts the simulator on first use and gives each person a session; one for each test process."""

    def __init__(
        self, settings: MiniProgramSettings, *, hosts: dict[str, str], wechat: str | None, folder: Path
    ):
        self.settings, self._hosts, self._wechat, self._folder = settings, hosts, wechat, folder
        self._simulator: SimulatorProcess | None = None
        self._sessions: list[MiniProgramSession] = []

    def prepare(self) -> None:
        """Start what takes long now, so that it counts as nobody's waiting."""
        if self.settings.driver == "simulator":
            self.simulator()

    def simulator(self) -> SimulatorProcess:
        """The running simulator; a new one where the last died, so that one death breaks one scenario."""
        if self._simulator is not None and self._simulator.death() is not None:
            self._simulator.close()
            self._simulator = None
        if self._simulator is None:
            self._simulator = SimulatorProcess(
                self.settings.project,
                hosts=self._hosts,
                wechat=self._wechat,
                options=_options(self.settings),
                log=self._folder / "logs" / "simulator.log",
                headless=self.settings.headless,
            )
        return self._simulator

    def session(self, person: Person) -> MiniProgramSession:
        self._sessions = [session for session in self._sessions if not session.closed]
        if self.settings.driver == "devtools":
            if self._sessions:
                require("devtools", "several-users")
            session = MiniProgramSession(self.settings, self.settings.devtools_port, None, self._folder)
            self._sessions.append(session)
            return session
        port = self.open_app(person)
        session = MiniProgramSession(self.settings, port, self.simulator(), self._folder)
        self._sessions.append(session)
        return session

    def open_app(self, person: Person) -> int:
        """Open the mini-program as ``person`` and leave it to others to drive: its port."""
        if self.settings.driver == "devtools":
            return self.settings.devtools_port
        wanted = {"person": person.as_wechat_user()}
        return int(self.simulator().call("Simulator.newApp", wanted, within=20.0)["port"])

    def death(self) -> ProcessDied | None:
        """How the simulator of :meth:`open_app` died, if it did."""
        return self._simulator.death(within=1.0) if self._simulator is not None else None

    def picture(self, port: int, client: Callable[[], Any]) -> bytes:
        """The screen of an app of :meth:`open_app`; ``client`` is its Minium, asked where there is no other way."""
        if self.settings.driver == "simulator":
            return base64.b64decode(self.simulator().call("Simulator.screenshot", {"port": port})["data"])
        with minium_errors("taking a picture of the mini-program"):
            return bytes(client().app.screen_shot(format="raw"))

    def close(self) -> None:
        for session in self._sessions:
            session.close()
        if self._simulator is not None:
            self._simulator.close()
            self._simulator = None


class MiniProgramSession:
    """One WeChat user with the mini-program open. Elements are named by selectors as Minium takes them."""

    platform = PLATFORM

    def __init__(
        self, settings: MiniProgramSettings, port: int, simulator: SimulatorProcess | None, folder: Path
    ) -> None:
        self.settings, self.port, self._simulator = settings, port, simulator
        self.closed = False
        self._seen_exceptions = 0
        try:
            self.minium: Any = connect(port, folder / "minium")
        except Exception:
            if simulator is not None and (death := simulator.death(within=0.5)):
                raise death from None
            raise
        if simulator is not None:
            simulator.when_dead(lambda _: wake(self.minium))

    # what a person does

    def tap(self, selector: str) -> None:
        self._element(selector, f"tapping '{selector}'").tap()

    def fill(self, selector: str, value: str) -> None:
        self._element(selector, f"filling in '{selector}'").input(value)

    def text(self, selector: str) -> str:
        """The visible text of an element, once it is there."""
        doing = f"reading '{selector}'"
        element = self._element(selector, doing)
        with self._errors(doing):
            return str(element.inner_text).strip()

    def text_now(self, selector: str) -> str | None:
        """The visible text of an element at this moment; None when it is not there."""
        with self._errors(f"reading '{selector}'"):
            found = self.minium.app.get_current_page().get_elements(selector, max_timeout=0)
            return str(found[0].inner_text).strip() if found else None

    def data(self) -> dict[str, Any]:
        """The data of the page in front (``Page.getData``)."""
        with self._errors("reading the page's data"):
            return dict(self.minium.app.get_current_page().data)

    def arrive(self, path: str, *, after: Text, notice: str | None = None) -> None:
        """Wait until the person is on the page ``path``.

        ``after`` says what should have brought them there, ``notice`` the element that shows an error, whose
        words then stand in the message.
        """
        outcome = poll(
            self.where, lambda where: where.strip("/") == path.strip("/"), within=self.settings.patience
        )
        if outcome.satisfied:
            return
        said = self.text_now(notice) if notice else None
        raise PageFault(
            Text(
                zh=f"{after.zh}之后，小程序没有来到 {path}",
                en=f"The mini-program does not lead to {path} after {after.en}",
            ),
            Evidence(
                platform=PLATFORM,
                expected=f"the page {path} within {self.settings.patience:g} s",
                seen=f"the page {outcome.value}, {outcome.reads} times"
                + (f"; it says: {said}" if said else ""),
            ),
        )

    def _element(self, selector: str, doing: str) -> _Element:
        def look() -> list[Any]:
            with self._errors(doing):
                found: list[Any] = self.minium.app.get_current_page().get_elements(selector, max_timeout=0)
                return found

        outcome = poll(look, bool, within=self.settings.patience)
        if not outcome.satisfied:
            where = self.where()
            raise PageFault(
                Text(
                    zh=f"小程序页面 {where} 上没有“{selector}”",
                    en=f"The mini-program's page {where} has no '{selector}'",
                ),
                Evidence(
                    platform=PLATFORM,
                    expected=f"'{selector}' within {self.settings.patience:g} s",
                    seen=f"{outcome.reads} looks at {where}, none had it",
                ),
            )
        return _Element(self, outcome.value[0], doing)

    # what the layers above need

    def trace(self, traceparent: str | None) -> None:
        if self._simulator is not None:
            headers = {"traceparent": traceparent} if traceparent else {}
            self._simulator.call("Simulator.setTrace", {"port": self.port, "headers": headers})

    def thrown(self) -> list[Thrown]:
        if self._simulator is None:
            return []
        findings = self._simulator.call("Simulator.getFindings", {"port": self.port})
        unseen, self._seen_exceptions = findings["thrown"] - self._seen_exceptions, findings["thrown"]
        new: list[dict[str, Any]] = []
        # The last are the latest; one of them may have been thrown before and since.
        for item in reversed(findings["exceptions"]):
            if unseen <= 0:
                break
            new.insert(0, item)
            unseen -= item["times"]
        return [Thrown(item["message"], _place(item.get("stack", "")), item.get("stack", "")) for item in new]

    def where(self) -> str:
        with self._errors("asking which page is in front"):
            return str(self.minium.app.get_current_page().path)

    def screenshot(self) -> bytes:
        if self._simulator is not None:
            return base64.b64decode(self._simulator.call("Simulator.screenshot", {"port": self.port})["data"])
        with self._errors("taking a picture of the mini-program"):
            shot = bytes(self.minium.app.screen_shot(format="raw"))
            return shot

    def texts(self) -> list[Shown]:
        """The WXML of the page in front, and what the app wrote to its console."""
        if self._simulator is None:
            return []
        tree = self._simulator.call("Simulator.getTree", {"port": self.port})
        said = self._simulator.call("Simulator.getFindings", {"port": self.port})["console"]
        lines = "".join(f"{each['type']}: {' '.join(map(_value_text, each['args']))}\n" for each in said)
        shown = [
            Shown(
                Text(zh=f"页面 {tree['path']} 的 WXML", en=f"WXML of {tree['path']}"),
                "tree.wxml.txt",
                tree["wxml"],
            )
        ]
        if lines:
            shown.append(
                Shown(Text(zh="小程序的控制台", en="the mini-program's console"), "console.txt", lines)
            )
        return shown

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        with contextlib.suppress(Exception):
            forget(self.minium)
        if self._simulator is not None and self._simulator.death() is None:
            with contextlib.suppress(Exception):
                self._simulator.call("Simulator.closeApp", {"port": self.port}, within=3.0)

    @contextlib.contextmanager
    def _errors(self, doing: str) -> Any:
        try:
            with minium_errors(doing):
                yield
        except Exception as error:
            # A simulator whose Chromium is gone still answers, for a moment, with errors of its own.
            patience = 0.3 if isinstance(error, PageFault) else 2.0
            if self._simulator is not None and (death := self._simulator.death(within=patience)):
                raise death from None
            raise


class _Element:
    """An element found; its verbs with our errors."""

    def __init__(self, session: MiniProgramSession, element: Any, doing: str) -> None:
        self._session, self._element, self._doing = session, element, doing

    @property
    def inner_text(self) -> str:
        return str(self._element.inner_text)

    def tap(self) -> None:
        with self._session._errors(self._doing):
            self._element.tap()

    def input(self, value: str) -> None:
        with self._session._errors(self._doing):
            self._element.input(value)


def _value_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _place(stack: str) -> str:
    """The first place of a stack that lies in the mini-program's own source: ``pages/mine/mine.js:23``."""
    for line in stack.splitlines():
        tail = line.strip().rsplit("(", 1)[-1].rstrip(")").removeprefix("at ")
        path, _, position = tail.partition(".js:")
        if position and "://" not in path.replace("mp://", ""):
            return f"{path.removeprefix('mp:///').lstrip('/')}.js:{position.split(':')[0]}"
    return ""


def _options(settings: MiniProgramSettings) -> list[str]:
    """What the settings say of servers and the device, as the simulator's command line takes it."""
    words = [f"--domain={kind}={origin}" for kind, origins in settings.domains.items() for origin in origins]
    if settings.check_domains is not None:
        words.append("--domain-check" if settings.check_domains else "--no-domain-check")
    return words + ([f"--device-state={settings.device_state}"] if settings.device_state else [])
