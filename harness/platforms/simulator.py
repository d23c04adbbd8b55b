"""A mini-program on our simulator: each person has a phone of their own, and the simulator tells what it saw.

Owns the life of the simulator's process for the scenarios of a test process.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from harness.core.actors import Person
from harness.core.errors import AppException, BrokenError, Evidence, PageFault, ProcessDied
from harness.core.platforms import MINIPROGRAM, Platform
from harness.core.text import Text
from harness.platforms import capabilities
from harness.platforms.locators import Element
from harness.platforms.miniprogram import MiniProgramSession
from harness.platforms.miniprogram_elements import instead
from harness.platforms.minium_client import wake
from harness.platforms.resident import SimulatorAddress
from harness.platforms.resident_simulator import ResidentSimulator
from harness.platforms.session import Shown, Thrown
from harness.platforms.settings import MiniProgramSettings
from harness.platforms.simulator_control import Simulator
from harness.platforms.simulator_faults import Faults
from harness.platforms.simulator_process import SimulatorProcess

OPENS_WITHIN = 20.0  # seconds
# The place of a line of a stack; one with a server is not the mini-program's.
PLACE = re.compile(r"(?:\(|\bat (?:async )?)(?:mp:///)?/?([^()\s:]+\.\w+:\d+)(?::\d+)?\)?$")


class SimulatorDriver:
    """Starts the simulator on first use and gives each person a session."""

    def __init__(
        self,
        settings: MiniProgramSettings,
        *,
        hosts: Mapping[str, str],
        wechat: str | None,
        folder: Path,
        about: Platform = MINIPROGRAM,
        resident: SimulatorAddress | None = None,
        trace: bool = False,
    ) -> None:
        """``resident``: a simulator of these very settings that runs already. ``trace``: whether each session records
        what was done, so that it can be kept.
        """
        self._trace = trace
        self.settings, self.about = settings, about
        self._hosts, self._wechat, self._folder = hosts, wechat, folder
        self._resident = resident
        self._simulator: Simulator | None = None
        self._sessions: list[SimulatedSession] = []
        self._app_faults: dict[int, Faults] = {}

    @property
    def capabilities(self) -> frozenset[str]:
        return capabilities.of("simulator")

    @property
    def reaches(self) -> tuple[Mapping[str, str], str | None, list[str]]:
        """What a simulator of these settings is started with: hosts, WeChat's stand-in, options."""
        return self._hosts, self._wechat, _options(self.settings)

    def look(self, port: int) -> tuple[dict[str, Any], dict[str, Any]]:
        """The page on top of an app as WXML, and what the app threw and said."""
        given = {"port": port}
        return self.simulator().call("Simulator.getTree", given), self.simulator().call(
            "Simulator.getFindings", given
        )

    def prepare(self) -> None:
        self.simulator()

    def simulator(self) -> Simulator:
        """The running simulator; a new one where the last died, so that one death breaks one scenario."""
        if self._simulator is not None and self._simulator.death() is not None:
            self._simulator.close()
            self._simulator = self._resident = None
        if self._simulator is None and self._resident is not None:
            self._simulator = ResidentSimulator(self._resident)
        if self._simulator is None:
            self._simulator = SimulatorProcess(
                self.settings.project,
                hosts=self._hosts,
                wechat=self._wechat,
                options=_options(self.settings),
                log=self.log,
                headless=self.settings.headless,
            )
        return self._simulator

    @property
    def log(self) -> Path:
        """Where the simulator that it starts writes its log."""
        name = "simulator" if self.about.name == MINIPROGRAM.name else f"simulator-{self.about.name}"
        return self._folder / "logs" / f"{name}.log"

    def open(self, person: Person) -> SimulatedSession:
        self._sessions = [session for session in self._sessions if not session.closed]
        port = self.open_app(person)
        session = SimulatedSession(self.settings, port, self._folder, self.about, self.simulator())
        if self._trace:
            session.record()
        self._sessions.append(session)
        return session

    def open_app(self, person: Person) -> int:
        wanted = {"person": person.as_wechat_user()}
        return int(self.simulator().call("Simulator.newApp", wanted, within=OPENS_WITHIN)["port"])

    def picture(self, port: int, client: Callable[[], Any]) -> bytes:
        return _picture(self.simulator(), port)

    def faults(self, port: int) -> list[Thrown]:
        findings = self.simulator().call("Simulator.getFindings", {"port": port})
        return self._app_faults.setdefault(port, Faults()).new(findings)

    def when_dead(self, callback: Callable[[], None]) -> None:
        self.simulator().when_dead(lambda _: callback())

    def death(self, *, within: float = 0.0) -> ProcessDied | None:
        return self._simulator.death(within=within) if self._simulator is not None else None

    def close(self) -> None:
        for session in self._sessions:
            session.close()
        if self._simulator is not None:
            self._simulator.close()
            self._simulator = None


class SimulatedSession(MiniProgramSession):
    """One WeChat user on the simulator, which also sends the trace, and tells exceptions, tree and console."""

    def __init__(
        self,
        settings: MiniProgramSettings,
        port: int,
        folder: Path,
        about: Platform,
        simulator: Simulator,
    ) -> None:
        self._simulator, self._recording = simulator, False
        self._seen_exceptions = 0
        self._faults = Faults()
        try:
            super().__init__(settings, port, folder, about)
        except Exception:
            if death := simulator.death(within=0.5):
                raise death from None
            raise
        self._let_die = simulator.when_dead(lambda _: wake(self.minium))

    def trace(self, traceparent: str | None) -> None:
        headers = {"traceparent": traceparent} if traceparent else {}
        self._simulator.call("Simulator.setTrace", {"port": self.port, "headers": headers})

    def record(self) -> None:
        """Record the screen and its DOM from now on."""
        self._simulator.call("Simulator.startTracing", {"port": self.port})
        self._recording = True

    def keep_trace(self, file: Path) -> bool:
        """Playwright's trace of the screen, masked by the simulator; False where none is recorded. Ends it."""
        recording, self._recording = self._recording, False
        if recording:
            self._simulator.call("Simulator.stopTracing", {"port": self.port, "path": str(file.resolve())})
        return recording

    def thrown(self) -> list[Thrown]:
        findings = self._findings()
        unseen, self._seen_exceptions = findings["thrown"] - self._seen_exceptions, findings["thrown"]
        new: list[dict[str, Any]] = []
        # The last are the latest; one of them may have been thrown before and since.
        for item in reversed(findings["exceptions"]):
            if unseen <= 0:
                break
            new.insert(0, item)
            unseen -= item["times"]
        thrown = [
            Thrown(item["message"], _place(item.get("stack", "")), item.get("stack", "")) for item in new
        ]
        return [*self._faults.new(findings), *thrown]

    def screenshot(self) -> bytes:
        return _picture(self._simulator, self.port)

    def texts(self) -> list[Shown]:
        """The WXML of the page in front, and what the app wrote to its console."""
        tree = self._simulator.call("Simulator.getTree", {"port": self.port})
        said = self._findings()["console"]
        lines = "".join(f"{each['type']}: {' '.join(map(_value_text, each['args']))}\n" for each in said)
        page = Text(zh=f"页面 {tree['path']} 的 WXML", en=f"WXML of {tree['path']}")
        shown = [Shown(page, "tree.wxml.txt", tree["wxml"])]
        if lines:
            title = self.about.title
            console = Text(zh=f"{title.zh}的控制台", en=f"the {title.en}'s console")
            shown.append(Shown(console, "console.txt", lines))
        return shown

    def _instead(self, element: Element) -> list[Text]:
        tree = self._simulator.call("Simulator.getTree", {"port": self.port})
        return [instead(tree["wxml"], element)]

    def close(self) -> None:
        if self.closed:
            return
        super().close()
        self._let_die()
        if self._simulator.death() is None:
            with contextlib.suppress(Exception):
                self._simulator.call("Simulator.closeApp", {"port": self.port}, within=3.0)

    def _findings(self) -> dict[str, Any]:
        return self._simulator.call("Simulator.getFindings", {"port": self.port})

    def _ended(self) -> str | None:
        """Why the mini-program's own code has ended it, if it has; None, too, where nobody can say."""
        with contextlib.suppress(Exception):
            reason = self._findings().get("ended")
            return None if reason is None else str(reason)
        return None

    def _stopped(self, reason: str, doing: Text) -> AppException:
        title = self.about.title
        return AppException(
            Text(
                zh=f"{title.zh}自身的代码使其停止运行：{reason}",
                en=f"The {title.en}'s own code has ended it: {reason}",
            ),
            Evidence(platform=self.platform, expected=doing, seen=reason),
        )

    @contextlib.contextmanager
    def _errors(self, doing: Text) -> Iterator[None]:
        try:
            with super()._errors(doing):
                yield
        except Exception as error:
            if isinstance(error, BrokenError) and (reason := self._ended()) is not None:
                raise self._stopped(reason, doing) from None
            # A simulator whose Chromium is gone still answers, for a moment, with errors of its own.
            patience = 0.3 if isinstance(error, PageFault) else 2.0
            if death := self._simulator.death(within=patience):
                raise death from None
            raise


def _picture(simulator: Simulator, port: int) -> bytes:
    return base64.b64decode(simulator.call("Simulator.screenshot", {"port": port})["data"])


def _value_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _place(stack: str) -> str:
    """The first place of a stack that lies in the mini-program's own source: ``pages/mine/mine.js:23``.

    What a source map tells of a build is its ``.vue`` or ``.tsx``; code of packages is nobody's own.
    """
    places = [found[1] for line in stack.splitlines() if (found := PLACE.search(line.rstrip()))]
    return next((place for place in places if "node_modules/" not in place), places[0] if places else "")


def _options(settings: MiniProgramSettings) -> list[str]:
    """What the settings say of servers and the device, as the simulator's command line takes it."""
    words = [f"--domain={kind}={origin}" for kind, origins in settings.domains.items() for origin in origins]
    if settings.check_domains is not None:
        words.append("--domain-check" if settings.check_domains else "--no-domain-check")
    if settings.source_maps is not None:
        words.append(f"--source-maps={settings.source_maps}")
    return words + ([f"--device-state={settings.device_state}"] if settings.device_state else [])
